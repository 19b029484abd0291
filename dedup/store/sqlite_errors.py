"""Errors of SQLite, told as errors of a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from dedup.errors import StoreError, StoreUnavailable

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_WRITABLE = "; the file and its folder must be writable, for readers too"
_AWAY = {
    sqlite3.SQLITE_FULL: "",
    sqlite3.SQLITE_IOERR: "",
    sqlite3.SQLITE_CANTOPEN: _WRITABLE,
    sqlite3.SQLITE_READONLY: _WRITABLE,
}
"""What a disk does that is full, broken or locked, until somebody sees to it, and what to say."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the driver into errors of the store."""
    try:
        yield
    except sqlite3.Error as error:
        if is_busy(error):
            raise StoreUnavailable(f"the store is busy: {error}") from error
        if (said := _AWAY.get(_code(error))) is not None:
            raise StoreUnavailable(f"the store cannot be used: {error}{said}") from error
        raise StoreError(f"the store failed: {error}") from error


def is_busy(error: sqlite3.Error) -> bool:
    """Whether others are at work, and trying again helps."""
    return _code(error) in _BUSY


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
