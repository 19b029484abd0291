"""Rows of an alignment in reading order: every sentence of both articles stands in one row.

Rows follow the left text; what stands only on the right follows the sentence it follows there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedup.links import Link, Range
from dedup.model import SentenceStatus, Span
from dedup.ragged import Bools, offsets
from dedup.stack import Stack
from dedup.units import Prepared

_MOSTLY = 0.5

# An enumeration's members are slow to reach, and these are asked for with every row.
_IDENTICAL, _EDITED = SentenceStatus.IDENTICAL, SentenceStatus.EDITED
_MOVED, _ADDED = SentenceStatus.MOVED, SentenceStatus.ADDED
_REMOVED, _FURNITURE = SentenceStatus.REMOVED, SentenceStatus.FURNITURE


class Row(NamedTuple):
    """One row: half-open ranges of sentences (indexes into ``analysed.sentences``) or None."""

    left: Range | None
    right: Range | None
    status: SentenceStatus
    quotation: bool = False
    moved: bool = False
    furniture: str | None = None


def rows(
    left: Prepared,
    right: Prepared,
    links: Sequence[Link],
    left_spoken: Sequence[int],
    right_spoken: Sequence[int],
) -> tuple[Row, ...]:
    """All rows; ``links`` in order of the left text, ``spoken`` as the verdict had it.

    A sentence stands in a second row only where its partner is a sentence linked elsewhere.
    """
    sides = (_Side(left, left_spoken), _Side(right, right_spoken))
    begins: dict[int, list[Row]] = {}
    taken: tuple[set[int], set[int]] = (set(), set())
    for link, moved in zip(links, _moved(links), strict=True):
        ours, theirs = sides[0].range(link.left), sides[1].range(link.right)
        status, quotation = _linked(sides, link, moved)
        row = Row(ours, theirs, status, quotation, moved)
        begins.setdefault(ours[0], []).append(row)
        taken[0].update(range(*ours))
        taken[1].update(range(*theirs))
    out = sides[1].alone(0, taken[1], right=True)
    for index in range(len(left.analysed.sentences)):
        if index not in taken[0]:
            out.append(sides[0].single(index, right=False))
        for row in begins.get(index, ()):
            out.append(row)
            if row.right is not None:
                out += sides[1].alone(row.right[1], taken[1], right=True)
    return tuple(out)


def spoken(stacked: Stack, speech: Bools) -> Sequence[Sequence[int]]:
    """Of each article of a stack how many tokens of each row are direct speech, of which
    ``speech`` are all; nothing of an article without any."""
    at = offsets([len(article.rows) for article in stacked.articles])
    row = at[stacked.article[speech]] + stacked.row[speech]
    tokens = np.bincount(row, minlength=int(at[-1])).tolist()
    some = np.bincount(stacked.article[speech], minlength=len(stacked.articles)).tolist()
    return [
        tokens[begin:end] if any_ else ()
        for any_, (begin, end) in zip(some, pairwise(at.tolist()), strict=True)
    ]


def span(side: Prepared, sentences: Range) -> Span:
    """Where a range of sentences stands in the article's text."""
    found = side.analysed.sentences
    return Span(found[sentences[0]].begin, found[sentences[1] - 1].end)


class _Side:
    """One article while its rows are laid out; remembers which sentences were given out."""

    def __init__(self, side: Prepared, spoken: Sequence[int]) -> None:
        self.sentences = side.analysed.sentences
        self.keys = side.row_keys
        self.indexes = side.rows.tolist()
        self.spoken = spoken
        self.starts: list[int] = side.starts.tolist() if spoken else []
        self.given: set[int] = set()

    def quoted(self, rows: Range) -> bool:
        if not self.spoken:
            return False
        first, last = rows
        return sum(self.spoken[first:last]) > _MOSTLY * (self.starts[last] - self.starts[first])

    def range(self, rows: Range) -> Range:
        return self.indexes[rows[0]], self.indexes[rows[1] - 1] + 1

    def single(self, index: int, *, right: bool) -> Row:
        here = (index, index + 1)
        left, other = (None, here) if right else (here, None)
        reason = self.sentences[index].furniture
        if reason is not None:
            return Row(left, other, _FURNITURE, furniture=reason)
        status = _ADDED if right else _REMOVED
        return Row(left, other, status, bool(self.spoken) and self._quotes(index))

    def _quotes(self, index: int) -> bool:
        row = bisect_left(self.indexes, index)
        here = row < len(self.indexes) and self.indexes[row] == index
        return here and self.quoted((row, row + 1))

    def alone(self, index: int, taken: set[int], *, right: bool) -> list[Row]:
        """The sentences from ``index`` on that stand alone, up to the next one that does not."""
        out: list[Row] = []
        while index < len(self.sentences) and index not in taken and index not in self.given:
            self.given.add(index)
            out.append(self.single(index, right=right))
            index += 1
        return out


def _linked(sides: tuple[_Side, _Side], link: Link, moved: bool) -> tuple[SentenceStatus, bool]:
    """What became of the sentences of a link, and whether they are a quotation."""
    left, right = sides
    same = left.keys[slice(*link.left)] == right.keys[slice(*link.right)]
    status = _EDITED if not same else _MOVED if moved else _IDENTICAL
    return status, left.quoted(link.left) and right.quoted(link.right)


def _moved(links: Sequence[Link]) -> list[bool]:
    """Which links stand out of order: those outside a longest non-decreasing subsequence."""
    begins = [link.right[0] for link in links]
    if begins == sorted(begins):
        return [False] * len(links)
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, begin in enumerate(begins):
        at = bisect_right(tails, begin)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [begin]
        ends[at : at + 1] = [index]
    moved = [True] * len(links)
    index = ends[-1] if ends else -1
    while index >= 0:
        moved[index] = False
        index = before[index]
    return moved
