"""The postings of articles in Redis: add them, look them up, take them out.

One script call a shard; on a single server that is one call for an article, which then is added
and looked up in one atomic step. In a cluster each bucket is added to and looked up atomically:
of two copies that arrive together each bucket lets one see the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.model import Postings
from dedup.store.buckets import Hits
from dedup.store.codec import BucketKeys, bucket_keys, bucket_keys_of, day
from dedup.store.msgpack import packed_names, packed_numbers
from dedup.store.redis_calls import Argument, Call, Reply
from dedup.store.redis_record import REF, Record
from dedup.store.tags import Layout
from dedup.store.window import Days

OnShard = Callable[[int, Sequence[bytes], Sequence[Argument]], Call]
"""Makes the call of a script on keys of a shard, with arguments."""
ENTRY = REF + 2
"""An entry of a bucket: a ref, and the day it was published, counted from 1970."""
_ADDED, _REMOVED = 8192, 4096
"""So many postings at most in one call, which keeps the server from others for some 20 or 10 ms."""
_POWERS = 256 ** np.arange(REF - 1, -1, -1, dtype=np.int64)


def entry_of(ref: int, at: int) -> bytes:
    """The entry of an article published at ``at`` (microseconds since 1970)."""
    return ref.to_bytes(REF, "big") + day(at).to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class Posted:
    """The bucket keys of articles in a row, ``counts[i]`` of them of article i."""

    keys: BucketKeys
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, postings: Sequence[Postings]) -> Posted:
        """The keys of some postings."""
        parts = [bucket_keys(one) for one in postings]
        counts = np.array([len(part) for part in parts], dtype=np.int64)
        return cls(np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64), counts)

    @classmethod
    def kept(cls, records: Iterable[Record]) -> Posted:
        """The keys of some records."""
        return cls(*bucket_keys_of([record.postings for record in records]))

    @classmethod
    def joined(cls, parts: Sequence[Posted]) -> Posted:
        """Those of several in a row."""
        return cls(
            np.concatenate([np.empty(0, dtype=np.uint64), *(one.keys for one in parts)]),
            np.concatenate([np.empty(0, dtype=np.int64), *(one.counts for one in parts)]),
        )

    @property
    def owners(self) -> NDArray[np.int64]:
        """Which article each key belongs to."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


class PostingCalls:
    """Calls that add or look up the postings of articles, and what to make of the replies."""

    def __init__(
        self,
        layout: Layout,
        run: OnShard,
        posted: Posted,
        entries: Sequence[bytes] | None,
        limit: int,
        window: int,
        days: Days,
    ) -> None:
        """``run`` makes calls of the script of a shard.

        ``entries[i]`` is the entry of article i, if articles are to be added.
        Of each bucket the newest ``limit`` entries are answered, and kept: of those no more than
        ``window`` days from article i, published on ``days[i]``; of all if ``window`` is 0.
        """
        self.calls: list[Call] = []
        self._window = window
        self._days = days[posted.owners]
        self._positions: list[NDArray[np.int64]] = []
        places, owners = layout.places(posted.keys), posted.owners
        for shard, part in _parts(places.shards, layout.tags, _ADDED):
            tag = layout.shards[shard]
            fields = places.fields[part].tobytes()
            arguments: list[Argument] = [limit * ENTRY, layout.field_width, len(tag) + 1, fields]
            if entries is not None:
                arguments.append(b"".join([entries[i] for i in owners[part].tolist()]))
            if window:
                arguments += [] if entries is not None else [b""]
                arguments += [window, self._days[part].astype(">u2").tobytes()]
            names = [b"%sp%x" % (tag, prefix) for prefix in places.prefixes[part].tolist()]
            names.insert(0, layout.overflow(shard))
            self.calls.append(run(shard, names, arguments))
            self._positions.append(part)

    def hits(self, replies: Sequence[Reply]) -> Hits:
        """What stood in the buckets before."""
        which, refs, days = [], [], []
        for positions, (found, lengths, entries) in zip(self._positions, replies, strict=True):
            if found:
                here = positions[np.frombuffer(found, dtype="<u4")]
                which.append(np.repeat(here, np.frombuffer(lengths, dtype="<u4")))
                rows = np.frombuffer(entries, dtype=np.uint8).reshape(-1, ENTRY)
                refs.append(rows[:, :REF].astype(np.int64) @ _POWERS)
                days.append(rows[:, REF:].astype(np.int64) @ _POWERS[-2:])
        if not which:
            return Hits(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        # entries come oldest first
        hits = Hits(np.concatenate(which)[::-1], np.concatenate(refs)[::-1])
        if not self._window:
            return hits
        apart = np.abs(np.concatenate(days)[::-1] - self._days[hits.which])
        inside = apart <= self._window
        return Hits(hits.which[inside], hits.refs[inside])


def removal_calls(
    layout: Layout, run: OnShard, posted: Posted, entries: Sequence[bytes]
) -> Iterator[Call]:
    """Calls that take the postings of articles out; ``entries[i]`` is the entry of article i.

    At most 65,536 articles. Postings are sorted by the hash they stand in, of which each is read
    and written once. Calls are short, so that others who ask the server in between wait little.
    """
    places, owners = layout.places(posted.keys), posted.owners
    bits = np.uint64(32)  # no prefix has more
    order = (places.shards.astype(np.uint64) << bits | places.prefixes).argsort(kind="stable")
    everyone = packed_names(np.frombuffer(b"".join(entries), dtype=np.uint8).reshape(-1, ENTRY))
    for shard, unsorted in _parts(places.shards[order], layout.tags, _REMOVED):
        part, tag = order[unsorted], layout.shards[shard]
        prefixes = places.prefixes[part]
        first = np.flatnonzero(np.concatenate(([True], prefixes[1:] != prefixes[:-1])))
        arguments: list[Argument] = [
            len(tag) + 1,
            packed_numbers(np.diff(first, append=len(part))),
            packed_names(places.fields[part]),
            packed_numbers(owners[part]),
            everyone,
        ]
        hashes = [b"%sp%x" % (tag, prefix) for prefix in prefixes[first].tolist()]
        hashes.insert(0, layout.overflow(shard))
        yield run(shard, hashes, arguments)


def _parts(
    shards: NDArray[np.int64], tags: int, most: int
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """The positions of postings shard by shard, in order and so many at most at once."""
    if tags == 1:
        groups = [np.arange(len(shards))]
    else:
        order = np.argsort(shards, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(shards[order])) + 1)
    for group in groups:
        for begin in range(0, len(group), most):
            part = group[begin : begin + most]
            yield int(shards[part[0]]), part
