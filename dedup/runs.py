"""Maximal runs of tokens that two texts share: what was copied word for word.

A run is a pair of places from which the texts agree for some length and that cannot be made
longer on either end (the maximal matches of string comparison; Gusfield 1997, chapter 7). Found
by joining equal shingles and stringing neighbours on one diagonal together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.model import Hashes
from dedup.ragged import Ints, pieces, ranges

_REPEATS = 8
"""How far apart in the count of its occurrences a repeated shingle is still joined."""
_ALONG = 32
"""Bits of a place in a text."""


Places = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Places on the left, and those on the right that face them."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Shared runs: where each begins on the left and on the right, and its length in tokens."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length: NDArray[np.int64]

    def at_least(self, length: int) -> Runs:
        """Only the runs of at least so many tokens."""
        long = self.length >= length
        return Runs(self.left[long], self.right[long], self.length[long])

    def tokens(self) -> Places:
        """Every token of every run: its left place and its right place."""
        left = ranges(self.left, self.length)
        return left, left + (self.right - self.left).repeat(self.length)


def shared_runs(
    left_keys: Hashes, left_places: Ints, right_keys: Hashes, right_places: Ints, k: int
) -> Runs:
    """All maximal shared runs of at least ``k`` tokens; swapping the sides swaps the places.

    ``keys`` are the sorted hashes of all runs of k tokens of a text and ``places`` where each
    begins, equal ones in order. The n-th occurrence of a run of k tokens is joined with the
    n-8th to n+8th on the other side only, which bounds the cost: O((n + m) log m).
    """
    if not len(right_keys):
        left_keys = left_keys[:0]
    begin = right_keys.searchsorted(left_keys)
    held = (right_keys.take(begin, mode="clip") == left_keys).nonzero()[0]
    keys, begin = left_keys[held], begin[held]
    occurrence = held - left_keys.searchsorted(keys)
    end = right_keys.searchsorted(keys, side="right")
    end = np.minimum(end, begin + occurrence + (_REPEATS + 1))
    begin = begin + np.maximum(occurrence - _REPEATS, 0)
    times = np.maximum(end - begin, 0)
    i = left_places[held].repeat(times)
    j = right_places[ranges(begin, times)]
    found = (np.subtract(j, i, dtype=np.int64) << _ALONG) + i  # by diagonal, then along it
    found.sort()
    at = pieces(found, 1)
    found = found[at[:-1]]
    i = found & ((1 << _ALONG) - 1)
    return Runs(i, i + (found >> _ALONG), at[1:] - at[:-1] + (k - 1))


def longest_cover(lengths: Ints, n: int, *places: Ints) -> Ints:
    """For each of n tokens the length of the longest run that covers it, 0 for none.

    ``lengths`` are those of the runs that the tokens ``places`` stand in, or numbers that grow
    with them; for several lists of places they are the same.
    """
    cover = np.zeros(n, dtype=np.int64)
    for some in places:
        np.maximum.at(cover, some, lengths)
    return cover
