"""One SQLite file: its URL, its tables, its connections, its transactions, its errors."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from dedup.errors import HeaderMismatch, InvalidSetting, StoreError, StoreUnavailable
from dedup.store.base import Header

SETTING = "WIRETWIN_STORE"
_APPLICATION = 0x77697265
_WAIT_SECONDS = 10.0
_UNAVAILABLE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}

_SCHEMA = """
CREATE TABLE header(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE tally(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO tally VALUES('articles', 0), ('postings', 0);

-- An article never changes; a new version is a new row. Times are microseconds since 1970,
-- `at` is the time of publication or, where that is unknown, of arrival.
CREATE TABLE article(
  ref INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  version INTEGER NOT NULL,
  received INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT,
  topic BLOB NOT NULL,
  body BLOB NOT NULL);
CREATE INDEX article_at ON article(at);
CREATE TABLE posting(ref INTEGER PRIMARY KEY, at INTEGER NOT NULL, keys BLOB NOT NULL);
CREATE TABLE pending(ref INTEGER PRIMARY KEY, since INTEGER NOT NULL, stale INTEGER NOT NULL);
CREATE TABLE gone(number INTEGER PRIMARY KEY AUTOINCREMENT, ref INTEGER NOT NULL);

CREATE TABLE edge(
  left INTEGER NOT NULL,
  right INTEGER NOT NULL,
  relation TEXT NOT NULL,
  score REAL NOT NULL,
  binds_left INTEGER NOT NULL,
  binds_right INTEGER NOT NULL,
  left_coverage BLOB NOT NULL,
  right_coverage BLOB NOT NULL,
  match BLOB NOT NULL,
  PRIMARY KEY(left, right)) WITHOUT ROWID;
CREATE INDEX edge_right ON edge(right);

-- The number of a cluster is its age.
CREATE TABLE cluster(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  updated INTEGER NOT NULL);
CREATE INDEX cluster_newest ON cluster(last_at, number);
CREATE INDEX cluster_largest ON cluster(size, last_at, number);
CREATE TABLE redirect(id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX redirect_number ON redirect(number);
CREATE TABLE member(
  ref INTEGER PRIMARY KEY,
  cluster INTEGER NOT NULL,
  at INTEGER NOT NULL,
  received INTEGER NOT NULL,
  source TEXT);
CREATE INDEX member_cluster ON member(cluster, at, received);
CREATE INDEX member_source ON member(source, cluster) WHERE source IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0);

CREATE TABLE event(
  cursor INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  articles TEXT NOT NULL,
  cluster TEXT,
  into_cluster TEXT);
"""


def path_of(url: str) -> str:
    """The file an ``sqlite://`` URL names, or ``:memory:``. Raises ``InvalidSetting``."""
    prefix = "sqlite://"
    rest = url.removeprefix(prefix)
    if not url.startswith(prefix) or (rest and not rest.startswith("/")) or "?" in rest:
        raise InvalidSetting(
            SETTING,
            f"{url!r} is not a store; write sqlite:///relative.db, sqlite:////absolute.db "
            "or sqlite:// for one in memory",
        )
    path = rest[1:]
    if path in ("", ":memory:"):
        return ":memory:"
    if not Path(path).parent.is_dir():
        raise InvalidSetting(SETTING, f"there is no folder {str(Path(path).parent)!r}")
    if Path(path).is_dir():
        raise InvalidSetting(SETTING, f"{path!r} is a folder, not a file")
    return path


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the driver into errors of the store."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _UNAVAILABLE:
            raise StoreUnavailable(f"the store is busy: {error}") from error
        raise StoreError(f"the store failed: {error}") from error


class SqliteFile:
    """Connections to one file: one that writes, and as many as there are readers at a time."""

    def __init__(self, path: str, header: Header) -> None:
        self.path = path
        self._memory = path == ":memory:"
        self._writing = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        with translated():
            self._writer = self._connect()
            self._prepare(header)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone may write; rolled back when the block raises."""
        with self._writing, translated():
            db = self._writer
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one state of the store from beginning to end."""
        if self._memory:
            with self._writing, translated():
                yield self._writer
            return
        with translated():
            try:
                db = self._idle.pop()
            except IndexError:
                db = self._connect()
            try:
                db.execute("BEGIN")
                yield db
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                self._idle.append(db)

    def bytes(self, db: sqlite3.Connection) -> int:
        """What the file and its log occupy."""
        pages: int = db.execute("PRAGMA page_count").fetchone()[0]
        size: int = db.execute("PRAGMA page_size").fetchone()[0]
        log = Path(self.path + "-wal")
        return pages * size + (log.stat().st_size if log.exists() else 0)

    def close(self) -> None:
        """Close every connection; the last process to do so folds the log into the file."""
        with self._writing:
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path,
            timeout=_WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_autocheckpoint = 16384")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA cache_size = -65536")
        db.execute("PRAGMA temp_store = MEMORY")
        return db

    def _prepare(self, header: Header) -> None:
        with self.write() as db:
            application = db.execute("PRAGMA application_id").fetchone()[0]
            if application != _APPLICATION:
                if application or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise StoreError(f"{self.path!r} is a database of another program")
                for statement in _SCHEMA.split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {_APPLICATION}")
                db.executemany("INSERT INTO header VALUES(?, ?)", asdict(header).items())
            check_header(dict(db.execute("SELECT name, value FROM header")), header)


def check_header(saved: dict[str, object], header: Header) -> None:
    """Raise ``HeaderMismatch`` naming every parameter that differs."""
    wanted = asdict(header)
    names = [*wanted, *(name for name in saved if name not in wanted)]
    differing = [
        f"{name} is {saved.get(name)!r} there and {wanted.get(name)!r} here"
        for name in names
        if saved.get(name) != wanted.get(name)
    ]
    if differing:
        raise HeaderMismatch(
            "the store was built with other parameters ("
            + "; ".join(differing)
            + "): go back to them, or rebuild its index with `wiretwin reindex`"
        )


def process() -> int:
    """The number of the process, to notice a fork."""
    return os.getpid()
