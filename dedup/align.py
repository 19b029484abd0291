"""Alignment of the sentences of two articles: which one became which.

The alignment that is shown is the one that decides. For every sentence the partner is sought
that its wording overlaps most with; neighbours are taken together when that raises the overlap,
for a sentence may have become two, or two one. Whether a sentence was *reworded* from its
partner, or is only about the same thing, is judged from wording alone: names and numbers weigh
nothing, since two independent reports of one event have them in common. What helps is context:
reuse runs on, so a sentence whose neighbours also stand next to each other on the other side is
more likely to have come from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.overlap import Floats, Weighted, compared, overlap
from dedup.runs import Runs
from dedup.units import Bools, Ints, Prepared

UNIT = 3
"""Distinct content stems from which a sentence can be recognised when reworded."""
_NEAR = 3
"""Within how many sentences a neighbour counts as context."""
_COPIED = 0.4
"""Share of the shorter sentence in shared runs from which a quotation counts as context."""
_BIAS, _DICE, _COMMON, _BIGRAMS, _CONTEXT, _RATIO = -4.58, 2.13, 0.51, 0.82, 1.25, -0.66
_DOUBT, _SURE = 0.3, 0.9
_INFLECTED, _COMPOUNDED = 0.5, 1.0
"""Added to the bias, which was fitted on English. Where words are inflected more, a sentence that
was reworded keeps fewer stems of its source than an English one (2.5 to 2.8 in weight against
3.2 on rewrites made for it); where compounds are written as one word, half as many (1.6)."""
_COMPOUNDING = frozenset({"de", "lb", "nl", "da", "sv", "nb", "nn", "no", "is", "fi", "et", "hu"})


@dataclass(frozen=True, slots=True)
class Partners:
    """For each unit of one side (a sentence with narrative of its own) its partner.

    ``row``: the unit's row; ``first``/``last``: the partner's rows on the other side, half-open;
    ``length``: narrative tokens. Features: ``dice`` (weighted Dice of the wording, 0..1),
    ``common`` (summed weight of the wording in common), ``bigrams`` (how many in common),
    ``context`` (best overlap of sentences shortly before both plus of those shortly after both,
    0..2), ``ratio`` (log of own to partner's weight). ``rewording``: probability 0..1;
    ``strength``: how much it counts, 0..1.
    """

    row: Ints
    first: Ints
    last: Ints
    length: Ints
    dice: Floats
    common: Floats
    bigrams: Floats
    context: Floats
    ratio: Floats
    rewording: Floats
    strength: Floats


@dataclass(frozen=True, slots=True)
class Alignment:
    """The partners of both sides' units, and ``copied``: tokens of left row i in runs shared with
    right row j, as a share of the shorter of the two, 0..1."""

    left: Partners
    right: Partners
    copied: Floats


def align(
    left: Prepared, right: Prepared, runs: Runs, left_speech: Bools, right_speech: Bools
) -> Alignment:
    """Find the partners of both sides. Tokens that are speech count as context only."""
    a, b = overlap(left, right, ~left_speech, ~right_speech)
    common = (a.shared * a.weights) @ b.shared.T
    total = a.total[:, None] + b.total[None, :]
    dice = 2.0 * common / np.maximum(total, 1e-6)
    smaller = np.minimum(a.total[:, None], b.total[None, :])
    likeness = dice * common / np.maximum(smaller, 1e-6)
    copied = _copied(left, right, runs)
    context = _context(np.maximum(dice, np.where(copied >= _COPIED, copied, 0.0)))
    bias = _bias(left.analysed.language, left.per_word)
    told, heard = _told(left, left_speech), _told(right, right_speech)
    return Alignment(
        _partners(a, b, dice, likeness, context, told, _adjacent(right), bias),
        _partners(b, a, dice.T, likeness.T, context.T, heard, _adjacent(left), bias),
        copied,
    )


def _bias(language: str, per_word: int) -> float:
    """How readily wording in common is taken for a rewording, in a language."""
    if language in {"en", "und"} or per_word > 1:
        return _BIAS
    return _BIAS + (_COMPOUNDED if language in _COMPOUNDING else _INFLECTED)


def _told(side: Prepared, speech: Bools) -> Ints:
    """Narrative tokens of each row."""
    return np.bincount(side.row[~speech], minlength=len(side.rows))


def _adjacent(side: Prepared) -> Bools:
    """Which compared rows stand right before the next one on the page."""
    out: Bools = np.diff(side.rows[: compared(side)]) == 1
    return out


def _partners(
    own: Weighted,
    other: Weighted,
    dice: Floats,
    likeness: Floats,
    context: Floats,
    length: Ints,
    adjacent: Bools,
    bias: float,
) -> Partners:
    """The best partner of each row of one side, and how likely it is a rewording."""
    rows = np.flatnonzero(own.stems >= UNIT)
    candidates = np.flatnonzero(other.stems >= UNIT)
    if not len(rows) or not len(candidates):
        return _nothing()
    best = candidates[likeness[np.ix_(rows, candidates)].argmax(axis=1)]
    first, last = _window(own, other, dice, rows, best, adjacent)
    end = last - 1
    wide = np.flatnonzero(end > first)
    partner, phrases, theirs = other.shared[first], other.bigrams[first], other.worded_total[first]
    if len(wide):
        one, two = first[wide], end[wide]
        partner[wide] = np.maximum(partner[wide], other.shared[two])
        phrases[wide] = np.maximum(phrases[wide], other.bigrams[two])
        theirs[wide] += other.worded_total[two] - other.next_worded[one]
    common = np.einsum("ij,ij,j->i", own.shared[rows], partner, own.worded)
    mine = own.worded_total[rows]
    likely = 2.0 * common / np.maximum(mine + theirs, 1e-6)
    bigrams = np.einsum("ij,ij->i", own.bigrams[rows], phrases)
    near = np.maximum(context[rows, first], context[rows, end])
    ratio = np.log(np.maximum(mine, 0.1) / np.maximum(theirs, 0.1))
    rewording = _rewording(bias, likely, common, bigrams, near, ratio)
    return Partners(
        row=rows,
        first=first,
        last=last,
        length=length[rows],
        dice=likely,
        common=common,
        bigrams=bigrams,
        context=near,
        ratio=ratio,
        rewording=rewording,
        strength=np.clip((rewording - _DOUBT) / (_SURE - _DOUBT), 0.0, 1.0),
    )


def _rewording(
    bias: float, dice: Floats, common: Floats, bigrams: Floats, context: Floats, ratio: Floats
) -> Floats:
    z = (
        bias
        + _DICE * dice
        + _COMMON * common
        + _BIGRAMS * np.log1p(bigrams)
        + _CONTEXT * context
        + _RATIO * ratio
    )
    out: Floats = 1.0 / (1.0 + np.exp(-z))
    return out


def _window(
    own: Weighted, other: Weighted, dice: Floats, rows: Ints, best: Ints, adjacent: Bools
) -> tuple[Ints, Ints]:
    """Take the row before or after the partner in where that raises Dice."""
    if not len(adjacent):
        return best, best + 1
    joined = np.maximum(other.shared[:-1], other.shared[1:])
    common = (own.shared[rows] * own.weights) @ joined.T
    total = other.total[:-1] + other.total[1:] - other.next_total
    wide = 2.0 * common / np.maximum(own.total[rows][:, None] + total[None, :], 1e-6)
    wide = np.where(adjacent[None, :], wide, -1.0)
    each = np.arange(len(rows))
    alone = dice[rows, best]
    before = np.where(best > 0, wide[each, np.maximum(best - 1, 0)], -1.0)
    after = np.where(best < len(adjacent), wide[each, np.minimum(best, len(adjacent) - 1)], -1.0)
    earlier = (before > alone) & (before >= after)
    later = (after > alone) & ~earlier
    return best - earlier, best + 1 + later


def _copied(left: Prepared, right: Prepared, runs: Runs) -> Floats:
    n, m = compared(left), compared(right)
    i, j, _ = runs.expand()
    row, column = left.row[i], right.row[j]
    if len(left.rows) > n or len(right.rows) > m:
        inside = (row < n) & (column < m)
        row, column = row[inside], column[inside]
    tokens = np.bincount(row * m + column, minlength=n * m).reshape(n, m)
    sizes = np.diff(left.starts)[:n], np.diff(right.starts)[:m]
    shorter = np.minimum(sizes[0][:, None], sizes[1][None, :])
    return np.minimum(tokens / np.maximum(shorter, 1), 1.0).astype(np.float32)


def _context(likeness: NDArray[np.floating]) -> Floats:
    """For each pair of rows the best likeness of rows before both plus that of rows after both."""
    n, m = likeness.shape
    padded = np.zeros((n + 2 * _NEAR, m + 2 * _NEAR), dtype=np.float32)
    padded[_NEAR : _NEAR + n, _NEAR : _NEAR + m] = likeness
    best = padded  # of the square of _NEAR rows and columns that begins here
    for step in range(1, _NEAR):
        best = np.maximum(best[:-1], padded[step:])
    wide = best
    for step in range(1, _NEAR):
        best = np.maximum(best[:, :-1], wide[:, step:])
    return best[:n, :m] + best[_NEAR + 1 : _NEAR + 1 + n, _NEAR + 1 : _NEAR + 1 + m]


def _nothing() -> Partners:
    none = np.empty(0, dtype=np.int64)
    zero = np.empty(0, dtype=np.float32)
    return Partners(none, none, none, none, zero, zero, zero, zero, zero, zero, zero)
