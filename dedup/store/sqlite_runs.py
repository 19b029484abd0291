"""Long runs of the index kept in files beside the database, so that opening it takes no time.

They hold nothing that the rows of postings do not tell: without them the index is made from the
rows. The database lists those that count, each under a name that is never used twice, so that a
database that was restored or copied never takes another's; all else in the folder is cleared away.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import numpy as np

from dedup.store import run_file
from dedup.store.run import Run
from dedup.store.run_making import merge
from dedup.store.sqlite_file import SqliteFile, era_of

log = logging.getLogger(__name__)

LEAST = 1 << 21
"""So many postings are kept in a file; to sort them anew takes a fifth of a second."""
_SETTLED = 600.0
"""Seconds without a removal after which a run that lost articles is kept in a file again."""
_ORPHANED = 3600.0
"""Seconds after which a file that is not listed is not one that is about to be listed."""
_BEHIND = 10_000
"""Removals elsewhere after which it is noted that a file knows of them."""
_LIST = "SELECT name, first, last, removal FROM run WHERE era = ? ORDER BY first"
_HIT = "SELECT 1 FROM removal WHERE number > ? AND ref BETWEEN ? AND ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is listed: its refs from first to last, and the last removal it knows of."""

    name: str
    first: int
    last: int
    removal: int


class RunFiles:
    """The files of one database, in a folder named after it."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._folder = None if file.path == ":memory:" else Path(file.path + "-runs")

    def read(self, db: sqlite3.Connection) -> list[tuple[Run, int]]:
        """The runs there are, oldest first, each with the last removal it knows of.

        Those whose later removals are no longer told are left out, and so are files that are gone.
        """
        found = []
        if self._folder is not None:
            (oldest,) = db.execute("SELECT min(number) FROM removal").fetchone()
            end = 0
            for kept in self._listed(db):
                if kept.first < end or (oldest is not None and oldest > kept.removal + 1):
                    continue
                try:
                    found.append((run_file.read(self._folder / kept.name), kept.removal))
                    end = kept.last + 1
                except run_file.NoRun as error:
                    log.info("a part of the index is made anew: %s", error)
        return found

    def tidy(self, runs: Sequence[Run], removal: int) -> bool:
        """Drop what must go or is of no use, then write the first of the runs that has no file.

        ``removal`` is the last removal that the runs know of. Returns whether it wrote one, so
        that there may be more to do.
        """
        if self._folder is None:
            return False
        with self._file.read() as db:
            if self._file.era != era_of(db):
                return False  # these runs are of the index before it was rebuilt
            now: int = db.execute("SELECT removal FROM ledger").fetchone()[0]
            listed = self._listed(db)
            hit = {kept.name for kept in listed if self._is_hit(db, kept)}
            hit |= {kept.name for kept in listed if not (self._folder / kept.name).exists()}
            others = db.execute("SELECT count(*) FROM run WHERE era <> ?", (era_of(db),))
            old = others.fetchone()[0]
        behind = [one for one in listed if one.name not in hit and one.removal + _BEHIND < now]
        if hit or behind or old:
            self._relist(hit, behind, now)
        left = [kept for kept in listed if kept.name not in hit]
        self._clear({kept.name for kept in left})
        for run in runs:
            if self._wants(run, left):
                return self._keep(run, removal)
        return False

    def bytes(self) -> int:
        """What the files occupy."""
        return sum(one.stat().st_size for one in self._files())

    def _files(self) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return list(self._folder.iterdir())

    def _listed(self, db: sqlite3.Connection) -> list[Kept]:
        return [Kept(*row) for row in db.execute(_LIST, (era_of(db),))]

    def _is_hit(self, db: sqlite3.Connection, kept: Kept) -> bool:
        """Whether it holds something of an article that is gone, or may do so."""
        (oldest,) = db.execute("SELECT min(number) FROM removal").fetchone()
        if oldest is not None and oldest > kept.removal + 1:
            return True
        return bool(db.execute(_HIT, (kept.removal, kept.first, kept.last)).fetchone())

    def _relist(self, gone: set[str], behind: Sequence[Kept], removal: int) -> None:
        with self._file.write() as db:
            db.execute("DELETE FROM run WHERE era <> ?", (era_of(db),))
            db.executemany("DELETE FROM run WHERE name = ?", [(name,) for name in gone])
            # what others removed meanwhile has a higher number
            db.executemany(
                "UPDATE run SET removal = ? WHERE name = ?", [(removal, one.name) for one in behind]
            )
        for name in gone:
            self._remove(name)

    def _wants(self, run: Run, listed: Sequence[Kept]) -> bool:
        """Whether a run is long and settled, and much of it stands in no file.

        Workers divide the articles among runs in different places: only a run that parts none of
        the files may take the place of some, so no two workers undo each other's work.
        """
        first, last = run.base, run.end - 1
        if run.alive < run.articles and time.monotonic() - run.dropped < _SETTLED:
            return False
        near = [one for one in listed if one.first <= last and one.last >= first]
        if any(one.first < first or one.last > last for one in near):
            return False
        covered = sum(one.last - one.first + 1 for one in near)
        return len(run) * (1 - covered / (last - first + 1)) >= LEAST

    def _keep(self, run: Run, removal: int) -> bool:
        assert self._folder is not None
        name = f"{uuid4().hex}.run"
        whole = replace(run, times=run.times.copy())  # other threads go on dropping articles
        if np.count_nonzero(whole.times) < whole.articles:
            whole = merge([whole])
        try:
            self._folder.mkdir(exist_ok=True)
            run_file.write(whole, self._folder / name)
        except OSError as error:
            log.warning("the index is not kept in a file: %s", error)
            return False
        try:
            self._list(name, run.base, run.end - 1, removal)
        except BaseException:
            self._remove(name)
            raise
        return True

    def _list(self, name: str, first: int, last: int, removal: int) -> None:
        """List a file in place of those that lie within it."""
        with self._file.write() as db:
            inside = db.execute(
                "SELECT name FROM run WHERE first >= ? AND last <= ?", (first, last)
            ).fetchall()
            db.executemany("DELETE FROM run WHERE name = ?", inside)
            db.execute(
                "INSERT INTO run(name, first, last, removal, era) VALUES(?, ?, ?, ?, ?)",
                (name, first, last, removal, era_of(db)),
            )
        for (other,) in inside:
            self._remove(other)

    def _clear(self, listed: set[str]) -> None:
        """Remove what nobody lists, unless it is so young that somebody is about to."""
        before = time.time() - _ORPHANED
        for one in self._files():
            if one.name not in listed and one.stat().st_mtime < before:
                self._remove(one.name)

    def _remove(self, name: str) -> None:
        assert self._folder is not None
        try:
            (self._folder / name).unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:  # it is tried again when files that nobody lists are cleared away
            log.warning("a file of the index cannot be removed: %s", error)


def gaps(runs: Sequence[Run]) -> list[tuple[int, int]]:
    """The refs before, between and behind some runs: above the first number, up to the second."""
    edges = [0, *(edge for run in runs for edge in (run.base - 1, run.end - 1)), 2**62]
    return list(pairwise(edges))[::2]
