"""Links: the partners of an alignment put together so that every sentence has its place.

The strongest claims come first. Sentences of which one became two, or two one, share a link
when they are neighbours; a sentence whose partner is already linked to another, further away,
gets a link of its own to the same partner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from dedup.align import Alignments
from dedup.counts import same_counts
from dedup.ragged import Ints
from dedup.units import Prepared

Range = tuple[int, int]
Claim = tuple[float, Range, Range]
"""How strongly two stretches belong together, negated, so that the strongest sort first."""

_SHOWN = 0.3
"""Probability of rewording from which two sentences are shown as one: what counts is shown."""
_QUOTED = 0.5
"""Share of the shorter sentence in shared runs from which two sentences are shown as one."""
_GAP_SHARE = 0.5
"""Share of the shorter sentence's words that two sentences of one gap have in common."""
_SHARED_WORDS = 3
"""Least words that they have in common."""
_GAP = 8
"""Most sentences on either side of a gap."""
_WIDEST = 4
"""Most neighbouring sentences that a link takes together on one side."""
_ALIKE = 8
"""Most places of one repeated sentence that are tried."""
_NOBODY = {-1}
"""What owns rows that no link has."""


class Link(NamedTuple):
    """Rows ``left`` became rows ``right``, both half-open.

    ``again`` says which side of it already stands in another link: "left", "right" or None.
    """

    left: Range
    right: Range
    again: str | None = None


def claims(alignments: Alignments, pairs: Ints) -> dict[int, list[Claim]]:
    """What the alignments of some pairs, given by number, say belongs together."""
    cells, copied, partners = alignments.cells, alignments.copied, alignments.partners
    wanted = np.zeros(len(cells.width), dtype=np.bool_)
    wanted[pairs] = True
    cell = (copied >= _QUOTED).nonzero()[0]
    cell = cell[wanted[cells.pair[cell]]]
    right, pair = np.divmod(alignments.article, len(wanted))
    unit = ((partners.rewording >= _SHOWN) & wanted[pair]).nonzero()[0]
    pair, right = pair[unit], right[unit].astype(np.bool_)
    row, first, last = partners.row[unit], partners.first[unit], partners.last[unit]
    left_first, left_last = np.where(right, (first, last), (row, row + 1))
    right_first, right_last = np.where(right, (row, row + 1), (first, last))
    share = np.maximum(
        copied[cells.cell(pair, left_first, right_first)],
        copied[cells.cell(pair, left_last - 1, right_last - 1)],
    )
    columns = (
        (cells.pair[cell], pair),
        (-copied[cell], -(partners.rewording[unit] + share)),
        (cells.row[cell], left_first),
        (cells.row[cell] + 1, left_last),
        (cells.column[cell], right_first),
        (cells.column[cell] + 1, right_last),
    )
    out: dict[int, list[Claim]] = {number: [] for number in pairs.tolist()}
    for number, key, a, b, c, d in zip(
        *(np.concatenate(column).tolist() for column in columns), strict=True
    ):
        out[number].append((key, (a, b), (c, d)))
    return out


def links(left: Prepared, right: Prepared, claimed: Iterable[Claim]) -> tuple[Link, ...]:
    """All links, in order of the left text; ``claimed`` is what the alignment says."""
    board = _Board(left.rows, right.rows)
    for _, ours, theirs in sorted([*_identical(left.row_keys, right.row_keys), *claimed]):
        board.place(ours, theirs)
    for _, ours, theirs in sorted(_between(left, right, board), key=itemgetter(0)):
        board.place(ours, theirs)
    for i, j in _counting_alike(left, right, board):
        board.place((i, i + 1), (j, j + 1))
    return tuple(sorted(board.links(), key=itemgetter(0, 1)))


