"""What people said of pairs of articles, in SQLite."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from dedup.errors import InvalidQuery
from dedup.judgement import Judgement, JudgementPage, Opinion
from dedup.store import codec

_COLUMNS = "left, right, opinion, at, person, note"
_FAR = """
SELECT far.ref, j.opinion FROM article near
JOIN judgement j ON j.left = near.id JOIN article far ON far.id = j.right WHERE near.ref = ?1
UNION ALL
SELECT far.ref, j.opinion FROM article near
JOIN judgement j ON j.right = near.id JOIN article far ON far.id = j.left WHERE near.ref = ?1
"""


_BEGINNING = -(2**63)


class Judgements:
    """The judgements as one transaction sees and writes them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._any = db.execute("SELECT 1 FROM judgement LIMIT 1").fetchone() is not None

    def at(self, ref: int) -> dict[int, Opinion]:
        """What was said of an article and others, by the refs of these."""
        if not self._any:
            return {}
        return {far: Opinion(opinion) for far, opinion in self._db.execute(_FAR, (ref,))}

    def same(self, refs: Iterable[int]) -> list[tuple[int, int]]:
        """Those who are the same as one of these articles, each with that one."""
        if not self._any:
            return []
        return [
            (ref, far)
            for ref in refs
            for far, opinion in self.at(ref).items()
            if opinion is Opinion.SAME
        ]

    def on(self, left: str, right: str) -> Judgement | None:
        """What was said of a pair."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM judgement WHERE left = ? AND right = ?", (left, right)
        )
        return next(map(_judgement, rows), None)

    def put(self, one: Judgement) -> None:
        """Keep a judgement in place of an earlier one on the same pair."""
        self._db.execute(
            f"INSERT OR REPLACE INTO judgement({_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?)",
            (*one.pair, str(one.opinion), codec.microseconds(one.at), one.by, one.note),
        )
        self._any = True

    def drop(self, left: str, right: str) -> None:
        """Forget a judgement."""
        self._db.execute("DELETE FROM judgement WHERE left = ? AND right = ?", (left, right))

    def forget(self, ids: Iterable[str]) -> None:
        """Forget all that was said of some articles."""
        if self._any:
            self._db.executemany(
                "DELETE FROM judgement WHERE left = ?1 OR right = ?1", ((id,) for id in ids)
            )


def judgements_on(db: sqlite3.Connection, refs: Sequence[int]) -> list[Judgement]:
    """What was said of any of these articles, the oldest first."""
    found: dict[tuple[str, str], Judgement] = {}
    for ref in refs:
        for side in ("left", "right"):
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM judgement "
                f"WHERE {side} = (SELECT id FROM article WHERE ref = ?)",
                (ref,),
            )
            found |= {one.pair: one for one in map(_judgement, rows)}
    return sorted(found.values(), key=lambda one: (one.at, one.pair))


def list_judgements(db: sqlite3.Connection, cursor: str | None, limit: int) -> JudgementPage:
    """A page of judgements; the cursor holds the time and the pair of the last one shown."""
    after = (_BEGINNING, "", "") if cursor is None else _read_cursor(cursor)
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM judgement WHERE (at, left, right) > (?, ?, ?) "
        "ORDER BY at, left, right LIMIT ?",
        (*after, limit + 1),
    ).fetchall()
    items = tuple(map(_judgement, rows[:limit]))
    more = len(rows) > limit
    return JudgementPage(items, _write_cursor(items[-1]) if more else None)


def _judgement(row: tuple[Any, ...]) -> Judgement:
    left, right, opinion, at, by, note = row
    return Judgement(left, right, Opinion(opinion), codec.moment(at), by, note)


def _write_cursor(last: Judgement) -> str:
    document = [codec.microseconds(last.at), *last.pair]
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, str, str]:
    try:
        match json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True)):
            case [int(at), str(left), str(right)] if abs(at) < 2**63:
                return at, left, right
    except (binascii.Error, ValueError):
        pass
    raise InvalidQuery("cursor", f"{cursor!r} is not a cursor of this list")
