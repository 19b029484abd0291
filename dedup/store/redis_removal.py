"""Removing articles from Redis: on demand, by age, and what was left of earlier removals.

An article is first taken out of the graph, where it is noted as gone; from then on nobody sees
it. Then its postings and its text are erased, and at last the note. A process that dies in
between leaves the note, and ``tidy`` goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from dedup.store import codec
from dedup.store.redis_articles import Articles, Leaving
from dedup.store.redis_calls import Call
from dedup.store.redis_reading import Outdated
from dedup.store.redis_record import REF, Record, decode_refs
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import delete, name_of

_AT_ONCE = 250
"""So many articles leave the graph in one step, which takes the server some milliseconds."""
_ERASED = 500
"""So many are erased together: the more they are, the more postings of one hash go at a time."""
_GROUPS = 8
"""So many such groups are kept in memory until the texts are erased as well."""


_Records = dict[int, Record]
T = TypeVar("T")


class Removal:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, articles: Articles) -> None:
        self._tables = tables
        self._articles = articles

    def delete(self, ids: Sequence[str]) -> int:
        """Remove articles; returns how many there were."""
        distinct = list(dict.fromkeys(ids))
        return self._erase(
            distinct, lambda some: self._leaving(self._records(some), self._leave_anew)
        )

    def expire(self, before: datetime, limit: int) -> int:
        """Remove the oldest articles from before a time."""
        refs = self._oldest(codec.microseconds(before), limit)
        return self._erase(refs, lambda some: self._leaving(self._by_ref(some), self._leave_each))

    def _erase(self, names: Sequence[T], read: Callable[[Sequence[T]], Leaving]) -> int:
        """Let articles leave and erase them; how many they were."""
        count = 0
        for many in _parts(names, _GROUPS * _ERASED):
            count += self._articles.erase_all(map(read, _parts(many, _ERASED)))
        return count

    def _leaving(self, records: _Records, otherwise: Callable[[_Records], _Records]) -> Leaving:
        """Articles that are to leave, some at a time; ``otherwise`` where some have changed."""

        def leave() -> _Records:
            left: _Records = {}
            for refs in _parts(list(records), _AT_ONCE):
                some = {ref: records[ref] for ref in refs}
                try:
                    self._leave(some)
                    left |= some
                except Outdated:
                    left |= otherwise(some)
            return left

        return Leaving(records, leave)

    def _leave_anew(self, records: _Records) -> _Records:
        """Let articles go as they are by now, whatever version."""
        ids = [record.head.id for record in records.values()]
        while now := self._records(ids):
            with suppress(Outdated):
                self._leave(now)
                return now
        return {}

    def _records(self, ids: Sequence[str]) -> _Records:
        """The articles with these ids."""
        known = self._tables.ask("HMGET", "ids", *map(name_of, ids))
        return self._by_ref(decode_refs(b"".join(value[:REF] for value in known if value)))

    def _by_ref(self, refs: Sequence[int]) -> _Records:
        fetched = self._tables.fetch(refs)
        return {ref: one.record for ref, one in fetched.items() if one.record is not None}

    def _leave(self, records: _Records) -> None:
        """Take articles out of the graph. Raises ``Outdated`` if one is not there any more."""
        if records:
            now = codec.microseconds(datetime.now(UTC))
            reading = self._tables.reading(records)
            self._tables.transact(lambda tx: delete(tx, records), reading, now)

    def _leave_each(self, records: _Records) -> _Records:
        """Let those articles go, one by one, that are there in the same version."""
        gone = {}
        for ref, record in records.items():
            with suppress(Outdated):
                self._leave({ref: record})
                gone[ref] = record
        return gone

    def _oldest(self, end: int, limit: int) -> list[int]:
        layout = self._tables.layout
        calls = [
            Call(
                layout.slots[shard],
                (
                    "ZRANGEBYSCORE",
                    layout.times(shard),
                    "-inf",
                    f"({end}",
                    "WITHSCORES",
                    "LIMIT",
                    0,
                    limit,
                ),
            )
            for shard in range(layout.tags)
        ]
        found = [
            (float(score), ref)
            for reply in self._tables.servers.run(calls)
            for ref, score in zip(reply[::2], reply[1::2], strict=True)
        ]
        return decode_refs(b"".join(ref for _, ref in sorted(found)[:limit]))

    def expire_events(self, end: int, limit: int) -> int:
        """Remove events from the beginning of the feed up to the first from that time or later."""
        page = self._tables.ask("XRANGE", "events", "-", "+", "COUNT", limit)
        times = [json.loads(event)[0] for _, (_, event) in page]
        old = next((i for i, at in enumerate(times) if at >= end), len(page))
        if old:
            last = int(page[old - 1][0].partition(b"-")[0])
            self._tables.ask("XTRIM", "events", "MINID", f"{last + 1}-0")
        return old

    def tidy(self) -> bool:
        """Erase some of what processes that died had taken out of the graph already."""
        return self._articles.erase_noted(_AT_ONCE)


def _parts(some: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for begin in range(0, len(some), most):
        yield some[begin : begin + most]