def _between(left: Prepared, right: Prepared, board: _Board) -> Iterator[Claim]:
    """Free sentences that stand in the same gap between linked ones and share most words.

    Too little to count for the verdict ("A battalion is generally made up of several hundred
    troops"), but where the neighbours correspond the reader sees that these do too.
    """
    for own, other in board.gaps():
        there = [(j, _distinct_words(right, j)) for j in other]
        for i in own:
            here = _distinct_words(left, i)
            for j, words in there:
                shared = len(here & words)
                share = shared / max(min(len(here), len(words)), 1)
                if shared >= _SHARED_WORDS * left.per_word and share >= _GAP_SHARE:
                    yield -share - shared / 1000, (i, i + 1), (j, j + 1)


def _distinct_words(side: Prepared, row: int) -> set[int]:
    return set(side.hashes[side.starts[row] : side.starts[row + 1]].tolist())


def _counting_alike(left: Prepared, right: Prepared, board: _Board) -> Iterator[tuple[int, int]]:
    """Free sentences that count the same thing; the facts of those only are read that may."""
    free = board.free(0), board.free(1)
    if not free[0] or not free[1]:
        return
    sides = (left, left.rows[free[0]].tolist()), (right, right.rows[free[1]].tolist())
    if not all(any(map(side.stated.in_digits, places)) for side, places in sides):
        return
    things = [[side.stated.countable(at) for at in places] for side, places in sides]
    both = set().union(*things[0]).intersection(set().union(*things[1]))
    if both:
        yield from same_counts(
            *(
                {
                    row: side.stated.counted(at)
                    for row, at, may in zip(rows, places, found, strict=True)
                    if not both.isdisjoint(may)
                }
                for rows, (side, places), found in zip(free, sides, things, strict=True)
            )
        )


def _identical(left: Sequence[int], right: Sequence[int]) -> Iterator[Claim]:
    """Claims of equal rows; those at like places in their texts are the strongest."""
    places: dict[int, list[int]] = {}
    for j, key in enumerate(right):
        places.setdefault(key, []).append(j)
    n, m = max(len(left), 1), max(len(right), 1)
    for i, key in enumerate(left):
        for j in places.get(key, ())[:_ALIKE]:
            yield abs(i / n - j / m) - 4.0, (i, i + 1), (j, j + 1)


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

    def free(self, side: int) -> list[int]:
        """The rows of one side that no link has."""
        return [row for row, owner in enumerate(self._owner[side]) if owner == -1]

    def gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Free rows on the left that follow each other, with the free rows facing them.

        A gap lies between the partners of the linked rows before and behind it; one at least
        must be linked. Wide gaps are passed over: there, corresponding proves little.
        """
        owners = self._owner[0]
        end, run = 0, list[int]()
        linked = False
        for row, owner in enumerate([*owners, -2]):
            if owner == -1:
                run.append(row)
                continue
            behind = len(self._owner[1]) if owner == -2 else self._spans[owner][1][0]
            if run and len(run) <= _GAP and (linked or owner != -2):
                free = [j for j in range(end, behind) if self._owner[1][j] == -1]
                if 0 < len(free) <= _GAP:
                    yield run, free
            run = []
            if owner != -2:
                end, linked = self._spans[owner][1][1], True

    def place(self, left: Range, right: Range) -> None:
        """Make a link of a claim to two stretches, widen one, or let it go."""
        ours, theirs = self._owner[0][slice(*left)], self._owner[1][slice(*right)]
        if -1 not in ours and -1 not in theirs:
            return  # which most claims come to, for a pair is claimed up to four times
        holders, others = set(ours), set(theirs)
        if holders == others == _NOBODY:
            self._take(len(self._spans), [left, right], None)
        elif holders == _NOBODY:
            self._join((left, right), 1, others)
        elif others == _NOBODY:
            self._join((left, right), 0, holders)

    def _join(self, spans: tuple[Range, Range], taken: int, holders: set[int]) -> None:
        """A claim of which one side is free and the other, ``taken``, is not."""
        whole = -1 not in holders
        holders.discard(-1)
        if len(holders) == 1 and self._widen(holders.pop(), spans):
            return
        if whole:
            self._take(len(self._spans), list(spans), ("left", "right")[taken])

    def _widen(self, number: int, spans: tuple[Range, Range]) -> bool:
        """Take more rows into a link where they are its neighbours on the page."""
        if self._again[number] is not None:
            return False
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
