"""The embedded store: one SQLite file, shared by any number of processes on one machine.

The file holds one row of postings per article; inverted they stand in the memory of every
process (``dedup.store.buckets``), which follows what the others write
(``dedup.store.sqlite_index``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np

from dedup.errors import StoreError
from dedup.judgement import Judgement, JudgementPage
from dedup.model import Edge, Event, Header, Postings, Stats, StoredArticle
from dedup.settings import Settings
from dedup.store import codec, sqlite_claims
from dedup.store.base import Reindexing, Store
from dedup.store.buckets import Arrivals
from dedup.store.claims import Claim
from dedup.store.codec import BucketKeys
from dedup.store.forks import hold_through_forks
from dedup.store.rank import rank
from dedup.store.sqlite_feed import events_after, forget_events, last_cursor
from dedup.store.sqlite_file import SqliteFile, among, path_of
from dedup.store.sqlite_index import SqliteIndex
from dedup.store.sqlite_judgements import judgements_on, list_judgements
from dedup.store.sqlite_list import (
    aliases_of,
    edges_at,
    find_members,
    list_clusters,
    stored_articles,
)
from dedup.store.sqlite_names import add_free_name, named, names_of, owner_of
from dedup.store.sqlite_reindex import SqliteReindexing
from dedup.store.sqlite_runs import RunFiles
from dedup.store.sqlite_write import Saved, Writer
from dedup.store.values import ClusterQuery, Entry, Found, Indexed, Links, Page
from dedup.store.window import Window

_NEVER = 2**62
_NAMES = 1000
"""So many names of requests are forgotten at a time."""
_EXPIRED = 1000
"""So many articles expire in one transaction, which takes a tenth of a second."""


_CLUSTERS = (
    "SELECT m.ref, c.id FROM member m JOIN cluster c ON c.number = m.cluster "
    "WHERE m.ref IN (SELECT value FROM json_each(?))"
)


class SqliteStore(Store):
    """A store in the file that ``url`` names, or in memory."""

    def __init__(self, url: str, header: Header, settings: Settings, rebuild: bool = False) -> None:
        self._rebuild = rebuild
        self._header = header
        self._settings = settings
        self._min_shared = settings.candidate_min_shared
        self._window = Window(settings.window_days)
        self._file = SqliteFile(path_of(url), header, settings.store_timeout, rebuild)
        self._runs = RunFiles(self._file)
        self._index = SqliteIndex(settings.bucket_limit, self._runs)
        if not rebuild:
            with self._file.read() as db:
                self._index.follow(db)
        hold_through_forks(self)

    # -- articles ------------------------------------------------------------------------------

    def index(self, entries: Iterable[Entry], limit: int) -> list[Indexed]:
        """See ``Store.index``; looking up comes after the commit, among earlier refs only."""
        entries = list(entries)
        if not entries:
            return []
        saved = self._unchanged(entries)
        keys = [codec.bucket_keys(entry.postings) for entry in entries]
        if saved is None:
            saved = self._save(entries, keys)
        look = [i for i, one in enumerate(saved) if one.pending]
        results = self._find(
            [entries[i].postings for i in look],
            [keys[i] for i in look],
            [saved[i].ref for i in look],
            [entries[i].at for i in look],
            limit,
        )
        found = dict(zip(look, results, strict=True))
        return [Indexed(one.ref, one.status, found.get(i), one.id) for i, one in enumerate(saved)]

    def _unchanged(self, entries: Sequence[Entry]) -> list[Saved] | None:
        """The states of entries of which none is new or changed, else None."""
        saved = []
        with self._file.read(snapshot=False) as db:
            for entry in entries:
                owner = owner_of(db, entry)
                if owner.taken is not None and entry.fresh_only:
                    saved.append(Saved(owner.id, owner.taken, "exists", False))
                    continue
                ref, content, _, pending = owner.known or (0, None, 0, 0)
                if content != entry.fingerprint or owner.goes or owner.has_new_name(entry):
                    return None
                saved.append(Saved(owner.id, ref, "unchanged", bool(pending)))
        return saved

    def _save(self, entries: Sequence[Entry], keys: Sequence[BucketKeys]) -> list[Saved]:
        bodies = [codec.encode_article(entry.article) for entry in entries]
        with self._file.write() as db:
            news = self._index.news(db)
            writer = Writer(db)
            saved = writer.save_all(entries, bodies)
            removals = writer.finish()
        new = [i for i, one in enumerate(saved) if one.at]
        own = None
        if new:
            own = Arrivals(
                refs=np.array([saved[i].ref for i in new]),
                times=np.array([saved[i].at for i in new], dtype=np.uint32),
                keys=np.concatenate([keys[i] for i in new]),
                counts=np.array([len(keys[i]) for i in new]),
            )
        self._index.advance(news, own, removals)
        return saved

    def _find(
        self,
        postings: Sequence[Postings],
        keys: Sequence[BucketKeys],
        before: Sequence[int],
        at: Sequence[datetime | None],
        limit: int,
    ) -> list[Found]:
        if not postings:
            return []
        counts = np.array([len(one) for one in keys])
        row = np.concatenate(keys)
        near = self._window.near(at, counts)
        hits = self._index.find(row, np.repeat(np.array(before), counts), near)
        return rank(postings, row, counts, hits, limit=limit, min_shared=self._min_shared)

    def lookup(
        self,
        postings: Sequence[Postings],
        limit: int,
        before: Sequence[int] | None = None,
        at: Sequence[datetime | None] | None = None,
    ) -> list[Found]:
        """See ``Store.lookup``."""
        with self._file.read() as db:
            self._index.follow(db)
        keys = [codec.bucket_keys(one) for one in postings]
        before = before or [_NEVER] * len(postings)
        return self._find(postings, keys, before, at or [None] * len(postings), limit)

    def link(self, links: Sequence[Links]) -> dict[int, str | None]:
        """See ``Store.link``."""
        with self._file.write() as db:
            writer = Writer(db)
            there = writer.link(links)
            writer.finish()
            cluster_of = dict(db.execute(_CLUSTERS, (among(one.ref for one in links),)).fetchall())
        return {one.ref: cluster_of.get(one.ref) for one in links if one.ref in there}

    def get(self, ids: Sequence[str]) -> dict[str, StoredArticle]:
        """See ``Store.get``."""
        with self._file.read() as db:
            stored = stored_articles(db, "a.id = ?", [(id,) for id in ids])
            found = {one.article.id: one for one in stored}
            own = {id: named(db, id) for id in ids if id not in found}
            for name, id in own.items():
                if id is not None:
                    [found[name]] = stored_articles(db, "a.id = ?", [(id,)])
        return found

    def names(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """See ``Store.names``."""
        with self._file.read() as db:
            found = {id: names_of(db, id) for id in ids}
        return {id: names for id, names in found.items() if names}

    def add_names(self, id: str, names: Sequence[str]) -> None:
        """See ``Store.add_names``."""
        with self._file.write() as db:
            for name in names:
                add_free_name(db, name, id)

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
            writer = Writer(db)
            count = writer.delete(ids)
            writer.finish()
        return count

    def expire(self, before: datetime, limit: int) -> int:
        """See ``Store.expire``; not all in one transaction, so that others can write between."""
        end, count = codec.microseconds(before), 0
        for begin in range(0, limit, _EXPIRED):
            some = min(_EXPIRED, limit - begin)
            with self._file.write() as db:
                rows = db.execute(
                    "SELECT id FROM article WHERE at < ? ORDER BY at LIMIT ?", (end, some)
                ).fetchall()
                writer = Writer(db)
                count += writer.delete([id for (id,) in rows])
                writer.finish()
            if len(rows) < some:
                break
        return count

    def tidy(self) -> bool:
        """See ``Store.tidy``."""
        with self._file.read(snapshot=False) as db:
            untidy = db.execute("SELECT log_untidy, words_untidy FROM ledger").fetchone()
            clean = not any(untidy) and not sqlite_claims.any_old(db, _now())
        if clean:
            return self._keep()
        emptied = self._file.empty_log()
        with self._file.write() as db:
            writer = Writer(db)
            more = writer.tidy(log=emptied)
            writer.finish()
            old_names = sqlite_claims.forget(db, _now(), _NAMES)
        kept = self._keep()
        return more or old_names or kept

    def _keep(self) -> bool:
        """Keep a long run of the index in a file; whether there was one to keep."""
        if self._rebuild or self._file.closed:
            return False
        with self._file.read() as db:
            self._index.follow(db)
        return self._index.keep()

    def pending(self, limit: int, older_than: datetime | None = None) -> list[int]:
        """See ``Store.pending``."""
        before = codec.microseconds(older_than) if older_than else _NEVER
        with self._file.read() as db:
            rows = db.execute(
                "SELECT ref FROM pending WHERE since < ? ORDER BY ref LIMIT ?", (before, limit)
            )
            return [ref for (ref,) in rows]

    def scan(self, after: int = 0) -> Iterator[StoredArticle]:
        """See ``Store.scan``."""
        last = after
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

    def aliases(self, cluster_id: str) -> tuple[str, ...]:
        """See ``Store.aliases``."""
        with self._file.read() as db:
            return aliases_of(db, cluster_id)

    def rename(self, cluster_id: str, name: str, aliases: Sequence[str]) -> None:
        """See ``Store.rename``."""
        with self._file.write() as db:
            writer = Writer(db)
            writer.rename(cluster_id, name, aliases)
            writer.finish()

    def judge(self, judgements: Sequence[Judgement]) -> None:
        """See ``Store.judge``."""
        with self._file.write() as db:
            writer = Writer(db)
            for one in judgements:
                writer.judge(one)
            writer.finish()

    def unjudge(self, pairs: Sequence[tuple[str, str]]) -> int:
        """See ``Store.unjudge``."""
        with self._file.write() as db:
            writer = Writer(db)
            count = sum(map(writer.unjudge, pairs))
            writer.finish()
        return count

    def judgements_on(self, refs: Sequence[int]) -> list[Judgement]:
        """See ``Store.judgements_on``."""
        with self._file.read() as db:
            return judgements_on(db, refs)

    def judgements(self, cursor: str | None, limit: int) -> JudgementPage:
        """See ``Store.judgements``."""
        with self._file.read() as db:
            return list_judgements(db, cursor, limit)

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
            return events_after(db, after, limit)

    def last_event(self) -> int:
        """See ``Store.last_event``."""
        with self._file.read() as db:
            return last_cursor(db)

    def expire_events(self, before: datetime, limit: int) -> int:
        """See ``Store.expire_events``."""
        with self._file.write() as db:
            return forget_events(db, before, limit)

    # -- the whole -----------------------------------------------------------------------------

    def reindexing(self) -> Reindexing:
        """See ``Store.reindexing``."""
        return SqliteReindexing(self._file, self._header, self._settings)

    def stats(self) -> Stats:
        """See ``Store.stats``."""
        with self._file.read() as db:
            articles, postings = db.execute("SELECT articles, postings FROM ledger").fetchone()
            (clusters,) = db.execute("SELECT count(*) FROM cluster").fetchone()
            (pending,) = db.execute("SELECT count(*) FROM pending").fetchone()
            (oldest,) = db.execute("SELECT min(at) FROM article").fetchone()
            (newest,) = db.execute("SELECT max(at) FROM article").fetchone()
            return Stats(
                articles=articles,
                clusters=clusters,
                postings=postings,
                bytes=self._file.bytes(db) + self._runs.bytes(),
                pending=pending,
                oldest=None if oldest is None else codec.moment(oldest),
                newest=None if newest is None else codec.moment(newest),
            )

    def claim(self, name: str, digest: bytes, token: bytes, hold: float, keep: float) -> Claim:
        """See ``Store.claim``."""
        with self._file.write() as db:
            now = _now()
            held, kept = (now + round(1e6 * seconds) for seconds in (hold, keep))
            return sqlite_claims.claim(db, name, digest, token, (now, held, kept))

    def settle(self, name: str, token: bytes, answer: bytes | None) -> None:
        """See ``Store.settle``."""
        with self._file.write() as db:
            sqlite_claims.settle(db, name, token, answer)

    def watch(self, observer: Callable[[float], None]) -> None:
        """See ``Store.watch``."""
        self._file.observer = observer

    def ping(self) -> None:
        """See ``Store.ping``."""
        with self._file.read() as db:
            db.execute("SELECT 1 FROM header LIMIT 1").fetchone()

    def close(self) -> None:
        """See ``Store.close``; what a long ingest added is first kept for the next process."""
        with suppress(StoreError):
            while self._keep():
                pass
        self._file.close()

    def pause(self) -> None:
        """Before a fork: let what is under way end and close the file."""
        self._file.pause()
        self._index.lock.acquire()

    def resume(self) -> None:
        """After a fork, in both processes."""
        self._index.lock.release()
        self._file.resume()


def _now() -> int:
    return codec.microseconds(datetime.now(UTC))
