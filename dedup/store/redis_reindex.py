"""Rebuilding the index of a store in Redis, in place.

The buckets are emptied first; then articles are posted again in order of arrival. How far that
has come stands in the header. Each step may be repeated, so a rebuilding that was cut short goes
on with the articles after the last ones noted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from dedup.model import Header
from dedup.store import codec
from dedup.store.base import Reindexing
from dedup.store.headers import REINDEX
from dedup.store.redis_articles import Articles
from dedup.store.redis_calls import Call, Script
from dedup.store.redis_index import Index, keep
from dedup.store.redis_postings import Posted
from dedup.store.redis_record import Record, encode_ref
from dedup.store.redis_tables import Tables
from dedup.store.values import Entry, Found

_AT_ONCE = 1000


class RedisReindexing(Reindexing):
    """See ``Reindexing``."""

    def __init__(self, tables: Tables, articles: Articles, index: Index, header: Header) -> None:
        self._tables = tables
        self._articles = articles
        self._index = index
        self._wanted = asdict(header)
        self._postings = 0
        self._note = Script("note.lua")

    def begin(self) -> int:
        """See ``Reindexing.begin``; whatever else has the store open writes no more."""
        self._tables.begin_epoch()
        begun = self._saved().get(REINDEX, {})
        done = 0
        if begun.get("header") == self._wanted:
            done, self._postings = begun["done"], begun["postings"]
        self.done(done)
        if not done:
            while self._articles.erase_noted(_AT_ONCE):
                pass
            for calls in self._emptying():
                self._tables.servers.run(calls)
        return int(done)

    def post(self, entries: Mapping[int, Entry], limit: int) -> list[Found]:
        """See ``Reindexing.post``; two round trips, three if some are pending."""
        tables = self._tables
        records, waiting = {}, []
        for ref, fetched in tables.fetch(list(entries)).items():
            if fetched.record is not None:
                records[ref] = record = _record(fetched.record, entries[ref])
                tables.remember(ref, record.head, fetched.seen)
                if fetched.waiting:
                    waiting += [encode_ref(ref), record.encode()]
        if waiting:
            tables.ask("HSET", "waiting", *waiting)
        postings = [entry.postings for entry in entries.values()]
        posted = Posted.of(postings)
        hits = self._articles.post({ref: records[ref] for ref in entries}, posted)
        self._postings += len(posted.keys)
        own = np.array(list(entries), dtype=np.int64)[posted.owners[hits.which]]
        return self._index.rank(postings, posted, keep(hits, hits.refs < own), limit)

    def done(self, ref: int) -> None:
        """See ``Reindexing.done``."""
        begun = {"header": self._wanted, "done": ref, "postings": self._postings}
        self._save({**self._saved(), REINDEX: begun})

    def finish(self) -> None:
        """See ``Reindexing.finish``."""
        saved = {**self._saved(), **self._wanted}
        del saved[REINDEX]
        self._save(saved)
        self._tables.ask("HSET", "ledger", "postings", self._postings)

    def _saved(self) -> dict[str, Any]:
        saved: dict[str, Any] = json.loads(self._tables.ask("GET", "header"))
        return saved

    def _save(self, header: dict[str, Any]) -> None:
        tables = self._tables
        tables.servers.run([tables.script(self._note, ["header"], [json.dumps(header)])])

    def _emptying(self) -> Iterator[list[Call]]:
        """Calls that empty all buckets, some at a time."""
        layout = self._tables.layout
        hashes = range(0, 1 << layout.bits, _AT_ONCE)
        for shard, tag in enumerate(layout.shards):
            slot = layout.slots[shard]
            yield [Call(slot, ("UNLINK", layout.overflow(shard)))]
            for first in hashes:
                prefixes = range(first, min(first + _AT_ONCE, 1 << layout.bits))
                names = [b"%sp%x" % (tag, prefix) for prefix in prefixes]
                yield [Call(slot, ("UNLINK", *names))]


def _record(before: Record, entry: Entry) -> Record:
    return replace(
        before,
        postings=codec.encode_postings(entry.postings),
        body=codec.encode_article(entry.article, entry.outline),
    )
