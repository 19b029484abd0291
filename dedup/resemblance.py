"""How much of two stories is the same, in shingles: of many pairs at once.

The shingles of all stories are sorted together, each with the number of its pair before it and
its side behind it, so that what both stories of a pair have stands side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.model import Hashes
from dedup.ragged import Bools, Ints
from dedup.units import Prepared

_HASH_BITS = np.uint64(48)
"""Bits of a key that the number of the pair leaves. The last of them is the side; in the others
two unequal shingles of a pair agree once in 1.4e14."""
_SIDE = np.uint64(1)
_HASH = (_SIDE << _HASH_BITS) - _SIDE - _SIDE
_MULTIPLIER = 0x9E3779B97F4A7C15


class Shares(NamedTuple):
    """For the sets A and B of shingles of the stories of a pair |A n B| / |A|, |A n B| / |B|
    and the resemblance |A n B| / |A u B|, 0..1; 0 where one is empty."""

    left_in_right: float
    right_in_left: float
    resemblance: float


def shares(pairs: Sequence[tuple[Prepared, Prepared]], *words: int) -> list[list[Shares]]:
    """How much of each pair is the same in shingles of so many ``words``, for each number given.

    Of one pair at least, all read with one number of tokens to a word; times the numbers of words
    2^16 at most. Cost: sorting the shingles of all stories.
    """
    keys = _keys(pairs, [k * pairs[0][0].per_word for k in words])
    keys.sort()
    at = keys.searchsorted(np.arange(len(words) * len(pairs) + 1, dtype=np.uint64) << _HASH_BITS)
    differ = keys.copy()
    differ[1:] ^= keys[:-1]
    distinct, both = differ != 0, differ == 1  # of a shingle of both sides the right one is last
    distinct[:1], both[:1] = True, False
    right = (keys & _SIDE).astype(np.bool_)
    right &= distinct
    counts = (_within(flags, at) for flags in (distinct, right, both))
    found = [_shares(*some) for some in zip(*counts, strict=True)]
    return [found[turn * len(pairs) :][: len(pairs)] for turn in range(len(words))]


def _within(flags: Bools, at: Ints) -> list[int]:
    """How many flags are up in each of the pieces that begin and end ``at``."""
    ends = flags.nonzero()[0].searchsorted(at)
    out: list[int] = (ends[1:] - ends[:-1]).tolist()
    return out


def _shares(distinct: int, right: int, both: int) -> Shares:
    """The shares, from how many shingles are distinct on a side, how many of them right ones, and
    how many on both sides."""
    return Shares(
        both / max(distinct - right, 1), both / max(right, 1), both / max(distinct - both, 1)
    )


def _keys(pairs: Sequence[tuple[Prepared, Prepared]], lengths: Sequence[int]) -> Hashes:
    """The runs of so many tokens of all stories by pair, hash and side, unsorted.

    Pairs are numbered once more for every further length.
    """
    stories = [story.hashes for pair in pairs for story in pair]
    hashes = np.concatenate(stories)
    number = np.arange(len(stories), dtype=np.uint64)
    tags = (number >> _SIDE << _HASH_BITS | number & _SIDE).repeat([len(s) for s in stories])
    beyond = np.uint64(len(pairs)) << _HASH_BITS
    found: list[Hashes] = []
    known = {1: hashes}
    for k in lengths:
        runs = _runs(known, k) & _HASH
        here = tags[: len(runs)]
        runs |= here
        found.append(runs[here == tags[len(tags) - len(runs) :]])
        tags += beyond
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
