"""Articles from files: JSON, NDJSON, plain text, HTML, or folders of these, or stdin."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from dedup.errors import InvalidArticle
from dedup.model import Article
from dedup.settings import Settings
from service.records import Record, Refused, lines, records

STDIN = "-"
SUFFIXES = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
}


def files(paths: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The files to read with the id each gives to an article that has none.

    Folders are walked in order of name; hidden files and files of other kinds are passed over.
    The id is the file's path without its suffix, relative to the folder asked for.
    """
    for path in map(Path, paths):
        if not path.is_dir():
            yield path.stem, path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(folder, name)
                if not name.startswith(".") and file.suffix.lower() in SUFFIXES:
                    yield file.relative_to(path).with_suffix("").as_posix(), file


def total_bytes(paths: Iterable[str]) -> int | None:
    """How many bytes ``read`` will go through; None when stdin is among them."""
    paths = list(paths)
    if STDIN in paths:
        return None
    return sum(_size(file) for _, file in files(paths))


def read(paths: Iterable[str], settings: Settings) -> Iterator[Record]:
    """Every record of the files and folders, one after the other; ``-`` reads NDJSON from stdin.

    NDJSON is read line by line, every other file whole. The settings say how long a line and
    a text may be.
    """
    owners: dict[str, Path] = {}
    for path in paths:
        if path == STDIN:
            yield from lines("stdin", sys.stdin.buffer, settings)
            continue
        for id, file in files([path]):
            named = _kind(file) not in {"json", "ndjson"}
            if named and owners.setdefault(id, file) != file:
                reason = f"its id {id!r} is already that of {owners[id]}"
                yield Refused(str(file), _size(file), reason)
            else:
                yield from _read_file(file, id, settings)


def one(path: str, settings: Settings) -> Article:
    """The one article of a file, or of stdin for ``-``; text and HTML get the path as their id.

    Raises ``InvalidArticle`` with the place and the reason.
    """
    if path == STDIN:
        found = records("stdin", sys.stdin.buffer.read(), None, "stdin", settings)
    else:
        found = _read_file(Path(path), path, settings)
    first = next(found, None)
    if isinstance(first, Refused):
        raise InvalidArticle("file", f"{first.location}: {first.reason}")
    if first is None or next(found, None) is not None:
        count = "more than one article" if first else "no article"
        raise InvalidArticle("file", f"{path}: holds {count}; one is wanted")
    return first.article


def _read_file(file: Path, id: str, settings: Settings) -> Iterator[Record]:
    """Every record of one file; a file without a known suffix is looked into."""
    try:
        with file.open("rb") as stream:
            if _kind(file) == "ndjson":
                yield from lines(str(file), stream, settings)
            else:
                yield from records(str(file), stream.read(), _kind(file), id, settings)
    except OSError as error:
        yield Refused(str(file), 0, error.strerror or str(error))


def _kind(file: Path) -> str | None:
    return SUFFIXES.get(file.suffix.lower())


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
