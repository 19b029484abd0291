"""Edits by word positions, seen from either side, and how marks of substance cut them.

Everything here is symmetric: side 0 is left, side 1 is right, and a range is a half-open pair
of word positions on one side.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.model import Edit, EditKind, EditOp, Span
from dedup.words import Words, span_of

Range = tuple[int, int]
Ranges = tuple[Range, Range]


@dataclass(frozen=True, slots=True)
class Step:
    """An edit: the words it covers on each side."""

    op: EditOp
    ranges: Ranges

    @property
    def equal(self) -> bool:
        """Whether the words were kept."""
        return self.op is EditOp.EQUAL


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that changed in substance; None where a side has no word for them."""

    kind: EditKind
    left: Range | None
    right: Range | None


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two sentences, the steps between them, and where each word was kept (-1 for nowhere)."""

    sides: tuple[Words, Words]
    steps: tuple[Step, ...]
    kept: tuple[list[int], list[int]]

    @property
    def share(self) -> float:
        """The share of all words that were kept, 0..1."""
        ours, theirs = self.kept
        return 2 * (len(ours) - ours.count(-1)) / (len(ours) + len(theirs))

    def changed(self, side: int, words: Range) -> tuple[Step, Range] | None:
        """The first step that changes some of these words, and which; None if all were kept."""
        for step in self.steps:
            found = common(step.ranges[side], words)
            if found is not None and not step.equal:
                return step, found
        return None

    def whole_sentence(self, step: Step) -> bool:
        """Whether a step only adds or only removes whole sentences."""
        for side in (0, 1):
            first, last = step.ranges[side]
            if first < last:
                other = step.ranges[1 - side]
                words = self.sides[side]
                return (
                    other[0] == other[1]
                    and _ends_sentence(words, first)
                    and _ends_sentence(words, last)
                )
        return False


def align_steps(edits: Iterable[Edit], left: Words, right: Words) -> Aligned:
    """The edits by word positions."""
    steps = tuple(
        Step(edit.op, (_range(left, edit.left), _range(right, edit.right))) for edit in edits
    )
    ours, theirs = [-1] * len(left.words), [-1] * len(right.words)
    for step in steps:
        if step.equal:
            (a, b), (c, d) = step.ranges
            ours[a:b] = range(c, d)
            theirs[c:d] = range(a, b)
    return Aligned((left, right), steps, (ours, theirs))


def common(one: Range, other: Range) -> Range | None:
    """The words two ranges share, or None."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first < last else None


def cut(
    step: Step, marks: Sequence[Mark], base: EditKind | None
) -> list[tuple[Ranges, EditKind | None]]:
    """A step in pieces: the marks that lie in it, and between them what is of kind ``base``.

    Marks are given in order of weight; one that overlaps or crosses an earlier one is dropped.
    A mark of one side alone stands where it leaves the other side's words together.
    """
    pieces: list[tuple[Ranges, EditKind | None, bool]] = [(step.ranges, base, True)]
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
    return [(ranges, kind) for ranges, kind, _ in pieces]


def edit_of(left: Words, right: Words, ranges: Ranges, kind: EditKind | None) -> Edit:
    """The edit of some words; words of no kind, or the same words of no substance, are equal."""
    (a, b), (c, d) = ranges
    if kind is None or (kind is EditKind.WORDING and left.words[a:b] == right.words[c:d]):
        op, kind = EditOp.EQUAL, None
    elif a == b:
        op = EditOp.INSERT
    else:
        op = EditOp.DELETE if c == d else EditOp.REPLACE
    return Edit(op, span_of(left, a, b), span_of(right, c, d), kind)


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


def _range(side: Words, span: Span) -> Range:
    first = bisect_left(side.begins, span.begin)
    if span.begin == span.end:
        return first, first
    return first, bisect_left(side.begins, span.end, lo=first)


_ENDS = frozenset('.!?…。！？؟।"”»」』')
"""Marks after which a sentence, or what a person says, is over."""


def _ends_sentence(side: Words, at: int) -> bool:
    """Whether a sentence ends before word ``at``."""
    if at in (0, len(side.words)):
        return True
    return any(mark in _ENDS for mark in side.text[side.ends[at - 1] : side.begins[at]])
