"""Which words can begin a fact, told without reading any: most words cannot."""

from __future__ import annotations

from functools import cache

from dedup.facts.spelled import is_compound
from dedup.lexicon import lexicon
from dedup.memo import Memo

_WORDS = 1 << 16


@cache
def telling(language: str) -> Memo[str, bool]:
    """Of each word whether a fact other than a name can begin with it."""
    table = lexicon(language)
    return Memo(
        lambda word: not word.isalpha() or word in table.entries or is_compound(word, table),
        _WORDS,
    )


@cache
def figured(language: str) -> Memo[str, bool]:
    """Of each word whether a number or a date can begin with it."""
    table = lexicon(language)

    def begins(word: str) -> bool:
        return (
            word[:1].isdecimal()
            or word in table.figures
            or (table.compound is not None and (not word.isalpha() or is_compound(word, table)))
        )

    return Memo(begins, _WORDS)
