"""Making runs: of entries in any order, or of neighbouring runs merged into one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dedup.store.arrays import lasting, stretches
from dedup.store.run import NEVER, REF_BITS, SHORT_BITS, SPAN, Entries, Run, Times, rest_type

_KINDS = 3
_REF_MASK = np.uint64(SPAN - 1)
_SLOT_FILL = 8
"""A slot of a long run holds between half of this and this many postings on average."""
_HOT = 64
"""A bucket with more articles stands apart."""
_PART = 1 << 16
"""Runs are made in parts of about so many postings, which stay in the processor's cache."""
_MOST_PARTS = 256


def run_of(base: int, times: Times, entries: Entries) -> Run:
    """A run of entries in any order; they are sorted in place."""
    entries.sort()
    building = _Building(len(entries))
    for begin, end in pairwise(entries.searchsorted(_part_edges(len(entries))).tolist()):
        building.add(entries[begin:end])
    return building.run(base, times)


def merge(runs: Sequence[Run]) -> Run:
    """One run of several neighbouring ones, oldest first; articles that are gone stay out."""
    base = runs[0].base
    times = lasting(runs[-1].end - base, np.uint32)
    for run in runs:
        times[run.base - base : run.end - base] = run.times
    size = sum(map(len, runs))
    building = _Building(size)
    for begin, end in pairwise(_part_edges(size)):
        entries = np.concatenate([run.entries(begin, end, run.base - base) for run in runs])
        entries.sort(kind="stable")
        building.add(entries)
    return building.run(base, times)


def _part_edges(size: int) -> Entries:
    """The bounds of parts of equal extent, of which each slot of any run belongs to one."""
    bits = min(max(size // _PART, 1), _MOST_PARTS).bit_length() - 1
    return np.arange((_KINDS << bits) + 1, dtype=np.uint64) << np.uint64(62 - bits)


class _Building:
    """A run in the making, out of sorted entries in ascending parts, at most ``most`` in all."""

    def __init__(self, most: int) -> None:
        bits = max(
            min((most // _KINDS).bit_length(), SHORT_BITS),
            min((most // (_KINDS * _SLOT_FILL)).bit_length(), 32),
        )
        self._slot_bits = bits
        self._slots = lasting((_KINDS << bits) + 1, np.uint32)
        self._rests = lasting(most, rest_type(bits))
        self._owners = lasting(most, np.uint32)
        self._size = 0
        self._hot_keys = [np.empty(0, dtype=np.uint64)]
        self._hot_sizes = [np.zeros(1, dtype=np.int64)]
        self._hot_owners = [np.empty(0, dtype=np.uint32)]

    def add(self, entries: Entries) -> None:
        """Add entries with higher keys than all before."""
        keys = entries >> REF_BITS
        far = (keys[_HOT:] == keys[:-_HOT]).nonzero()[0]
        if len(far):
            hot_keys = np.unique(keys[far])
            low, high = keys.searchsorted(hot_keys), keys.searchsorted(hot_keys, "right")
            _, at = stretches(low, high - low)
            self._hot_keys.append(hot_keys)
            self._hot_sizes.append(high - low)
            self._hot_owners.append((entries[at] & _REF_MASK).astype(np.uint32))
            is_cold = np.ones(len(keys), dtype=np.bool_)
            is_cold[at] = False
            entries, keys = entries[is_cold], keys[is_cold]
        if not len(keys):
            return
        begin, end = self._size, self._size + len(keys)
        self._owners[begin:end] = entries & _REF_MASK
        self._rests[begin:end] = keys & np.uint64((1 << (32 - self._slot_bits)) - 1)
        keys >>= np.uint64(32 - self._slot_bits)
        first = int(keys[0])
        keys -= np.uint64(first)
        counts = np.bincount(keys.astype(np.int64))
        self._slots[first + 1 : first + 1 + len(counts)] += counts.astype(np.uint32)
        self._size = end

    def run(self, base: int, times: Times) -> Run:
        """The finished run."""
        np.cumsum(self._slots, out=self._slots)
        there = times[times > 0]
        articles = len(there)
        return Run(
            base=base,
            times=times,
            articles=articles,
            alive=articles,
            earliest=int(there.min(initial=NEVER)),
            latest=int(there.max(initial=0)),
            slot_bits=self._slot_bits,
            slots=self._slots,
            rests=self._rests[: self._size],
            owners=self._owners[: self._size],
            hot_keys=np.concatenate(self._hot_keys),
            hot_begins=np.concatenate(self._hot_sizes).cumsum(),
            hot_owners=np.concatenate(self._hot_owners),
        )
