"""What people said of articles, in words; what was said at once of one article stands together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedup.judgement import Judgement, Opinion, pair_of
from dedup.model import Cluster, Relation, StoredArticle
from service.view.words import (
    NO_OUTLET,
    When,
    amount,
    headline,
    listed,
    outlet,
    relation_words,
    when,
)

NAMED = 3
"""So many outlets are named before the others are counted."""
WORDS = {Opinion.SAME: "The same story", Opinion.DIFFERENT: "Not the same story"}
Relations = Mapping[tuple[str, str], Relation]
"""What the comparison says of pairs, as ``pair_of`` orders them."""


@dataclass(frozen=True, slots=True)
class Party:
    """One of the articles."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a person said: of ``one`` article and ``others``.

    ``against`` is what the comparison says, where it says otherwise.
    """

    words: str
    same: bool
    one: Party
    others: tuple[Party, ...]
    more: str
    pairs: tuple[tuple[str, str], ...]
    by: str
    note: str
    when: When
    against: str


def said(
    judgements: Sequence[Judgement], known: Mapping[str, StoredArticle], relations: Relations
) -> tuple[Said, ...]:
    """Judgements in words, the latest first; ``known`` are the articles they are about."""
    together: dict[tuple[datetime, Opinion], list[Judgement]] = {}
    for one in judgements:
        together.setdefault((one.at, one.opinion), []).append(one)
    return tuple(_said(group, known, relations) for group in reversed(together.values()))


def relations_of(cluster: Cluster) -> Relations:
    """What the comparison says of the members of a cluster and of what was kept from it."""
    ids = {m.article.id for m in cluster.members}
    edges = (*cluster.edges, *cluster.beside_edges, *cluster.overruled)
    return {pair_of(e.left, e.right): e.relation for e in edges if e.left in ids or e.right in ids}


def overruled(opinion: Opinion, relation: Relation) -> str:
    """What a comparison says, where a person says otherwise."""
    agrees = relation.is_reuse == (opinion is Opinion.SAME)
    return "" if agrees else relation_words(relation).lower()


def _said(
    group: Sequence[Judgement], known: Mapping[str, StoredArticle], relations: Relations
) -> Said:
    first = group[0]
    common = set(first.pair).intersection(*(one.pair for one in group))
    one = first.left if first.left in common else first.right
    others = [a if b == one else b for a, b in (j.pair for j in group)]
    against = {
        overruled(j.opinion, relations.get(j.pair, Relation.NONE))
        for j in group
        if j.pair in relations or j.opinion is Opinion.SAME
    } - {""}
    return Said(
        words=WORDS[first.opinion],
        same=first.opinion is Opinion.SAME,
        one=_party(one, known),
        others=tuple(_party(id, known) for id in others[:NAMED]),
        more=amount(len(others) - NAMED, "other") if len(others) > NAMED else "",
        pairs=tuple(j.pair for j in group),
        by=first.by or "",
        note=first.note or "",
        when=when(first.at),
        against=listed(sorted(against)),
    )


def _party(id: str, known: Mapping[str, StoredArticle]) -> Party:
    if id not in known:
        return Party(id, id)
    article = known[id].article
    name = outlet(article)
    return Party(id, f"{name}: {headline(article)}" if name == NO_OUTLET else name)
