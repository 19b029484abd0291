"""Links: the partners of an alignment put together so that every sentence has its place.

The strongest claims come first. Sentences of which one became two, or two one, share a link
when they are neighbours; a sentence whose partner is already linked to another, further away,
gets a link of its own to the same partner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dedup.align import Alignment, Partners
from dedup.model import Hashes
from dedup.units import Ints, Prepared

Range = tuple[int, int]

_SHOWN = 0.3
"""Probability of rewording from which two sentences are shown as one: what counts is shown."""
_QUOTED = 0.5
"""Share of the shorter sentence in shared runs from which two sentences are shown as one."""
_GAP_SHARE = 0.5
"""Share of the shorter sentence's words that two sentences of one gap have in common."""
_SHARED_WORDS = 3
"""Least words that they have in common."""
_WIDEST = 4
"""Most neighbouring sentences that a link takes together on one side."""
_ALIKE = 8
"""Most places of one repeated sentence that are tried."""


@dataclass(frozen=True, slots=True)
class Link:
    """Rows ``left`` became rows ``right``, both half-open.

    ``again`` says which side of it already stands in another link: "left", "right" or None.
    """

    left: Range
    right: Range
    again: str | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    """Two stretches that belong together, and how strongly; larger is stronger."""

    key: float
    left: Range
    right: Range


def links(left: Prepared, right: Prepared, alignment: Alignment) -> tuple[Link, ...]:
    """All links, in order of the left text."""
    claims = sorted(
        _claims(left, right, alignment), key=lambda claim: (-claim.key, claim.left, claim.right)
    )
    board = _Board(left.rows, right.rows)
    for claim in claims:
        board.place(claim)
    for claim in sorted(_between(left, right, board), key=lambda claim: -claim.key):
        board.place(claim)
    return tuple(sorted(board.links(), key=lambda link: (link.left, link.right)))


def _claims(left: Prepared, right: Prepared, alignment: Alignment) -> Iterator[_Claim]:
    for i, j, key in _identical(left.row_keys, right.row_keys):
        yield _Claim(key, (i, i + 1), (j, j + 1))
    copied = alignment.copied
    for i, j in np.argwhere(copied >= _QUOTED).tolist():
        yield _Claim(float(copied[i, j]), (i, i + 1), (j, j + 1))
    for own, partner, p in _reworded(alignment.left):
        share = float(copied[own, partner[0] : partner[1]].max())
        yield _Claim(p + share, (own, own + 1), partner)
    for own, partner, p in _reworded(alignment.right):
        share = float(copied[partner[0] : partner[1], own].max())
        yield _Claim(p + share, partner, (own, own + 1))


def _reworded(partners: Partners) -> Iterator[tuple[int, Range, float]]:
    for at in np.flatnonzero(partners.rewording >= _SHOWN).tolist():
        partner = (int(partners.first[at]), int(partners.last[at]))
        yield int(partners.row[at]), partner, float(partners.rewording[at])


def _between(left: Prepared, right: Prepared, board: _Board) -> Iterator[_Claim]:
    """Free sentences that stand in the same gap between linked ones and share most words.

    Too little to count for the verdict ("A battalion is generally made up of several hundred
    troops"), but where the neighbours correspond the reader sees that these do too.
    """
    for i, gap in board.gaps():
        own = _distinct_words(left, i)
        for j in gap:
            other = _distinct_words(right, j)
            shared = len(own & other)
            share = shared / max(min(len(own), len(other)), 1)
            if shared >= _SHARED_WORDS * left.per_word and share >= _GAP_SHARE:
                yield _Claim(share + shared / 1000, (i, i + 1), (j, j + 1))


def _distinct_words(side: Prepared, row: int) -> set[int]:
    return set(side.hashes[side.starts[row] : side.starts[row + 1]].tolist())


def _identical(left: Hashes, right: Hashes) -> Iterator[tuple[int, int, float]]:
    """Pairs of equal rows; those at like places in their texts are the strongest."""
    places: dict[int, list[int]] = {}
    for j, key in enumerate(right.tolist()):
        places.setdefault(key, []).append(j)
    n, m = max(len(left), 1), max(len(right), 1)
    for i, key in enumerate(left.tolist()):
        for j in places.get(key, ())[:_ALIKE]:
            yield i, j, 4.0 - abs(i / n - j / m)


class _Board:
    """Which rows of either side are taken, and by which link."""

    def __init__(self, left: Ints, right: Ints) -> None:
        self._rows = (left.tolist(), right.tolist())
        self._owner = ([-1] * len(left), [-1] * len(right))
        self._spans: list[list[Range]] = []
        self._again: list[str | None] = []

    def links(self) -> Iterator[Link]:
        for (left, right), again in zip(self._spans, self._again, strict=True):
            yield Link(left, right, again)

    def gaps(self) -> Iterator[tuple[int, range]]:
        """Each free row on the left with the free rows on the right that stand in its gap.

        A gap lies between the partners of the nearest linked rows before and behind; a link
        that moved closes none.
        """
        ends: dict[int, int] = {}
        for (left, right), again in zip(self._spans, self._again, strict=True):
            if again is None:
                ends.update(dict.fromkeys(range(*left), right[1]))
        begins = {row: self._spans[self._owner[0][row]][1][0] for row in ends}
        count = len(self._owner[1])
        for row, owner in enumerate(self._owner[0]):
            if owner != -1:
                continue
            before = max((r for r in ends if r < row), default=None)
            behind = min((r for r in ends if r > row), default=None)
            first = 0 if before is None else ends[before]
            last = count if behind is None else begins[behind]
            free = [j for j in range(first, last) if self._owner[1][j] == -1]
            if free and (before is not None or behind is not None):
                yield row, range(free[0], free[-1] + 1)

    def place(self, claim: _Claim) -> None:
        """Make a link of a claim, widen one, or let it go."""
        spans = (claim.left, claim.right)
        owners = tuple({self._owner[side][row] for row in range(*spans[side])} for side in (0, 1))
        if owners == ({-1}, {-1}):
            self._take(len(self._spans), list(spans), None)
            return
        for free, taken in ((0, 1), (1, 0)):
            if owners[free] != {-1}:
                continue
            holders = owners[taken] - {-1}
            if len(holders) == 1 and self._widen(holders.pop(), free, spans):
                return
            if -1 not in owners[taken]:
                self._take(len(self._spans), list(spans), ("left", "right")[taken])
                return

    def _widen(self, number: int, side: int, spans: tuple[Range, Range]) -> bool:
        """Take more rows into a link where they are its neighbours on the page."""
        wide = list(self._spans[number])
        for s in (0, 1):
            begin, end = min(wide[s][0], spans[s][0]), max(wide[s][1], spans[s][1])
            rows = self._rows[s][begin:end]
            taken = {self._owner[s][row] for row in range(begin, end)} - {-1, number}
            if taken or end - begin > _WIDEST or rows[-1] - rows[0] != end - begin - 1:
                return False
            if sum(e - b for b, e in (wide[s], spans[s])) < end - begin:
                return False  # something stands in between
            wide[s] = (begin, end)
        if self._again[number] is not None:
            return False
        self._take(number, wide, None)
        return True

    def _take(self, number: int, spans: list[Range], again: str | None) -> None:
        if number == len(self._spans):
            self._spans.append(spans)
            self._again.append(again)
        self._spans[number] = spans
        for side, name in ((0, "left"), (1, "right")):
            if name != again:
                self._owner[side][slice(*spans[side])] = [number] * (
                    spans[side][1] - spans[side][0]
                )
