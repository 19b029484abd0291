"""A run: the postings of a stretch of articles, sorted by key.

About 7 bytes a posting. The upper bits of a key choose a slot, whose bounds stand in a table; the
lower bits (16 or fewer in all but short runs, whose table is short, too) stand beside the article
in the slot. So a look-up costs the same few steps
whatever the length of the run, where a binary search costs a cache miss for every halving. Hot
buckets stand apart, where their newest articles are read without the others.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.store.arrays import stretches
from dedup.store.codec import BucketKeys
from dedup.store.window import Near

Refs = NDArray[np.int64]
Times = NDArray[np.uint32]
Entries = NDArray[np.uint64]
"""``key << 30 | article``."""
Found = tuple[NDArray[np.int64], Refs]
"""Positions of keys in a query and the refs found under them."""

SPAN = 1 << 30
"""The refs of a run lie closer together than this."""
REF_BITS = np.uint64(30)
SHORT_BITS = 16
"""Bits that choose a slot; with fewer, in runs too short for it, a slot holds one or less."""
NEVER = 2**32 - 1
"""The last second that the index knows."""


@dataclass(slots=True)
class Run:
    """One run.

    ``times[i]`` is when article ``base + i`` was published, in seconds since 1970; 0 where there
    is no article (any more). Of ``articles`` that there were at first ``alive`` are left, all
    published from ``earliest`` to ``latest``.
    Slot s holds ``rests`` and ``owners`` from ``slots[s]`` to ``slots[s + 1]``; the hot bucket of
    ``hot_keys[b]`` holds ``hot_owners`` from ``hot_begins[b]`` to ``hot_begins[b + 1]``, ascending.
    """

    base: int
    times: Times
    articles: int
    alive: int
    earliest: int
    latest: int
    slot_bits: int
    slots: NDArray[np.uint32]
    rests: NDArray[np.uint16] | NDArray[np.uint32]
    owners: NDArray[np.uint32]
    hot_keys: BucketKeys
    hot_begins: NDArray[np.int64]
    hot_owners: NDArray[np.uint32]
    dropped: float = 0.0
    """When an article was last dropped, on the clock of ``time.monotonic``."""

    @property
    def end(self) -> int:
        """One more than the last ref."""
        return self.base + len(self.times)

    def __len__(self) -> int:
        return len(self.owners) + len(self.hot_owners)

    def drop(self, refs: Refs) -> None:
        """Forget articles; those that are not in the run are no error."""
        inside = np.unique(refs[(refs >= self.base) & (refs < self.end)]) - self.base
        gone = int(np.count_nonzero(self.times[inside]))
        if gone:
            self.alive -= gone
            self.times[inside] = 0
            self.dropped = time.monotonic()

    def reaches(self, near: Near) -> bool:
        """Whether there may be articles in a window."""
        return self.earliest < int(near.end.max()) and self.latest >= int(near.begin.min())

    def find(
        self, keys: BucketKeys, before: Refs | None, limit: int, near: Near | None = None
    ) -> Found:
        """The newest articles of each key with a ref below ``before``, newest first.

        Those outside the window are left out. All articles of a bucket that is not hot, at most
        ``limit`` of one that is.
        """
        rest_bits = 32 - self.slot_bits
        slot = (keys >> np.uint64(rest_bits)).astype(np.int64)
        rest = (keys & np.uint64((1 << rest_bits) - 1)).astype(self.rests.dtype)
        low = self.slots[slot].astype(np.int64)
        which, at = stretches(low, self.slots[slot + 1] - low)
        hit = self.rests[at] == rest[which]
        found = [(which[hit], self.owners[at[hit]].astype(np.int64))]
        if len(self.hot_keys):
            bucket = self.hot_keys.searchsorted(keys)
            bucket[bucket == len(self.hot_keys)] = 0
            hot = (self.hot_keys[bucket] == keys).nonzero()[0]
            if len(hot):
                found.append(self._hot(hot, bucket[hot], before, near, limit))
        which, local = join(found)
        keep = self._there(which, local, near)
        if before is not None:
            keep &= local < (before - self.base)[which]
        return which[keep][::-1], local[keep][::-1] + self.base

    def _there(
        self, which: NDArray[np.int64], local: NDArray[np.int64], near: Near | None
    ) -> NDArray[np.bool_]:
        """Which articles there are still, in the windows of the keys they were found under."""
        times = self.times[local]
        if near is None:
            return times > 0
        inside: NDArray[np.bool_] = (times >= near.begin[which]) & (times < near.end[which])
        return inside

    def _hot(
        self,
        which: NDArray[np.int64],
        bucket: NDArray[np.int64],
        before: Refs | None,
        near: Near | None,
        limit: int,
    ) -> Found:
        begin, end = self.hot_begins[bucket], self.hot_begins[bucket + 1]
        start = np.maximum(begin, end - limit)
        if before is None:
            positions, at = stretches(start, end - start)
            local = self.hot_owners[at].astype(np.int64)
            if self._there(which[positions], local, near).all():
                return which[positions], local
        found = []
        for i in range(len(which)):
            articles = self.hot_owners[begin[i] : end[i]]
            if before is not None:
                bound = int(before[which[i]]) - self.base
                articles = articles[: articles.searchsorted(min(max(bound, 0), SPAN))]
            first, last = 1, NEVER
            if near is not None:
                first, last = int(near.begin[which[i]]), int(near.end[which[i]])
            newest = self._newest(articles, first, last, limit)
            found.append((np.full(len(newest), which[i]), newest))
        return join(found)

    def _newest(self, bucket: NDArray[np.uint32], first: int, last: int, limit: int) -> Refs:
        """The newest articles of a bucket published from ``first`` up to ``last``."""
        take = limit
        while True:
            newest = bucket[-take:]
            times = self.times[newest]
            alive = newest[(times >= first) & (times < last)]
            if len(alive) >= limit or take >= len(bucket):
                return alive[-limit:].astype(np.int64)
            take *= 4

    def entries(self, begin: np.uint64, end: np.uint64, shift: int) -> Entries:
        """The entries from ``begin`` to ``end`` of articles that are there, roughly sorted.

        ``shift`` is added to the articles.
        """
        rest_bits = np.uint64(32 - self.slot_bits)
        first, last = int(begin >> (REF_BITS + rest_bits)), int(end >> (REF_BITS + rest_bits))
        low, high = int(self.slots[first]), int(self.slots[last])
        cold = np.repeat(
            np.arange(first, last, dtype=np.uint64) << rest_bits,
            np.diff(self.slots[first : last + 1]),
        )
        cold |= self.rests[low:high]
        b, e = self.hot_keys.searchsorted(np.array([first, last], dtype=np.uint64) << rest_bits)
        hot = np.repeat(self.hot_keys[b:e], np.diff(self.hot_begins[b : e + 1]))
        owners = np.concatenate(
            [self.owners[low:high], self.hot_owners[self.hot_begins[b] : self.hot_begins[e]]]
        )
        found = pack(np.concatenate([cold, hot]), owners)
        if self.alive < self.articles:
            found = found[self.times[owners] > 0]
        found += np.uint64(shift)
        return found


def rest_type(slot_bits: int) -> type[np.uint16] | type[np.uint32]:
    """What the bits of a key are kept in that do not choose a slot."""
    return np.uint16 if slot_bits >= SHORT_BITS else np.uint32


def pack(keys: BucketKeys, owners: NDArray[np.uint32] | NDArray[np.uint64]) -> Entries:
    """Entries of keys and the articles that carry them; ``owners`` are refs less the base."""
    entries: Entries = keys << REF_BITS
    entries |= owners
    return entries


def join(found: Sequence[Found]) -> Found:
    """Several findings as one."""
    if len(found) == 1:
        return found[0]
    return np.concatenate([w for w, _ in found]), np.concatenate([r for _, r in found])
