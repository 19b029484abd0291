"""Rebuilding the index of a SQLite file, in place.

Every article keeps its row of postings, with other keys. How far that has come stands in the
header; the rows up to there are the new index, which this process holds in memory meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import numpy as np

from dedup.model import Header
from dedup.settings import Settings
from dedup.store import codec
from dedup.store.base import Reindexing
from dedup.store.buckets import Arrivals, Buckets
from dedup.store.headers import REINDEX
from dedup.store.rank import rank
from dedup.store.sqlite_file import SqliteFile, era_of
from dedup.store.values import Entry, Found
from dedup.store.window import Window

_CHUNK = 2_000
_KEEP = "INSERT INTO header VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value"


class SqliteReindexing(Reindexing):
    """See ``Reindexing``."""

    def __init__(self, file: SqliteFile, header: Header, settings: Settings) -> None:
        self._file = file
        self._header = asdict(header)
        self._min_shared = settings.candidate_min_shared
        self._window = Window(settings.window_days)
        self._buckets = Buckets(settings.bucket_limit)

    def begin(self) -> int:
        """See ``Reindexing.begin``; other processes that have the file open write no more."""
        with self._file.write() as db:
            row = db.execute("SELECT value FROM header WHERE name = ?", (REINDEX,)).fetchone()
            begun = json.loads(row[0]) if row else {}
            done = int(begun["done"]) if begun.get("header") == self._header else 0
            era = era_of(db) + 1
            db.execute(f"PRAGMA user_version = {era}")
            self._note(db, done)
        self._file.era = era
        with self._file.read() as db:
            self._buckets.load(_posted(db, done))
        return done

    def post(self, entries: Mapping[int, Entry], limit: int) -> list[Found]:
        """See ``Reindexing.post``."""
        refs = list(entries)
        postings = [entry.postings for entry in entries.values()]
        with self._file.write() as db:
            times = [_replace(db, ref, entry) for ref, entry in entries.items()]
        parts = [codec.bucket_keys(one) for one in postings]
        keys, counts = np.concatenate(parts), np.array([len(part) for part in parts])
        self._buckets.add(Arrivals(np.array(refs), np.array(times, dtype=np.uint32), keys, counts))
        near = self._window.near([entry.at for entry in entries.values()], counts)
        hits = self._buckets.find(keys, np.repeat(np.array(refs), counts), near)
        return rank(postings, keys, counts, hits, limit=limit, min_shared=self._min_shared)

    def done(self, ref: int) -> None:
        """See ``Reindexing.done``."""
        with self._file.write() as db:
            self._note(db, ref)

    def _note(self, db: sqlite3.Connection, ref: int) -> None:
        db.execute(_KEEP, (REINDEX, json.dumps({"header": self._header, "done": ref})))

    def finish(self) -> None:
        """See ``Reindexing.finish``."""
        with self._file.write() as db:
            db.executemany(_KEEP, self._header.items())
            db.execute("DELETE FROM header WHERE name = ?", (REINDEX,))


def _replace(db: sqlite3.Connection, ref: int, entry: Entry) -> int:
    """Put an article's postings and outline in place; returns its time."""
    keys = codec.encode_postings(entry.postings)
    at, before = db.execute("SELECT at, length(keys) FROM posting WHERE ref = ?", (ref,)).fetchone()
    db.execute("UPDATE posting SET keys = ? WHERE ref = ?", (keys, ref))
    db.execute("INSERT OR REPLACE INTO outline(ref, outline) VALUES(?, ?)", (ref, entry.outline))
    more = codec.count_postings(len(keys)) - codec.count_postings(before)
    db.execute("UPDATE ledger SET postings = postings + ?", (more,))
    return int(at)


def _posted(db: sqlite3.Connection, last: int) -> Iterator[Arrivals]:
    """The postings of articles up to this one."""
    rows = db.execute("SELECT ref, at, keys FROM posting WHERE ref <= ? ORDER BY ref", (last,))
    while chunk := rows.fetchmany(_CHUNK):
        refs, times, blobs = zip(*chunk, strict=True)
        keys, counts = codec.bucket_keys_of(blobs)
        yield Arrivals(np.array(refs), np.array(times, dtype=np.uint32), keys, counts)
