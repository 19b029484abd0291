"""The embedded store: one SQLite file, shared by any number of processes on one machine.

The file holds one row of postings per article; inverted they stand in the memory of every
process (``dedup.store.buckets``), which follows what others write by reading the rows after the
last one it saw. Refs are never used twice and ascend in the order of commits, so nothing is
missed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np

from dedup.model import Edge, Event, EventKind, Postings, Stats, StoredArticle
from dedup.settings import Settings
from dedup.store import codec
from dedup.store.base import (
    ClusterQuery,
    Entry,
    Found,
    Header,
    Indexed,
    Links,
    Page,
    Store,
)
from dedup.store.buckets import Buckets
from dedup.store.rank import rank
from dedup.store.sqlite_file import SqliteFile, path_of
from dedup.store.sqlite_list import edges_at, find_members, list_clusters, stored_articles
from dedup.store.sqlite_write import KNOWN, Writer

_NEVER = 2**62
_CHUNK = 50_000


class SqliteStore(Store):
    """A store in the file that ``url`` names, or in memory."""

    def __init__(self, url: str, header: Header, settings: Settings) -> None:
        self._settings = settings
        self._file = SqliteFile(path_of(url), header)
        self._following = threading.Lock()
        self._load()

    # -- the index in memory -------------------------------------------------------------------

    def _load(self) -> None:
        with self._file.read() as db:
            first = db.execute("SELECT coalesce(min(ref), 1) FROM posting").fetchone()[0]
            self._buckets = Buckets(first - 1, self._settings.bucket_limit)
            self._last_ref = first - 1
            self._last_gone = db.execute("SELECT coalesce(max(number), 0) FROM gone").fetchone()[0]
            self._follow(db)

    def _follow(self, db: sqlite3.Connection) -> None:
        """Take in what was written since; call it inside a transaction."""
        rows = db.execute(
            "SELECT ref, at, keys FROM posting WHERE ref > ? ORDER BY ref", (self._last_ref,)
        )
        while chunk := rows.fetchmany(_CHUNK):
            refs, times, blobs = zip(*chunk, strict=True)
            keys, counts = codec.bucket_keys_of(blobs)
            self._buckets.add(np.array(refs), np.array(times, dtype=np.uint32), keys, counts)
            self._last_ref = refs[-1]
        gone = db.execute(
            "SELECT number, ref FROM gone WHERE number > ? ORDER BY number", (self._last_gone,)
        ).fetchall()
        if gone:
            self._last_gone = gone[-1][0]
            self._buckets.drop(np.array([ref for _, ref in gone]))

    def _find(self, postings: Sequence[Postings], before: Sequence[int], limit: int) -> list[Found]:
        parts = [codec.bucket_keys(one) for one in postings]
        counts = np.array([len(part) for part in parts], dtype=np.int64)
        keys = np.concatenate(parts)
        bounds = np.repeat(np.array(before, dtype=np.int64), counts)
        with self._following:
            with self._file.read() as db:
                self._follow(db)
            hits = self._buckets.find(keys, bounds)
        return rank(
            postings,
            keys,
            counts,
            hits,
            limit=limit,
            min_shared=self._settings.candidate_min_shared,
        )

    # -- articles ------------------------------------------------------------------------------

    def index(self, entries: Sequence[Entry], limit: int) -> list[Indexed]:
        """See ``Store.index``; looking up comes after the commit, among earlier refs only."""
        if not entries:
            return []
        states = self._unchanged(entries)
        if states is None:
            bodies = [codec.encode_article(entry.article) for entry in entries]
            with self._file.write() as db:
                states = Writer(db, _now()).save(entries, bodies)
        look = [i for i, (_, status, pending) in enumerate(states) if pending]
        found: list[Found | None] = [None] * len(entries)
        if look:
            results = self._find(
                [entries[i].postings for i in look], [states[i][0] for i in look], limit
            )
            for i, result in zip(look, results, strict=True):
                found[i] = result
        return [
            Indexed(ref, status, one) for (ref, status, _), one in zip(states, found, strict=True)
        ]

    def _unchanged(self, entries: Sequence[Entry]) -> list[tuple[int, str, bool]] | None:
        """The states of entries of which none is new or changed, else None."""
        states = []
        with self._file.read() as db:
            for entry in entries:
                row = db.execute(KNOWN, (entry.article.id,)).fetchone()
                if row is None or row[1] != entry.fingerprint:
                    return None
                states.append((row[0], "unchanged", bool(row[3])))
        return states

    def lookup(self, postings: Sequence[Postings], limit: int) -> list[Found]:
        """See ``Store.lookup``."""
        return self._find(postings, [_NEVER] * len(postings), limit) if postings else []

    def link(self, links: Sequence[Links]) -> list[str | None]:
        """See ``Store.link``."""
        with self._file.write() as db:
            return [Writer(db, _now()).link(one) for one in links]

    def get(self, ids: Sequence[str]) -> dict[str, StoredArticle]:
        """See ``Store.get``."""
        with self._file.read() as db:
            found = stored_articles(db, "a.id = ?", [(id,) for id in ids])
        return {stored.article.id: stored for stored in found}

    def by_ref(self, refs: Sequence[int]) -> dict[int, StoredArticle]:
        """See ``Store.by_ref``."""
        with self._file.read() as db:
            found = stored_articles(db, "a.ref = ?", [(ref,) for ref in refs])
        return {stored.ref: stored for stored in found}

    def edges(self, refs: Sequence[int]) -> list[Edge]:
        """See ``Store.edges``."""
        with self._file.read() as db:
            return edges_at(db, refs)

    def delete(self, ids: Sequence[str]) -> int:
        """See ``Store.delete``."""
        with self._file.write() as db:
            return Writer(db, _now()).delete(ids)

    def expire(self, before: datetime, limit: int) -> int:
        """See ``Store.expire``."""
        with self._file.write() as db:
            rows = db.execute(
                "SELECT id FROM article WHERE at < ? ORDER BY at LIMIT ?",
                (codec.microseconds(before), limit),
            ).fetchall()
            db.execute("DELETE FROM event WHERE at < ?", (codec.microseconds(before),))
            return Writer(db, _now()).delete([id for (id,) in rows])

    def pending(self, limit: int, older_than: datetime | None = None) -> list[int]:
        """See ``Store.pending``."""
        before = codec.microseconds(older_than) if older_than else _NEVER
        with self._file.read() as db:
            rows = db.execute(
                "SELECT ref FROM pending WHERE since < ? ORDER BY ref LIMIT ?", (before, limit)
            )
            return [ref for (ref,) in rows]

    def scan(self) -> Iterator[StoredArticle]:
        """See ``Store.scan``."""
        last = 0
        while True:
            with self._file.read() as db:
                found = stored_articles(db, "a.ref > ? ORDER BY a.ref LIMIT 500", [(last,)])
            if not found:
                return
            yield from found
            last = found[-1].ref

    # -- clusters and events -------------------------------------------------------------------

    def members(self, cluster_id: str) -> list[StoredArticle]:
        """See ``Store.members``."""
        with self._file.read() as db:
            return find_members(db, cluster_id)

    def clusters(self, query: ClusterQuery) -> Page:
        """See ``Store.clusters``."""
        with self._file.read() as db:
            return list_clusters(db, query)

    def alone(self, limit: int) -> list[StoredArticle]:
        """See ``Store.alone``."""
        with self._file.read() as db:
            return stored_articles(db, "m.ref IS NULL ORDER BY a.ref DESC LIMIT ?", [(limit,)])

    def events(self, after: int, limit: int) -> list[Event]:
        """See ``Store.events``."""
        with self._file.read() as db:
            rows = db.execute(
                "SELECT cursor, at, kind, articles, cluster, into_cluster FROM event "
                "WHERE cursor > ? ORDER BY cursor LIMIT ?",
                (after, limit),
            ).fetchall()
        return [
            Event(
                cursor=cursor,
                at=codec.moment(at),
                kind=EventKind(kind),
                article_ids=tuple(json.loads(articles)),
                cluster_id=cluster_id,
                into=into,
            )
            for cursor, at, kind, articles, cluster_id, into in rows
        ]

    # -- the whole -----------------------------------------------------------------------------

    def stats(self) -> Stats:
        """See ``Store.stats``."""
        with self._file.read() as db:
            tally = dict(db.execute("SELECT name, value FROM tally").fetchall())
            (clusters,) = db.execute("SELECT count(*) FROM cluster").fetchone()
            (pending,) = db.execute("SELECT count(*) FROM pending").fetchone()
            (oldest,) = db.execute("SELECT min(at) FROM article").fetchone()
            (newest,) = db.execute("SELECT max(at) FROM article").fetchone()
            return Stats(
                articles=tally["articles"],
                clusters=clusters,
                postings=tally["postings"],
                bytes=self._file.bytes(db),
                pending=pending,
                oldest=None if oldest is None else codec.moment(oldest),
                newest=None if newest is None else codec.moment(newest),
            )

    def ping(self) -> None:
        """See ``Store.ping``."""
        with self._file.read() as db:
            db.execute("SELECT 1 FROM header LIMIT 1").fetchone()

    def close(self) -> None:
        """See ``Store.close``."""
        self._file.close()


def _now() -> datetime:
    return datetime.now(UTC)
