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
from dedup.units import Prepared

Range = tuple[int, int]
Claim = tuple[float, int, int, int, int]
"""How strongly two stretches belong together, negated, so that the strongest sort first; where
that on the left begins and ends, and where that on the right does."""

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


class Link(NamedTuple):
    """Rows ``left`` became rows ``right``, both half-open.

    ``again`` says which side of it already stands in another link: "left", "right" or None.
    """

    left: Range
    right: Range
    again: str | None = None


def claims(alignments: Alignments, pairs: Iterable[int]) -> dict[int, list[Claim]]:
    """What the alignments of some pairs, given by number, say belongs together.

    Of several claims of one row to one other the strongest stands for all.
    """
    cells, copied, partners = alignments.cells, alignments.copied, alignments.partners
    lines = cells.lines
    out: dict[int, list[Claim]] = {number: [] for number in pairs}
    shown = partners.rewording >= _SHOWN
    strength = partners.rewording + partners.copied
    wide = partners.last > partners.first + 1
    strongest = np.where(copied >= _QUOTED, copied, 0.0)
    unit = (shown & ~wide).nonzero()[0]
    np.maximum.at(strongest, partners.cell[unit], strength[unit])
    cell = strongest.nonzero()[0]
    left, right = cells.left[cell], cells.right[cell]
    alike = (lines.article[left], -strongest[cell], lines.row[left], lines.row[right])
    for number, key, i, j in zip(*(column.tolist() for column in alike), strict=True):
        if number in out:
            out[number].append((key, i, i + 1, j, j + 1))
    unit = (shown & wide).nonzero()[0]
    on_right, pair = np.divmod(alignments.article[unit], len(cells.width))
    found = (
        pair,
        on_right,
        -strength[unit],
        partners.row[unit],
        partners.first[unit],
        partners.last[unit],
    )
    for number, turned, key, i, j, k in zip(*(column.tolist() for column in found), strict=True):
        if number in out:
            out[number].append((key, j, k, i, i + 1) if turned else (key, i, i + 1, j, k))
    return out


def links(left: Prepared, right: Prepared, claimed: Iterable[Claim]) -> tuple[Link, ...]:
    """All links, in order of the left text; ``claimed`` is what the alignment says."""
    board = _Board(left.rows.tolist(), right.rows.tolist())
    for _, a, b, c, d in sorted([*_identical(left.row_keys, right.row_keys), *claimed]):
        board.place(a, b, c, d)
    if all(board.free()):
        for _, a, b, c, d in sorted(_between(left, right, board), key=itemgetter(0)):
            board.place(a, b, c, d)
        for i, j in _counting_alike(left, right, board):
            board.place(i, i + 1, j, j + 1)
    return tuple(sorted(board.links, key=itemgetter(0, 1)))


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
                    yield -share - shared / 1000, i, i + 1, j, j + 1


def _distinct_words(side: Prepared, row: int) -> set[int]:
    return set(side.hashes[side.starts[row] : side.starts[row + 1]].tolist())


