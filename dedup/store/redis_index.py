"""Indexing articles in Redis and looking them up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, groupby, islice
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from dedup.errors import StoreUnavailable
from dedup.model import Postings
from dedup.store import codec
from dedup.store.buckets import Hits
from dedup.store.rank import rank
from dedup.store.redis_articles import Admitted, Articles, Posting
from dedup.store.redis_calls import Call
from dedup.store.redis_plan import Transaction
from dedup.store.redis_postings import Posted
from dedup.store.redis_reading import Outdated, Seen
from dedup.store.redis_record import REF, Record, decode_refs
from dedup.store.redis_tables import Tables
from dedup.store.redis_write import name_of, replace_version, unite
from dedup.store.values import Entry, Found, Indexed
from dedup.store.window import days_of

_TRIES = 20
_HANDFUL, _HANDFUL_OF_TAGS = 25, 100
"""So many articles are admitted together and posted while the next ones are made ready. Where
postings are spread over tags each handful costs a call for every tag, so it is a larger one."""


@dataclass(frozen=True, slots=True)
class _Handful:
    """What became of some entries; those that are still to be indexed, and how they are posted."""

    admitted: list[Admitted]
    fresh: list[Entry]
    posted: Posted
    posting: Posting

    @property
    def refs(self) -> list[int]:
        """The refs of those that are to be indexed."""
        return [one.ref for one in self.admitted if one.record is not None]


class Index:
    """Safe to use from several threads."""

    def __init__(self, tables: Tables, articles: Articles, min_shared: int) -> None:
        self._tables = tables
        self._articles = articles
        self._min_shared = min_shared

    @property
    def handful(self) -> int:
        """So many entries are admitted together."""
        return _HANDFUL if self._tables.layout.tags == 1 else _HANDFUL_OF_TAGS

    def index(self, entries: Iterable[Entry], limit: int) -> list[Indexed]:
        """Index entries; two round trips if there are few, all are new and no two have one id.

        Of many the next handful is taken and admitted while the servers post the last one.
        """
        indexed: list[Indexed] = []
        replaced: set[int] = set()
        for _, run in groupby(_numbered(entries), itemgetter(0)):
            indexed += self._index((entry for _, entry in run), limit, replaced)
        if replaced:
            indexed = [_without(one, replaced) for one in indexed]
        return indexed

    def _index(self, entries: Iterator[Entry], limit: int, gone: set[int]) -> list[Indexed]:
        """Index entries of which no two have the same id; ``gone`` gets the refs they replace."""
        now = datetime.now(UTC)
        handfuls: list[_Handful] = []
        replaced: dict[int, Record] = {}

        def calls() -> Iterator[Call]:
            while some := list(islice(entries, self.handful)):
                handfuls.append(self._admit(some, now, replaced))
                yield from handfuls[-1].posting.calls

        replies = iter(self._tables.servers.run(calls()))
        hits = _joined(
            [(h, h.posting.hits(list(islice(replies, len(h.posting.calls))))) for h in handfuls]
        )
        posted = Posted.joined([handful.posted for handful in handfuls])
        fresh = [entry for handful in handfuls for entry in handful.fresh]
        if self._min_shared > 1 and self._tables.layout.tags > 1:
            # of two copies arriving together each may have seen too little of the other
            hits = self._articles.find(posted, days_of([entry.at for entry in fresh]))
        self._articles.erase(replaced)
        gone.update(replaced)
        refs = [ref for handful in handfuls for ref in handful.refs]
        own = np.array(refs, dtype=np.int64)[posted.owners[hits.which]]
        hits = keep(hits, (hits.refs != own) & ~np.isin(hits.refs, list(replaced)))
        found = iter(self.rank([entry.postings for entry in fresh], posted, hits, limit))
        return [
            Indexed(one.ref, one.status, next(found) if one.record is not None else None, one.id)
            for handful in handfuls
            for one in handful.admitted
        ]

    def _admit(
        self, entries: Sequence[Entry], now: datetime, replaced: dict[int, Record]
    ) -> _Handful:
        """Give entries their refs and say how they are posted."""
        admitted = self._articles.admit(entries, now)
        for i, one in enumerate(admitted):
            if one.old is not None:
                admitted[i] = self._replace(entries[i], one, now, replaced)
        records = {one.ref: one.record for one in admitted if one.record is not None}
        for ref, record in records.items():
            self._tables.remember(ref, record.head, Seen(None))
        fresh = [e for e, one in zip(entries, admitted, strict=True) if one.record is not None]
        posted = Posted.of([entry.postings for entry in fresh])
        return _Handful(admitted, fresh, posted, self._articles.posting(records, posted))

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


def _joined(found: Sequence[tuple[_Handful, Hits]]) -> Hits:
    """The hits of some handfuls, as of all their postings in a row."""
    sizes = [len(handful.posted.keys) for handful, _ in found]
    begins = accumulate(sizes, initial=0)
    which = [hits.which + begin for (_, hits), begin in zip(found, begins, strict=False)]
    none = np.empty(0, dtype=np.int64)
    return Hits(
        np.concatenate([none, *which]), np.concatenate([none, *(hits.refs for _, hits in found)])
    )


def _numbered(entries: Iterable[Entry]) -> Iterator[tuple[int, Entry]]:
    """Entries with the number of their run: in none an id or a URL stands twice."""
    number = 0
    seen: set[str | bytes] = set()
    for entry in entries:
        names: set[str | bytes] = {entry.article.id}
        if entry.url_key is not None:
            names.add(entry.url_key)
        if names & seen:
            number, seen = number + 1, set()
        seen |= names
        yield number, entry


def _without(one: Indexed, gone: Collection[int]) -> Indexed:
    """Nobody finds a version that a later entry of the same call replaced."""
    if one.found is None:
        return one
    candidates = tuple(c for c in one.found.candidates if c.ref not in gone)
    repeats = tuple(tuple(r for r in some if r not in gone) for some in one.found.repeats)
    return replace(one, found=Found(candidates, repeats))
