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
from dedup.terms import Terms
from dedup.units import MOST_ROWS, Prepared, terms_of

MOST_PAIRS = 1 << 12
"""Most pairs of a stack: their numbers stand in the upper bits of hashes."""
_PAIR_BITS = np.uint64(16)


@dataclass(frozen=True, slots=True)
class Stack:
    """``pairs`` pairs of articles: ``articles`` are all left ones, then all right ones.

    Of every token ``article`` and ``row``, counted within the article; ``tokens_at`` is where
    each article's begin. ``rows`` of each article are compared by their wording; counted over
    all articles they are *lines*, and ``lines_at`` is where each article's begin.
    """

    pairs: int
    articles: Sequence[Prepared]
    tokens_at: Ints
    article: Ints
    row: Ints
    rows: Ints
    lines_at: Ints

    @property
    def per_word(self) -> int:
        """Tokens that make a word, the same in all."""
        return self.articles[0].per_word

    def runs(self, right: bool) -> tuple[Hashes, Ints]:
        """The sorted keys of one side's runs of three words, different in every pair, and where
        each begins."""
        first = self.pairs * right
        some = self.articles[first : first + self.pairs]
        at = self.tokens_at[first : first + self.pairs]
        return _keys([a.run_keys for a in some]), shifted([a.run_places for a in some], at)

    def sizes(self) -> Ints:
        """How many tokens each article has; left articles above, right ones below."""
        return (self.tokens_at[1:] - self.tokens_at[:-1]).reshape(2, -1)

    def count(self, which: Bools) -> Ints:
        """How many tokens of each article are marked, so arranged."""
        return np.bincount(self.article[which], minlength=2 * self.pairs).reshape(2, -1)

    def speech(self) -> Bools:
        """Which tokens are direct speech."""
        return np.concatenate([a.speech for a in self.articles])

    def lines(self) -> Ints:
        """The line of every token, -1 where its row is not compared."""
        line = self.lines_at[self.article] + self.row
        if any(len(a.rows) > MOST_ROWS for a in self.articles):
            line[self.row >= MOST_ROWS] = -1
        return line

    def terms(self) -> tuple[Terms, Ints]:
        """The terms of all articles as those of one, and where each article's begin.

        Tokens and terms are counted over all, keys are different in every pair.
        """
        some = terms_of(self.articles)
        at = offsets([len(t.hashes) for t in some])
        sides = some[: self.pairs], some[self.pairs :]
        cells = offsets([len(t.term) for t in some])
        stacked = Terms(
            hashes=np.concatenate([_keys([t.hashes for t in side]) for side in sides]),
            phrase=np.concatenate([t.phrase for t in some]),
            worded=np.concatenate([t.worded for t in some]),
            term=shifted([t.term for t in some], at[:-1]),
            row=np.concatenate([t.row for t in some]),
            token=shifted([t.token for t in some], self.tokens_at[:-1]),
            cell=shifted([t.cell for t in some], cells[:-1]),
        )
        return stacked, at


def stack(pairs: Sequence[tuple[Prepared, Prepared]]) -> Stack:
    """Lay the articles of pairs end to end; of one pair at least, of ``MOST_PAIRS`` at most."""
    articles = [left for left, _ in pairs] + [right for _, right in pairs]
    sizes = [len(a.tokens) for a in articles]
    rows = np.array([min(len(a.rows), MOST_ROWS) for a in articles], dtype=np.int64)
    return Stack(
        pairs=len(pairs),
        articles=articles,
        tokens_at=offsets(sizes),
        article=np.arange(len(articles)).repeat(sizes),
        row=np.concatenate([a.row for a in articles]),
        rows=rows,
        lines_at=offsets(rows),
    )


def _keys(hashes: Sequence[Hashes]) -> Hashes:
    """Sorted hashes of several articles, still sorted and different in different ones.

    48 bits of each hash are kept: two unequal ones of a pair agree once in 2.8e14.
    """
    if len(hashes) == 1:
        return hashes[0]
    number = np.arange(len(hashes), dtype=np.uint64) << (np.uint64(64) - _PAIR_BITS)
    return (np.concatenate(hashes) >> _PAIR_BITS) | number.repeat([len(one) for one in hashes])