def _counting_alike(left: Prepared, right: Prepared, board: _Board) -> Iterator[tuple[int, int]]:
    """Free sentences that count the same thing; the facts of those only are read that may."""
    sides = []
    for side, free in zip((left, right), board.free(), strict=True):
        places = zip(free, side.rows[free].tolist(), strict=True)
        sides.append((side.stated, [(row, at) for row, at in places if side.stated.in_digits(at)]))
        if not sides[-1][1]:
            return
    things = [[stated.countable(at) for _, at in free] for stated, free in sides]
    both = set().union(*things[0]).intersection(set().union(*things[1]))
    if both:
        yield from same_counts(
            *(
                {
                    row: stated.counted(at)
                    for (row, at), may in zip(free, found, strict=True)
                    if not both.isdisjoint(may)
                }
                for (stated, free), found in zip(sides, things, strict=True)
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
            yield abs(i / n - j / m) - 4.0, i, i + 1, j, j + 1


class _Board:
    """Which rows of either side are taken, and by which of the links made so far.

    Given are the sentences that the rows are.
    """

    def __init__(self, left: list[int], right: list[int]) -> None:
        self.links: list[Link] = []
        self._rows = (left, right)
        self._owner = ([-1] * len(left), [-1] * len(right))

    def free(self) -> tuple[list[int], list[int]]:
        """The rows of either side that no link has."""
        left, right = self._owner
        return _places(left), _places(right)

    def gaps(self) -> list[tuple[list[int], list[int]]]:
        """Free rows of either side that follow each other, with those facing them, left and right.

        A gap lies between the partners of the linked rows before and behind it; one at least
        must be linked. Wide gaps are passed over: there, corresponding proves little. Where rows
        have moved, a gap may be seen from one side only.
        """
        found = list(self._gaps(0))
        turned = ((ours, theirs) for theirs, ours in self._gaps(1))
        return found + [gap for gap in turned if gap not in found]

    def _gaps(self, side: int) -> Iterator[tuple[list[int], list[int]]]:
        """The free rows of a side that follow each other, and those of the other facing them."""
        owners, facing = self._owner[side], self._owner[1 - side]
        end, run = 0, list[int]()
        linked = False
        for row, owner in enumerate([*owners, -2]):
            if owner == -1:
                run.append(row)
                continue
            behind = len(facing) if owner == -2 else self.links[owner][:2][1 - side][0]
            if run and len(run) <= _GAP and (linked or owner != -2):
                free = [j for j in range(end, behind) if facing[j] == -1]
                if 0 < len(free) <= _GAP:
                    yield run, free
            run = []
            if owner != -2:
                end, linked = self.links[owner][:2][1 - side][1], True

    def place(self, a: int, b: int, c: int, d: int) -> None:
        """Make a link of a claim to rows a to b and c to d, widen one, or let it go."""
        left, right = self._owner
        ours, theirs = left[a:b], right[c:d]
        if -1 not in ours and -1 not in theirs:
            return
        free, facing = ours.count(-1), theirs.count(-1)
        if free == b - a and facing == d - c:
            self._take(len(self.links), Link((a, b), (c, d)))
        elif free == b - a:
            self._join(Link((a, b), (c, d), "right"), set(theirs))
        elif facing == d - c:
            self._join(Link((a, b), (c, d), "left"), set(ours))

    def _join(self, claim: Link, holders: set[int]) -> None:
        """A claim of which one side is free and the other is not."""
        whole = -1 not in holders
        holders.discard(-1)
        if len(holders) == 1 and self._widen(holders.pop(), claim):
            return
        if whole:
            self._take(len(self.links), claim)

    def _widen(self, number: int, claim: Link) -> bool:
        """Take more rows into a link where they are its neighbours on the page."""
        if self.links[number].again is not None:
            return False
        wide: list[Range] = []
        for owner, rows, had, more in zip(
            self._owner, self._rows, self.links[number][:2], claim[:2], strict=True
        ):
            begin, end = min(had[0], more[0]), max(had[1], more[1])
            taken = set(owner[begin:end]) - {-1, number}
            if taken or end - begin > _WIDEST or rows[end - 1] - rows[begin] != end - begin - 1:
                return False
            if had[1] - had[0] + more[1] - more[0] < end - begin:
                return False  # something stands in between
            wide.append((begin, end))
        self._take(number, Link(wide[0], wide[1]))
        return True

    def _take(self, number: int, link: Link) -> None:
        """Let this be the link of that number, or the next one."""
        self.links[number : number + 1] = [link]
        (a, b), (c, d), again = link
        left, right = self._owner
        if again != "left":
            left[a:b] = [number] * (b - a)
        if again != "right":
            right[c:d] = [number] * (d - c)


def _places(owners: Sequence[int]) -> list[int]:
    return [row for row, owner in enumerate(owners) if owner == -1]
