"""From evidence to a relation, a score and the reasons, in plain words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.align import UNIT, Link, Units, align
from dedup.model import Relation
from dedup.runs import Runs, longest_cover, shared_runs
from dedup.settings import Settings
from dedup.units import RUN, Prepared

Bools = NDArray[np.bool_]
_LONG = 8
"""Words of a run that is copied beyond doubt."""
_LENGTH_RATIO = 4 / 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two articles have in common, in numbers. Words are words, also in unspaced scripts.

    ``copied_narrative``/``copied_speech``: words in shared runs of five or more (smaller side);
    ``verbatim``: share of the shorter story in runs of eight or more, ``verbatim_both`` the
    smaller of both sides' shares; ``verbatim_narrative``: the same over narrative words (larger
    side); ``reworded``: how many sentences, ``reworded_share``: which share of the narrative.
    """

    equal: bool
    copied_narrative: float
    copied_speech: float
    verbatim: float
    verbatim_both: float
    verbatim_narrative: float
    reworded: float
    reworded_share: float
    left_words: float
    right_words: float
    narrative_reuse: float
    quotation_reuse: float


@dataclass(frozen=True, slots=True)
class Finding:
    """The evidence, the alignment it rests on, and which story tokens count as speech."""

    evidence: Evidence
    links: tuple[Link, ...]
    left_speech: Bools
    right_speech: Bools


def weigh(left: Prepared, right: Prepared) -> Finding:
    """Measure what two articles have in common and align them."""
    per = max(left.per_word, right.per_word)
    if per == left.per_word == right.per_word:
        runs = shared_runs(
            left.run_keys, left.run_places, right.run_keys, right.run_places, RUN * per
        )
    else:
        empty = np.empty(0, dtype=np.int64)
        runs = Runs(empty, empty, empty)
    i, j, number = runs.expand()
    left_mask, right_mask = left.speech.copy(), right.speech.copy()
    if len(i):
        spoken = left_mask[i] | right_mask[j]
        heads = np.cumsum(runs.length) - runs.length
        share = np.add.reduceat(spoken.astype(np.float64), heads) / runs.length
        whole = (share > 0.5) & (runs.length >= _LONG * per)
        spoken |= whole[number]
        left_mask[i[spoken]] = True
        right_mask[j[spoken]] = True
    links, units = align(left, right, runs, left_mask, right_mask)
    cover_left = longest_cover(i, runs.length[number], len(left.tokens))
    cover_right = longest_cover(j, runs.length[number], len(right.tokens))
    sides = []
    for cover, mask in ((cover_left, left_mask), (cover_right, right_mask)):
        long = cover >= _LONG * per
        n = len(cover)
        told = int((~mask).sum())
        sides.append(
            (
                int((cover[~mask] > 0).sum()) / per,
                int((cover[mask] > 0).sum()) / per,
                int(long.sum()) / max(n, 1),
                int(long[~mask].sum()) / max(told, 1),
                n,
            )
        )
    a, b = sides
    shorter = a if a[4] <= b[4] else b
    evidence = Evidence(
        equal=len(left.hashes) == len(right.hashes)
        and bool(np.array_equal(left.hashes, right.hashes)),
        copied_narrative=min(a[0], b[0]),
        copied_speech=min(a[1], b[1]),
        verbatim=shorter[2],
        verbatim_both=min(a[2], b[2]),
        verbatim_narrative=max(a[3], b[3]),
        reworded=_count(links, units),
        reworded_share=_share(links, units),
        left_words=a[4] / per,
        right_words=b[4] / per,
        narrative_reuse=_reused(left, right, links, left_mask, right_mask, speech=False),
        quotation_reuse=_reused(left, right, links, left_mask, right_mask, speech=True),
    )
    return Finding(evidence, links, left_mask, right_mask)


def _reused(
    left: Prepared,
    right: Prepared,
    links: tuple[Link, ...],
    left_mask: Bools,
    right_mask: Bools,
    speech: bool,
) -> float:
    """Share of the shorter story's words that stand in aligned sentences."""
    sides = []
    for side, mask, spans in (
        (left, left_mask, [k.left for k in links]),
        (right, right_mask, [k.right for k in links]),
    ):
        found = np.zeros(len(side.tokens), dtype=np.bool_)
        for a, b in spans:
            found[side.starts[a] : side.starts[b]] = True
        sides.append((len(mask), int((found & (mask == speech)).sum())))
    shorter = min(n for n, _ in sides)
    return min(min(count for _, count in sides) / shorter, 1.0) if shorter else 0.0


def reasons(e: Evidence, relation: Relation, settings: Settings) -> tuple[str, ...]:
    """Why the relation is what it is, in plain sentences."""
    if relation is Relation.EXACT:
        return ("The stories are equal word for word.",)
    out = [
        f"About {e.reworded:.0f} narrative sentences of one were made from the other's.",
        f"{e.verbatim:.0%} of the shorter story stands in the other in runs of 8 words or more.",
    ]
    if e.copied_speech:
        out.append(f"{e.copied_speech:.0f} words of direct speech are the same in both.")
    return tuple(out)


def strength(p: float) -> float:
    """How much a rewording counts, 0..1."""
    return min(max((p - 0.5) / 0.4, 0.0), 1.0)


def _count(links: tuple[Link, ...], units: Units) -> float:
    left = sum(
        strength(k.rewording) * int((units.left_stems[slice(*k.left)] >= UNIT).sum()) for k in links
    )
    right = sum(
        strength(k.rewording) * int((units.right_stems[slice(*k.right)] >= UNIT).sum())
        for k in links
    )
    return (left + right) / 2


def _share(links: tuple[Link, ...], units: Units) -> float:
    out = []
    for lengths, stems, side in (
        (units.left_length, units.left_stems, "left"),
        (units.right_length, units.right_stems, "right"),
    ):
        total = int(lengths[stems >= UNIT].sum())
        found = sum(
            strength(k.rewording) * int(lengths[slice(*getattr(k, side))].sum()) for k in links
        )
        out.append(found / total if total else 0.0)
    return min(max(out), 1.0)


def decide(e: Evidence, settings: Settings) -> tuple[Relation, float]:
    """The relation of two articles and the probability that one reuses the other."""
    z2 = (
        3.8 * math.log1p(e.reworded)
        + 0.39 * math.log1p(e.copied_speech)
        + 2.5 * e.verbatim_narrative
        - 5.95
    )
    score = 1.0 / (1.0 + math.exp(-z2))
    if e.equal:
        return Relation.EXACT, 1.0
    same = math.sqrt(e.reworded_share * e.verbatim)
    if same >= settings.same_text_threshold or e.verbatim_both >= 0.9:
        ratio = e.left_words / max(e.right_words, 1.0)
        if ratio >= _LENGTH_RATIO:
            return Relation.CONTAINS, score
        if ratio <= 1 / _LENGTH_RATIO:
            return Relation.CONTAINED_IN, score
        return Relation.NEAR_DUPLICATE, score
    if score >= settings.reuse_threshold:
        return Relation.PARTIAL_COPY, score
    if e.copied_speech + e.copied_narrative >= 21 or e.reworded >= 2.33:
        return Relation.SHARED_PASSAGE, score
    return Relation.NONE, score
