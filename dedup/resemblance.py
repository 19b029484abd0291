"""How much of two stories is the same, in shingles: of many pairs at once.

The shingles of all stories are sorted together, each with the number of its pair before it and
its side behind it, so that what both stories of a pair have stands side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Floats
from dedup.units import Prepared

_PAIR_BITS = np.uint64(16)
_HASH_BITS = np.uint64(48)
"""Bits of a key that the number of the pair leaves. The last of them is the side; in the others
two unequal shingles of a pair agree once in 1.4e14."""
_SIDE = np.uint64(1)
_MULTIPLIER = 0x9E3779B97F4A7C15


class Shares(NamedTuple):
    """For the sets A and B of shingles of the stories of each pair |A n B| / |A|, |A n B| / |B|
    and the resemblance |A n B| / |A u B|, 0..1; 0 where one is empty."""

    left_in_right: Floats
    right_in_left: Floats
    resemblance: Floats


def shares(pairs: Sequence[tuple[Prepared, Prepared]], *words: int) -> list[Shares]:
    """How much is the same in shingles of so many ``words``, for each number of words given.

    Of one pair at least, all read with one number of tokens to a word; times the numbers of words
    2^16 at most. Cost: sorting the shingles of all stories.
    """
    keys = _keys(pairs, [k * pairs[0][0].per_word for k in words])
    keys.sort()
    numbers = np.arange(len(words) * len(pairs) + 1, dtype=np.uint64)
    at = keys.searchsorted(numbers << _HASH_BITS)
    differ = keys.copy()
    differ[1:] ^= keys[:-1]
    distinct, both = differ != 0, differ == 1  # of a shingle of both sides the right one is last
    distinct[:1], both[:1] = True, False
    every, right, shared = (
        np.diff(flag.nonzero()[0].searchsorted(at)).reshape(len(words), -1)
        for flag in (distinct, distinct & (keys & _SIDE).astype(np.bool_), both)
    )
    left = every - right
    columns = zip(
        shared / np.maximum(left, 1),
        shared / np.maximum(right, 1),
        shared / np.maximum(every - shared, 1),
        strict=True,
    )
    return [Shares(*of) for of in columns]


def _keys(pairs: Sequence[tuple[Prepared, Prepared]], lengths: Sequence[int]) -> Hashes:
    """The runs of so many tokens of all stories by pair, hash and side.

    Pairs are numbered once more for every further length.
    """
    stories = [story.hashes for pair in pairs for story in pair]
    hashes = np.concatenate(stories)
    number = np.arange(len(stories), dtype=np.uint64)
    tag = (((number >> _SIDE) << _HASH_BITS) | (number & _SIDE)).repeat([len(s) for s in stories])
    found: list[Hashes] = []
    known = {1: hashes}
    for turn, k in enumerate(lengths):
        runs = _runs(known, k)
        here = tag[: len(runs)]
        whole = here == tag[len(tag) - len(runs) :]
        beyond = np.uint64(turn * len(pairs)) << _HASH_BITS
        found.append((((runs >> _PAIR_BITS) & ~_SIDE) | here)[whole] + beyond)
    return np.concatenate(found)


def _runs(known: dict[int, Hashes], k: int) -> Hashes:
    """Hashes of all runs of ``k`` tokens, put together from those of shorter ones.

    A polynomial over 2^64 of hashes spread evenly already. ``known`` holds the runs by length, of
    one token at first, and is added to.
    """
    if k not in known:
        half = k // 2
        head, tail = _runs(known, k - half), _runs(known, half)
        n = max(len(known[1]) - k + 1, 0)
        known[k] = head[:n] * np.uint64(pow(_MULTIPLIER, half, 1 << 64)) + tail[k - half :][:n]
    return known[k]
