"""Weighted overlap of the sentences of two articles, all pairs at once.

A sentence is the set of its content stems. A stem weighs 1 / sqrt(n), n being the number of
sentences that hold it in the article where it is more frequent: what the whole story is about
says little, what stands in one sentence says much. Rarity is judged within the pair alone; no
background corpus, so it works in any language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.model import Hashes
from dedup.units import MOST_ROWS, Bools, Columns, Ints, Prepared

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Weighted:
    """One side of an overlap. Matrices are rows by shared stems (or bigrams), 0 or 1.

    ``weights`` of the shared stems; ``worded`` the same with 0 for names and numbers; ``total``
    and ``worded_total`` are the sums of weights of all stems of each row, shared or not;
    ``next_total`` and ``next_worded`` those of the stems that a row has in common with the next
    one. ``stems`` is the number of distinct stems of each row.
    """

    shared: Floats
    weights: Floats
    worded: Floats
    total: Floats
    worded_total: Floats
    next_total: Floats
    next_worded: Floats
    stems: Floats
    bigrams: Floats


def overlap(
    left: Prepared, right: Prepared, left_use: Bools, right_use: Bools
) -> tuple[Weighted, Weighted]:
    """Both sides of the overlap over the tokens that ``left_use`` and ``right_use`` mark."""
    a = _incidence(left, left.stems, left_use)
    b = _incidence(right, right.stems, right_use)
    at, to = _shared(left.stems.hashes, right.stems.hashes)
    a_rows, b_rows = a.sum(axis=0), b.sum(axis=0)
    rows = np.maximum(a_rows[at], b_rows[to])
    a_rows[at] = rows
    b_rows[to] = rows
    plain = left.worded[at] & right.worded[to]
    g, h = _shared(left.bigrams.hashes, right.bigrams.hashes)
    return (
        _weighted(a, a_rows, at, left.worded, plain, _phrases(left, left_use, g)),
        _weighted(b, b_rows, to, right.worded, plain, _phrases(right, right_use, h)),
    )


def _weighted(
    grid: Floats, rows: Floats, at: Ints, own_worded: Bools, plain: Bools, bigrams: Floats
) -> Weighted:
    weights = 1.0 / np.sqrt(np.maximum(rows, 1.0))
    worded = weights * own_worded
    worded[at] *= plain
    both = grid[:-1] * grid[1:]
    return Weighted(
        shared=grid[:, at],
        weights=weights[at],
        worded=worded[at],
        total=grid @ weights,
        worded_total=grid @ worded,
        next_total=both @ weights,
        next_worded=both @ worded,
        stems=grid.sum(axis=1),
        bigrams=bigrams,
    )


def compared(side: Prepared) -> int:
    """How many rows of an article are compared by their wording."""
    return min(len(side.rows), MOST_ROWS)


def _incidence(side: Prepared, columns: Columns, use: Bools) -> Floats:
    grid = np.zeros((compared(side), len(columns.hashes)), dtype=np.float32)
    keep = np.flatnonzero(use & (columns.column >= 0))
    grid[side.row[keep], columns.column[keep]] = 1.0
    return grid


def _phrases(side: Prepared, use: Bools, shared: Ints) -> Floats:
    """Which of the shared bigrams each row holds."""
    place = np.full(len(side.bigrams.hashes) + 1, -1, dtype=np.int64)  # the last one is for none
    place[shared] = np.arange(len(shared))
    column = place[side.bigrams.column]
    grid = np.zeros((compared(side), len(shared)), dtype=np.float32)
    keep = np.flatnonzero(use & (column >= 0))
    grid[side.row[keep], column[keep]] = 1.0
    return grid


def _shared(a: Hashes, b: Hashes) -> tuple[Ints, Ints]:
    """Where the common elements of two sorted sets stand in each of them."""
    if not len(a) or not len(b):
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    at = np.searchsorted(b, a)
    at[at == len(b)] = 0
    found = np.flatnonzero(b[at] == a)
    return found, at[found]
