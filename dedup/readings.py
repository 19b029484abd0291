"""One article read against another: which words were kept, which changed in substance."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.model import Comparison, EditKind, EditOp, SentencePair, SentenceStatus
from dedup.passages import Passages, Range


@dataclass(frozen=True, slots=True)
class Change:
    """Words that differ: positions on the left and on the right, one of them may be empty.

    ``similarity`` is that of the two passages in which they stand, 0..1.
    """

    kind: EditKind
    left: Range
    right: Range
    similarity: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The right article seen from the left one.

    ``kept`` is, for each word of the left, its position on the right or -1; ``carried`` the
    passages (left, right) that stand on both sides; ``changes`` are of substance, ``reworded``
    are not.
    """

    left: Passages
    right: Passages
    kept: list[int]
    carried: list[tuple[Range, Range]]
    changes: list[Change]
    reworded: list[Change]

    def keeps(self, where: Range) -> bool:
        """Whether all words stand on the right in one run; for none, their neighbours do."""
        first, last = where
        if first == last:
            first, last = max(first - 1, 0), min(last + 1, len(self.kept))
        places = self.kept[first:last]
        return (
            bool(places)
            and places[0] >= 0
            and places == list(range(places[0], places[0] + len(places)))
        )

    def anchored(self, where: Range, there: Range, reach: int) -> bool:
        """Whether a word of content beside ``where`` was kept beside ``there``."""
        near = (*range(max(where[0] - reach, 0), where[0]), *range(where[1], where[1] + reach))
        return any(
            k < len(self.kept)
            and there[0] - reach - 1 <= self.kept[k] <= there[1] + reach
            and self.left.content(k)
            for k in near
        )

    def counterpart(self, where: Range, changed: Range) -> Range:
        """What stands on the right for some words of the left, given what changed in them."""
        places = [k for k in self.kept[where[0] : where[1]] if k >= 0]
        return min([*places, changed[0]]), max([*(k + 1 for k in places), changed[1]])

    def answers(self, word: int) -> bool:
        """Whether a word of the right article stands in a passage that the left one has too."""
        return any(first <= word < last for _, (first, last) in self.carried)

    def passage(self, word: int) -> Range | None:
        """The passage on the right that answers to the one in which a left word stands."""
        for left, right in self.carried:
            if left[0] <= word < left[1]:
                return right
        return None


def reading(left: Passages, right: Passages, comparison: Comparison) -> Reading:
    """Read a comparison of these two articles by their words."""
    out = Reading(left, right, [-1] * len(left.analysed.words), [], [], [])
    for pair in comparison.pairs:
        if pair.left and pair.right and pair.status is not SentenceStatus.FURNITURE:
            _take(out, left, right, pair)
    return out


def _take(out: Reading, left: Passages, right: Passages, pair: SentencePair) -> None:
    assert pair.left is not None
    assert pair.right is not None
    here, there = left.within(pair.left), right.within(pair.right)
    out.carried.append((here, there))
    if not pair.edits:
        size = min(here[1] - here[0], there[1] - there[0])
        out.kept[here[0] : here[0] + size] = range(there[0], there[0] + size)
    for edit in pair.edits:
        ours, theirs = left.within(edit.left), right.within(edit.right)
        if edit.op is EditOp.EQUAL:
            out.kept[ours[0] : ours[1]] = range(theirs[0], theirs[0] + ours[1] - ours[0])
        elif edit.kind in (None, EditKind.WORDING):
            out.reworded.append(Change(EditKind.WORDING, ours, theirs, pair.similarity))
        else:
            out.changes.append(Change(edit.kind, ours, theirs, pair.similarity))
