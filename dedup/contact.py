"""Contact: what two articles have in common word for word, before anything is weighed.

The index proposes many articles that share no more than a turn of phrase. How long the shared runs
are and how much they cover is soon found, and tells for most of these that they are unrelated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Bools, Floats, Ints, offsets
from dedup.runs import Runs, longest_cover, shared_runs
from dedup.stack import Stack, stack
from dedup.units import RUN, Prepared

COPIED = 5
"""Words of a run that was copied rather than hit upon twice."""
LITTLE = 0.3
"""Share of the shorter story in shared runs from which two articles are worth weighing."""
_NEAREST, _JUDGED = 5, 40
"""Fewer words than this that any sentence has in common with one of the other text: two stories of
at least so many words, which share little, are apart. Sentences reworded throughout keep more: in
eight languages no related pair was seen with less than six."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the articles of several pairs touch: their shared runs of three words or more.

    Places of runs are tokens of the stack. Of every token ``cover`` is the length in tokens of the
    longest run over it, 0 for none. Of every pair: ``equal``: the stories are the same token by
    token; ``words``: words of the shorter story; ``kept``: how many of them stand in shared runs,
    the greater number where both are equally long; ``copied``: words in runs of five or more, the
    smaller of both sides; ``closest``: most words that one sentence has in common with one of the
    other's. Words are words, also in unspaced scripts.
    """

    stacked: Stack
    runs: Runs
    cover: Ints
    equal: Bools
    words: Floats
    kept: Floats
    copied: Floats
    closest: Floats

    @property
    def apart(self) -> Bools:
        """Whether two stories have so little wording in common that nothing else need be asked."""
        little = (self.kept < LITTLE * self.words) & (self.closest < _NEAREST)
        return little & (self.words >= _JUDGED) & ~self.equal

    def of(self, wanted: Bools) -> Contact:
        """The same of some of the pairs, of one at least."""
        if wanted.all():
            return self
        kept = wanted.nonzero()[0]
        old, n = self.stacked, self.stacked.pairs
        new = stack([(old.articles[k], old.articles[k + n]) for k in kept.tolist()])
        shift = np.zeros(2 * n, dtype=np.int64)
        both = np.concatenate((kept, kept + n))
        shift[both] = new.tokens_at[:-1] - old.tokens_at[both]
        pair = old.article[self.runs.left]
        held = wanted[pair]
        pair = pair[held]
        return Contact(
            stacked=new,
            runs=Runs(
                self.runs.left[held] + shift[pair],
                self.runs.right[held] + shift[pair + n],
                self.runs.length[held],
            ),
            cover=self.cover[np.concatenate((wanted, wanted))[old.article]],
            equal=self.equal[kept],
            words=self.words[kept],
            kept=self.kept[kept],
            copied=self.copied[kept],
            closest=self.closest[kept],
        )


def touch(pairs: Sequence[tuple[Prepared, Prepared]]) -> Contact:
    """Find what the articles of each pair have in common word for word.

    All must have been read with the same number of tokens to a word, and both of a pair in one
    way (``units.commensurable``). Costs a fifth of weighing them.
    """
    stacked = stack(pairs)
    per_word = stacked.per_word
    runs = shared_runs(*stacked.runs(right=False), *stacked.runs(right=True), RUN * per_word)
    i, j, number = runs.expand()
    cover = longest_cover(
        np.concatenate((i, j)), np.tile(runs.length[number], 2), len(stacked.article)
    )
    size = stacked.sizes()
    return Contact(
        stacked=stacked,
        runs=runs,
        cover=cover,
        equal=np.array([_same(a.hashes, b.hashes) for a, b in pairs]),
        words=size.min(axis=0) / per_word,
        kept=of_shorter(size, stacked.count(cover > 0)) / per_word,
        copied=stacked.count(cover >= COPIED * per_word).min(axis=0) / per_word,
        closest=_closest(stacked, i, j) / per_word,
    )


def _same(left: Hashes, right: Hashes) -> bool:
    return len(left) == len(right) and np.array_equal(left, right)


def of_shorter(size: Ints, sides: Floats | Ints) -> Floats:
    """What is given for the shorter story of each pair; the greater where both are equally long.

    ``size`` and ``sides`` have left stories above, right ones below.
    """
    out: Floats = np.where(size == size.min(axis=0), sides, -1.0).max(axis=0)
    return out


def _closest(stacked: Stack, i: Ints, j: Ints) -> Ints:
    """The largest number of run tokens (left places i, right places j) in one pair of rows."""
    n = stacked.pairs
    rows = np.array([len(a.rows) for a in stacked.articles], dtype=np.int64)
    at = offsets(rows[:n] * rows[n:])
    pair = stacked.article[i]
    cell = at[pair] + stacked.row[i] * rows[pair + n] + stacked.row[j]
    cell.sort()
    heads = np.concatenate(([True], cell[1:] != cell[:-1])).nonzero()[0] if len(cell) else cell
    out = np.zeros(n, dtype=np.int64)
    tokens = np.concatenate((heads[1:], [len(cell)])) - heads if len(cell) else heads
    np.maximum.at(out, at.searchsorted(cell[heads], side="right") - 1, tokens)
    return out
