"""Articles from files: JSON, NDJSON, text, HTML, Parquet, WARC, folders of these, or stdin."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dedup.errors import InvalidArticle
from dedup.model import Article
from dedup.settings import Settings
from service import archives
from service.journal import Journal
from service.records import Found, Record, Refused, lines, records

STDIN = "-"
SUFFIXES = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".parquet": "parquet",
    ".warc": "warc",
    ".warc.gz": "warc",
}
_MANY = {"json", "ndjson", "parquet", "warc"}
"""Kinds that hold records with ids of their own."""


@dataclass(frozen=True, slots=True)
class Step:
    """A record, the file it is from (None for stdin), and which one of it; None is its end."""

    file: Path | None
    number: int
    record: Record | None
    bytes: int


def files(paths: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The files to read with the id each gives to an article that has none.

    Folders are walked in order of name; hidden files, files of other kinds and what is no file,
    such as a pipe that nobody may ever write to, are passed over. The id is the file's path
    without its suffix, relative to the folder asked for.
    """
    for path in map(Path, paths):
        if not path.is_dir():
            yield path.stem, path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(folder, name)
                if not name.startswith(".") and _kind(file) is not None and not _is_special(file):
                    yield file.relative_to(path).with_suffix("").as_posix(), file


def total_bytes(paths: Iterable[str]) -> int | None:
    """How many bytes ``read`` will go through; None when stdin is among them."""
    paths = list(paths)
    if STDIN in paths:
        return None
    return sum(_size(file) for _, file in files(paths))


def read(paths: Iterable[str], settings: Settings) -> Iterator[Record]:
    """Every record of the files and folders, one after the other; ``-`` reads NDJSON from stdin.

    NDJSON and archives are read piece by piece, every other file whole. The settings say how long
    a line and a text may be.
    """
    return (step.record for step in steps(paths, settings) if step.record is not None)


def steps(
    paths: Iterable[str], settings: Settings, journal: Journal | None = None
) -> Iterator[Step]:
    """Every record, and the end of every file; what the journal has is passed over."""
    owners: dict[str, Path] = {}
    for path in paths:
        if path == STDIN:
            for number, found in enumerate(lines("stdin", sys.stdin.buffer, settings), 1):
                yield Step(None, number, found.read(), found.bytes)
            continue
        for id, file in files([path]):
            named = _kind(file) not in _MANY
            if named and owners.setdefault(id, file) != file:
                reason = f"its id {id!r} is already that of {owners[id]}"
                yield Step(file, 0, Refused(str(file), 0, reason), _size(file))
            else:
                yield from _steps(file, id, settings, journal)


def _steps(file: Path, id: str, settings: Settings, journal: Journal | None) -> Iterator[Step]:
    left, number = _size(file), 0
    try:
        passed = journal.passed(file) if journal is not None else 0
        if passed is not None:
            for number, found in enumerate(_found(file, id, settings), 1):
                left -= found.bytes
                if number > passed:
                    yield Step(file, number, found.read(), found.bytes)
        yield Step(file, number, None, left)
    except (OSError, archives.MissingExtra) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield Step(file, 0, Refused(str(file), 0, reason), left)


def one(path: str, settings: Settings) -> Article:
    """The one article of a file, or of stdin for ``-``; text and HTML get the path as their id.

    Raises ``InvalidArticle`` with the place and the reason.
    """
    if path == STDIN:
        data = sys.stdin.buffer.read()
        found = (one.read() for one in records("stdin", data, None, "stdin", settings))
    else:
        steps = _steps(Path(path), path, settings, None)
        found = (step.record for step in steps if step.record is not None)
    first = next(found, None)
    if isinstance(first, Refused):
        raise InvalidArticle("file", f"{first.location}: {first.reason}")
    if first is None or next(found, None) is not None:
        count = "more than one article" if first else "no article"
        raise InvalidArticle("file", f"{path}: holds {count}; one is wanted")
    return first.article


def _found(file: Path, id: str, settings: Settings) -> Iterator[Found]:
    """Every record of one file; a file without a known suffix is looked into.

    A pipe is read to its end, as a shell's ``<(command)`` is. Raises ``OSError`` for what cannot
    be read, and for what has no end, such as a device.
    """
    kind = _kind(file)
    if _is_special(file) and not file.is_fifo():
        raise OSError(errno.EINVAL, "is neither a file nor a folder nor a pipe")
    with file.open("rb") as stream:
        if kind == "ndjson":
            yield from lines(str(file), stream, settings)
        elif kind == "parquet":
            yield from archives.parquet(file, settings)
        elif kind == "warc":
            yield from archives.warc(file, stream, settings)
        else:
            yield from records(str(file), stream.read(), kind, id, settings)


def _is_special(file: Path) -> bool:
    """Whether it is there and neither a file nor a folder: a pipe, a socket, a device."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return False  # opening it will say why
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _kind(file: Path) -> str | None:
    name = file.name.lower()
    return next((kind for suffix, kind in SUFFIXES.items() if name.endswith(suffix)), None)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
