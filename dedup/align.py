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
from functools import cache

import numpy as np

from dedup.grid import Context, Grid, Lines, grid
from dedup.overlap import Overlap, overlap
from dedup.ragged import Bools, Floats, Ints
from dedup.runs import Places
from dedup.stack import Stack

UNIT = 3
"""Distinct content stems from which a sentence can be recognised when reworded."""
_COPIED = 0.4
"""Share of the shorter sentence in shared runs from which a quotation counts as context."""
_BIAS, _DICE, _COMMON, _BIGRAMS, _CONTEXT, _RATIO = -4.58, 2.13, 0.51, 0.82, 1.25, -0.66
_DOUBT, _SURE = 0.3, 0.9
_EVEN = 1e-9
"""Differences that come from rounding: sums of the same numbers in another order are equal."""
_SHIFTS = np.array([[-1], [0]])
"""Where the first of two rows stands that are taken together, seen from either of them."""
_INFLECTED, _COMPOUNDED = 0.5, 1.15
"""Added to the bias, which was fitted on English. Where words are inflected more, a sentence that
was reworded keeps fewer stems of its source than an English one (2.5 to 2.8 in weight against
3.2 on rewrites made for it); where compounds are written as one word, half as many (1.6)."""
_COMPOUNDING = frozenset({"de", "lb", "nl", "da", "sv", "nb", "nn", "no", "is", "fi", "et", "hu"})


@dataclass(frozen=True, slots=True)
class Partners:
    """For each unit of one side (a sentence with narrative of its own) its partner.

    ``row``: the unit's row; ``first``/``last``: the partner's rows on the other side, half-open;
    ``cell``: where the unit meets the first of them; ``length``: narrative tokens; ``rewording``:
    probability 0..1; ``strength``: how much it counts, 0..1; ``copied``: share in shared runs, the
    greater where the partner is two sentences.
    """

    row: Ints
    first: Ints
    last: Ints
    cell: Ints
    length: Ints
    rewording: Floats
    strength: Floats
    copied: Floats


@dataclass(frozen=True, slots=True)
class Alignments:
    """The alignments of several pairs: the partners of the units of all their articles in order,
    the article of each unit, and ``copied``: tokens of a cell's left row in runs shared with its
    right row, as a share of the shorter of the two, 0..1."""

    partners: Partners
    article: Ints
    copied: Floats
    cells: Grid


def align(stacked: Stack, copied: Places, speech: Ints) -> Alignments:
    """Find the partners of both sides. Tokens of ``speech`` count as context only.

    ``copied`` are the places, left and right, of the tokens of shared runs.
    """
    cells = grid(stacked)
    found = overlap(stacked, speech, cells)
    total = np.maximum(found.total, 1e-6)
    own, other, common = total[cells.left], total[cells.right], found.shared[0]
    dice = 2.0 * common / (own + other)
    likeness = dice * common / np.minimum(own, other)
    line = stacked.lines()
    sizes = np.bincount(line, minlength=len(cells.lines.row))
    share = _copied(stacked, line[copied[0]], line[copied[1]], sizes, cells)
    context = Context(cells, np.maximum(dice, np.where(share >= _COPIED, share, 0.0)))
    best = _best(cells, found.stems, likeness)
    length = sizes - np.bincount(line[speech], minlength=len(sizes))
    partners = _partners(stacked, cells.lines, found, dice, share, context, best, length)
    return Alignments(partners, cells.lines.article[best.unit], share, cells)


@dataclass(frozen=True, slots=True)
class _Best:
    """For each unit of both sides the row facing it that is most like it.

    ``unit``: its line; ``place`` and ``line``: which of the rows facing it that is, and its line;
    ``cell``: where the two meet, ``stride``: how far from there the neighbours of that row do;
    ``beside``: how far behind a cell the tables say what its two neighbours of that side share.
    """

    unit: Ints
    place: Ints
    line: Ints
    cell: Ints
    stride: Ints
    beside: Ints


def _best(cells: Grid, stems: Ints, likeness: Floats) -> _Best:
    lines, recognised = cells.lines, stems >= UNIT
    likeness = np.concatenate((likeness, likeness[cells.turned]))
    meant = np.where(recognised[cells.faced], likeness, -1.0)
    compared = lines.width.nonzero()[0]
    begin = lines.begin[compared]
    most = np.maximum.reduceat(meant, begin) if len(begin) else meant
    found = (meant >= (most - _EVEN).repeat(lines.width[compared])).nonzero()[0]
    place = found[found.searchsorted(begin)] - begin
    held = (recognised[compared] & (most >= 0)).nonzero()[0]
    unit, place = compared[held], place[held]
    stride = lines.stride[unit]
    return _Best(
        unit=unit,
        place=place,
        line=lines.facing[unit] + place,
        cell=lines.first[unit] + place * stride,
        stride=stride,
        beside=np.where(unit < lines.left, 2 * cells.size, cells.size),
    )


