"""Weighted overlap of the sentences of two articles, all sentences of many pairs at once.

A sentence is the set of its content stems. A stem weighs 1 / sqrt(n), n being the number of
sentences that hold it in the article where it is more frequent: what the whole story is about
says little, what stands in one sentence says much. Rarity is judged within the pair alone; no
background corpus, so it works in any language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dedup.grid import Grid
from dedup.model import Hashes
from dedup.ragged import Bools, Floats, Ints, expand, totals
from dedup.stack import Stack
from dedup.terms import Terms

_MEETINGS = 4_000_000
"""Meetings of one term in two rows that are listed at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the two rows of each cell share: tables of three rows, one number a cell.

    Row 0 is what they share, row 1 what the right row shares with both the left row and the one
    after it, row 2 what the left row shares with both the right row and the one after it.
    ``total`` is the weight of stems, ``worded`` that without names and numbers, ``phrases`` the
    number of phrases of two words.
    """

    total: Floats
    worded: Floats
    phrases: Floats


@dataclass(frozen=True, slots=True)
class Overlap:
    """The overlap of all rows of a stack.

    Of every line: ``total`` and ``worded``, the weight of its stems, the second without names
    and numbers; ``next_total`` and ``next_worded``, that of the stems that it has in common with
    the next one; ``stems``, how many distinct ones it has. Of every cell: ``shared``.
    """

    total: Floats
    worded: Floats
    next_total: Floats
    next_worded: Floats
    stems: Ints
    shared: Shared


def overlap(stacked: Stack, use: Bools, cells: Grid) -> Overlap:
    """The overlap over the tokens that ``use`` marks.

    Linear in the words, and in how often a term of a left row meets itself in a right one.
    """
    terms, terms_at = stacked.terms()
    at, to = _common(terms.hashes, int(terms_at[stacked.pairs]))
    used = _used(terms, terms_at, use)
    rows = used.count.copy()
    rows[at] = rows[to] = np.maximum(rows[at], rows[to])
    weights = np.where(terms.phrase, 0.0, 1.0 / np.sqrt(np.maximum(rows, 1)))
    worded = weights * terms.worded
    worded[at] = worded[to] = np.minimum(worded[at], worded[to])  # plain wording on both sides
    shared = np.zeros((3, 3, cells.size))
    kinds = (weights, worded, terms.phrase.astype(np.float64))
    for found in _meetings(used, at, to, cells):
        for table, amounts in zip(shared, kinds, strict=True):
            found.add_to(table, amounts)
    line = stacked.lines_at[used.article] + used.row
    size = int(stacked.lines_at[-1])
    on = used.onward
    each, plain = weights[used.term], worded[used.term]
    return Overlap(
        total=totals(line, each, size),
        worded=totals(line, plain, size),
        next_total=totals(line[on], each[on], size),
        next_worded=totals(line[on], plain[on], size),
        stems=np.bincount(line[~terms.phrase[used.term]], minlength=size),
        shared=Shared(*shared),
    )


@dataclass(frozen=True, slots=True)
class _Used:
    """The cells of terms that hold a token in use, in order of term, then row.

    ``article`` of each and whether the term stands ``onward``, in the next row, too; ``count``
    and ``first``: how many cells each term has, and the first of them.
    """

    term: Ints
    row: Ints
    article: Ints
    onward: Bools
    count: Ints
    first: Ints


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Where terms meet: which, in which cells of the grids, and whether they go on in the next
    row of either side."""

    term: Ints
    cell: Ints
    left_onward: Bools
    right_onward: Bools

    def add_to(self, table: Floats, weights: Floats) -> None:
        """Add the weights of terms to their cells, in rows 0 to 2 as in ``Shared``."""
        weight = weights[self.term]
        left, right = self.left_onward, self.right_onward
        table[0] += totals(self.cell, weight, table.shape[1])
        table[1] += totals(self.cell[left], weight[left], table.shape[1])
        table[2] += totals(self.cell[right], weight[right], table.shape[1])


def _used(terms: Terms, terms_at: Ints, use: Bools) -> _Used:
    filled = np.zeros(len(terms.term), dtype=np.bool_)
    filled[terms.cell[use[terms.token]]] = True
    term, row = terms.term[filled], terms.row[filled]
    onward = np.zeros(len(term), dtype=np.bool_)
    onward[:-1] = (term[1:] == term[:-1]) & (row[1:] == row[:-1] + 1)
    count = np.bincount(term, minlength=len(terms.hashes))
    article = np.arange(len(terms_at) - 1).repeat(terms_at[1:] - terms_at[:-1])
    return _Used(term, row, article[term], onward, count, count.cumsum() - count)


def _meetings(used: _Used, at: Ints, to: Ints, cells: Grid) -> Iterator[_Meetings]:
    """Where the terms ``at`` of the left meet the same ones, ``to``, of the right; a limited
    number at a time."""
    ends = (used.count[at] * used.count[to]).cumsum()
    begin = 0
    while begin < len(at):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(ends.searchsorted(before + _MEETINGS, side="right")))
        own, other = at[begin:end], to[begin:end]
        many = used.count[other]
        number, step = expand(used.count[own] * many)
        over, rest = np.divmod(step, many[number])
        i, j = used.first[own][number] + over, used.first[other][number] + rest
        yield _Meetings(
            term=own[number],
            cell=cells.cell(used.article[i], used.row[i], used.row[j]),
            left_onward=used.onward[i],
            right_onward=used.onward[j],
        )
        begin = end


def _common(hashes: Hashes, cut: int) -> tuple[Ints, Ints]:
    """Where the hashes stand that are both before and after the cut; either part is sorted."""
    left, right = hashes[:cut], hashes[cut:]
    if not len(left) or not len(right):
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    at = right.searchsorted(left)
    at[at == len(right)] = 0
    found = (right[at] == left).nonzero()[0]
    return found, at[found] + cut
