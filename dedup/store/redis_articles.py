"""Articles in Redis outside the graph: indexing them, and erasing what is gone from the graph.

An article is kept twice while it is indexed: among the waiting ones of the graph, where it gets
its ref, and on its shard, where it stays. So nobody meets its postings before its text, and a
process that dies in between loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedup.model import EventKind
from dedup.store import codec
from dedup.store.base import Entry
from dedup.store.buckets import Hits
from dedup.store.redis_plan import encode_event
from dedup.store.redis_postings import Request, entry_of
from dedup.store.redis_record import Record, decode_refs, encode_ref
from dedup.store.redis_servers import Argument, Call, Script
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import digest_of, name_of

_ADMIT = ("ids", "alive", "waiting", "pending", "ledger", "events")
_AT_ONCE = 250
_CREATED, _UNCHANGED, _PENDING, _CHANGED = range(4)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of an entry: its ref, its status, its record if it is still to be indexed.

    ``old`` and ``version`` are those of the article that a changed one has yet to replace.
    """

    ref: int
    status: str
    record: Record | None
    old: int | None = None
    version: int = 0


class Articles:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, bucket_limit: int) -> None:
        self._tables = tables
        self._servers = tables.servers
        self._layout = tables.layout
        self._limit = bucket_limit
        self._admission = Script("admit.lua")
        self._postings = Script("postings.lua")

    # -- indexing ------------------------------------------------------------------------------

    def admit(self, entries: Sequence[Entry], now: datetime) -> list[Admitted]:
        """Give articles their refs and keep them as waiting; one round trip."""
        records = [Record.of(entry, 1, now) for entry in entries]
        at = codec.microseconds(now)
        arguments: list[Argument] = [at]
        for record in records:
            id = record.head.id
            arguments += (
                name_of(id),
                digest_of(record.fingerprint),
                record.encode(),
                codec.count_postings(len(record.postings)),
                encode_event(at, EventKind.ARTICLE_CREATED, [id], None, None),
            )
        call = self._tables.script(self._admission, _ADMIT, arguments)
        answers = self._servers.run([call])[0]
        return [_admitted(*pair) for pair in zip(answers, records, strict=True)]

    def post(self, records: Mapping[int, Record], keys: Sequence[codec.BucketKeys]) -> Hits:
        """Put articles on their shards and into their buckets; what stood there before.

        One round trip; it may be repeated. ``keys`` are the bucket keys of the records.
        """
        layout = self._layout
        calls: list[Call] = []
        for ref, record in records.items():
            shard = layout.shard_of(ref)
            slot, at = layout.slots[shard], record.head.at
            calls.append(Call(slot, ("SET", layout.article(ref), record.encode())))
            calls.append(Call(slot, ("ZADD", layout.times(shard), at, encode_ref(ref))))
        entries = [entry_of(ref, record.head.at) for ref, record in records.items()]
        request = self._request("add", keys, entries)
        replies = self._servers.run([*calls, *request.calls])
        return request.hits(replies[len(calls) :])

    def find(self, keys: Sequence[codec.BucketKeys]) -> Hits:
        """What stands in buckets; one round trip."""
        request = self._request("find", keys)
        return request.hits(self._servers.run(request.calls))

    def post_again(self, refs: Sequence[int]) -> None:
        """Put the postings of pending articles in place, in case their process did not get there.

        Two round trips, and one to see that none was removed meanwhile.
        """
        for begin in range(0, len(refs), _AT_ONCE):
            records = self._left(refs[begin : begin + _AT_ONCE])
            postings = [codec.decode_postings(record.postings) for record in records.values()]
            self.post(records, [codec.bucket_keys(one) for one in postings])
            there = self._tables.fetch(list(records))
            self.erase_left_over([ref for ref in records if ref not in there])

    # -- erasing -------------------------------------------------------------------------------

    def erase(self, records: Mapping[int, Record]) -> None:
        """Remove postings, then texts, then the note that this was to be done."""
        if not records:
            return
        layout = self._layout
        keys = [codec.bucket_keys(codec.decode_postings(r.postings)) for r in records.values()]
        entries = [entry_of(ref, record.head.at) for ref, record in records.items()]
        self._servers.run(self._request("remove", keys, entries).calls)
        calls = []
        for shard, refs in self._by_shard(records):
            slot = layout.slots[shard]
            calls.append(Call(slot, ("DEL", *map(layout.article, refs))))
            calls.append(Call(slot, ("ZREM", layout.times(shard), *map(encode_ref, refs))))
        self._servers.run(calls)
        self._erased(records)

    def erase_noted(self, limit: int) -> bool:
        """Finish removals that a process began and did not live to end; whether there are more."""
        refs = decode_refs(b"".join(self._tables.ask("HKEYS", "gone")))
        self._erase_what_there_is(refs[:limit])
        return len(refs) > limit

    def erase_left_over(self, refs: Sequence[int]) -> None:
        """Erase what was written of articles after they had been removed."""
        if refs:
            pairs = [part for ref in refs for part in (encode_ref(ref), b"")]
            self._tables.ask("HSET", "gone", *pairs)
            self._erase_what_there_is(refs)

    def _erase_what_there_is(self, refs: Sequence[int]) -> None:
        if refs:
            records = self._left(refs)
            self.erase(records)
            self._erased([ref for ref in refs if ref not in records])

    def _left(self, refs: Sequence[int]) -> dict[int, Record]:
        layout = self._layout
        calls = [self._tables.call("HMGET", "waiting", *map(encode_ref, refs))]
        calls += [Call(layout.slots[layout.shard_of(r)], ("GET", layout.article(r))) for r in refs]
        waiting, *stored = self._servers.run(calls)
        found = {}
        for ref, first, second in zip(refs, waiting, stored, strict=True):
            if first or second:
                found[ref] = Record.decode(first or second)
        return found

    def _erased(self, refs: Sequence[int] | Mapping[int, Record]) -> None:
        if refs:
            names = list(map(encode_ref, refs))
            self._servers.run(
                [self._tables.call("HDEL", table, *names) for table in ("waiting", "gone")]
            )

    def _by_shard(self, refs: Mapping[int, Record]) -> list[tuple[int, list[int]]]:
        shards: dict[int, list[int]] = {}
        for ref in refs:
            shards.setdefault(self._layout.shard_of(ref), []).append(ref)
        return sorted(shards.items())

    def _request(
        self, what: str, keys: Sequence[codec.BucketKeys], entries: Sequence[bytes] = ()
    ) -> Request:
        return Request(self._layout, self._postings, what, keys, entries, limit=self._limit)


def _admitted(answer: Sequence[int | bytes], record: Record) -> Admitted:
    code, ref, *rest = answer
    assert isinstance(ref, int)
    if code == _CREATED:
        return Admitted(ref, "created", record)
    if code == _UNCHANGED:
        return Admitted(ref, "unchanged", None)
    if code == _PENDING:
        assert isinstance(rest[0], bytes)
        return Admitted(ref, "unchanged", Record.decode(rest[0]))
    old, version = rest
    assert isinstance(old, int)
    assert isinstance(version, int)
    return Admitted(ref, "updated", None, old, version)