def _partners(
    stacked: Stack,
    lines: Lines,
    found: Overlap,
    dice: Floats,
    copied: Floats,
    context: Context,
    best: _Best,
    length: Ints,
) -> Partners:
    """The partners of all units, and how likely each is a rewording of its own."""
    unit = best.unit
    earlier, later = _window(found, dice, best, _adjacent(stacked, lines))
    two = earlier | later
    line = best.line - earlier
    cell = best.cell - earlier * best.stride
    end = cell + two * best.stride

    ends = np.concatenate((cell, end))
    cells = np.concatenate((ends, cell + best.beside))
    one, last, twice = found.shared_worded.ravel()[cells].reshape(3, -1)
    common = one + two * (last - twice)
    one, last, twice = found.phrases.ravel()[cells].reshape(3, -1)
    bigrams = one + two * (last - twice)
    theirs = found.worded[line] + two * (found.worded[line + two] - found.next_worded[line])
    mine = found.worded[unit]
    likely = 2.0 * common / np.maximum(mine + theirs, 1e-6)
    here, there = context.of(ends).reshape(2, -1)
    near = np.maximum(here, there)
    ratio = np.log(np.maximum(mine, 0.1) / np.maximum(theirs, 0.1))
    z = (
        _biases(stacked)[lines.article[unit]]
        + _DICE * likely
        + _COMMON * common
        + _BIGRAMS * np.log1p(bigrams)
        + _CONTEXT * near
        + _RATIO * ratio
    )
    rewording = 1.0 / (1.0 + np.exp(-z))
    first = best.place - earlier
    return Partners(
        row=lines.row[unit],
        first=first,
        last=first + 1 + two,
        cell=cell,
        length=length[unit],
        rewording=rewording,
        strength=np.minimum(np.maximum((rewording - _DOUBT) / (_SURE - _DOUBT), 0.0), 1.0),
        copied=np.maximum(copied[cell], copied[end]),
    )


def _window(found: Overlap, dice: Floats, best: _Best, adjacent: Bools) -> tuple[Bools, Bools]:
    """Whether the row before or after the partner, taken in with it, raises Dice; not both."""
    line, cell = best.line + _SHIFTS, best.cell + _SHIFTS * best.stride
    shared = found.shared.ravel()  # where there is no such row, another one is looked at
    common = shared[cell] + shared[cell + best.stride] - shared[cell + best.beside]
    joined = found.total - found.next_total
    joined[:-1] += found.total[1:]
    either = np.maximum(found.total[best.unit] + joined[line], 1e-6)
    before, after = adjacent[line] * (2.0 * common / either)  # and left out here
    alone = dice[best.cell]
    earlier = (before > alone + _EVEN) & (before >= after - _EVEN)
    return earlier, (after > alone + _EVEN) & ~earlier


def _biases(stacked: Stack) -> Floats:
    """How readily wording in common is taken for a rewording, in the language of each article."""
    per_word = stacked.per_word
    return np.array([_bias(a.analysed.language, per_word) for a in stacked.articles])


@cache
def _bias(language: str, per_word: int) -> float:
    if language in {"en", "und"} or per_word > 1:
        return _BIAS
    return _BIAS + (_COMPOUNDED if language in _COMPOUNDING else _INFLECTED)


def _adjacent(stacked: Stack, lines: Lines) -> Bools:
    """Which lines stand right before the next one on the page of their article, both compared."""
    places = np.concatenate([a.rows for a in stacked.articles])
    out = np.zeros(len(places), dtype=np.bool_)
    out[:-1] = (places[1:] == places[:-1] + 1) & (lines.row[1:] > 0) & (lines.width[1:] > 0)
    return out


def _copied(stacked: Stack, left: Ints, right: Ints, sizes: Ints, cells: Grid) -> Floats:
    """Tokens of each cell's rows in shared runs, as a share of the shorter row.

    ``left`` and ``right`` are the lines of these tokens.
    """
    if stacked.long:
        compared = (cells.lines.width[left] > 0) & (cells.lines.width[right] > 0)
        left, right = left[compared], right[compared]
    tokens = np.bincount(cells.meeting(left, right), minlength=cells.size)
    out: Floats = np.minimum(tokens / np.minimum(sizes[cells.left], sizes[cells.right]), 1.0)
    return out
