"""Removing articles from Redis: on demand, by age, and what was left of earlier removals.

An article is first taken out of the graph, where it is noted as gone; from then on nobody sees
it. Then its postings and its text are erased, and at last the note. A process that dies in
between leaves the note, and ``tidy`` goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dedup.store import codec
from dedup.store.redis_articles import Articles
from dedup.store.redis_reading import Outdated
from dedup.store.redis_record import REF, Record, decode_refs
from dedup.store.redis_servers import Call
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import delete, name_of

_AT_ONCE = 250
_EVENTS = 1000


class Removal:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, articles: Articles) -> None:
        self._tables = tables
        self._articles = articles

    def delete(self, ids: Sequence[str]) -> int:
        """Remove articles; returns how many there were."""
        count = 0
        distinct = list(dict.fromkeys(ids))
        for begin in range(0, len(distinct), _AT_ONCE):
            count += self._delete(distinct[begin : begin + _AT_ONCE])
        return count

    def expire(self, before: datetime, limit: int) -> int:
        """Remove the oldest articles from before a time, and events from before it."""
        end = codec.microseconds(before)
        refs = self._oldest(end, limit)
        count = 0
        for begin in range(0, len(refs), _AT_ONCE):
            part = refs[begin : begin + _AT_ONCE]
            fetched = self._tables.fetch(part)
            records = {ref: one.record for ref, one in fetched.items() if one.record is not None}
            try:
                count += self._remove(records)
            except Outdated:  # a new version came in between: go by the ids
                count += self.delete([record.head.id for record in records.values()])
        self.expire_events(end)
        return count

    def _delete(self, ids: Sequence[str]) -> int:
        while True:
            known = self._tables.ask("HMGET", "ids", *map(name_of, ids))
            refs = decode_refs(b"".join(value[:REF] for value in known if value))
            if not refs:
                return 0
            fetched = self._tables.fetch(refs)
            records = {ref: one.record for ref, one in fetched.items() if one.record is not None}
            try:
                return self._remove(records)
            except Outdated:
                continue

    def _remove(self, records: Mapping[int, Record]) -> int:
        if not records:
            return 0
        now = codec.microseconds(datetime.now(UTC))
        self._tables.transact(lambda tx: delete(tx, records), self._tables.reading(records), now)
        self._articles.erase(records)
        return len(records)

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

    def expire_events(self, end: int) -> None:
        """Remove events from the beginning of the feed up to the first that is young enough."""
        while True:
            page = self._tables.ask("XRANGE", "events", "-", "+", "COUNT", _EVENTS)
            times = [json.loads(event)[0] for _, (_, event) in page]
            old = next((i for i, at in enumerate(times) if at >= end), len(page))
            if old:
                last = int(page[old - 1][0].partition(b"-")[0])
                self._tables.ask("XTRIM", "events", "MINID", f"{last + 1}-0")
            if old < _EVENTS:
                return

    def tidy(self) -> bool:
        """Erase some of what processes that died had taken out of the graph already."""
        return self._articles.erase_noted(_AT_ONCE)
