"""Edits by word positions, seen from either side, and how marks of substance cut them.

Everything here is symmetric: side 0 is left, side 1 is right, and a range is a half-open pair
of word positions on one side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from dedup.model import EditKind
from dedup.word_runs import matching
from dedup.words import Piece, Range, Ranges, WordAlignment, Words


class Mark(NamedTuple):
    """Words that changed in substance; None where a side has no word for them."""

    kind: EditKind
    left: Range | None
    right: Range | None


class Aligned:
    """Two sentences, the runs of words kept and the steps between them (see ``align_words``)."""

    def __init__(self, alignment: WordAlignment, left: Words, right: Words) -> None:
        self.sides = (left, right)
        self.blocks, self.steps, _ = alignment
        self._kept: list[list[int] | None] = [None, None]

    @cached_property
    def changes(self) -> list[Ranges]:
        """The words of the steps that keep none."""
        return [((a, b), (c, d)) for a, b, c, d, kind in self.steps if kind is not None]

    def kept(self, side: int) -> list[int]:
        """Where each word of a side was kept on the other, -1 for nowhere."""
        found = self._kept[side]
        if found is None:
            blocks = [(j, i, size) for i, j, size in self.blocks] if side else self.blocks
            found = self._kept[side] = matching(blocks, len(self.sides[side].words))
        return found

    @property
    def share(self) -> float:
        """The share of all words that were kept, 0..1."""
        ours, theirs = (len(words.words) for words in self.sides)
        return 2 * (ours - self.kept(0).count(-1)) / (ours + theirs)

    def changed(self, side: int, words: Range) -> tuple[Ranges, Range] | None:
        """The first change of some of these words, and which; None if all were kept."""
        for change in self.changes:
            found = common(change[side], words)
            if found is not None:
                return change, found
        return None

    def whole_sentence(self, change: Ranges) -> bool:
        """Whether a change only adds or only removes whole sentences."""
        for side in (0, 1):
            first, last = change[side]
            if first < last:
                other = change[1 - side]
                words = self.sides[side]
                return (
                    other[0] == other[1]
                    and _ends_sentence(words, first)
                    and _ends_sentence(words, last)
                )
        return False


def common(one: Range, other: Range) -> Range | None:
    """The words two ranges share, or None."""
    first = one[0] if one[0] > other[0] else other[0]
    last = one[1] if one[1] < other[1] else other[1]
    return (first, last) if first < last else None


def cut(step: Ranges, marks: Sequence[Mark], base: EditKind | None) -> list[Piece]:
    """A step in pieces: the marks that lie in it, and between them what is of kind ``base``.

    Marks are given in order of weight; one that overlaps or crosses an earlier one is dropped.
    A mark of one side alone stands where it leaves the other side's words together.
    """
    pieces: list[tuple[Ranges, EditKind | None, bool]] = [(step, base, True)]
    for mark in marks:
        for k, (ranges, _, is_open) in enumerate(pieces):
            found = _place(ranges, mark) if is_open else None
            if found is not None:
                ((a, b), (c, d)), ((e, f), (g, h)) = ranges, found
                pieces[k : k + 1] = [
                    piece
                    for piece in (
                        (((a, e), (c, g)), base, True),
                        (found, mark.kind, False),
                        (((f, b), (h, d)), base, True),
                    )
                    if piece[0][0][0] < piece[0][0][1] or piece[0][1][0] < piece[0][1][1]
                ]
                break
    return [(*left, *right, kind) for (left, right), kind, _ in pieces]


def _place(ranges: Ranges, mark: Mark) -> Ranges | None:
    """Where a mark lies within some ranges, or None when it does not."""
    (a, b), (c, d) = ranges
    left, right = mark.left, mark.right
    if left is not None and not (a <= left[0] < left[1] <= b):
        return None
    if right is not None and not (c <= right[0] < right[1] <= d):
        return None
    if left is not None and right is not None:
        return left, right
    if left is not None:
        at = d if left[0] - a > b - left[1] else c
        return left, (at, at)
    if right is not None:
        at = b if right[0] - c > d - right[1] else a
        return (at, at), right
    return None


_ENDS = frozenset('.!?…。！？؟।"”»」』')
"""Marks after which a sentence, or what a person says, is over."""


def _ends_sentence(side: Words, at: int) -> bool:
    """Whether a sentence ends before word ``at``."""
    if at in (0, len(side.words)):
        return True
    return any(mark in _ENDS for mark in side.text[side.ends[at - 1] : side.begins[at]])
