"""Stacks: many pairs of articles laid end to end.

What costs time in comparing short texts is the number of array operations, not the numbers in
the arrays. So the pairs of a batch are weighed together: the tokens, rows and terms of all their
articles stand in one array each, all left articles before all right ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Bools, Ints, offsets, shifted
from dedup.units import MOST_ROWS, Prepared

MOST_PAIRS = 1 << 12
"""Most pairs of a stack: their numbers stand in the upper bits of hashes."""
_PAIR_BITS = np.uint64(16)
_ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Stack:
    """``pairs`` pairs of articles: ``articles`` are all left ones, then all right ones.

    Of every token ``article`` and ``row``, counted within the article; counted over all articles
    rows are *lines*. ``tokens_at`` and ``lines_at`` are where each article's begin. ``long``:
    whether any article has rows that are not compared by their wording.
    """

    pairs: int
    articles: Sequence[Prepared]
    tokens_at: Ints
    lines_at: Ints
    article: Ints
    row: Ints
    long: bool

    @property
    def per_word(self) -> int:
        """Tokens that make a word, the same in all."""
        return self.articles[0].per_word

    @property
    def rows(self) -> Ints:
        """How many rows each article has."""
        return self.lines_at[1:] - self.lines_at[:-1]

    @property
    def sizes(self) -> Ints:
        """How many tokens each article has."""
        return self.tokens_at[1:] - self.tokens_at[:-1]

    def lines(self, tokens: Ints | slice = _ALL) -> Ints:
        """The lines of these tokens."""
        return self.lines_at[self.article[tokens]] + self.row[tokens]

    def runs(self, right: bool) -> tuple[Hashes, Ints]:
        """The sorted keys of one side's runs of three words, different in every pair, and where
        each begins."""
        first = self.pairs * right
        some = self.articles[first : first + self.pairs]
        at = self.tokens_at[first : first + self.pairs]
        return keys([a.run_keys for a in some]), shifted([a.run_places for a in some], at)

    def speech(self) -> Bools:
        """Which tokens are direct speech."""
        return np.concatenate([a.speech for a in self.articles])


def stack(pairs: Sequence[tuple[Prepared, Prepared]]) -> Stack:
    """Lay the articles of pairs end to end; of one pair at least, of ``MOST_PAIRS`` at most."""
    articles = [left for left, _ in pairs] + [right for _, right in pairs]
    sizes = [len(a.tokens) for a in articles]
    rows = [len(a.rows) for a in articles]
    return Stack(
        pairs=len(pairs),
        articles=articles,
        tokens_at=offsets(sizes),
        lines_at=offsets(rows),
        article=np.arange(len(articles)).repeat(sizes),
        row=np.concatenate([a.row for a in articles]),
        long=max(rows) > MOST_ROWS,
    )


def keys(hashes: Sequence[Hashes]) -> Hashes:
    """Sorted hashes of several articles, still sorted and different in different ones.

    48 bits of each hash are kept: two unequal ones of a pair agree once in 2.8e14.
    """
    if len(hashes) == 1:
        return hashes[0]
    number = np.arange(len(hashes), dtype=np.uint64) << (np.uint64(64) - _PAIR_BITS)
    return (np.concatenate(hashes) >> _PAIR_BITS) | number.repeat([len(one) for one in hashes])
