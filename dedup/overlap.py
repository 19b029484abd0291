"""Weighted overlap of the sentences of two articles, all sentences of many pairs at once.

A sentence is the set of its content stems. A stem weighs 1 / sqrt(n), n being the number of
sentences that hold it in the article where it is more frequent: what the whole story is about
says little, what stands in one sentence says much. Rarity is judged within the pair alone; no
background corpus, so it works in any language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.grid import Grid
from dedup.model import Hashes
from dedup.ragged import Bools, Floats, Ints, offsets, ranges, shifted, totals
from dedup.stack import Stack, keys
from dedup.terms import Terms
from dedup.units import MOST_ROWS, terms_of

_MEETINGS = 4_000_000
"""Meetings of one term in two rows that are listed at a time, which bounds the memory."""
_RARITY = 1.0 / np.sqrt(np.maximum(np.arange(MOST_ROWS + 1), 1))
"""What a stem weighs, by the number of sentences that hold it."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """The overlap of all rows of a stack.

    Of every line: ``total`` and ``worded``, the weight of its stems, the second without names
    and numbers; ``next_total`` and ``next_worded``, that of the stems that it has in common with
    the next one; ``stems``, how many distinct ones it has.

    What the two rows of each cell share: ``shared``, the weight of stems, ``shared_worded``, that
    without names and numbers, ``phrases``, the number of phrases of two words; tables of three
    rows, one number a cell. Row 0 is what they share, row 1 what the right row shares with both
    the left row and the one after it, row 2 what the left row shares with both the right row and
    the one after it.
    """

    total: Floats
    worded: Floats
    next_total: Floats
    next_worded: Floats
    stems: Ints
    shared: Floats
    shared_worded: Floats
    phrases: Floats


def overlap(stacked: Stack, speech: Ints, cells: Grid) -> Overlap:
    """The overlap over all tokens but ``speech``.

    Linear in the words, and in how often a term of a left row meets itself in a right one.
    """
    terms = terms_of(stacked.articles)
    used = _used(stacked, terms, speech)
    at, to = _common([t.hashes for t in terms], stacked.pairs)
    here, there = used.count[at], used.count[to]
    phrase = np.concatenate([t.phrase for t in terms])
    rows, stem = used.count.copy(), ~phrase
    rows[at] = rows[to] = np.maximum(here, there)
    weights = _RARITY[rows] * stem
    worded = weights * np.concatenate([t.worded for t in terms])
    worded[at] = worded[to] = np.minimum(worded[at], worded[to])  # plain wording on both sides
    shared = [np.zeros(3 * cells.size)] * 3
    for term, places in _meetings(used, (at, here), (to, there), cells):
        shared = [
            table + totals(places, amounts[term], len(table))
            for table, amounts in zip(shared, (weights, worded, phrase), strict=True)
        ]
    stems, plain_stems, phrases = (table.reshape(3, -1) for table in shared)
    held = stem[used.term].nonzero()[0]
    term, line = used.term[held], used.line[held]
    on = used.onward[held].nonzero()[0]
    size = len(cells.lines.row)
    places, each = np.concatenate((line, line[on] + size)), np.concatenate((term, term[on]))
    total, next_total = totals(places, weights[each], 2 * size).reshape(2, -1)
    plain, next_plain = totals(places, worded[each], 2 * size).reshape(2, -1)
    return Overlap(
        total=total,
        worded=plain,
        next_total=next_total,
        next_worded=next_plain,
        stems=np.bincount(line, minlength=size),
        shared=stems,
        shared_worded=plain_stems,
        phrases=phrases,
    )


@dataclass(frozen=True, slots=True)
class _Used:
    """The cells of terms that hold a token in use, in order of term, then row.

    ``term``, ``line`` of each, and whether the term stands ``onward``, in the next row, too;
    ``count`` and ``first``: how many cells each term has, and the first of them. Terms are
    counted over all articles.
    """

    term: Ints
    line: Ints
    onward: Bools
    count: Ints
    first: Ints


def _used(stacked: Stack, terms: Sequence[Terms], speech: Ints) -> _Used:
    count = np.concatenate([t.count for t in terms], dtype=np.int64)
    term = np.arange(len(count)).repeat(count)
    line = shifted([t.row for t in terms], stacked.lines_at[:-1])
    if len(speech):
        use = np.ones(len(stacked.row), dtype=np.bool_)
        use[speech] = False
        cell = shifted([t.cell for t in terms], offsets([len(t.row) for t in terms])[:-1])
        token = shifted([t.token for t in terms], stacked.tokens_at[:-1])
        filled = np.zeros(len(term), dtype=np.bool_)
        filled[cell[use[token]]] = True
        held = filled.nonzero()[0]
        term, line = term[held], line[held]
        count = np.bincount(term, minlength=len(count))
    onward = np.zeros(len(term), dtype=np.bool_)
    onward[:-1] = (term[1:] == term[:-1]) & (line[1:] == line[:-1] + 1)
    return _Used(term, line, onward, count, count.cumsum() - count)


_Counted = tuple[Ints, Ints]
"""Terms, and how many cells each has."""


def _meetings(
    used: _Used, left: _Counted, right: _Counted, cells: Grid
) -> Iterator[tuple[Ints, Ints]]:
    """Where terms of the left meet the same ones of the right: which, and in which place of a
    table of what is shared; a limited number of meetings at a time."""
    ends = (left[1] * right[1]).cumsum()
    begin = 0
    while begin < len(ends):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(ends.searchsorted(before + _MEETINGS, side="right")))
        here = left[1][begin:end]
        there = right[1][begin:end].repeat(here)  # for each left cell of a term its right ones
        i = ranges(used.first[left[0][begin:end]], here).repeat(there)
        j = ranges(used.first[right[0][begin:end]].repeat(here), there)
        term, cell = used.term[i], cells.meeting(used.line[i], used.line[j])
        on, over = used.onward[i].nonzero()[0], used.onward[j].nonzero()[0]
        yield (
            np.concatenate((term, term[on], term[over])),
            np.concatenate((cell, cell[on] + cells.size, cell[over] + 2 * cells.size)),
        )
        begin = end


def _common(hashes: Sequence[Hashes], pairs: int) -> tuple[Ints, Ints]:
    """Which hashes both articles of a pair have: where they stand on the left, on the right."""
    both = np.concatenate((keys(hashes[:pairs]), keys(hashes[pairs:])))
    order = both.argsort(kind="stable")  # what is sorted in two parts is soon sorted
    both = both[order]
    same = (both[1:] == both[:-1]).nonzero()[0]
    return order[same], order[same + 1]
