"""What can begin with each word, told without reading on: with most words nothing.

Written as one byte a word, so that what an article's words begin is worked out at once and cut by
sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from dedup.characters import CAPITALS, code_points
from dedup.facts.spelled import is_compound
from dedup.lexicon import lexicon
from dedup.memo import Memo
from dedup.ragged import Ints

CAPITAL, LISTED, FORMED, FIGURE = 1, 2, 4, 8
"""Bits: the word has a capital; phrases begin with it; its form tells of a fact; a number or a date
can begin with it."""
_WORDS = 1 << 16
_CAPITAL_ALONE = bytes([mark & CAPITAL for mark in range(256)])
_NO_CAPITAL = bytes([mark & ~CAPITAL for mark in range(256)])


def beginnings(text: str, words: Sequence[str], begins: Ints, *, language: str) -> bytes:
    """Of each word of a text, all that can begin with it. ``begins`` says where the words stand."""
    marks = np.frombuffer(bytes(map(_marks(language).__getitem__, words)), dtype=np.uint8)
    return (marks | CAPITALS.of(code_points(text).take(begins))).tobytes()


def telling(marks: bytes, words: Sequence[str]) -> bytes:
    """The marks of a sentence, without capitals where nearly all words have one.

    A headline with most longer words in capitals tells no names.
    """
    capitals = marks.translate(_CAPITAL_ALONE)
    if 2 * capitals.count(1) > len(capitals):
        longer = [c for c, word in zip(capitals, words, strict=True) if len(word) > 3]
        if len(longer) >= 4 and sum(longer) > 0.75 * len(longer):
            return marks.translate(_NO_CAPITAL)
    return marks


@cache
def _marks(language: str) -> Memo[str, int]:
    """Of each word the bits that it has wherever it stands."""
    table = lexicon(language)

    def marked(word: str) -> int:
        listed = word in table.entries
        formed = not word.isalpha() or is_compound(word, table)
        figure = (
            word[:1].isdecimal() or word in table.figures or (table.compound is not None and formed)
        )
        return listed * LISTED | formed * FORMED | figure * FIGURE

    return Memo(marked, _WORDS)
