"""How much of two stories is the same, in shingles: of many pairs at once.

The shingles of all stories are sorted together, each with the number of its pair before it and
its side behind it, so that what both stories of a pair have stands side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Floats, Ints
from dedup.signature import shingles
from dedup.units import Prepared

_PAIR_BITS = np.uint64(16)
_HASH_BITS = np.uint64(48)
"""Bits of a key that the number of the pair leaves. The last of them is the side; in the others
two unequal shingles of a pair agree once in 1.4e14."""
_SIDE = np.uint64(1)


def overlaps(
    pairs: Sequence[tuple[Prepared, Prepared]], words: int
) -> tuple[Floats, Floats, Floats]:
    """For the sets A and B of shingles of so many ``words`` in the stories of each pair
    |A n B| / |A|, |A n B| / |B| and the resemblance |A n B| / |A u B|, 0..1; 0 where one is empty.

    Of one pair at least and 2^16 at most, all read with one number of tokens to a word. Cost:
    sorting the shingles of all stories.
    """
    keys = _keys(pairs, words * pairs[0][0].per_word)
    keys.sort()
    distinct = np.ones(len(keys), dtype=np.bool_)
    distinct[1:] = keys[1:] != keys[:-1]
    keys = keys[distinct]
    both = keys[1:][keys[1:] == (keys[:-1] | _SIDE)]
    shared = np.bincount(_pair(both), minlength=len(pairs))
    on_right = (keys & _SIDE).astype(np.bool_)
    left, right = (
        np.bincount(_pair(keys[side]), minlength=len(pairs)) for side in (~on_right, on_right)
    )
    return (
        shared / np.maximum(left, 1),
        shared / np.maximum(right, 1),
        shared / np.maximum(left + right - shared, 1),
    )


def _keys(pairs: Sequence[tuple[Prepared, Prepared]], k: int) -> Hashes:
    """The runs of k tokens of all stories by pair, hash and side."""
    stories = [story.hashes for pair in pairs for story in pair]
    found = shingles(np.concatenate(stories), k)
    number = np.arange(len(stories), dtype=np.uint64).repeat([len(story) for story in stories])
    first = number[: len(found)]
    pair, side = first >> _SIDE, first & _SIDE
    keys: Hashes = (pair << _HASH_BITS) | (found >> _PAIR_BITS & ~_SIDE) | side
    whole: Hashes = keys[first == number[len(number) - len(found) :]]
    return whole


def _pair(keys: Hashes) -> Ints:
    return (keys >> _HASH_BITS).astype(np.int64)
