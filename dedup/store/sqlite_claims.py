"""Named requests in SQLite."""

from __future__ import annotations

import sqlite3

from dedup.store.claims import Claim, ClaimState


def claim(
    db: sqlite3.Connection, name: str, digest: bytes, token: bytes, times: tuple[int, int, int]
) -> Claim:
    """See ``Store.claim``; ``times`` are now, until when to hold and until when to keep."""
    now, held, kept = times
    row = db.execute(
        "SELECT digest, first, held, answer FROM request WHERE name = ? AND kept > ?",
        (name, now),
    ).fetchone()
    if row is None:
        db.execute(
            "INSERT OR REPLACE INTO request(name, digest, first, token, held, kept, answer) "
            "VALUES(?, ?, ?, ?, ?, ?, NULL)",
            (name, digest, token, token, held, kept),
        )
        return Claim(ClaimState.OURS, digest, token)
    known, first, held_until, answer = row
    if answer is not None:
        return Claim(ClaimState.ANSWERED, known, first, answer)
    if known != digest or held_until > now:
        return Claim(ClaimState.TAKEN, known, first)
    db.execute("UPDATE request SET token = ?, held = ? WHERE name = ?", (token, held, name))
    return Claim(ClaimState.INHERITED, known, first)


def settle(db: sqlite3.Connection, name: str, token: bytes, answer: bytes | None) -> None:
    """See ``Store.settle``."""
    where = "WHERE name = ? AND token = ? AND answer IS NULL"
    if answer is None:
        db.execute(f"DELETE FROM request {where}", (name, token))
    else:
        db.execute(f"UPDATE request SET answer = ? {where}", (answer, name, token))


def any_old(db: sqlite3.Connection, now: int) -> bool:
    """Whether there are names that are no longer kept."""
    return (
        db.execute("SELECT 1 FROM request WHERE kept <= ? LIMIT 1", (now,)).fetchone() is not None
    )


def forget(db: sqlite3.Connection, now: int, limit: int) -> bool:
    """Remove so many names that are no longer kept; whether there are more."""
    old = "SELECT name FROM request WHERE kept <= ? LIMIT ?"
    return db.execute(f"DELETE FROM request WHERE name IN ({old})", (now, limit)).rowcount == limit
