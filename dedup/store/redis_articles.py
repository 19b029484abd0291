"""Articles in Redis outside the graph: indexing them, and erasing what is gone from the graph.

An article is kept twice while it is indexed: among the waiting ones of the graph, where it gets
its ref, and on its shard, where it stays. So nobody meets its postings before its text, and a
process that dies in between loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dedup.model import EventKind
from dedup.store import codec
from dedup.store.buckets import Hits
from dedup.store.redis_acts import encode_event
from dedup.store.redis_calls import Argument, Call, Reply, Script
from dedup.store.redis_postings import Posted, PostingCalls, entry_of, removal_calls
from dedup.store.redis_record import Record, decode_refs, encode_ref
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import digest_of, id_of, name_of
from dedup.store.tags import Layout
from dedup.store.values import Entry
from dedup.store.window import Days

_ADMIT = ("ids", "alive", "waiting", "pending", "ledger", "events", "urls", "names", "aliases")
_AT_ONCE = 250
_CREATED, _UNCHANGED, _PENDING, _CHANGED, _EXISTS = range(5)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of an entry: its ref, its status, its record if it is still to be indexed.

    ``old`` and ``version`` are those of the article that a changed one has yet to replace, ``id``
    is that article's, and ``goes`` the id of another one that is to go into it.
    """

    ref: int
    status: str
    record: Record | None
    id: str
    old: int | None = None
    version: int = 0
    goes: str | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """Calls that post articles, and what makes of the replies what stood there before."""

    calls: list[Call]
    hits: Callable[[Sequence[Reply]], Hits]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Articles as they were read, and what makes them leave the graph: it returns those that
    did, which others may have changed meanwhile."""

    records: Mapping[int, Record]
    leave: Callable[[], Mapping[int, Record]]


class Articles:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, bucket_limit: int, window: int) -> None:
        self._tables = tables
        self._servers = tables.servers
        self._layout = tables.layout
        self._limit = bucket_limit
        self._window = window
        self._admission = Script("admit.lua")
        self._put = tables.on_shards(Script("put.lua"))
        self._post = tables.on_shards(Script("postings.lua"))
        self._remove = tables.on_shards(Script("remove.lua"))

    # -- indexing ------------------------------------------------------------------------------

    def admit(self, entries: Sequence[Entry], now: datetime) -> list[Admitted]:
        """Give articles their refs and keep them as waiting; one round trip."""
        records = [Record.of(entry, entry.article.id, 1, now) for entry in entries]
        at = codec.microseconds(now)
        arguments: list[Argument] = [at]
        for entry, record in zip(entries, records, strict=True):
            id = record.head.id
            arguments += (
                name_of(id),
                digest_of(record.fingerprint),
                record.encode(),
                codec.count_postings(len(record.postings)),
                encode_event(at, EventKind.ARTICLE_CREATED, [id], None, None),
                int(entry.fresh_only),
                int(entry.article.id_given),
                record.url_key,
            )
        call = self._tables.script(self._admission, _ADMIT, arguments)
        answers = self._servers.run([call])[0]
        return [_admitted(*pair) for pair in zip(answers, records, strict=True)]

    def posting(self, records: Mapping[int, Record], posted: Posted) -> Posting:
        """What puts articles on their shards and into their buckets; it may be repeated.

        ``posted`` are the postings of the records.
        """
        layout, calls = self._layout, []
        for shard, refs in _by_shard(layout, records):
            names = [layout.times(shard), *map(layout.article, refs)]
            told: list[Argument] = []
            for ref in refs:
                told += (records[ref].encode(), records[ref].head.at, encode_ref(ref))
            calls.append(self._put(shard, names, told))
        entries = [entry_of(ref, record.head.at) for ref, record in records.items()]
        days = np.array([codec.day(record.head.at) for record in records.values()], dtype=np.int64)
        postings = self._calls(posted, entries, days)
        return Posting(
            [*calls, *postings.calls], lambda replies: postings.hits(replies[len(calls) :])
        )

    def post(self, records: Mapping[int, Record], posted: Posted) -> Hits:
        """Put articles on their shards and into their buckets; what stood there before.

        One round trip.
        """
        posting = self.posting(records, posted)
        return posting.hits(self._servers.run(posting.calls))

    def find(self, posted: Posted, days: Days) -> Hits:
        """What stands in buckets for articles of ``days``; one round trip."""
        postings = self._calls(posted, None, days)
        return postings.hits(self._servers.run(postings.calls))

    def _calls(self, posted: Posted, entries: Sequence[bytes] | None, days: Days) -> PostingCalls:
        return PostingCalls(
            self._layout, self._post, posted, entries, self._limit, self._window, days
        )

    def post_again(self, refs: Sequence[int]) -> None:
        """Put the postings of pending articles in place, in case their process did not get there.

        Two round trips, and one to see that none was removed meanwhile.
        """
        for begin in range(0, len(refs), _AT_ONCE):
            records = self._left(refs[begin : begin + _AT_ONCE])
            self.post(records, Posted.kept(records.values()))
            there = self._tables.fetch(list(records))
            self.erase_left_over([ref for ref in records if ref not in there])

    # -- erasing -------------------------------------------------------------------------------

    def erase(self, records: Mapping[int, Record]) -> None:
        """Remove postings, then texts, then the note that this was to be done."""
        if records:
            self.erase_all([Leaving(records, lambda: records)])

    def erase_all(self, groups: Iterable[Leaving]) -> int:
        """Let groups of articles leave the graph and erase them; how many they were.

        The servers erase one group while the next one is made ready here. That one has been read
        before, for a reading behind all that erasing would wait for it.
        """
        layout, erased = self._layout, dict[int, Record]()

        def calls() -> Iterator[Call]:
            ready: list[Call] = []
            for group in groups:
                yield from ready
                ready = self._removal(group.records)
                left = group.leave()
                if left.keys() != group.records.keys():
                    ready = self._removal(left)
                erased.update(left)
            yield from ready

        self._servers.run(calls())
        texts = []
        for shard, some in _by_shard(layout, erased):
            slot = layout.slots[shard]
            texts.append(Call(slot, ("DEL", *map(layout.article, some))))
            texts.append(Call(slot, ("ZREM", layout.times(shard), *map(encode_ref, some))))
        self._servers.run(texts)
        self._erased(erased)
        return len(erased)

    def _removal(self, records: Mapping[int, Record]) -> list[Call]:
        """What takes the postings of articles out."""
        entries = [entry_of(ref, record.head.at) for ref, record in records.items()]
        posted = Posted.kept(records.values())
        return list(removal_calls(self._layout, self._remove, posted, entries))

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
        calls, records = self._tables.record_calls(refs)
        calls.insert(0, self._tables.call("HMGET", "waiting", *map(encode_ref, refs)))
        waiting, *stored = self._servers.run(calls)
        by_ref = records(stored)
        found = {}
        for ref, first in zip(refs, waiting, strict=True):
            if data := first or by_ref[ref]:
                found[ref] = Record.decode(data)
        return found

    def _erased(self, refs: Sequence[int] | Mapping[int, Record]) -> None:
        if refs:
            names = list(map(encode_ref, refs))
            self._servers.run(
                [self._tables.call("HDEL", table, *names) for table in ("waiting", "gone")]
            )


def _by_shard(layout: Layout, refs: Iterable[int]) -> list[tuple[int, list[int]]]:
    shards: dict[int, list[int]] = {}
    for ref in refs:
        shards.setdefault(layout.shard_of(ref), []).append(ref)
    return sorted(shards.items())


def _admitted(answer: Sequence[int | bytes], record: Record) -> Admitted:
    code, ref, name, *rest = answer
    assert isinstance(ref, int)
    assert isinstance(name, bytes)
    id = id_of(name)
    if code == _CREATED:
        return Admitted(ref, "created", record, id)
    if code == _UNCHANGED:
        return Admitted(ref, "unchanged", None, id)
    if code == _EXISTS:
        return Admitted(ref, "exists", None, id)
    if code == _PENDING:
        assert isinstance(rest[0], bytes)
        return Admitted(ref, "unchanged", Record.decode(rest[0]), id)
    old, version, goes = rest
    assert isinstance(old, int)
    assert isinstance(version, int)
    assert isinstance(goes, bytes)
    return Admitted(ref, "updated", None, id, old, version, id_of(goes) if goes else None)
