"""Which Redis key holds which posting: hash tags spread over the slots, small hashes below them.

A bucket's key is split in three: the tag says on which part of a Redis Cluster it stands, the
prefix names a hash under that tag, the rest is the field in that hash. With up to 512 fields a
hash stays a listpack, which costs a few bytes a bucket where a key of its own costs eighty; but
a listpack is read from end to end, so that few fields cost less time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from dedup.store.codec import BucketKeys

KIND_BITS = 2
CLUSTER_TAGS = 32
"""So many tags in a cluster unless its URL says otherwise; no more masters can share the work."""
CAPACITY = 250_000
"""For so many articles the hashes are laid out unless the URL says otherwise."""
_ARTICLES_PER_HASH = 1
"""At 85 postings an article: four would save 4 % of the memory and cost twice the time. A store
may outgrow its capacity about five times before its hashes are too long for listpacks."""
_FEWEST_BITS, _MOST_BITS = 4, 24


def prefix_bits(capacity: int, tags: int) -> int:
    """How many bits name a hash under its tag, for a store of so many articles."""
    hashes = capacity / _ARTICLES_PER_HASH / tags
    return min(max(round(math.log2(max(hashes, 1))), _FEWEST_BITS), _MOST_BITS)


@dataclass(frozen=True)
class Places:
    """Where postings stand: shard, prefix (which hash of the shard), and field, of each."""

    shards: NDArray[np.int64]
    prefixes: NDArray[np.uint64]
    fields: NDArray[np.uint8]


@dataclass(frozen=True)
class Layout:
    """Names of all keys of one store. ``name`` begins every tag."""

    name: str
    tags: int
    bits: int

    @cached_property
    def graph(self) -> bytes:
        """The tag of everything that is written atomically: ids, edges, clusters, events."""
        return f"{{{self.name}:g}}".encode()

    @cached_property
    def shards(self) -> tuple[bytes, ...]:
        """The tags of postings and articles, one in each equal part of the slots."""
        return tuple(self._shard(part) for part in range(self.tags))

    def _shard(self, part: int) -> bytes:
        names: Iterator[bytes] = (f"{{{self.name}:{part}.{i}}}".encode() for i in count())
        width = REDIS_CLUSTER_HASH_SLOTS / self.tags
        return next(name for name in names if int(key_slot(name) / width) == part)

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """The slot of every shard."""
        return tuple(key_slot(shard) for shard in self.shards)

    @cached_property
    def graph_slot(self) -> int:
        """The slot of the graph."""
        return key_slot(self.graph)

    @cached_property
    def field_width(self) -> int:
        """Bytes in a field."""
        return (32 + KIND_BITS - self.bits + 7) // 8

    def shard_of(self, ref: int) -> int:
        """The shard of an article."""
        return ref % self.tags

    def article(self, ref: int) -> bytes:
        """The key of an article."""
        return b"%sa%d" % (self.shards[ref % self.tags], ref)

    def times(self, shard: int) -> bytes:
        """The key of the times of a shard's articles."""
        return self.shards[shard] + b"times"

    def overflow(self, shard: int) -> bytes:
        """The key of the buckets too long for the small hashes of a shard."""
        return self.shards[shard] + b"long"

    def places(self, keys: BucketKeys) -> Places:
        """Where the postings under these keys stand."""
        hashes = keys & np.uint64(0xFFFFFFFF)
        kinds = keys >> np.uint64(32)
        shards = (hashes % np.uint64(self.tags)).astype(np.int64)
        below = 32 - self.bits
        prefixes = hashes >> np.uint64(below)
        rests = ((hashes & np.uint64((1 << below) - 1)) << np.uint64(KIND_BITS)) | kinds
        fields = rests.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - self.field_width :]
        return Places(shards, prefixes, np.ascontiguousarray(fields))
