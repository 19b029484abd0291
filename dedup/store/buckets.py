"""The postings of every article, inverted, in memory: from a key to the articles that carry it.

A log-structured merge tree (O'Neil et al. 1996): the newest postings stand in a dictionary, older
ones in sorted runs (``dedup.store.run``), each of a stretch of articles; neighbours of like size
are merged. Nothing is moved when an article goes: it is only marked, and left out of the next
merge.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.store.codec import BucketKeys
from dedup.store.run import SPAN, Found, Refs, Run, Times, join, merge

_NEWEST = 1 << 13
"""So many postings stand in the dictionary before they become a run."""
_LONGEST = 1 << 24
"""No run grows longer by merging; to merge two that make this takes a quarter of a second."""
_ALIKE = 4
"""Two neighbouring runs merge unless the older is longer by more than this factor."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Articles found under keys: ``which[i]`` is the position in the query of the key of hit i.

    The articles of one key come newest first.
    """

    which: NDArray[np.int64]
    refs: Refs


_NOTHING = Hits(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


class Buckets:
    """Not safe for several threads; the store holds a lock around it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._newest = _Newest()
        self._runs: tuple[Run, ...] = ()  # oldest first

    def add(self, refs: Refs, times: Times, keys: BucketKeys, counts: NDArray[np.int64]) -> None:
        """Add articles, in ascending order of ref and newer than all before.

        ``times`` are seconds since 1970, at least 1; ``keys`` those of all articles in a row,
        ``counts[i]`` of them of article i.
        """
        if len(keys) < _NEWEST:
            self._newest.add(refs, times, keys, counts)
            if len(self._newest) >= _NEWEST:
                self._flush()
            return
        self._flush()
        spread = np.zeros(int(refs[-1] - refs[0]) + 1, dtype=np.uint32)
        owners = (refs - refs[0]).astype(np.uint64)
        spread[owners] = times
        self._push(Run.of(int(refs[0]), spread, keys, np.repeat(owners, counts)))

    def drop(self, refs: Refs) -> None:
        """Forget articles; unknown ones are no error."""
        self._newest.drop(refs)
        for run in self._runs:
            inside = refs[(refs >= run.base) & (refs < run.end)]
            run.times[inside - run.base] = 0
        kept = []
        for run in self._runs:
            alive = np.count_nonzero(run.times)
            if 2 * alive >= run.articles:
                kept.append(run)
            elif alive:
                kept.append(merge([run]))
        self._runs = tuple(kept)

    def find(self, keys: BucketKeys, before: Refs) -> Hits:
        """For each key its newest articles with a ref below ``before``, at most the limit."""
        if not len(keys):
            return _NOTHING
        lowest = int(before.min())
        found = [self._newest.find(keys, before, self._limit)] if len(self._newest) else []
        found += [
            run.find(keys, before if lowest < run.end else None, self._limit)
            for run in reversed(self._runs)
        ]
        return self._cut(join(found), len(keys)) if found else _NOTHING

    def _cut(self, found: Found, keys: int) -> Hits:
        which, refs = found
        counts = np.bincount(which, minlength=keys)
        if int(counts.max()) > self._limit:
            order = which.argsort(kind="stable")
            which, refs = which[order], refs[order]
            keep = np.arange(len(which)) - (counts.cumsum() - counts)[which] < self._limit
            which, refs = which[keep], refs[keep]
        return Hits(which, refs)

    def _flush(self) -> None:
        if self._newest.counts:
            self._push(self._newest.run())
            self._newest = _Newest()

    def _push(self, run: Run) -> None:
        runs = [*self._runs, run]
        while len(runs) > 1:
            older, newer = runs[-2:]
            if len(older) > _ALIKE * len(newer) or len(older) + len(newer) > _LONGEST:
                break
            if newer.end - older.base > SPAN:
                break
            runs[-2:] = [merge([older, newer])]
        self._runs = tuple(runs)


class _Newest:
    """The newest articles, in a dictionary from key to refs, ascending."""

    def __init__(self) -> None:
        self._refs: list[Refs] = []
        self._keys: list[BucketKeys] = []
        self.counts: list[NDArray[np.int64]] = []
        self._time_of: dict[int, int] = {}
        self._buckets: dict[int, list[int]] = {}
        self._size = 0
        self._dropped = False

    def __len__(self) -> int:
        return self._size

    def add(self, refs: Refs, times: Times, keys: BucketKeys, counts: NDArray[np.int64]) -> None:
        self._refs.append(refs)
        self._keys.append(keys)
        self.counts.append(counts)
        self._size += len(keys)
        self._time_of.update(zip(refs.tolist(), times.tolist(), strict=True))
        buckets = self._buckets
        for key, ref in zip(keys.tolist(), np.repeat(refs, counts).tolist(), strict=True):
            bucket = buckets.get(key)
            if bucket is None:
                buckets[key] = [ref]
            else:
                bucket.append(ref)

    def drop(self, refs: Refs) -> None:
        for ref in refs.tolist():
            if self._time_of.pop(ref, None) is not None:
                self._dropped = True

    def find(self, keys: BucketKeys, before: Refs, limit: int) -> Found:
        get, there, whole = self._buckets.get, self._time_of, not self._dropped
        which: list[int] = []
        refs: list[int] = []
        bounds = before.tolist()
        for i, key in enumerate(keys.tolist()):
            bucket = get(key)
            if bucket is None:
                continue
            end = len(bucket) if bucket[-1] < bounds[i] else bisect_left(bucket, bounds[i])
            newest = bucket[max(end - limit, 0) : end]
            if not whole:
                newest = [ref for ref in bucket[:end] if ref in there][-limit:]
            newest.reverse()
            which += [i] * len(newest)
            refs += newest
        return np.array(which, dtype=np.int64), np.array(refs, dtype=np.int64)

    def run(self) -> Run:
        refs = np.concatenate(self._refs)
        base = int(refs[0])
        times = np.zeros(int(refs[-1]) - base + 1, dtype=np.uint32)
        times[np.array(list(self._time_of), dtype=np.int64) - base] = list(self._time_of.values())
        owners = np.repeat(refs - base, np.concatenate(self.counts)).astype(np.uint64)
        keys = np.concatenate(self._keys)
        alive = times[owners] > 0
        return Run.of(base, times, keys[alive], owners[alive])
