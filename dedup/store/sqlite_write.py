"""What writing transactions do to articles: save, link, delete."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dedup.errors import NotFound
from dedup.judgement import Judgement, Opinion
from dedup.model import EventKind
from dedup.store import codec
from dedup.store.base import TOLD
from dedup.store.sqlite_clusters import Clusters
from dedup.store.sqlite_edges import Edges, Rebound
from dedup.store.sqlite_file import THERE, among
from dedup.store.sqlite_judgements import Judgements
from dedup.store.sqlite_ledger import Ledger
from dedup.store.sqlite_names import KNOWN, add_name, all_new, free_names, hand_on, owner_of
from dedup.store.values import Entry, Links

_TIDY_PAGES = 500
"""Pages of the search index merged at a time; that takes about a tenth of a second."""


_STALE = "SELECT ref FROM pending WHERE stale AND ref IN (SELECT value FROM json_each(?))"
_WROTE = "SELECT DISTINCT left FROM edge WHERE left IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an entry; ``at`` is the time of a new article in seconds since 1970."""

    id: str
    ref: int
    status: str
    pending: bool
    at: int = 0


@dataclass(frozen=True, slots=True)
class _New:
    """A row to be inserted: an entry under the id and in the version it is to have."""

    id: str
    entry: Entry
    body: bytes
    version: int


