"""Removing articles from Redis: on demand, by age, and what was left of earlier removals.

An article is first taken out of the graph, where it is noted as gone; from then on nobody sees
it. Then its postings and its text are erased, and at last the note. A process that dies in
between leaves the note, and ``tidy`` goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

from dedup.store import codec
from dedup.store.redis_articles import Articles
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


class Removal:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, articles: Articles) -> None:
        self._tables = tables
        self._articles = articles

    def delete(self, ids: Sequence[str]) -> int:
        """Remove articles; returns how many there were."""
        distinct = list(dict.fromkeys(ids))
        parts = (distinct[i : i + _AT_ONCE] for i in range(0, len(distinct), _AT_ONCE))
        return self._erase(map(self._leave_by_id, parts))

    def expire(self, before: datetime, limit: int) -> int:
        """Remove the oldest articles from before a time."""
        refs = self._oldest(codec.microseconds(before), limit)
        parts = (refs[i : i + _AT_ONCE] for i in range(0, len(refs), _AT_ONCE))
        return self._erase(map(self._leave_by_ref, parts))

    def _erase(self, parts: Iterator[Mapping[int, Record]]) -> int:
        """Erase articles that have left the graph while the next ones leave it; how many."""
        groups = _grouped(parts)
        count = 0
        while erased := self._articles.erase_all(islice(groups, _GROUPS)):
            count += erased
        return count

    def _leave_by_id(self, ids: Sequence[str]) -> Mapping[int, Record]:
        while records := self._records(ids):
            with suppress(Outdated):
                self._leave(records)
                return records
        return {}

    def _leave_by_ref(self, refs: Sequence[int]) -> Mapping[int, Record]:
        fetched = self._tables.fetch(refs)
        records = {ref: one.record for ref, one in fetched.items() if one.record is not None}
        try:
            self._leave(records)
        except Outdated:  # replaced in between: what is left now, one by one
            return self._leave_each(records)
        return records

    def _records(self, ids: Sequence[str]) -> dict[int, Record]:
        """The articles with these ids."""
        known = self._tables.ask("HMGET", "ids", *map(name_of, ids))
        refs = decode_refs(b"".join(value[:REF] for value in known if value))
        fetched = self._tables.fetch(refs)
        return {ref: one.record for ref, one in fetched.items() if one.record is not None}

    def _leave(self, records: Mapping[int, Record]) -> None:
        """Take articles out of the graph. Raises ``Outdated`` if one is not there any more."""
        if records:
            now = codec.microseconds(datetime.now(UTC))
            reading = self._tables.reading(records)
            self._tables.transact(lambda tx: delete(tx, records), reading, now)

    def _leave_each(self, records: Mapping[int, Record]) -> dict[int, Record]:
        """Take those articles out of the graph that are there; they are returned."""
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


def _grouped(parts: Iterable[Mapping[int, Record]]) -> Iterator[Mapping[int, Record]]:
    """Articles that are erased together."""
    left: dict[int, Record] = {}
    for records in parts:
        left |= records
        if len(left) >= _ERASED:
            yield left
            left = {}
    if left:
        yield left
