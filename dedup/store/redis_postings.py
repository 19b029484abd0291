"""The postings of articles in Redis: add them, look them up, take them out.

One script call a shard; on a single server that is one call for an article, which then is added
and looked up in one atomic step. In a cluster each bucket is added to and looked up atomically:
of two copies that arrive together each bucket lets one see the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.store.buckets import Hits
from dedup.store.codec import BucketKeys
from dedup.store.redis_record import REF
from dedup.store.redis_servers import Argument, Call, Reply, Script, run_script
from dedup.store.tags import Layout

Entries = NDArray[np.uint8]
ENTRY = REF + 2
"""An entry of a bucket: a ref, and the day it was published, counted from 1970."""
_AT_ONCE = 8192
"""So many postings at most in one call, which keeps the server from others for some 20 ms."""
_DAY = 24 * 3600 * 1_000_000
_POWERS = 256 ** np.arange(REF - 1, -1, -1, dtype=np.int64)


def entry_of(ref: int, at: int) -> bytes:
    """The entry of an article published at ``at`` (microseconds since 1970)."""
    day = min(max(at // _DAY, 0), 2**16 - 1)
    return ref.to_bytes(REF, "big") + day.to_bytes(2, "big")


class Request:
    """Calls that do one thing (``add``, ``find`` or ``remove``) to the postings of articles.

    ``keys[i]`` are the bucket keys of article i; ``entries[i]`` is its entry, not needed to find.
    """

    def __init__(
        self,
        layout: Layout,
        script: Script,
        what: str,
        keys: Sequence[BucketKeys],
        entries: Sequence[bytes] = (),
        *,
        limit: int = 1 << 24,
    ) -> None:
        self.calls: list[Call] = []
        self._positions: list[NDArray[np.int64]] = []
        row = np.concatenate(keys) if keys else np.empty(0, dtype=np.uint64)
        places = layout.places(row)
        owners = np.repeat(np.arange(len(keys)), [len(one) for one in keys])
        for shard, positions in _by_shard(places.shards, layout.tags):
            tag = layout.shards[shard]
            for begin in range(0, len(positions), _AT_ONCE):
                part = positions[begin : begin + _AT_ONCE]
                which = part.tolist()
                arguments: list[Argument] = [
                    what,
                    limit * ENTRY,
                    layout.field_width,
                    len(tag),
                    places.fields[part].tobytes(),
                ]
                if entries:
                    arguments.append(b"".join([entries[i] for i in owners[part].tolist()]))
                names = [layout.overflow(shard), *[tag + places.names[i] for i in which]]
                self.calls.append(run_script(layout.slots[shard], script, names, arguments))
                self._positions.append(part)

    def hits(self, replies: Sequence[Reply]) -> Hits:
        """What stood in the buckets before."""
        which, refs = [], []
        for positions, (found, lengths, entries) in zip(self._positions, replies, strict=True):
            if found:
                here = positions[np.frombuffer(found, dtype="<u4")]
                which.append(np.repeat(here, np.frombuffer(lengths, dtype="<u4")))
                rows = np.frombuffer(entries, dtype=np.uint8).reshape(-1, ENTRY)
                refs.append(rows[:, :REF].astype(np.int64) @ _POWERS)
        if not which:
            return Hits(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        # entries come oldest first
        return Hits(np.concatenate(which)[::-1], np.concatenate(refs)[::-1])


def _by_shard(shards: NDArray[np.int64], tags: int) -> list[tuple[int, NDArray[np.int64]]]:
    """The positions of postings in every shard that has any, in order."""
    if not len(shards):
        return []
    if tags == 1:
        return [(0, np.arange(len(shards)))]
    order = np.argsort(shards, kind="stable")
    bounds = np.flatnonzero(np.diff(shards[order])) + 1
    return [(int(shards[part[0]]), part) for part in np.split(order, bounds)]
