"""A run: the postings of a stretch of articles, sorted by key and never changed again.

About 7 bytes a posting. The upper bits of a key choose a slot, whose bounds stand in a table; the
lower 16 bits or fewer stand beside the article in the slot. So a look-up costs the same few steps
whatever the length of the run, where a binary search costs a cache miss for every halving. Hot
buckets stand apart, where their newest articles are read without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.store.codec import BucketKeys

Refs = NDArray[np.int64]
Times = NDArray[np.uint32]
Found = tuple[NDArray[np.int64], Refs]
"""Positions of keys in a query and the refs found under them."""

SPAN = 1 << 30
"""The refs of a run lie closer together than this."""
_KINDS = 3
_REF_BITS = np.uint64(30)
_REF_MASK = np.uint64(SPAN - 1)
_SLOT_FILL = 8
"""A slot holds between half of this and this many postings on average."""
_HOT = 64
"""A bucket with more articles stands apart."""
_PARTS = 16
"""Runs are merged in so many parts, which bounds the memory needed meanwhile."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    ``times[i]`` is when article ``base + i`` was published, in seconds since 1970; 0 where there
    is no article (any more). Only that ever changes; ``articles`` is how many there were once.
    Slot s holds ``rests`` and ``owners`` from ``slots[s]`` to ``slots[s + 1]``; the hot bucket of
    ``hot_keys[b]`` holds ``hot_owners`` from ``hot_begins[b]`` to ``hot_begins[b + 1]``, ascending.
    """

    base: int
    times: Times
    articles: int
    slot_bits: int
    slots: NDArray[np.uint32]
    rests: NDArray[np.uint16]
    owners: NDArray[np.uint32]
    hot_keys: BucketKeys
    hot_begins: NDArray[np.int64]
    hot_owners: NDArray[np.uint32]

    @property
    def end(self) -> int:
        """One more than the last ref."""
        return self.base + len(self.times)

    def __len__(self) -> int:
        return len(self.owners) + len(self.hot_owners)

    @classmethod
    def of(cls, base: int, times: Times, keys: BucketKeys, owners: NDArray[np.uint64]) -> Run:
        """A run of postings in any order; ``owners`` are refs less ``base``."""
        entries = (keys << _REF_BITS) | owners
        entries.sort()
        return _build(base, times, [entries])

    def find(self, keys: BucketKeys, before: Refs | None, limit: int) -> Found:
        """The newest articles of each key with a ref below ``before``, newest first.

        All articles of a bucket that is not hot, at most ``limit`` of one that is.
        """
        rest_bits = 32 - self.slot_bits
        slot = (keys >> np.uint64(rest_bits)).astype(np.int64)
        rest = (keys & np.uint64((1 << rest_bits) - 1)).astype(np.uint16)
        low = self.slots[slot].astype(np.int64)
        which, at = _stretches(low, self.slots[slot + 1] - low)
        hit = self.rests[at] == rest[which]
        found = [(which[hit], self.owners[at[hit]].astype(np.int64))]
        if len(self.hot_keys):
            bucket = self.hot_keys.searchsorted(keys)
            bucket[bucket == len(self.hot_keys)] = 0
            hot = (self.hot_keys[bucket] == keys).nonzero()[0]
            if len(hot):
                found.append(self._hot(hot, bucket[hot], before, limit))
        which, local = join(found)
        keep = self.times[local] > 0
        if before is not None:
            keep &= local < (before - self.base)[which]
        return which[keep][::-1], local[keep][::-1] + self.base

    def _hot(
        self, which: NDArray[np.int64], bucket: NDArray[np.int64], before: Refs | None, limit: int
    ) -> Found:
        begin, end = self.hot_begins[bucket], self.hot_begins[bucket + 1]
        start = np.maximum(begin, end - limit)
        if before is None:
            positions, at = _stretches(start, end - start)
            local = self.hot_owners[at].astype(np.int64)
            if self.times[local].all():
                return which[positions], local
        found = []
        for i in range(len(which)):
            local = self.hot_owners[begin[i] : end[i]].astype(np.int64)
            if before is not None:
                local = local[: local.searchsorted(before[which[i]] - self.base)]
            newest = local[-limit:]
            if not self.times[newest].all():
                newest = local[self.times[local] > 0][-limit:]
            found.append((np.full(len(newest), which[i]), newest))
        return join(found)

    def entries(self, part: int) -> NDArray[np.uint64]:
        """One part of ``_PARTS`` of the postings of articles that are there, roughly sorted."""
        slots = len(self.slots) - 1
        first, last = slots * part // _PARTS, slots * (part + 1) // _PARTS
        sizes = np.diff(self.slots[first : last + 1])
        slot = np.repeat(np.arange(first, last, dtype=np.uint64), sizes)
        low, high = int(self.slots[first]), int(self.slots[last])
        rest_bits = np.uint64(32 - self.slot_bits)
        cold = (slot << rest_bits) | self.rests[low:high]
        b, e = self.hot_keys.searchsorted(np.array([first, last], dtype=np.uint64) << rest_bits)
        hot = np.repeat(self.hot_keys[b:e], np.diff(self.hot_begins[b : e + 1]))
        owners = np.concatenate(
            [self.owners[low:high], self.hot_owners[self.hot_begins[b] : self.hot_begins[e]]]
        )
        entries = (np.concatenate([cold, hot]) << _REF_BITS) | owners
        alive: NDArray[np.uint64] = entries[self.times[owners] > 0]
        return alive


def merge(runs: Sequence[Run]) -> Run:
    """One run of several neighbouring ones, oldest first; articles that are gone stay out."""
    base = runs[0].base
    times = np.zeros(runs[-1].end - base, dtype=np.uint32)
    for run in runs:
        times[run.base - base : run.end - base] = run.times
    parts = []
    for part in range(_PARTS):
        entries = np.concatenate([run.entries(part) + np.uint64(run.base - base) for run in runs])
        entries.sort(kind="stable")
        parts.append(entries)
    return _build(base, times, parts)


def join(found: Sequence[Found]) -> Found:
    """Several findings as one."""
    if len(found) == 1:
        return found[0]
    return np.concatenate([w for w, _ in found]), np.concatenate([r for _, r in found])


def _stretches(begin: NDArray[np.int64], size: NDArray[np.int64]) -> Found:
    """The indices of all stretches in a row, with the number of the stretch each belongs to."""
    ends = size.cumsum()
    total = int(ends[-1])
    return (
        np.repeat(np.arange(len(size)), size),
        np.arange(total) + np.repeat(begin - ends + size, size),
    )


def _build(base: int, times: Times, parts: Sequence[NDArray[np.uint64]]) -> Run:
    """A run of sorted entries ``key << 30 | article``, in parts that do not overlap."""
    postings = sum(map(len, parts))
    slot_bits = min(max(16, (postings // (_KINDS * _SLOT_FILL)).bit_length()), 32)
    rest_mask = np.uint64((1 << (32 - slot_bits)) - 1)
    slots = np.zeros((_KINDS << slot_bits) + 1, dtype=np.uint32)
    rests, owners, hot_keys, hot_sizes, hot_owners = [], [], [], [], []
    for entries in parts:
        keys = entries >> _REF_BITS
        first = np.concatenate([[0], (keys[1:] != keys[:-1]).nonzero()[0] + 1, [len(keys)]])
        sizes = np.diff(first)
        is_hot = sizes > _HOT
        if is_hot.any():
            hot = np.repeat(is_hot, sizes)
            hot_keys.append(keys[first[:-1][is_hot]])
            hot_sizes.append(sizes[is_hot])
            hot_owners.append((entries[hot] & _REF_MASK).astype(np.uint32))
            cold, keys = entries[~hot], keys[~hot]
        else:
            cold = entries
        if len(keys):
            slot = (keys >> np.uint64(32 - slot_bits)).astype(np.int64)
            counts = np.bincount(slot - slot[0])
            slots[slot[0] + 1 : slot[0] + 1 + len(counts)] += counts.astype(np.uint32)
        rests.append((keys & rest_mask).astype(np.uint16))
        owners.append((cold & _REF_MASK).astype(np.uint32))
    np.cumsum(slots, out=slots)
    return Run(
        base=base,
        times=times,
        articles=int(np.count_nonzero(times)),
        slot_bits=slot_bits,
        slots=slots,
        rests=np.concatenate(rests),
        owners=np.concatenate(owners),
        hot_keys=np.concatenate([np.empty(0, dtype=np.uint64), *hot_keys]),
        hot_begins=np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *hot_sizes])),
        hot_owners=np.concatenate([np.empty(0, dtype=np.uint32), *hot_owners]),
    )
