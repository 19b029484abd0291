"""Sentence numbers: the story's sentences counted from one, furniture left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from dedup.model import Sentence, Span


class Numbers:
    """Numbers of one article's story sentences.

    ``furniture`` are further stretches known to belong to the page: a comparison may know more
    than the text alone shows.
    """

    def __init__(self, sentences: Sequence[Sentence], furniture: Iterable[Span] = ()) -> None:
        skipped = {span.begin for span in furniture}
        story = [s for s in sentences if s.furniture is None and s.begin not in skipped]
        self._begins = [s.begin for s in story]
        self._ends = [s.end for s in story]

    def __len__(self) -> int:
        return len(self._begins)

    def of(self, span: Span) -> tuple[int, int]:
        """First and last number of the sentences that the span covers, both from one."""
        first = bisect_right(self._ends, span.begin) + 1
        last = bisect_left(self._begins, span.end)
        return first, max(first, last)

    def words(self, span: Span) -> str:
        """``3`` or ``3–4``."""
        first, last = self.of(span)
        return str(first) if first == last else f"{first}–{last}"
