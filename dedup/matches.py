"""Matches: a comparison in short, seen from either side, and in order of strength."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dedup.model import UNIQUE, Comparison, Containment, Edge, Match, Relation, SentenceStatus

_OTHER_SIDE = {
    SentenceStatus.ADDED: SentenceStatus.REMOVED,
    SentenceStatus.REMOVED: SentenceStatus.ADDED,
}


def match_of(id: str, comparison: Comparison) -> Match:
    """What the left article is told about the stored article ``id``."""
    return Match(
        id=id,
        relation=comparison.relation,
        score=comparison.score,
        resemblance=comparison.resemblance,
        containment=comparison.containment,
        narrative_reuse=comparison.narrative_reuse,
        quotation_reuse=comparison.quotation_reuse,
        sentences=comparison.sentences,
        reasons=comparison.reasons,
        changes=comparison.changes,
    )


def mirrored(edge: Edge, left_id: str) -> Match:
    """The match of an edge as its right article sees it; ``left_id`` is the other one."""
    match = edge.match
    swapped: Mapping[SentenceStatus, int] = {
        _OTHER_SIDE.get(status, status): count for status, count in match.sentences.items()
    }
    return replace(
        match,
        id=left_id,
        relation=match.relation.inverse,
        containment=Containment(
            left_in_right=match.containment.right_in_left,
            right_in_left=match.containment.left_in_right,
        ),
        sentences=swapped,
    )


def strongest_first(match: Match) -> tuple[int, float, str]:
    """Sort key: by relation, then by score."""
    return (match.relation.rank, -match.score, match.id)


def verdict_of(matches: Iterable[Match]) -> str:
    """The strongest relation, or ``unique``."""
    relations = [m.relation for m in matches if m.relation is not Relation.NONE]
    return min(relations, key=lambda r: r.rank).value if relations else UNIQUE
