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

from dedup.grid import Context, Grid, View, grid, views
from dedup.overlap import Overlap, overlap
from dedup.ragged import Bools, Floats, Ints
from dedup.runs import Runs
from dedup.stack import Stack

UNIT = 3
"""Distinct content stems from which a sentence can be recognised when reworded."""
_COPIED = 0.4
"""Share of the shorter sentence in shared runs from which a quotation counts as context."""
_BIAS, _DICE, _COMMON, _BIGRAMS, _CONTEXT, _RATIO = -4.58, 2.13, 0.51, 0.82, 1.25, -0.66
_DOUBT, _SURE = 0.3, 0.9
_EVEN = 1e-9
"""Differences that come from rounding: sums of the same numbers in another order are equal."""
_INFLECTED, _COMPOUNDED = 0.5, 1.15
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
class Alignments:
    """The alignments of several pairs: the partners of the units of all their articles in order,
    the article of each unit, and ``copied``: tokens of a cell's left row in runs shared with its
    right row, as a share of the shorter of the two, 0..1."""

    partners: Partners
    article: Ints
    copied: Floats
    cells: Grid


def align(stacked: Stack, runs: Runs, speech: Bools) -> Alignments:
    """Find the partners of both sides. Tokens that are speech count as context only."""
    cells = grid(stacked)
    found = overlap(stacked, ~speech, cells)
    own, other = found.total[cells.left], found.total[cells.right]
    common = found.shared.total[0]
    dice = 2.0 * common / np.maximum(own + other, 1e-6)
    likeness = dice * common / np.maximum(np.minimum(own, other), 1e-6)
    lines = stacked.lines()
    copied = _copied(stacked, runs, lines, cells)
    context = Context(cells, np.maximum(dice, np.where(copied >= _COPIED, copied, 0.0)))
    view = views(stacked, cells)
    unit, place = _best(view, found.stems, likeness)
    told = lines[~speech & (lines >= 0)]
    length = np.bincount(told, minlength=len(view.article))
    partners = _partners(stacked, view, found, dice, context, unit, place, length)
    return Alignments(partners, view.article[unit], copied, cells)


def _best(view: View, stems: Ints, likeness: Floats) -> tuple[Ints, Ints]:
    """The units of both sides, and which of the rows facing each is most like it."""
    meant = np.where(stems[view.faced] >= UNIT, likeness[view.order], -1.0)
    lines = view.width.nonzero()[0]
    if not len(lines):
        return lines, lines
    begin = view.begin[lines]
    most = np.maximum.reduceat(meant, begin)
    found = (meant >= (most - _EVEN).repeat(view.width[lines])).nonzero()[0]
    place = found[found.searchsorted(begin)] - begin
    units = (stems[lines] >= UNIT) & (most >= 0)
    return lines[units], place[units]


def _partners(
    stacked: Stack,
    view: View,
    found: Overlap,
    dice: Floats,
    context: Context,
    unit: Ints,
    place: Ints,
    length: Ints,
) -> Partners:
    """The partners of all units, and how likely each is a rewording of its own."""
    cell, line = view.order[view.begin[unit] + place], view.facing[unit] + place
    stride, both = view.stride[unit], 2 - view.side[unit]  # the row of ``Shared`` for neighbours
    worded, phrases = found.shared.worded, found.shared.phrases
    earlier, later = _window(stacked, view, found, dice, unit, place)
    cell = cell - earlier * stride
    line = line - earlier
    two = earlier | later
    end = cell + two * stride

    common = worded[0, cell] + two * (worded[0, end] - worded[both, cell])
    bigrams = phrases[0, cell] + two * (phrases[0, end] - phrases[both, cell])
    theirs = found.worded[line] + two * (found.worded[line + two] - found.next_worded[line])
    mine = found.worded[unit]
    likely = 2.0 * common / np.maximum(mine + theirs, 1e-6)
    near = np.maximum(*context.of(np.concatenate((cell, end))).reshape(2, -1))
    ratio = np.log(np.maximum(mine, 0.1) / np.maximum(theirs, 0.1))
    bias = _biases(stacked)
    z = (
        bias[view.article[unit]]
        + _DICE * likely
        + _COMMON * common
        + _BIGRAMS * np.log1p(bigrams)
        + _CONTEXT * near
        + _RATIO * ratio
    )
    rewording = 1.0 / (1.0 + np.exp(-z))
    first = place - earlier
    return Partners(
        row=view.row[unit],
        first=first,
        last=first + 1 + two,
        length=length[unit],
        dice=likely,
        common=common,
        bigrams=bigrams,
        context=near,
        ratio=ratio,
        rewording=rewording,
        strength=np.minimum(np.maximum((rewording - _DOUBT) / (_SURE - _DOUBT), 0.0), 1.0),
    )


def _window(
    stacked: Stack, view: View, found: Overlap, dice: Floats, unit: Ints, place: Ints
) -> tuple[Bools, Bools]:
    """Whether the row before or after the partner, taken in with it, raises Dice; not both."""
    cell, line = view.order[view.begin[unit] + place], view.facing[unit] + place
    stride, both = view.stride[unit], 2 - view.side[unit]
    total, own = found.shared.total, found.total[unit]
    adjacent = _adjacent(stacked)
    alone, wide = dice[cell], []
    for shift in (-1, 0):
        free = adjacent[line + shift].nonzero()[0]  # never the last row of an article
        at, first = cell[free] + shift * stride[free], line[free] + shift
        common = total[0, at] + total[0, at + stride[free]] - total[both[free], at]
        theirs = found.total[first] + found.total[first + 1] - found.next_total[first]
        joined = np.full(len(unit), -1.0)
        joined[free] = 2.0 * common / np.maximum(own[free] + theirs, 1e-6)
        wide.append(joined)
    before, after = wide
    earlier = (before > alone + _EVEN) & (before >= after - _EVEN)
    return earlier, (after > alone + _EVEN) & ~earlier


def _biases(stacked: Stack) -> Floats:
    """How readily wording in common is taken for a rewording, in the language of each article."""
    languages = [a.analysed.language for a in stacked.articles]
    known = {language: _bias(language, stacked.per_word) for language in set(languages)}
    return np.array([known[language] for language in languages])


def _bias(language: str, per_word: int) -> float:
    if language in {"en", "und"} or per_word > 1:
        return _BIAS
    return _BIAS + (_COMPOUNDED if language in _COMPOUNDING else _INFLECTED)


def _adjacent(stacked: Stack) -> Bools:
    """Which lines stand right before the next one on the page of their article."""
    articles, rows = stacked.articles, stacked.rows.tolist()
    places = np.concatenate([a.rows[:n] for a, n in zip(articles, rows, strict=True)])
    out = np.zeros(len(places), dtype=np.bool_)
    out[:-1] = places[1:] == places[:-1] + 1
    out[stacked.lines_at[1:][stacked.rows > 0] - 1] = False
    return out


def _copied(stacked: Stack, runs: Runs, lines: Ints, cells: Grid) -> Floats:
    """Tokens of each cell's rows in shared runs, as a share of the shorter row."""
    i, j, _ = runs.expand()
    compared = (lines[i] >= 0) & (lines[j] >= 0)
    i, j = i[compared], j[compared]
    cell = cells.cell(stacked.article[i], stacked.row[i], stacked.row[j])
    tokens = np.bincount(cell, minlength=cells.size)
    sizes = np.bincount(lines[lines >= 0], minlength=int(stacked.lines_at[-1]))
    shorter = np.minimum(sizes[cells.left], sizes[cells.right])
    out: Floats = np.minimum(tokens / np.maximum(shorter, 1), 1.0)
    return out
