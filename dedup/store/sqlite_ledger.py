"""The numbers a store counts on, and its feed of events, inside one writing transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from dedup.model import EventKind

_KEPT = 100_000
"""So many removals are remembered for processes that have yet to notice them."""


class Ledger:
    """Read when the transaction begins; ``save`` writes it back.

    Refs, cursors and the numbers of removals ascend in the order of commits and are never used
    twice, since only one transaction writes at a time and one that fails leaves no trace.
    """

    def __init__(self, db: sqlite3.Connection, now: int) -> None:
        self._db = db
        self.now = now
        self._before = self._read()
        (
            self._ref,
            self._cursor,
            self._removal,
            self._articles,
            self._postings,
            self.log_untidy,
            self.words_untidy,
        ) = self._before
        self.removed: list[tuple[int, int]] = []
        """Number and ref of every article removed in this transaction."""
        self._told: list[tuple[int, int, str, str, str | None, str | None]] = []

    def _read(self) -> tuple[int, ...]:
        row: tuple[int, ...] = self._db.execute(
            "SELECT ref, cursor, removal, articles, postings, log_untidy, words_untidy FROM ledger"
        ).fetchone()
        return row

    def add_article(self, postings: int) -> int:
        """Count a new article; returns its ref."""
        self._ref += 1
        self._articles += 1
        self._postings += postings
        return self._ref

    def remove_article(self, ref: int, postings: int) -> None:
        """Count an article that goes and tell other processes."""
        self._removal += 1
        self._articles -= 1
        self._postings -= postings
        self.log_untidy = 1
        self.removed.append((self._removal, ref))

    def tell(
        self,
        kind: EventKind,
        articles: Sequence[str],
        cluster_id: str | None = None,
        into: str | None = None,
    ) -> None:
        """Append an event to the feed."""
        self._cursor += 1
        self._told.append(
            (self._cursor, self.now, str(kind), json.dumps(articles), cluster_id, into)
        )

    def save(self) -> None:
        """Write what was counted and told."""
        self._db.executemany(
            "INSERT INTO event(cursor, at, kind, articles, cluster, into_cluster) "
            "VALUES(?, ?, ?, ?, ?, ?)",
            self._told,
        )
        if self.removed:
            self._db.executemany("INSERT INTO removal(number, ref) VALUES(?, ?)", self.removed)
            self._db.execute("DELETE FROM removal WHERE number <= ?", (self._removal - _KEPT,))
        after = (
            self._ref,
            self._cursor,
            self._removal,
            self._articles,
            self._postings,
            self.log_untidy,
            self.words_untidy,
        )
        if after != self._before:
            self._db.execute(
                "UPDATE ledger SET ref = ?, cursor = ?, removal = ?, articles = ?, postings = ?, "
                "log_untidy = ?, words_untidy = ?",
                after,
            )
