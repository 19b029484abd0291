"""Lay-out: pairs of articles that were weighed, sentence by sentence.

What can be found for all pairs at once is found so (``links.claims``, ``resemblance``); which
sentences stand in one row is settled for one pair after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from dedup.evidence import Evidence, Weighed
from dedup.links import claims, links
from dedup.model import Comparison, Containment, Relation
from dedup.reasons import reasons
from dedup.resemblance import shares
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
    numbers = np.array(list(verdicts))
    articles, n = weighed.stacked.articles, weighed.stacked.pairs
    pairs = [(articles[k], articles[k + n]) for k in verdicts]
    claimed = claims(weighed.alignments, numbers)
    speech = spoken(weighed.stacked, weighed.speech)
    three, five = shares(pairs, _RESEMBLANCE, _CONTAINMENT)
    columns = (three.resemblance, five.left_in_right, five.right_in_left)
    alike = zip(*(column.tolist() for column in columns), strict=True)
    for (left, right), (number, verdict), shared in zip(
        pairs, verdicts.items(), alike, strict=True
    ):
        found = rows(
            left, right, links(left, right, claimed[number]), speech[number], speech[number + n]
        )
        evidence = weighed.evidence[number]
        decided = _or_template(left, right, evidence, found, verdict)
        yield LaidOut(_comparison(evidence, found, decided, shared, settings), found)


def _or_template(
    left: Prepared,
    right: Prepared,
    evidence: Evidence,
    found: Sequence[Row],
    verdict: Verdict,
) -> Verdict:
    """The verdict, or that what looks like reuse is one form filled in with other facts."""
    relation, score = verdict
    if (
        relation.is_reuse
        and not evidence.equal
        and evidence.reworded_share >= _FORM
        and _is_template(left, right, found)
    ):
        return Relation.SAME_TEMPLATE, min(score, _TEMPLATE_SCORE)
    return verdict


def _is_template(left: Prepared, right: Prepared, found: Sequence[Row]) -> bool:
    pairs = [
        (row.left, row.right) for row in found if row.left is not None and row.right is not None
    ]
    covered = [_coverage(side).bit_count() for side in zip(*pairs, strict=True)] or [0, 0]
    aligned = (covered[0] / max(len(left.rows), 1), covered[1] / max(len(right.rows), 1))
    return other_facts(left.stated, right.stated, pairs, aligned, together=_together(left, right))


def _together(left: Prepared, right: Prepared) -> bool:
    """Whether two articles are known to have come out within a day of each other."""
    one, other = (side.analysed.article.published_at for side in (left, right))
    return one is not None and other is not None and abs(one - other) <= _DAY


def _comparison(
    evidence: Evidence,
    found: Sequence[Row],
    verdict: Verdict,
    shared: tuple[float, float, float],
    settings: Settings,
) -> Comparison:
    relation, score = verdict
    resemblance, left_in_right, right_in_left = shared
    return Comparison(
        relation=relation,
        score=score,
        resemblance=resemblance,
        containment=Containment(left_in_right, right_in_left),
        narrative_reuse=evidence.narrative_reuse,
        quotation_reuse=evidence.quotation_reuse,
        sentences=dict(Counter(row.status for row in found)),
        reasons=reasons(evidence, relation, settings),
        left_coverage=_coverage(row.left for row in found if row.right is not None),
        right_coverage=_coverage(row.right for row in found if row.left is not None),
    )


def _coverage(spans: Iterable[tuple[int, int] | None]) -> int:
    """A bit set of the sentences in the given ranges."""
    bits = 0
    for begin, end in (s for s in spans if s is not None):
        bits |= (1 << end) - (1 << begin)
    return bits
