"""Lay-out: pairs of articles that were weighed, sentence by sentence.

What can be found for all pairs at once is found so (``links.claims``, ``resemblance``); which
sentences stand in one row is settled for one pair after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from dedup.evidence import Evidence, Weighed
from dedup.links import Range, claims, links
from dedup.model import Comparison, Containment, Relation
from dedup.reasons import reasons
from dedup.resemblance import Shares, shares
from dedup.rows import Row, rows, spoken
from dedup.settings import Settings
from dedup.template import other_facts
from dedup.units import Prepared

_TEMPLATE_SCORE = 0.1
"""Most that the score of a recurring notice can be, alike as its words are."""
_DAY = timedelta(days=1)
_FORM = 0.6
"""Share of the shorter story's narrative found in the other from which both have one form."""
_RESEMBLANCE, _CONTAINMENT = 3, 5
"""Words of the shingles that resemblance and containment are taken over."""

Verdict = tuple[Relation, float]


class LaidOut(NamedTuple):
    """A comparison without the words of its sentences, and its rows."""

    comparison: Comparison
    rows: tuple[Row, ...]


def lay_out(
    weighed: Weighed, verdicts: Mapping[int, Verdict], settings: Settings
) -> Iterator[LaidOut]:
    """Lay out some of the pairs that were weighed, given by number with what was decided."""
    if not verdicts:
        return
    articles, n = weighed.stacked.articles, weighed.stacked.pairs
    pairs = [(articles[k], articles[k + n]) for k in verdicts]
    claimed = claims(weighed.alignments, verdicts)
    speech = spoken(weighed.stacked, weighed.speech)
    shared = zip(*shares(pairs, _RESEMBLANCE, _CONTAINMENT), strict=True)
    for (left, right), (number, verdict), alike in zip(
        pairs, verdicts.items(), shared, strict=True
    ):
        found = rows(
            left, right, links(left, right, claimed[number]), speech[number], speech[number + n]
        )
        aligned = _aligned(found)
        evidence = weighed.evidence[number]
        decided = _or_template(left, right, evidence, aligned, verdict)
        yield LaidOut(_comparison(evidence, found, aligned, decided, alike, settings), found)


class _Aligned(NamedTuple):
    """The pairs of ranges that stand in one row, and bit sets of the sentences of either side
    that do."""

    pairs: list[tuple[Range, Range]]
    left: int
    right: int


def _aligned(found: Iterable[Row]) -> _Aligned:
    pairs = [
        (row.left, row.right) for row in found if row.left is not None and row.right is not None
    ]
    ours = theirs = 0
    for (a, b), (c, d) in pairs:
        ours |= (1 << b) - (1 << a)
        theirs |= (1 << d) - (1 << c)
    return _Aligned(pairs, ours, theirs)


def _or_template(
    left: Prepared,
    right: Prepared,
    evidence: Evidence,
    aligned: _Aligned,
    verdict: Verdict,
) -> Verdict:
    """The verdict, or that what looks like reuse is one form filled in with other facts."""
    relation, score = verdict
    if (
        relation.is_reuse
        and not evidence.equal
        and evidence.reworded_share >= _FORM
        and _is_template(left, right, aligned)
    ):
        return Relation.SAME_TEMPLATE, min(score, _TEMPLATE_SCORE)
    return verdict


def _is_template(left: Prepared, right: Prepared, aligned: _Aligned) -> bool:
    pairs, *covered = aligned
    shares = [
        bits.bit_count() / max(len(side.rows), 1)
        for bits, side in zip(covered, (left, right), strict=True)
    ]
    return other_facts(left.stated, right.stated, pairs, shares, together=_together(left, right))


def _together(left: Prepared, right: Prepared) -> bool:
    """Whether two articles are known to have come out within a day of each other."""
    one, other = (side.analysed.article.published_at for side in (left, right))
    return one is not None and other is not None and abs(one - other) <= _DAY


def _comparison(
    evidence: Evidence,
    found: Sequence[Row],
    aligned: _Aligned,
    verdict: Verdict,
    alike: tuple[Shares, Shares],
    settings: Settings,
) -> Comparison:
    relation, score = verdict
    three, five = alike
    return Comparison(
        relation=relation,
        score=score,
        resemblance=three.resemblance,
        containment=Containment(five.left_in_right, five.right_in_left),
        narrative_reuse=evidence.narrative_reuse,
        quotation_reuse=evidence.quotation_reuse,
        sentences=dict(Counter([row.status for row in found])),
        reasons=reasons(evidence, relation, settings),
        left_coverage=aligned.left,
        right_coverage=aligned.right,
    )
