"""Indexing articles in Redis and looking them up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dedup.errors import StoreUnavailable
from dedup.model import Postings
from dedup.store import codec
from dedup.store.buckets import Hits
from dedup.store.rank import rank
from dedup.store.redis_articles import Admitted, Articles
from dedup.store.redis_plan import Transaction
from dedup.store.redis_postings import Posted
from dedup.store.redis_reading import Outdated, Seen
from dedup.store.redis_record import REF, Record, decode_refs
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import name_of, replace_version, unite
from dedup.store.values import Entry, Found, Indexed
from dedup.store.window import days_of

_TRIES = 20


class Index:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, articles: Articles, min_shared: int) -> None:
        self._tables = tables
        self._articles = articles
        self._min_shared = min_shared

    def index(self, entries: Sequence[Entry], limit: int) -> list[Indexed]:
        """Index entries; two round trips if all are new and no two have the same id."""
        indexed: list[Indexed] = []
        replaced: set[int] = set()
        for run in _without_repeated_ids(entries):
            indexed += self._index(run, limit, replaced)
        if replaced:
            indexed = [_without(one, replaced) for one in indexed]
        return indexed

    def _index(self, entries: Sequence[Entry], limit: int, gone: set[int]) -> list[Indexed]:
        """Index entries of which no two have the same id; ``gone`` gets the refs they replace."""
        now = datetime.now(UTC)
        admitted = self._articles.admit(entries, now)
        replaced: dict[int, Record] = {}
        for i, one in enumerate(admitted):
            if one.old is not None:
                admitted[i] = self._replace(entries[i], one, now, replaced)
        todo = [i for i, one in enumerate(admitted) if one.record is not None]
        records = {one.ref: one.record for one in admitted if one.record is not None}
        for ref, record in records.items():
            self._tables.remember(ref, record.head, Seen(None))
        postings = [entries[i].postings for i in todo]
        posted = Posted.of(postings)
        hits = self._articles.post(records, posted)
        if self._min_shared > 1 and self._tables.layout.tags > 1:
            # of two copies arriving together each may have seen too little of the other
            hits = self._articles.find(posted, days_of([entries[i].at for i in todo]))
        self._articles.erase(replaced)
        gone.update(replaced)
        own = np.array(list(records), dtype=np.int64)[posted.owners[hits.which]]
        hits = keep(hits, (hits.refs != own) & ~np.isin(hits.refs, list(replaced)))
        found = dict(zip(todo, self.rank(postings, posted, hits, limit), strict=True))
        return [
            Indexed(one.ref, one.status, found.get(i), one.id) for i, one in enumerate(admitted)
        ]

    def lookup(
        self,
        postings: Sequence[Postings],
        limit: int,
        before: Sequence[int] | None,
        at: Sequence[datetime | None],
    ) -> list[Found]:
        """Find candidates; one round trip."""
        posted = Posted.of(postings)
        hits = self._articles.find(posted, days_of(at))
        if before is not None:
            bounds = np.array(before, dtype=np.int64)[posted.owners[hits.which]]
            hits = keep(hits, hits.refs < bounds)
        return self.rank(postings, posted, hits, limit)

    def rank(
        self, postings: Sequence[Postings], posted: Posted, hits: Hits, limit: int
    ) -> list[Found]:
        """The candidates among hits."""
        if not postings:
            return []
        return rank(
            postings, posted.keys, posted.counts, hits, limit=limit, min_shared=self._min_shared
        )

    def _replace(
        self, entry: Entry, one: Admitted, now: datetime, replaced: dict[int, Record]
    ) -> Admitted:
        """Let a new version take the place of the old one, which is added to ``replaced``."""
        for _ in range(_TRIES):
            if one.old is None:
                return one
            try:
                return self._replace_once(entry, one, now, replaced)
            except Outdated:
                [one] = self._articles.admit([entry], now)
        raise StoreUnavailable(f"the store is busy: others keep changing {entry.article.id!r}")

    def _replace_once(
        self, entry: Entry, one: Admitted, now: datetime, replaced: dict[int, Record]
    ) -> Admitted:
        tables, new, old = self._tables, one.ref, one.old
        assert old is not None
        fetched = tables.fetch([old]).get(old)
        if fetched is None or fetched.record is None:
            raise Outdated
        before, after = fetched.record, Record.of(entry, one.id, one.version + 1, now)
        going = self._going(one.goes) if one.goes is not None else {}
        tables.remember(new, after.head, Seen(None))

        def plan(tx: Transaction) -> None:
            if going:
                unite(tx, going, one.id)
            replace_version(tx, old, before, new, after)

        reading = tables.reading([old, new, *going])
        tables.transact(plan, reading, codec.microseconds(now))
        replaced |= {**going, old: before}
        return Admitted(new, "updated", after, one.id)

    def _going(self, id: str) -> dict[int, Record]:
        """The article that is to go into another one. Raises ``Outdated``."""
        known = self._tables.ask("HGET", "ids", name_of(id))
        refs = decode_refs(known[:REF]) if known else []
        fetched = self._tables.fetch(refs)
        records = {ref: one.record for ref, one in fetched.items() if one.record is not None}
        if not records:
            raise Outdated
        return records


def keep(hits: Hits, which: NDArray[np.bool_]) -> Hits:
    """Some of the hits."""
    return Hits(hits.which[which], hits.refs[which])


def _without_repeated_ids(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Runs of entries in which no id and no URL stands twice."""
    runs: list[list[Entry]] = []
    seen: set[str | bytes] = set()
    for entry in entries:
        names: set[str | bytes] = {entry.article.id}
        if entry.url_key is not None:
            names.add(entry.url_key)
        if not runs or names & seen:
            runs.append([])
            seen = set()
        runs[-1].append(entry)
        seen |= names
    return runs


def _without(one: Indexed, gone: Collection[int]) -> Indexed:
    """Nobody finds a version that a later entry of the same call replaced."""
    if one.found is None:
        return one
    candidates = tuple(c for c in one.found.candidates if c.ref not in gone)
    repeats = tuple(tuple(r for r in some if r not in gone) for some in one.found.repeats)
    return replace(one, found=Found(candidates, repeats))
