"""Who carries a story: copies and neighbours in order of appearance, identical texts together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedup.findings import Dossier
from dedup.judgement import Opinion
from dedup.model import Cluster, ClusterEdge, Relation, StoredArticle
from service.view.names import Names
from service.view.strip import Strip, strip
from service.view.words import (
    When,
    amount,
    headline,
    instant,
    language_tag,
    outlet,
    relation_words,
    when,
)

FLAT = 8
"""Up to so many articles are listed one by one, even where some are the same text."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One article as the list shows it.

    ``relation`` is its relation to the representative; where there is none, to the article
    named in ``other``. ``compare_with`` is the id of that article. ``updates`` names the outlet
    whose own earlier article it updates. ``judged`` says what a person made of its place here.
    """

    id: str
    outlet: str
    title: str
    language: str | None
    when: When
    dated: bool
    relation: str
    other: str
    compare_with: str
    representative: bool
    bridge: bool
    beside: bool
    updates: bool
    judged: str
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that are one text, or the self-updates; ``names`` lists a few of the outlets."""

    name: str
    count: str
    names: str
    when: When
    strip: Strip | None
    entries: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class _Tie:
    """One relation seen from one of its ends."""

    relation: Relation
    other: str
    score: float


def carriers(dossier: Dossier, names: Names) -> tuple[Carrier, ...] | tuple[Group, ...]:
    """The copies: one by one, or in groups where there are many and some are the same text."""
    view = _View(dossier)
    members = view.entries(dossier.cluster.members, _ties(dossier.cluster.edges))
    several = any(len(v.article_ids) > 1 for v in dossier.versions)
    if len(members) <= FLAT or not several:
        return members
    by_id = {m.id: m for m in members}
    groups = []
    for version in dossier.versions:
        own = [by_id[id] for id in version.article_ids if not by_id[id].updates]
        if own:
            head = version.article_ids[0]
            groups.append(_group(names.version(head), own, view.strip(head)))
    groups.sort(key=lambda g: g.when.machine)
    updates = [m for m in members if m.updates]
    if updates:
        groups.append(_group("Self-updates", updates, None))
    return tuple(groups)


def neighbours(dossier: Dossier) -> tuple[Carrier, ...]:
    """Articles beside the cluster: each shares a passage with a member and is not joined."""
    ties = _ties(dossier.cluster.beside_edges)
    return _View(dossier).entries(dossier.cluster.beside, ties)


def relation_to(cluster: Cluster, id: str, base: str) -> Relation | None:
    """How an article stands to the base, None where no relation of the two is stored."""
    ties = _ties((*cluster.edges, *cluster.beside_edges)).get(id, ())
    return next((tie.relation for tie in ties if tie.other == base), None)


def time_of(stored: StoredArticle) -> datetime:
    """When it was published, or else when it arrived."""
    return stored.article.published_at or stored.received_at


def _group(name: str, own: Sequence[Carrier], strip: Strip | None) -> Group:
    outlets = list(dict.fromkeys(m.outlet for m in own))
    shown = ", ".join(outlets[:3])
    if len(outlets) > 3:
        shown += f" and {amount(len(outlets) - 3, 'other')}"
    return Group(name, amount(len(own), "article"), shown, own[0].when, strip, tuple(own))


class _View:
    def __init__(self, dossier: Dossier) -> None:
        self.cluster = dossier.cluster
        self.dossier = dossier
        everyone = (*dossier.cluster.members, *dossier.cluster.beside)
        self.names = {m.article.id: outlet(m.article) for m in everyone}
        self.head = {id: v.article_ids[0] for v in dossier.all_versions for id in v.article_ids}
        self.joined = {
            id
            for one in dossier.cluster.judgements
            if one.opinion is Opinion.SAME
            for id in one.pair
        }
        self.updates = {id for own in dossier.provenance.updates for id in own.later_ids}

    def strip(self, id: str) -> Strip | None:
        """The fates of the story in an article, if it was read."""
        head = self.head[id]
        found = self.dossier.fates.get(head)
        if found is None:
            return None
        first = self.cluster.representative_id
        return strip(found, base=head == first, beside=id in self.dossier.aside)

    def entries(
        self, articles: Sequence[StoredArticle], ties: Mapping[str, Sequence[_Tie]]
    ) -> tuple[Carrier, ...]:
        """Some articles in order of appearance."""
        base = self.cluster.representative_id
        return tuple(self._entry(one, ties, base) for one in sorted(articles, key=_appearance))

    def _entry(
        self, stored: StoredArticle, ties: Mapping[str, Sequence[_Tie]], base: str
    ) -> Carrier:
        article = stored.article
        tie = _closest(ties.get(article.id, ()), base) if article.id != base else None
        return Carrier(
            id=article.id,
            outlet=self.names[article.id],
            title=headline(article),
            language=language_tag(article.language),
            when=when(time_of(stored)),
            dated=article.published_at is not None,
            relation=relation_words(tie.relation).lower() if tie else "",
            other=self.names.get(tie.other, tie.other) if tie and tie.other != base else "",
            compare_with=tie.other if tie else base,
            representative=article.id == base,
            bridge=article.id in self.cluster.bridges,
            beside=article.id in self.dossier.aside,
            updates=article.id in self.updates,
            judged="joined by a person" if article.id in self.joined and article.id != base else "",
            strip=self.strip(article.id),
        )


def _appearance(stored: StoredArticle) -> tuple[datetime, datetime, int]:
    return instant(time_of(stored)), instant(stored.received_at), stored.ref


def _ties(edges: Iterable[ClusterEdge]) -> dict[str, list[_Tie]]:
    out: dict[str, list[_Tie]] = {}
    for e in edges:
        out.setdefault(e.left, []).append(_Tie(e.relation, e.right, e.score))
        out.setdefault(e.right, []).append(_Tie(e.relation.inverse, e.left, e.score))
    return out


def _closest(ties: Sequence[_Tie], base: str) -> _Tie | None:
    """The relation to the base article, else the strongest one."""
    return min(ties, key=lambda t: (t.other != base, t.relation.rank, -t.score), default=None)
