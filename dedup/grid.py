"""Grids: for every pair of a stack the cells where its rows meet, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup.ragged import Floats, Ints, expand, offsets
from dedup.stack import Stack

_NEAR = 3
"""Within how many sentences a neighbour counts as context."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The grids of all pairs, each compared rows of the left by those of the right, row by row.

    ``width`` and ``at``: of each pair the number of right rows and where its cells begin;
    ``pair``, ``row``, ``column``: where each cell stands; ``left`` and ``right``: its lines.
    """

    width: Ints
    at: Ints
    pair: Ints
    row: Ints
    column: Ints
    left: Ints
    right: Ints

    def cell(self, pair: Ints, row: Ints, column: Ints) -> Ints:
        """Where the cells at these places stand."""
        return self.at[pair] + row * self.width[pair] + column

    @property
    def size(self) -> int:
        """Cells of all grids."""
        return len(self.pair)


def grid(stacked: Stack) -> Grid:
    """The grids of the compared rows of all pairs. Linear in their cells."""
    n = stacked.pairs
    width = stacked.rows[n:]
    sizes = stacked.rows[:n] * width
    at = offsets(sizes)
    pair, step = expand(sizes)
    row, column = np.divmod(step, width[pair])
    return Grid(
        width=width,
        at=at,
        pair=pair,
        row=row,
        column=column,
        left=stacked.lines_at[pair] + row,
        right=stacked.lines_at[pair + n] + column,
    )


@dataclass(frozen=True, slots=True)
class View:
    """The grids as each line sees them, of the right articles too.

    ``article``, ``row`` and ``side`` (0 left, 1 right) of every line; ``width``: the rows facing
    it, ``facing`` the line of the first; ``begin``: where their cells begin in ``order``, which
    has all cells twice, as those on the left see them and as those on the right; ``faced`` is the
    line facing each of these; ``stride``: how far apart neighbours stand in the grid.
    """

    article: Ints
    row: Ints
    side: Ints
    width: Ints
    facing: Ints
    begin: Ints
    stride: Ints
    order: Ints
    faced: Ints


def views(stacked: Stack, cells: Grid) -> View:
    """How all lines of a stack see its grids."""
    n, rows = stacked.pairs, stacked.rows
    article = np.arange(2 * n).repeat(rows)
    row = np.arange(len(article)) - stacked.lines_at[article]
    side, pair = np.divmod(article, n)
    opposite = (article + n) % (2 * n)
    width = rows[opposite]
    turned = cells.at[cells.pair] + cells.column * rows[cells.pair] + cells.row
    order = np.arange(2 * cells.size)
    order[cells.size + turned] = order[: cells.size]
    return View(
        article=article,
        row=row,
        side=side,
        width=width,
        facing=stacked.lines_at[opposite],
        begin=cells.at[pair] + row * width + side * cells.size,
        stride=np.where(side, rows[article], 1),
        order=order,
        faced=np.concatenate((cells.right, cells.left[order[cells.size :]])),
    )


class Context:
    """How much the rows shortly before and shortly after two rows are alike.

    The grids are kept with margins, so that every neighbour of a cell can be asked for.
    """

    def __init__(self, cells: Grid, likeness: Floats) -> None:
        height = (cells.at[1:] - cells.at[:-1]) // np.maximum(cells.width, 1)
        width = cells.width + 2 * _NEAR
        at = offsets((height + 2 * _NEAR) * width)
        self._width = width[cells.pair]
        self._place = at[cells.pair] + (cells.row + _NEAR) * self._width + cells.column + _NEAR
        self._padded = np.zeros(int(at[-1]))
        self._padded[self._place] = likeness

    def of(self, cell: Ints) -> Floats:
        """The best likeness of rows before both plus that of rows after both, 0..2."""
        rows, columns = np.divmod(np.arange(_NEAR * _NEAR), _NEAR)
        near = self._width[cell][:, None] * (rows + 1) + columns + 1
        place = self._place[cell][:, None]
        before, after = self._padded[place - near], self._padded[place + near]
        out: Floats = before.max(axis=1) + after.max(axis=1)
        return out
