"""One process's view in memory of the postings in a SQLite file, kept up to date.

Refs and the numbers of removals ascend in the order of commits, so reading the rows after the
last one seen misses nothing.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.store import codec
from dedup.store.buckets import Arrivals, Buckets, Hits
from dedup.store.run import Refs
from dedup.store.sqlite_runs import RunFiles, gaps
from dedup.store.window import Near

_CHUNK = 2_000
_POSTINGS = "SELECT ref, at, keys FROM posting WHERE ref > ? ORDER BY ref"
_BETWEEN = "SELECT ref, at, keys FROM posting WHERE ref > ? AND ref <= ? ORDER BY ref"
_REMOVALS = "SELECT number, ref FROM removal WHERE number > ? ORDER BY number"
Row = tuple[int, int, bytes]
"""Ref, time and postings of an article."""


@dataclass(frozen=True, slots=True)
class News:
    """What others wrote since the last look."""

    rows: Sequence[Row]
    removals: Sequence[tuple[int, int]]


class SqliteIndex:
    """Buckets that follow a file. Safe for several threads.

    A thread that holds a transaction may take the lock, never the other way round.
    """

    def __init__(self, limit: int, files: RunFiles) -> None:
        self._files = files
        self.lock = threading.Lock()
        self._limit = limit
        self._buckets = Buckets(limit)
        self._last_ref = 0
        self._last_removal = -1

    def follow(self, db: sqlite3.Connection) -> None:
        """Take in everything that was committed before the transaction that ``db`` is in."""
        with self.lock:
            self._follow(db)

    def news(self, db: sqlite3.Connection) -> News:
        """Read what was committed before, to be taken in by ``advance``."""
        with self.lock:
            if self._lost(db):
                self._follow(db)
            return News(
                db.execute(_POSTINGS, (self._last_ref,)).fetchall(),
                db.execute(_REMOVALS, (self._last_removal,)).fetchall(),
            )

    def advance(
        self, news: News, own: Arrivals | None, removals: Sequence[tuple[int, int]]
    ) -> None:
        """Take in what ``news`` read and what the same transaction wrote, after its commit."""
        with self.lock:  # another thread may have followed as far in the meantime
            if news.rows:
                self._add(_decoded(news.rows))
            if own is not None:
                self._add(own)
            self._drop([*news.removals, *removals])

    def keep(self) -> bool:
        """Keep long runs in files; see ``RunFiles.tidy``."""
        with self.lock:
            runs, removal = self._buckets.runs, self._last_removal
        return self._files.tidy(runs, removal)

    def find(self, keys: codec.BucketKeys, before: Refs, near: Near | None) -> Hits:
        """See ``Buckets.find``."""
        with self.lock:
            return self._buckets.find(keys, before, near)

    def _add(self, arrivals: Arrivals) -> None:
        new = arrivals.after(self._last_ref)
        if len(new.refs):
            self._buckets.add(new)
            self._last_ref = int(new.refs[-1])

    def _drop(self, removals: Sequence[tuple[int, int]]) -> None:
        refs = [ref for number, ref in removals if number > self._last_removal]
        if refs:
            self._buckets.drop(np.array(refs))
            self._last_removal = removals[-1][0]

    def _follow(self, db: sqlite3.Connection) -> None:
        if self._lost(db):
            self._begin(db)
        rows = db.execute(_POSTINGS, (self._last_ref,))
        chunk = rows.fetchmany(_CHUNK)
        if len(chunk) < _CHUNK:
            if chunk:
                self._add(_decoded(chunk))
        else:
            last = [0]
            self._buckets.load(_read(chunk, rows, last))
            self._last_ref = last[0]
        self._drop(db.execute(_REMOVALS, (self._last_removal,)).fetchall())

    def _begin(self, db: sqlite3.Connection) -> None:
        """Begin anew with the runs that stand in files, and what lies before and between them."""
        self._buckets = Buckets(self._limit)
        self._last_ref = 0
        (self._last_removal,) = db.execute("SELECT removal FROM ledger").fetchone()
        kept = self._files.read(db)
        for (after, upto), (run, removal) in zip(
            gaps([run for run, _ in kept]), kept, strict=False
        ):
            rows = db.execute(_BETWEEN, (after, upto))
            self._buckets.load(_read(rows.fetchmany(_CHUNK), rows, [0]))
            gone = db.execute("SELECT ref FROM removal WHERE number > ?", (removal,)).fetchall()
            if gone:
                run.drop(np.array(gone).ravel())
            self._buckets.adopt(run)
            self._last_ref = run.end - 1

    def _lost(self, db: sqlite3.Connection) -> bool:
        """Whether the file no longer tells all that is gone since the last look."""
        (oldest,) = db.execute("SELECT min(number) FROM removal").fetchone()
        return self._last_removal < 0 or (oldest is not None and oldest > self._last_removal + 1)


def _read(chunk: list[Row], rows: sqlite3.Cursor, last: list[int]) -> Iterator[Arrivals]:
    """This chunk and the following ones; ``last`` takes the last ref."""
    while chunk:
        last[0] = chunk[-1][0]
        yield _decoded(chunk)
        chunk = rows.fetchmany(_CHUNK)


def _decoded(rows: Sequence[Row]) -> Arrivals:
    refs, times, blobs = zip(*rows, strict=True)
    keys, counts = codec.bucket_keys_of(blobs)
    return Arrivals(np.array(refs), np.array(times, dtype=np.uint32), keys, counts)
