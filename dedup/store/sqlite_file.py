"""One SQLite file: its URL, its tables, its connections, its transactions, its errors."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from dedup.errors import HeaderMismatch, InvalidSetting, StoreError, StoreUnavailable
from dedup.model import Header
from dedup.store.headers import REINDEX, check_header, check_layout
from dedup.store.sqlite_errors import is_busy, translated
from dedup.store.sqlite_schema import OUTLINES, RUNS, SCHEMA, VERSION

SETTING = "WIRETWIN_STORE"
_APPLICATION = 0x77697265
_TIDY_WAIT_MILLISECONDS = 100
_TURN_SECONDS = 0.01
FORGETS = sqlite3.sqlite_version_info >= (3, 42)
"""Whether this SQLite removes words from a search index at once; older ones only mark them."""
THERE = "SELECT ref FROM posting WHERE ref IN (SELECT value FROM json_each(?))"
"""Which of some refs there are."""


def among(numbers: Iterable[int]) -> str:
    """A parameter for ``IN (SELECT value FROM json_each(?))``."""
    return json.dumps(list(numbers))


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


class SqliteFile:
    """Connections to one file: one that writes, and as many as there are readers at a time.

    An open connection must not be carried through a fork (SQLite, *How to corrupt a database
    file*, 2.6): ``pause`` closes them all, and they are opened again when they are needed.
    """

    def __init__(self, path: str, header: Header, timeout: float, rebuild: bool = False) -> None:
        self.path = path
        self.observer: Callable[[float], None] | None = None
        """Is told how many seconds every transaction took."""
        self._timeout = timeout
        self._memory = path == ":memory:"
        self.closed = False
        self._writing = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._reading = threading.Condition()
        self._readers = 0
        self._idle: list[sqlite3.Connection] = []
        self.era: int | None = None
        """How often the index had been rebuilt when this process looked at it."""
        try:
            with self.write() as db:
                _prepare(db, path, header, rebuild)
                self.era = era_of(db)
        except BaseException:
            self._disconnect()
            raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone may write; rolled back when the block raises.

        Raises ``StoreUnavailable`` when others write all the time that one may wait, and
        ``HeaderMismatch`` when the index was rebuilt since the file was opened.
        """
        deadline = time.monotonic() + self._timeout
        if not self._writing.acquire(timeout=self._timeout):
            raise StoreUnavailable(f"the store is busy: others write for {self._timeout:g} s")
        try:
            with self._observed(), translated():
                if self._writer is None:
                    self._writer = self._connect()
                db = self._writer
                left = max(0, deadline - time.monotonic())
                db.execute(f"PRAGMA busy_timeout = {round(left * 1000)}")
                db.execute("BEGIN IMMEDIATE")
                try:
                    if self.era is not None and self.era != era_of(db):
                        raise HeaderMismatch(
                            "the index of the store was rebuilt meanwhile: start this process again"
                        )
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
        finally:
            self._writing.release()

    @contextmanager
    def read(self, *, snapshot: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one state of the store from beginning to end.

        Without a snapshot every statement sees the state of its own moment, which is cheaper.
        """
        if self._memory:
            with self._writing, self._observed(), translated():
                yield self._writer or self._connect()
            return
        with self._reading:
            self._readers += 1
            db = self._idle.pop() if self._idle else None
        try:
            with self._observed(), translated():
                db = db or self._connect()
                if snapshot:
                    db.execute("BEGIN")
                yield db
        finally:
            if db is not None:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                self._idle.append(db)
            with self._reading:
                self._readers -= 1
                self._reading.notify_all()

    @contextmanager
    def _observed(self) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            if self.observer is not None:
                self.observer(time.perf_counter() - begun)

    def pause(self) -> None:
        """Let running transactions end, hold up new ones and close every connection."""
        self._writing.acquire()
        self._reading.acquire()
        self._reading.wait_for(lambda: not self._readers)
        if not self._memory:
            self._disconnect()

    def resume(self) -> None:
        """Go on after ``pause``, in the process that forked or in its child."""
        self._reading.release()
        self._writing.release()

    def close(self) -> None:
        """Close every connection; the last process to do so folds the log into the file."""
        self.pause()
        self.closed = True
        self._disconnect()
        self.resume()

    def _disconnect(self) -> None:
        while self._idle:
            self._idle.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def empty_log(self) -> bool:
        """Fold the write-ahead log into the file and cut it off; False if a reader was in the way.

        Holds up the writers of this process meanwhile, for a tenth of a second as a rule.
        """
        if self._memory:
            return True
        with self._writing, translated():
            db = self._writer = self._writer or self._connect()
            db.execute(f"PRAGMA busy_timeout = {_TIDY_WAIT_MILLISECONDS}")
            try:
                (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                db.execute(f"PRAGMA busy_timeout = {round(self._timeout * 1000)}")
        return not busy

    def bytes(self, db: sqlite3.Connection) -> int:
        """What the file and its log occupy."""
        pages: int = db.execute("PRAGMA page_count").fetchone()[0]
        size: int = db.execute("PRAGMA page_size").fetchone()[0]
        log = Path(self.path + "-wal")
        return pages * size + (log.stat().st_size if log.exists() else 0)

    def _connect(self) -> sqlite3.Connection:
        if self.closed:
            raise StoreError("the store is closed")
        db = sqlite3.connect(
            self.path,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        self._log_ahead(db)
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_autocheckpoint = 16384")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA cache_size = -16384")
        db.execute("PRAGMA temp_store = MEMORY")
        return db

    def _log_ahead(self, db: sqlite3.Connection) -> None:
        """Turn the write-ahead log on, which the file remembers.

        Of several who do so at once in a new file SQLite refuses some without waiting: a wait
        with a lock in the hand might be for ever.
        """
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_TURN_SECONDS)
            else:
                return


def era_of(db: sqlite3.Connection) -> int:
    """How often somebody began to rebuild the index."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _prepare(db: sqlite3.Connection, path: str, header: Header, rebuild: bool) -> None:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != _APPLICATION:
        if application or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StoreError(f"{path!r} is a database of another program")
        for statement in SCHEMA.split(";\n"):
            db.execute(statement)
        if FORGETS:
            db.execute("INSERT INTO words(words, rank) VALUES('secure-delete', 1)")
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        db.executemany("INSERT INTO header VALUES(?, ?)", asdict(header).items())
        db.execute("INSERT INTO header VALUES('schema', ?)", (VERSION,))
    saved = dict(db.execute("SELECT name, value FROM header"))
    check_layout(saved.pop("schema", 1), VERSION)
    db.execute(OUTLINES)
    db.execute(RUNS)
    begun = saved.pop(REINDEX, None)
    if not rebuild:
        check_header(saved, header, begun is not None)