class Writer:
    """What one writing transaction does; ``finish`` comes last."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._now = codec.microseconds(datetime.now(UTC))
        self._ledger = Ledger(db, self._now)
        self._judgements = Judgements(db)
        self._edges = Edges(db, self._judgements)
        self._clusters = Clusters(db, self._ledger, self._judgements)

    def finish(self) -> list[tuple[int, int]]:
        """Write what was counted; returns the removals of this transaction."""
        self._clusters.finish()
        self._ledger.save()
        return self._ledger.removed

    def save_all(self, entries: Sequence[Entry], bodies: Sequence[bytes]) -> list[Saved]:
        """Save articles that are new or changed and may be, in order."""
        if not all_new(self._db, entries):
            return [self.save(*pair) for pair in zip(entries, bodies, strict=True)]
        new = [
            _New(entry.article.id, entry, body, entry.version or 1)
            for entry, body in zip(entries, bodies, strict=True)
        ]
        saved = []
        for one, (ref, at) in zip(new, self._insert(new), strict=True):
            self._ledger.tell(EventKind.ARTICLE_CREATED, [one.id])
            saved.append(Saved(one.id, ref, "created", True, at))
        return saved

    def save(self, entry: Entry, body: bytes) -> Saved:
        """Save an article if it is new or changed and may be."""
        owner = owner_of(self._db, entry)
        id = owner.id
        if owner.known is None:
            [(ref, at)] = self._insert([_New(id, entry, body, entry.version or 1)])
            self._ledger.tell(EventKind.ARTICLE_CREATED, [id])
            return Saved(id, ref, "created", True, at)
        if entry.fresh_only and owner.taken is not None:
            return Saved(id, owner.taken, "exists", False)
        if owner.has_new_name(entry):
            add_name(self._db, entry.article.id, id)
        old, fingerprint, version, pending = owner.known
        if owner.goes is not None:
            hand_on(self._db, owner.goes, id)
            self.delete([owner.goes])
        elif fingerprint == entry.fingerprint:
            return Saved(id, old, "unchanged", bool(pending))
        ref, at = self._replace(old, _New(id, entry, body, entry.version or version + 1))
        self._ledger.tell(EventKind.ARTICLE_UPDATED, [id])
        return Saved(id, ref, "updated", True, at)

    def link(self, links: Sequence[Links]) -> set[int]:
        """Write what articles are related to; which of them are there."""
        db, refs = self._db, among(one.ref for one in links)
        there = {ref for (ref,) in db.execute(THERE, (refs,))}
        stale = {ref for (ref,) in db.execute(_STALE, (refs,))}
        wrote = {ref for (ref,) in db.execute(_WROTE, (refs,))}
        topics = {ref: topic for one in links for ref, topic in one.topics.items()}
        db.executemany(
            "UPDATE article SET topic = ?1 WHERE ref = ?2 AND topic <> ?1",
            ((codec.encode_topic(topic), ref) for ref, topic in topics.items()),
        )
        for one in links:
            if one.ref not in there:
                continue
            rebound = Rebound()
            if one.edges or one.ref in wrote:
                rebound = self._edges.replace(one.ref, one.edges)
                wrote.add(one.ref)
            numbers = self._clusters.numbers_of([one.ref]).values() if one.ref in stale else ()
            self._clusters.settle(rebound, numbers)
        db.execute("DELETE FROM pending WHERE ref IN (SELECT value FROM json_each(?))", (refs,))
        return there

    def delete(self, ids: Sequence[str]) -> int:
        """Remove articles with all that hangs on them; returns how many there were."""
        clusters = self._clusters
        known = {id: self._db.execute(KNOWN, (id,)).fetchone() for id in dict.fromkeys(ids)}
        refs = {row[0] for row in known.values() if row is not None}
        if not refs:
            return 0
        home = clusters.numbers_of(refs)
        rebound = self._edges.remove(refs)
        nodes = {end for ends in rebound.added | rebound.lost for end in ends} - refs
        before = clusters.states({*home.values(), *clusters.numbers_of(nodes).values()})
        clusters.leave(home)
        self._erase(refs)
        self._judgements.forget(known)
        for id, row in known.items():
            if row is not None:
                free_names(self._db, id)
                self._ledger.tell(EventKind.ARTICLE_DELETED, [id])
        if before or nodes:
            clusters.divide(before, nodes)
        return len(refs)

    def judge(self, one: Judgement) -> None:
        """Take a person's word on a pair. Raises ``NotFound``."""
        ends = self._ends(one.pair)
        before = self._judgements.on(*one.pair)
        if not one.repeats(before):
            self._judgements.put(one)
            self._ledger.tell(TOLD[one.opinion], one.pair)
            self._rejudge(ends, before.opinion if before else None, one.opinion)

    def unjudge(self, pair: tuple[str, str]) -> bool:
        """Take a person's word on a pair back; whether there was one."""
        before = self._judgements.on(*pair)
        if before is None:
            return False
        ends = self._ends(pair)
        self._judgements.drop(*pair)
        self._ledger.tell(EventKind.JUDGEMENT_UNDONE, pair)
        self._rejudge(ends, before.opinion, None)
        return True

    def _ends(self, pair: tuple[str, str]) -> tuple[int, int]:
        known = [self._db.execute(KNOWN, (id,)).fetchone() for id in pair]
        for id, row in zip(pair, known, strict=True):
            if row is None:
                raise NotFound("article", id)
        return known[0][0], known[1][0]

    def _rejudge(self, ends: tuple[int, int], before: Opinion | None, now: Opinion | None) -> None:
        """Bring edges and clusters in line with another opinion on a pair."""
        rebound = self._edges.rebind(ends)
        if now is Opinion.SAME:
            rebound.added.add(ends)
        elif before is Opinion.SAME:
            rebound.lost.add(ends)
        self._clusters.settle(rebound)

    def rename(self, cluster_id: str, name: str, aliases: Sequence[str]) -> None:
        """Let a cluster go by another name, if it is free. Raises ``NotFound``."""
        self._clusters.rename(cluster_id, name, aliases)

    def tidy(self, *, log: bool) -> bool:
        """Merge some pages of the search index, where removed words are waiting to go.

        ``log`` says that the log was emptied before. Returns whether there is more to do.
        """
        ledger = self._ledger
        if ledger.words_untidy:
            # the first step lays all segments side by side, the next ones go on merging them
            pages = -_TIDY_PAGES if ledger.words_untidy == 1 else _TIDY_PAGES
            before = self._db.total_changes
            self._db.execute("INSERT INTO words(words, rank) VALUES('merge', ?)", (pages,))
            ledger.words_untidy = 2 if self._db.total_changes - before > 1 else 0
            ledger.log_untidy = 1
        elif log:
            ledger.log_untidy = 0
        return bool(ledger.words_untidy or ledger.log_untidy)

    def _insert(self, new: Sequence[_New]) -> list[tuple[int, int]]:
        """Insert rows; the ref of each and its time in seconds since 1970."""
        articles, postings, outlines = [], [], []
        for one in new:
            entry, article = one.entry, one.entry.article
            keys = codec.encode_postings(entry.postings)
            ref = self._ledger.add_article(codec.count_postings(len(keys)))
            received = codec.microseconds(entry.received_at) if entry.received_at else self._now
            at = codec.microseconds(article.published_at) if article.published_at else received
            known = (ref, one.id, entry.fingerprint, one.version, received, at)
            articles.append((*known, article.source, entry.url_key, one.body))
            postings.append((ref, codec.seconds(at), keys))
            if entry.outline:
                outlines.append((ref, entry.outline))
        self._db.executemany(
            "INSERT INTO article(ref, id, fingerprint, version, received, at, source, topic, "
            "url_key, body) VALUES(?, ?, ?, ?, ?, ?, ?, x'', ?, ?)",
            articles,
        )
        self._db.executemany("INSERT INTO outline(ref, outline) VALUES(?, ?)", outlines)
        self._db.executemany("INSERT INTO posting(ref, at, keys) VALUES(?, ?, ?)", postings)
        self._db.executemany(
            "INSERT INTO pending(ref, since, stale) VALUES(?, ?, 0)",
            [(ref, self._now) for ref, _, _ in postings],
        )
        return [(ref, at) for ref, at, _ in postings]

    def _replace(self, old: int, new: _New) -> tuple[int, int]:
        """Save a new version of an article.

        It takes the place of the old one in its cluster until it is linked, so that the cluster
        keeps its id meanwhile; ``stale`` says that the cluster is then to be computed anew.
        """
        clusters = self._clusters
        number = clusters.numbers_of([old]).get(old)
        rebound = self._edges.remove([old])
        if number is not None:
            clusters.leave([old])
        self._erase([old])
        [(ref, at)] = self._insert([new])
        if number is not None:
            clusters.enter({ref: number})
            clusters.summarise(number)
            self._db.execute("UPDATE pending SET stale = 1 WHERE ref = ?", (ref,))
        ends = {end for pair in rebound.lost for end in pair}
        number_of = clusters.numbers_of(ends)
        elsewhere = {
            (left, right)
            for left, right in rebound.lost
            if old not in (left, right) and number_of.get(left) != number
        }
        clusters.settle(Rebound(rebound.added, elsewhere))
        return ref, at

    def _erase(self, refs: Collection[int]) -> None:
        for ref in refs:
            (length,) = self._db.execute(
                "SELECT length(keys) FROM posting WHERE ref = ?", (ref,)
            ).fetchone()
            for table in ("posting", "article", "outline", "pending"):
                self._db.execute(f"DELETE FROM {table} WHERE ref = ?", (ref,))
            self._ledger.remove_article(ref, codec.count_postings(length))
