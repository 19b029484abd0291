"""The postings of every article, inverted, in memory: from a key to the articles that carry it.

A log-structured merge tree (O'Neil et al. 1996): the newest postings stand in a dictionary, older
ones in sorted arrays of ``key << 30 | article``, merged when neighbours are of like size. About
8 bytes per posting. Articles are known by their ref less ``base``, which must stay below 2**30.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.store.codec import BucketKeys

Refs = NDArray[np.int64]
_BITS = np.uint64(30)
_MASK = np.uint64((1 << 30) - 1)
_NEWEST = 1 << 16
"""So many postings stand in the dictionary before they are sorted into a run."""
_ALIKE = 2
"""Two neighbouring runs merge unless the older one is longer by more than this factor."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Articles found under keys: ``which[i]`` is the key's position in the query.

    Ordered by key; the articles of one key newest first.
    """

    which: NDArray[np.int64]
    refs: Refs


class Buckets:
    """Not safe for several threads; the store holds a lock around it."""

    def __init__(self, base: int, limit: int) -> None:
        self.base = base
        self._limit = limit
        self._times = np.zeros(1024, dtype=np.uint32)  # by article; 0 where there is none
        self._newest: dict[int, list[int]] = {}
        self._unsorted: list[NDArray[np.uint64]] = []
        self._waiting = 0
        self._runs: tuple[NDArray[np.uint64], ...] = ()  # oldest first

    def add(
        self,
        refs: Refs,
        times: NDArray[np.uint32],
        keys: BucketKeys,
        counts: NDArray[np.int64],
    ) -> None:
        """Add articles, in ascending order of ref and newer than all before.

        ``times`` are seconds since 1970, at least 1; ``keys`` those of all articles in a row,
        ``counts[i]`` of them of article i.
        """
        local = (refs - self.base).astype(np.uint64)
        top = int(local[-1])
        if top >= len(self._times):
            grown = np.zeros(max(2 * len(self._times), top + 1), dtype=np.uint32)
            grown[: len(self._times)] = self._times
            self._times = grown
        self._times[local] = times
        owners = np.repeat(local, counts)
        entries = (keys << _BITS) | owners
        if len(entries) >= _NEWEST:
            self._flush()
            self._push(np.sort(entries))
            return
        self._unsorted.append(entries)
        self._waiting += len(entries)
        newest = self._newest
        for key, owner in zip(keys.tolist(), owners.tolist(), strict=True):
            bucket = newest.get(key)
            if bucket is None:
                newest[key] = [owner]
            else:
                bucket.append(owner)
        if self._waiting >= _NEWEST:
            self._flush()

    def drop(self, refs: Refs) -> None:
        """Forget articles; unknown ones are no error."""
        local = refs - self.base
        self._times[local[(local >= 0) & (local < len(self._times))]] = 0

    def find(self, keys: BucketKeys, before: Refs) -> Hits:
        """For each key its newest articles with a ref below ``before``, at most the limit."""
        order = np.argsort(keys, kind="stable")
        needles = keys[order]
        bounds = np.clip(before[order] - self.base, 0, 1 << 30).astype(np.uint64)
        found = [self._find_newest(needles, bounds)]
        found += [self._find_sorted(run, needles, bounds) for run in reversed(self._runs)]
        which = np.concatenate([part[0] for part in found])
        local = np.concatenate([part[1] for part in found])
        by_key = np.lexsort((-local, which))
        which, local = which[by_key], local[by_key]
        if len(which):
            counts = np.bincount(which, minlength=len(needles))
            if int(counts.max()) > self._limit:
                first = np.cumsum(counts) - counts
                keep = np.arange(len(which)) - first[which] < self._limit
                which, local = which[keep], local[keep]
        return Hits(order[which], local + self.base)

    def _find_newest(
        self, needles: BucketKeys, bounds: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], Refs]:
        newest = self._newest
        which: list[int] = []
        refs: list[int] = []
        for i, key in enumerate(needles.tolist()):
            bucket = newest.get(key)
            if bucket is not None:
                end = bisect_left(bucket, int(bounds[i]))
                which.extend([i] * end)
                refs.extend(bucket[:end])
        return self._alive(np.array(which, dtype=np.int64), np.array(refs, dtype=np.int64))

    def _find_sorted(
        self, run: NDArray[np.uint64], needles: BucketKeys, bounds: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], Refs]:
        low = np.searchsorted(run, needles << _BITS)
        at = np.minimum(low, len(run) - 1)
        which = np.flatnonzero((low < len(run)) & (run[at] >> _BITS == needles))
        low = low[which]
        high = np.searchsorted(run, (needles[which] << _BITS) + bounds[which])
        take = np.minimum(high - low, self._limit)
        found, refs = self._alive(*_gather(run, which, high - take, take))
        short = high - low > take
        if short.any():  # of a long bucket the newest may be gone: then go back further
            short[short] = np.bincount(found, minlength=len(needles))[which[short]] < self._limit
        if not short.any():
            return found, refs
        keep = ~np.isin(found, which[short])
        parts = [(found[keep], refs[keep])]
        for i in np.flatnonzero(short):
            bucket = (run[low[i] : high[i]] & _MASK).astype(np.int64)
            alive = bucket[self._times[bucket] > 0][-self._limit :]
            parts.append((np.full(len(alive), which[i]), alive))
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _alive(self, which: NDArray[np.int64], local: Refs) -> tuple[NDArray[np.int64], Refs]:
        keep = self._times[local] > 0
        return which[keep], local[keep]

    def _flush(self) -> None:
        if self._unsorted:
            self._push(np.sort(np.concatenate(self._unsorted)))
        self._unsorted = []
        self._newest = {}
        self._waiting = 0

    def _push(self, run: NDArray[np.uint64]) -> None:
        runs = [*self._runs, run]
        while len(runs) > 1 and len(runs[-2]) <= _ALIKE * len(runs[-1]):
            merged = np.concatenate(runs[-2:])
            merged.sort(kind="stable")
            runs[-2:] = [merged]
        self._runs = tuple(runs)


def _gather(
    run: NDArray[np.uint64],
    which: NDArray[np.int64],
    start: NDArray[np.int64],
    take: NDArray[np.int64],
) -> tuple[NDArray[np.int64], Refs]:
    first = np.cumsum(take) - take
    index = np.arange(int(take.sum())) + np.repeat(start - first, take)
    return np.repeat(which, take), (run[index] & _MASK).astype(np.int64)
