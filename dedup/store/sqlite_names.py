"""Whose an entry is in a SQLite store: by its id, by a name of an article, or by its URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from dedup.store.values import Entry

KNOWN = (
    "SELECT a.ref, a.fingerprint, a.version, p.ref IS NOT NULL "
    "FROM article a LEFT JOIN pending p ON p.ref = a.ref WHERE a.id = ?"
)
"""Ref, fingerprint, version and whether pending, by id."""
_AT_ONCE = 500
"""So many values are looked for in one statement; SQLite allows no more than 999 everywhere."""
Known = tuple[int, str, int, int]


@dataclass(frozen=True, slots=True)
class Owner:
    """The article that an entry is, or is to be.

    ``known`` is None for a new one. ``taken`` is the ref of the article that has the entry's id or
    is named so, if there is one. ``goes`` is the id of that article if another one holds the URL:
    then both are one.
    """

    id: str
    known: Known | None
    taken: int | None
    goes: str | None = None

    def has_new_name(self, entry: Entry) -> bool:
        """Whether the article is to be known by the entry's id as well."""
        return self.known is not None and self.taken is None and entry.article.id_given


def owner_of(db: sqlite3.Connection, entry: Entry) -> Owner:
    """Whose an entry is."""
    id = entry.article.id
    known: Known | None = db.execute(KNOWN, (id,)).fetchone()
    if known is None:
        id = named(db, id) or id
        if id != entry.article.id:
            known = db.execute(KNOWN, (id,)).fetchone()
    taken = known and known[0]
    if known is not None and known[1] == entry.fingerprint:
        return Owner(id, known, taken)  # its URL is its own
    if entry.url_key is not None:
        row = db.execute("SELECT id FROM article WHERE url_key = ?", (entry.url_key,)).fetchone()
        if row is not None and row[0] != id:
            goes = id if known is not None else None
            return Owner(row[0], db.execute(KNOWN, row).fetchone(), taken, goes)
    return Owner(id, known, taken)


def all_new(db: sqlite3.Connection, entries: Sequence[Entry]) -> bool:
    """Whether each entry is an article of its own that was never there; asked of all at once."""
    ids = [entry.article.id for entry in entries]
    keys = [entry.url_key for entry in entries if entry.url_key is not None]
    return (
        len(set(ids)) == len(ids)
        and len(set(keys)) == len(keys)
        and not _any_in(db, "article", "id", ids)
        and not _any_in(db, "name", "name", ids)
        and not _any_in(db, "article", "url_key", keys)
    )


def _any_in(
    db: sqlite3.Connection, table: str, column: str, values: Sequence[str] | Sequence[bytes]
) -> bool:
    for begin in range(0, len(values), _AT_ONCE):
        some = values[begin : begin + _AT_ONCE]
        there = f"SELECT 1 FROM {table} WHERE {column} IN ({', '.join('?' * len(some))}) LIMIT 1"
        if db.execute(there, some).fetchone():
            return True
    return False


def named(db: sqlite3.Connection, name: str) -> str | None:
    """The id of the article that has another name."""
    row = db.execute("SELECT id FROM name WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def names_of(db: sqlite3.Connection, id: str) -> tuple[str, ...]:
    """The other names of an article, sorted."""
    rows = db.execute("SELECT name FROM name WHERE id = ? ORDER BY name", (id,))
    return tuple(name for (name,) in rows)


def add_free_name(db: sqlite3.Connection, name: str, id: str) -> None:
    """Let an article that is there be known by another name, if nobody has it."""
    db.execute(
        "INSERT OR IGNORE INTO name(name, id) SELECT ?1, id FROM article WHERE id = ?2 "
        "AND NOT EXISTS (SELECT 1 FROM article WHERE id = ?1)",
        (name, id),
    )


def add_name(db: sqlite3.Connection, name: str, id: str) -> None:
    """Let an article be known by another name."""
    db.execute("INSERT INTO name(name, id) VALUES(?, ?)", (name, id))


def hand_on(db: sqlite3.Connection, old: str, new: str) -> None:
    """Let the names of an article, and its id, be names of another."""
    db.execute("UPDATE name SET id = ? WHERE id = ?", (new, old))
    add_name(db, old, new)


def free_names(db: sqlite3.Connection, id: str) -> None:
    """Let nobody find an article by another name."""
    db.execute("DELETE FROM name WHERE id = ?", (id,))
