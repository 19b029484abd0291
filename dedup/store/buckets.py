"""The postings of every article, inverted, in memory: from a key to the articles that carry it.

A log-structured merge tree (O'Neil et al. 1996): the newest postings stand in a dictionary, older
ones in sorted runs (``dedup.store.run``), each of a stretch of articles; neighbours of like size
are merged. Nothing is moved when an article goes: it is only marked, and left out of the next
merge.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.store.arrays import lasting
from dedup.store.codec import BucketKeys
from dedup.store.run import SPAN, Found, Refs, Run, Times, join, pack
from dedup.store.run_making import merge, run_of
from dedup.store.window import Near

_NEWEST = 1 << 13
"""So many postings stand in the dictionary before they become a run."""
_MANY = 1 << 9
"""So many that come at once are a run from the beginning: sorting an array takes less time than
that many look-ups in a dictionary."""
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


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Articles in ascending order of ref.

    ``times`` are seconds since 1970, at least 1; ``keys`` those of all articles in a row,
    ``counts[i]`` of them of article i.
    """

    refs: Refs
    times: Times
    keys: BucketKeys
    counts: NDArray[np.int64]

    def after(self, ref: int) -> Arrivals:
        """Those with a higher ref."""
        known = int(self.refs.searchsorted(ref, side="right"))
        if not known:
            return self
        return Arrivals(
            self.refs[known:],
            self.times[known:],
            self.keys[int(self.counts[:known].sum()) :],
            self.counts[known:],
        )


_NO_KEYS: BucketKeys = np.empty(0, dtype=np.uint64)
_NOTHING = Hits(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


class Buckets:
    """Not safe for several threads; the store holds a lock around it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._newest = _Newest()
        self._runs: tuple[Run, ...] = ()  # oldest first

    def add(self, arrivals: Arrivals) -> None:
        """Add articles, in ascending order of ref and newer than all before."""
        if len(arrivals.keys) < _MANY:
            self._newest.add(arrivals)
            if len(self._newest) >= _NEWEST:
                self._flush()
            return
        self._flush()
        group = _Group(len(arrivals.keys))
        group.add(arrivals)
        self._push(group.run())

    def load(self, arrivals: Iterable[Arrivals]) -> None:
        """Add many articles, as ``add`` does, sorting those read while others are being read."""
        self._flush()
        with ThreadPoolExecutor(max_workers=1) as sorter:
            sorting: list[Future[Run]] = []
            group = _Group(_LONGEST)
            for some in arrivals:
                if not group.takes(some):
                    if len(group):
                        if sorting:
                            sorting[-1].result()  # so that no more than two wait in memory
                        sorting.append(sorter.submit(group.run))
                    group = _Group(max(_LONGEST, len(some.keys)))
                group.add(some)
            if len(group):
                sorting.append(sorter.submit(group.run))
        for run in sorting:
            self._push(run.result())

    @property
    def runs(self) -> tuple[Run, ...]:
        """The sorted runs, oldest first; nothing in them changes but what is marked as gone."""
        return self._runs

    def adopt(self, run: Run) -> None:
        """Add a run of articles newer than all before."""
        self._flush()
        self._push(run)

    def drop(self, refs: Refs) -> None:
        """Forget articles; unknown ones are no error."""
        self._newest.drop(refs)
        for run in self._runs:
            run.drop(refs)
        self._runs = tuple(
            run if 2 * run.alive >= run.articles else merge([run])
            for run in self._runs
            if run.alive
        )

    def find(self, keys: BucketKeys, before: Refs, near: Near | None = None) -> Hits:
        """For each key its newest articles with a ref below ``before``, at most the limit.

        With ``near`` only those in the window.
        """
        if not len(keys):
            return _NOTHING
        lowest = int(before.min())
        found = [self._newest.find(keys, before, self._limit, near)] if len(self._newest) else []
        found += [
            run.find(keys, before if lowest < run.end else None, self._limit, near)
            for run in reversed(self._runs)
            if near is None or run.reaches(near)
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
        if len(self._newest):
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


class _Group:
    """Articles that are to become one run, of at most so many postings."""

    def __init__(self, postings: int) -> None:
        self._arrivals: list[Arrivals] = []
        self._entries = lasting(postings, np.uint64)
        self._size = 0

    def __len__(self) -> int:
        return len(self._arrivals)

    def takes(self, arrivals: Arrivals) -> bool:
        """Whether there is room for these too."""
        if not self._arrivals:
            return len(arrivals.keys) <= len(self._entries)
        span = int(arrivals.refs[-1]) - int(self._arrivals[0].refs[0])
        return self._size + len(arrivals.keys) <= len(self._entries) and span < SPAN

    def add(self, arrivals: Arrivals) -> None:
        """Add articles with higher refs than all before."""
        self._arrivals.append(replace(arrivals, keys=_NO_KEYS))
        base = self._arrivals[0].refs[0]
        owners = np.repeat((arrivals.refs - base).astype(np.uint32), arrivals.counts)
        end = self._size + len(owners)
        self._entries[self._size : end] = pack(arrivals.keys, owners)
        self._size = end

    def run(self) -> Run:
        """The run; the group is of no use afterwards."""
        refs = np.concatenate([some.refs for some in self._arrivals])
        base = int(refs[0])
        times = lasting(int(refs[-1]) - base + 1, np.uint32)
        times[refs - base] = np.concatenate([some.times for some in self._arrivals])
        return run_of(base, times, self._entries[: self._size])


class _Newest:
    """The newest articles, in a dictionary from key to refs, ascending."""

    def __init__(self) -> None:
        self._arrivals: list[Arrivals] = []
        self._times: dict[int, int] = {}
        self._gone: list[int] = []
        self._buckets: dict[int, list[int]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, arrivals: Arrivals) -> None:
        self._arrivals.append(arrivals)
        self._size += len(arrivals.keys)
        self._times.update(zip(arrivals.refs.tolist(), arrivals.times.tolist(), strict=True))
        buckets = self._buckets
        owners = np.repeat(arrivals.refs, arrivals.counts).tolist()
        for key, ref in zip(arrivals.keys.tolist(), owners, strict=True):
            bucket = buckets.get(key)
            if bucket is None:
                buckets[key] = [ref]
            else:
                bucket.append(ref)

    def drop(self, refs: Refs) -> None:
        for ref in refs.tolist():
            if self._times.pop(ref, None) is not None:
                self._gone.append(ref)

    def find(self, keys: BucketKeys, before: Refs, limit: int, near: Near | None) -> Found:
        get, times, whole = self._buckets.get, self._times, not self._gone
        which: list[int] = []
        refs: list[int] = []
        bounds = before.tolist()
        for i, key in enumerate(keys.tolist()):
            bucket = get(key)
            if bucket is None:
                continue
            end = len(bucket) if bucket[-1] < bounds[i] else bisect_left(bucket, bounds[i])
            if near is not None:
                first, last = int(near.begin[i]), int(near.end[i])
                newest = [r for r in bucket[:end] if first <= times.get(r, 0) < last][-limit:]
            elif whole:
                newest = bucket[max(end - limit, 0) : end]
            else:
                newest = [ref for ref in bucket[:end] if ref in times][-limit:]
            newest.reverse()
            which += [i] * len(newest)
            refs += newest
        return np.array(which, dtype=np.int64), np.array(refs, dtype=np.int64)

    def run(self) -> Run:
        group = _Group(self._size)
        for arrivals in self._arrivals:
            group.add(arrivals)
        run = group.run()
        if self._gone:
            run.drop(np.array(self._gone))
        return run
