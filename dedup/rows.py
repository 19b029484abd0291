"""Rows of an alignment in reading order: every sentence of both articles stands in one row.

Rows follow the left text; what stands only on the right follows the sentence it follows there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from dedup.links import Link, Range
from dedup.model import Sentence, SentenceStatus, Span
from dedup.ragged import Bools
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
    ours, theirs = _Side(left, left_spoken, right=False), _Side(right, right_spoken, right=True)
    places = [(ours.take(link.left), theirs.take(link.right)) for link in links]
    out = theirs.alone(0)
    at = 0
    for link, (here, there), moved in zip(links, places, _moved(links), strict=True):
        if at < here[0]:
            out += ours.alone(at)
        status, quotation = _linked(ours, theirs, link, moved)
        out.append(Row(here, there, status, quotation, moved))
        at = max(at, here[1])
        if theirs.free[there[1]]:
            out += theirs.alone(there[1])
    return (*out, *ours.alone(at))


def spoken(stacked: Stack, speech: Bools) -> Sequence[Sequence[int]]:
    """Of each article of a stack how many tokens of each row are direct speech, of which
    ``speech`` are all; nothing of an article without any."""
    if not speech.any():
        return [()] * len(stacked.articles)
    at = [0, *accumulate(len(article.rows) for article in stacked.articles)]
    row = np.array(at)[stacked.article[speech]] + stacked.row[speech]
    tokens = np.bincount(row, minlength=at[-1]).tolist()
    some = (tokens[begin:end] for begin, end in pairwise(at))
    return [here if any(here) else () for here in some]


def span(sentences: Sequence[Sentence], some: Range) -> Span:
    """Where a range of an article's sentences stands in its text."""
    return Span(sentences[some[0]].begin, sentences[some[1] - 1].end)


class _Side:
    """One article while its rows are laid out; ``free`` are the sentences that stand in none yet,
    and the place behind the last one is not."""

    def __init__(self, side: Prepared, spoken: Sequence[int], *, right: bool) -> None:
        self.sentences = side.analysed.sentences
        self.free = [True] * len(self.sentences) + [False]
        self.keys = side.row_keys
        self._right = right
        self._indexes: list[int] = side.rows.tolist()
        self._spoken = spoken
        self._starts: list[int] = side.starts.tolist() if spoken else []

    def quoted(self, rows: Range) -> bool:
        if not self._spoken:
            return False
        first, last = rows
        return sum(self._spoken[first:last]) > _MOSTLY * (self._starts[last] - self._starts[first])

    def take(self, rows: Range) -> Range:
        """The sentences of some rows, which have found their place."""
        begin, end = self._indexes[rows[0]], self._indexes[rows[1] - 1] + 1
        self.free[begin:end] = [False] * (end - begin)
        return begin, end

    def alone(self, index: int) -> list[Row]:
        """The sentences from ``index`` on that stand alone, up to the next one that does not."""
        end = self.free.index(False, index)
        self.free[index:end] = [False] * (end - index)
        return [self._single(at) for at in range(index, end)]

    def _single(self, index: int) -> Row:
        here = (index, index + 1)
        left, right = (None, here) if self._right else (here, None)
        reason = self.sentences[index].furniture
        if reason is not None:
            return Row(left, right, _FURNITURE, furniture=reason)
        status = _ADDED if self._right else _REMOVED
        return Row(left, right, status, bool(self._spoken) and self._quotes(index))

    def _quotes(self, index: int) -> bool:
        row = bisect_left(self._indexes, index)
        here = row < len(self._indexes) and self._indexes[row] == index
        return here and self.quoted((row, row + 1))


def _linked(left: _Side, right: _Side, link: Link, moved: bool) -> tuple[SentenceStatus, bool]:
    """What became of the sentences of a link, and whether they are a quotation."""
    (a, b), (c, d), _ = link
    same = left.keys[a:b] == right.keys[c:d]
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
