"""Who carries a story: copies and neighbours in order of appearance, with how each relates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedup.model import Cluster, ClusterEdge, Relation, StoredArticle
from service.view.strip import Strip
from service.view.words import (
    When,
    headline,
    instant,
    language_tag,
    outlet,
    percent,
    relation_words,
    when,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One article as the list of carriers shows it.

    ``relation`` is its relation to the representative; where there is none, to the article
    named in ``other``. ``compare_with`` is the id of that article.
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
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class _Tie:
    """One relation seen from one of its ends."""

    relation: Relation
    other: str
    score: float


def members(cluster: Cluster, strips: Mapping[str, Strip]) -> tuple[Member, ...]:
    """The copies, earliest first."""
    return _entries(cluster, cluster.members, _ties(cluster.edges), strips)


def neighbours(cluster: Cluster, strips: Mapping[str, Strip]) -> tuple[Member, ...]:
    """Articles beside the cluster: each shares a passage with a member and is not joined."""
    return _entries(cluster, cluster.beside, _ties(cluster.beside_edges), strips)


def relation_to(cluster: Cluster, id: str, base: str) -> Relation | None:
    """How an article stands to the base, None where no relation of the two is stored."""
    ties = _ties((*cluster.edges, *cluster.beside_edges)).get(id, ())
    return next((tie.relation for tie in ties if tie.other == base), None)


def time_of(stored: StoredArticle) -> datetime:
    """When it was published, or else when it arrived."""
    return stored.article.published_at or stored.received_at


def weakest_link(cluster: Cluster) -> tuple[str, str, str, str, str] | None:
    """The edge whose loss would cost least: ids and outlets of its ends, and its score."""
    edge = cluster.weakest
    if edge is None:
        return None
    names = _names(cluster)
    return (
        edge.left,
        edge.right,
        names.get(edge.left, edge.left),
        names.get(edge.right, edge.right),
        percent(edge.score),
    )


def _entries(
    cluster: Cluster,
    articles: Sequence[StoredArticle],
    ties: Mapping[str, Sequence[_Tie]],
    strips: Mapping[str, Strip],
) -> tuple[Member, ...]:
    names = _names(cluster)
    base = cluster.representative_id
    own = {m.article.id for m in cluster.members}
    out = []
    for stored in sorted(articles, key=_appearance):
        article = stored.article
        tie = _closest(ties.get(article.id, ()), base) if article.id != base else None
        out.append(
            Member(
                id=article.id,
                outlet=names[article.id],
                title=headline(article),
                language=language_tag(article.language),
                when=when(time_of(stored)),
                dated=article.published_at is not None,
                relation=relation_words(tie.relation).lower() if tie else "",
                other=names.get(tie.other, tie.other) if tie and tie.other != base else "",
                compare_with=tie.other if tie else base,
                representative=article.id == base,
                bridge=article.id in cluster.bridges,
                beside=article.id not in own,
                strip=strips.get(article.id),
            )
        )
    return tuple(out)


def _names(cluster: Cluster) -> dict[str, str]:
    return {m.article.id: outlet(m.article) for m in (*cluster.members, *cluster.beside)}


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
