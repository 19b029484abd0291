"""The feed of events in the SQLite file."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from itertools import takewhile

from dedup.model import Event, EventKind
from dedup.store import codec


def events_after(db: sqlite3.Connection, after: int, limit: int) -> list[Event]:
    """So many events after a cursor, in order."""
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


def last_cursor(db: sqlite3.Connection) -> int:
    """The cursor of the last event that was ever told."""
    return int(db.execute("SELECT cursor FROM ledger").fetchone()[0])


def forget_events(db: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Remove events from the beginning up to the first from that time or later; how many."""
    end = codec.microseconds(before)
    rows = db.execute("SELECT cursor, at FROM event ORDER BY cursor LIMIT ?", (limit,))
    old = list(takewhile(lambda row: row[1] < end, rows.fetchall()))
    if old:
        db.execute("DELETE FROM event WHERE cursor <= ?", (old[-1][0],))
    return len(old)
