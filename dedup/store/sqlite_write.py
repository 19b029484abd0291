"""What writing transactions do to articles: save, link, delete."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from dedup.model import EventKind
from dedup.store import codec
from dedup.store.base import Entry, Links
from dedup.store.sqlite_graph import Graph, Rebound

KNOWN = (
    "SELECT a.ref, a.fingerprint, a.version, p.ref IS NOT NULL "
    "FROM article a LEFT JOIN pending p ON p.ref = a.ref WHERE a.id = ?"
)
"""Ref, fingerprint, version and whether pending, by id."""
GONE_KEPT = 100_000
"""So many removals are remembered for processes that have yet to notice them."""


class Writer:
    """One writing transaction at the time ``now``."""

    def __init__(self, db: sqlite3.Connection, now: datetime) -> None:
        self._db = db
        self._now = codec.microseconds(now)
        self._graph = Graph(db, self._now)

    def save(
        self, entries: Sequence[Entry], bodies: Sequence[bytes]
    ) -> list[tuple[int, str, bool]]:
        """Save entries; returns the ref, the status and whether it is pending, of each."""
        states = []
        articles = postings = 0
        for entry, body in zip(entries, bodies, strict=True):
            known = self._db.execute(KNOWN, (entry.article.id,)).fetchone()
            if known is None:
                states.append((self._insert(entry, body, 1), "created", True))
                self._graph.tell(EventKind.ARTICLE_CREATED, [entry.article.id])
            elif known[1] != entry.fingerprint:
                states.append((self._replace(known[0], entry, body, known[2] + 1), "updated", True))
                self._graph.tell(EventKind.ARTICLE_UPDATED, [entry.article.id])
            else:
                states.append((known[0], "unchanged", bool(known[3])))
                continue
            articles += 1
            parts = entry.postings
            postings += len(parts.bands) + len(parts.sketch) + len(parts.marks)
        self._count(articles, postings)
        return states

    def link(self, links: Links) -> str | None:
        """Write what one article is related to; returns its cluster's id, if it has one."""
        db, graph, ref = self._db, self._graph, links.ref
        waiting = db.execute("SELECT stale FROM pending WHERE ref = ?", (ref,)).fetchone()
        if (
            waiting is None
            and not db.execute("SELECT 1 FROM posting WHERE ref = ?", (ref,)).fetchone()
        ):
            return None
        rebound = graph.replace_edges(ref, links.edges)
        stale = graph.clusters_of([ref]).values() if waiting and waiting[0] else ()
        graph.settle(rebound, stale)
        db.execute("DELETE FROM pending WHERE ref = ?", (ref,))
        row = db.execute(
            "SELECT c.id FROM member m JOIN cluster c ON c.number = m.cluster WHERE m.ref = ?",
            (ref,),
        ).fetchone()
        return row[0] if row else None

    def delete(self, ids: Sequence[str]) -> int:
        """Remove articles with all that hangs on them; returns how many there were."""
        db, graph = self._db, self._graph
        known = {id: db.execute(KNOWN, (id,)).fetchone() for id in dict.fromkeys(ids)}
        refs = {row[0] for row in known.values() if row is not None}
        if not refs:
            return 0
        home = graph.clusters_of(refs)
        rebound = graph.remove_edges(refs)
        nodes = {end for ends in rebound.added | rebound.lost for end in ends} - refs
        before = graph.states({*home.values(), *graph.clusters_of(nodes).values()})
        graph.leave(home)
        self._erase(refs)
        for id, row in known.items():
            if row is not None:
                graph.tell(EventKind.ARTICLE_DELETED, [id])
        if before or nodes:
            graph.divide(before, nodes)
        return len(refs)

    def _insert(self, entry: Entry, body: bytes, version: int) -> int:
        db, article = self._db, entry.article
        at = codec.microseconds(article.published_at) if article.published_at else self._now
        topic = codec.encode_topic(entry.topic)
        ref = db.execute(
            "INSERT INTO article(id, fingerprint, version, received, at, source, topic, body) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (article.id, entry.fingerprint, version, self._now, at, article.source, topic, body),
        ).lastrowid
        assert ref is not None
        db.execute(
            "INSERT INTO posting(ref, at, keys) VALUES(?, ?, ?)",
            (ref, _seconds(at), codec.encode_postings(entry.postings)),
        )
        db.execute("INSERT INTO pending(ref, since, stale) VALUES(?, ?, 0)", (ref, self._now))
        return ref

    def _replace(self, old: int, entry: Entry, body: bytes, version: int) -> int:
        """Save a new version of an article.

        It takes the place of the old one in its cluster until it is linked, so that the cluster
        keeps its id meanwhile; ``stale`` says that the cluster is then to be computed anew.
        """
        graph = self._graph
        number = graph.clusters_of([old]).get(old)
        rebound = graph.remove_edges([old])
        if number is not None:
            graph.leave([old])
        self._erase([old])
        ref = self._insert(entry, body, version)
        if number is not None:
            graph.enter({ref: number})
            graph.summarise(number)
            self._db.execute("UPDATE pending SET stale = 1 WHERE ref = ?", (ref,))
        ends = {end for pair in rebound.lost for end in pair}
        number_of = graph.clusters_of(ends)
        elsewhere = {
            (left, right)
            for left, right in rebound.lost
            if old not in (left, right) and number_of.get(left) != number
        }
        graph.settle(Rebound(rebound.added, elsewhere))
        return ref

    def _erase(self, refs: Collection[int]) -> None:
        db = self._db
        postings = 0
        for ref in refs:
            row = db.execute(
                "DELETE FROM posting WHERE ref = ? RETURNING length(keys)", (ref,)
            ).fetchone()
            postings += row[0] // 4 - 2
            db.execute("DELETE FROM article WHERE ref = ?", (ref,))
            db.execute("DELETE FROM pending WHERE ref = ?", (ref,))
            db.execute("INSERT INTO gone(ref) VALUES(?)", (ref,))
        db.execute(
            "DELETE FROM gone WHERE number <= (SELECT max(number) FROM gone) - ?", (GONE_KEPT,)
        )
        self._count(-len(refs), -postings)

    def _count(self, articles: int, postings: int) -> None:
        if articles or postings:
            self._db.executemany(
                "UPDATE tally SET value = value + ? WHERE name = ?",
                ((articles, "articles"), (postings, "postings")),
            )


def _seconds(microseconds: int) -> int:
    return min(max(microseconds // 1_000_000, 1), 2**32 - 1)
