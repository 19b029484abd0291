"""Counts: sentences of two articles that count the same thing.

"Some 11,000 North Korean troops are deployed" and "Russia has stationed approximately 12,000
North Korean soldiers" share too little wording for the one to come from the other. Yet a reader
who holds the two articles side by side wants to see them side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from dedup.facts import Fact
from dedup.language import stem, stop_words
from dedup.memo import Memo
from dedup.model import EditKind

_WORDS = 2
"""Words of content after a number that must be the same."""
_REACH = 4
"""Within how many words after the number they stand."""
_FIGURE = "0"
"""What stands for a word in digits, which is never what is counted."""

Counted = tuple[str, ...]
"""The stems of what is counted."""


def counted(words: Sequence[str], facts: Iterable[Fact], language: str) -> Iterator[Counted]:
    """What a sentence puts numbers to, of which ``facts`` are all."""
    stop = stop_words(language)
    for fact in facts:
        if fact.kind is EditKind.NUMBER and not fact.weak:
            after = [w for w in words[fact.last : fact.last + _REACH] if w not in stop][:_WORDS]
            if len(after) == _WORDS and not any(w[:1].isdecimal() for w in after):
                yield tuple(stem(word, language) for word in after)


@cache
def _contents(language: str) -> Memo[str, str | None]:
    """The stem of each word, None for one without content."""
    stop = stop_words(language)

    def content(word: str) -> str | None:
        if word in stop:
            return None
        return _FIGURE if word[:1].isdecimal() else stem(word, language)

    return Memo(content, 1 << 16)


def countable(words: Iterable[str], language: str) -> Iterator[Counted]:
    """All that a sentence may put numbers to, whatever its facts: neighbouring words of content."""
    found = map(_contents(language).__getitem__, words)
    stems = [one for one in found if one is not None]
    following = (stems[k:] for k in range(_WORDS))
    return (things for things in zip(*following, strict=False) if _FIGURE not in things)


def same_counts(
    left: Mapping[int, Iterable[Counted]], right: Mapping[int, Iterable[Counted]]
) -> Iterator[tuple[int, int]]:
    """Pairs of rows that put a number to the same thing, in order of the left text.

    Of either side what each row counts. A thing that one side counts in several of these rows
    tells nothing.
    """
    there = _once(right)
    if there:
        for thing, row in _once(left).items():
            if thing in there:
                yield row, there[thing]


def _once(rows: Mapping[int, Iterable[Counted]]) -> dict[Counted, int]:
    """What is counted in one row only, and in which."""
    found: dict[Counted, set[int]] = {}
    for row, things in rows.items():
        for thing in things:
            found.setdefault(thing, set()).add(row)
    return {thing: rows.pop() for thing, rows in found.items() if len(rows) == 1}
