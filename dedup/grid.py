"""Grids: for every pair of a stack the cells where its rows meet, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup.ragged import Floats, Ints, offsets
from dedup.stack import Stack
from dedup.units import MOST_ROWS

_NEAR = 3
"""Within how many sentences a neighbour counts as context."""
_ROWS_AWAY, _COLUMNS_AWAY = 1 + np.indices((_NEAR, _NEAR)).reshape(2, -1, 1)
"""How many rows and how many columns away such neighbours are."""


@dataclass(frozen=True, slots=True)
class Lines:
    """How each line of a stack sees its grid: a left one as a row of cells, a right one as a
    column.

    The first ``left`` of them are left ones. ``article`` and ``row`` of every line; ``width``:
    the rows facing it, none if it is not compared, and ``facing``: the line of the first;
    ``begin``: where its cells begin when those of all lines are laid end to end; ``first``: the
    first of them in the grids, ``stride``: how far apart they stand there.
    """

    left: int
    article: Ints
    row: Ints
    width: Ints
    facing: Ints
    begin: Ints
    first: Ints
    stride: Ints


@dataclass(frozen=True, slots=True)
class Grid:
    """The grids of all pairs, each compared rows of the left by those of the right, row by row.

    ``height`` and ``width``: of each pair the number of left and right rows; ``left`` and
    ``right``: the lines of each cell. ``faced``: of the cells of all lines laid end to end the
    line facing; those of the left ones are the grids as they are, those of the right ones are the
    cells ``turned``.
    """

    lines: Lines
    height: Ints
    width: Ints
    left: Ints
    right: Ints
    faced: Ints
    turned: Ints

    def meeting(self, left: Ints, right: Ints) -> Ints:
        """The cells of these left lines and right lines, of one pair each."""
        return (self.lines.begin - self.lines.facing)[left] + right

    @property
    def size(self) -> int:
        """Cells of all grids."""
        return len(self.left)


def grid(stacked: Stack) -> Grid:
    """The grids of the compared rows of all pairs. Linear in their cells."""
    n = stacked.pairs
    compared = np.minimum(stacked.rows, MOST_ROWS)
    height, width = compared[:n], compared[n:]
    at = offsets(height * width)
    lines = _lines(stacked, compared, at)
    size = int(at[-1])
    line = np.arange(len(lines.row)).repeat(lines.width)
    faced = np.arange(2 * size) + (lines.facing - lines.begin)[line]
    column = line[size:]
    corner = lines.first - lines.facing * lines.stride
    return Grid(
        lines=lines,
        height=height,
        width=width,
        left=line[:size],
        right=faced[:size],
        faced=faced,
        turned=corner[column] + faced[size:] * lines.stride[column],
    )


def _lines(stacked: Stack, compared: Ints, at: Ints) -> Lines:
    n, left = stacked.pairs, int(stacked.lines_at[stacked.pairs])
    article = np.arange(2 * n).repeat(stacked.rows)
    row = np.arange(len(article)) - stacked.lines_at[article]
    width = np.concatenate((compared[n:], compared[:n]))[article]
    if stacked.long:
        width[row >= MOST_ROWS] = 0
    begin = width.cumsum() - width
    first, stride = begin.copy(), np.empty_like(begin)
    first[left:] = at[article[left:] - n] + row[left:]
    stride[:left], stride[left:] = 1, compared[article[left:]]
    return Lines(
        left=left,
        article=article,
        row=row,
        width=width,
        facing=np.concatenate((stacked.lines_at[n:-1], stacked.lines_at[:n]))[article],
        begin=begin,
        first=first,
        stride=stride,
    )


class Context:
    """How much the rows shortly before and shortly after two rows are alike.

    The grids are kept with margins, so that every neighbour of a cell can be asked for: above,
    below, and right of each row; what stands left of it is the margin of the row above.
    """

    def __init__(self, cells: Grid, likeness: Floats) -> None:
        lines, width = cells.lines, cells.width + _NEAR
        at = offsets((cells.height + 2 * _NEAR) * width)
        pair = lines.article[: lines.left]
        self._width = width[pair]
        begin = at[pair] + (lines.row[: lines.left] + _NEAR) * self._width
        self._left = cells.left
        self._place = (begin - lines.facing[: lines.left])[cells.left] + cells.right
        self._padded = np.zeros(int(at[-1]))
        self._padded[self._place] = likeness

    def of(self, cell: Ints) -> Floats:
        """The best likeness of rows before both plus that of rows after both, 0..2."""
        near = self._width[self._left[cell]] * _ROWS_AWAY + _COLUMNS_AWAY
        place = self._place[cell]
        before, after = self._padded[place - near], self._padded[place + near]
        out: Floats = before.max(axis=0) + after.max(axis=0)
        return out
