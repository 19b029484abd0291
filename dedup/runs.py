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
from dedup.ragged import Ints, expand

_REPEATS = 8
"""How far apart in the count of its occurrences a repeated shingle is still joined."""


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

    def expand(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Every token of every run: its left place, right place and run number."""
        number, offset = expand(self.length)
        return self.left[number] + offset, self.right[number] + offset, number


def shared_runs(
    left_keys: Hashes, left_places: Ints, right_keys: Hashes, right_places: Ints, k: int
) -> Runs:
    """All maximal shared runs of at least ``k`` tokens; swapping the sides swaps the places.

    ``keys`` are the sorted hashes of all runs of k tokens of a text and ``places`` where each
    begins, equal ones in order. The n-th occurrence of a run of k tokens is joined with the
    n-8th to n+8th on the other side only, which bounds the cost: O((n + m) log m).
    """
    begin = right_keys.searchsorted(left_keys)
    hit = begin < len(right_keys)
    hit[hit] = right_keys[begin[hit]] == left_keys[hit]
    held = hit.nonzero()[0]
    keys, begin = left_keys[held], begin[held]
    occurrence = held - left_keys.searchsorted(keys)
    end = right_keys.searchsorted(keys, side="right")
    end = np.minimum(end, begin + occurrence + _REPEATS + 1)
    begin = begin + np.maximum(occurrence - _REPEATS, 0)
    number, step = expand(np.maximum(end - begin, 0))
    i = left_places[held[number]].astype(np.int64)
    j = right_places[begin[number] + step].astype(np.int64)
    if not len(i):
        return Runs(i, j, i)
    order = ((j - i) * (int(i.max()) + 1) + i).argsort()  # by diagonal, then along it
    i, j = i[order], j[order]
    head = np.ones(len(i), dtype=np.bool_)
    head[1:] = (i[1:] != i[:-1] + 1) | (j[1:] != j[:-1] + 1)
    first = head.nonzero()[0]
    size = np.append(first[1:], len(i)) - first
    return Runs(i[first], j[first], size + k - 1)


def longest_cover(places: NDArray[np.int64], lengths: NDArray[np.int64], n: int) -> Ints:
    """For each of n tokens the length of the longest run that covers it, 0 for none.

    ``places`` are the tokens of all runs, ``lengths`` the length of the run each belongs to.
    """
    cover = np.zeros(n, dtype=np.int64)
    np.maximum.at(cover, places, lengths)
    return cover
