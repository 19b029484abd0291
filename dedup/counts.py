"""Counts: sentences of two articles that count the same thing.

"Some 11,000 North Korean troops are deployed" and "Russia has stationed approximately 12,000
North Korean soldiers" share too little wording for the one to come from the other. Yet a reader
who holds the two articles side by side wants to see them side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedup.language import stem, stop_words
from dedup.model import EditKind
from dedup.units import Prepared

_WORDS = 2
"""Words of content after a number that must be the same."""
_REACH = 4
"""Within how many words after the number they stand."""

Counted = tuple[str, ...]
"""The stems of what is counted."""


def same_counts(
    left: Prepared, own: Iterable[int], right: Prepared, other: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of rows that put a number to the same thing, in order of the left text.

    A thing that one side counts in several of these rows tells nothing. Costs a look at each
    word of the rows, and the facts of those with digits.
    """
    there = _once(right, other)
    for counted, row in _once(left, own).items():
        if counted in there:
            yield row, there[counted]


def _once(side: Prepared, rows: Iterable[int]) -> dict[Counted, int]:
    """What is counted in one row only, and in which."""
    found: dict[Counted, set[int]] = {}
    for row in rows:
        for counted in _counted(side, row):
            found.setdefault(counted, set()).add(row)
    return {counted: rows.pop() for counted, rows in found.items() if len(rows) == 1}


def _counted(side: Prepared, row: int) -> Iterator[Counted]:
    index = int(side.rows[row])
    words = side.stated.plain((index, index + 1))
    if not any(word[:1].isdecimal() for word in words):
        return
    language = side.analysed.language
    stop = stop_words(language)
    for fact in side.stated.facts((index, index + 1)):
        if fact.kind is EditKind.NUMBER and not fact.weak:
            after = [w for w in words[fact.last : fact.last + _REACH] if w not in stop]
            if len(after) >= _WORDS and not any(w[:1].isdecimal() for w in after[:_WORDS]):
                yield tuple(stem(word, language) for word in after[:_WORDS])
