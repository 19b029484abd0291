"""Contact: what two articles have in common word for word, before anything is weighed.

The index proposes many articles that share no more than a turn of phrase. How long the shared runs
are and how much they cover is soon found, and tells for most of these that they are unrelated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.ragged import Bools, Floats, Ints, pieces
from dedup.runs import Runs, longest_cover, shared_runs
from dedup.stack import Stack, stack
from dedup.units import RUN, Prepared

COPIED = 5
"""Words of a run that was copied rather than hit upon twice."""
LONG = 8
"""Words of a run that is copied beyond doubt."""
OF_COPIED = 2
"""``Contact.cover`` of tokens in runs of so many words as ``COPIED``."""
LITTLE = 0.3
"""Share of the shorter story in shared runs from which two articles are worth weighing."""
_NEAREST, _JUDGED = 5, 40
"""Fewer words than this that any sentence has in common with one of the other text: two stories of
at least so many words, which share little, are apart. Sentences reworded throughout keep more: in
eight languages no related pair was seen with less than six."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the articles of several pairs touch: their shared runs of three words or more.

    Places of runs are tokens of the stack. ``cover``: of every token 0 if no run is over it; 1, 2
    or 3 if the longest one has three words, ``COPIED`` or ``LONG``. ``covered``: how many tokens
    of each article have at least so much, three tables, for 3 first. ``shorter``: whether the left
    story of each pair is not the longer one, and whether the right one is not. Of every pair:
    ``equal``: the stories are the same token by token; ``words``: words of the shorter story;
    ``kept``: how many of them stand in shared runs, the greater number where both are equally
    long; ``copied``: words in runs of five or more, the smaller of both sides; ``closest``: most
    words that one sentence has in common with one of the other's; ``apart``: the stories have so
    little wording in common that nothing else need be asked. Words are words, also in unspaced
    scripts.
    """

    stacked: Stack
    runs: Runs
    cover: Ints
    covered: Ints
    shorter: Bools
    equal: Bools
    words: Floats
    kept: Floats
    copied: Floats
    closest: Floats
    apart: Bools

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
            covered=self.covered[:, both],
            shorter=self.shorter[:, kept],
            equal=self.equal[kept],
            words=self.words[kept],
            kept=self.kept[kept],
            copied=self.copied[kept],
            closest=self.closest[kept],
            apart=self.apart[kept],
        )


def touch(pairs: Sequence[tuple[Prepared, Prepared]]) -> Contact:
    """Find what the articles of each pair have in common word for word.

    All must have been read with the same number of tokens to a word, and both of a pair in one
    way (``units.commensurable``). Costs a quarter to a half of weighing them.
    """
    stacked = stack(pairs)
    per_word = stacked.per_word
    runs = shared_runs(*stacked.runs(right=False), *stacked.runs(right=True), RUN * per_word)
    places = runs.tokens()
    degree = 1 + (runs.length >= COPIED * per_word) + (runs.length >= LONG * per_word)
    cover = longest_cover(degree.repeat(runs.length), len(stacked.article), *places)
    held = cover.nonzero()[0]
    covered = np.bincount(4 * stacked.article[held] + cover[held], minlength=8 * stacked.pairs)
    covered = covered.reshape(-1, 4).T[:0:-1].cumsum(axis=0)
    sizes = stacked.sizes.reshape(2, -1)
    least = sizes.min(axis=0)
    shorter = sizes == least
    equal = shorter.all(axis=0)
    for k in equal.nonzero()[0].tolist():
        equal[k] = np.array_equal(pairs[k][0].hashes, pairs[k][1].hashes)
    words = least / per_word
    kept = (covered[2].reshape(2, -1) * shorter).max(axis=0) / per_word
    closest = _closest(stacked, *places) / per_word
    little = (kept < LITTLE * words) & (closest < _NEAREST)
    return Contact(
        stacked=stacked,
        runs=runs,
        cover=cover,
        covered=covered,
        shorter=shorter,
        equal=equal,
        words=words,
        kept=kept,
        copied=covered[1].reshape(2, -1).min(axis=0) / per_word,
        closest=closest,
        apart=little & (words >= _JUDGED) & ~equal,
    )


def _closest(stacked: Stack, i: Ints, j: Ints) -> Ints:
    """The largest number of run tokens (left places i, right places j) in one pair of rows."""
    count = int(stacked.lines_at[-1])
    rows = stacked.lines(i) * count + stacked.lines(j)
    rows.sort()
    at = pieces(rows, 0)
    pair = stacked.lines_at.searchsorted(rows[at[:-1]] // max(count, 1), side="right") - 1
    out = np.zeros(stacked.pairs, dtype=np.int64)
    np.maximum.at(out, pair, at[1:] - at[:-1])
    return out
