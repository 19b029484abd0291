"""How far ``ingest`` has come with each file, so that it can go on where it stopped.

One JSON object a line, appended after each batch that the store has; the last one of a file
counts. A file that has changed since is read from its beginning, which is safe: the store knows
what it has.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from dedup.errors import WiretwinError

_KIND = "wiretwin ingest"


class JournalError(WiretwinError):
    """A journal that cannot be used."""


class Journal:
    """The journal in a file, made if it is not there yet, for one store.

    Raises ``JournalError`` for a file that is no journal, or one of another store.
    """

    def __init__(self, path: Path, store: str) -> None:
        self._head = {"journal": _KIND, "store": store}
        self._known = self._read(path)
        self._stamps: dict[str, dict[str, int]] = {}
        fresh = path.with_name(path.name + ".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                file.writelines(
                    json.dumps(line) + "\n" for line in (self._head, *self._known.values())
                )
            fresh.replace(path)
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise JournalError(f"{path}: {error.strerror}") from error

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read yet."""
        return not self._known

    def passed(self, file: Path) -> int | None:
        """How many records of a file are done with; None if all of them are.

        To be asked before the file is read. Raises ``OSError``.
        """
        about = file.stat()
        name = os.path.abspath(file)
        stamp = {"size": about.st_size, "mtime_ns": about.st_mtime_ns}
        self._stamps[name] = stamp
        known = self._known.get(name)
        if known is None or any(known[key] != value for key, value in stamp.items()):
            return 0
        return None if known["done"] else int(known["records"])

    def note(self, file: Path, records: int, done: bool) -> None:
        """So many records of a file are done with, or all of them."""
        name = os.path.abspath(file)
        line = {"file": name, **self._stamps[name], "records": records, "done": done}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self, path: Path) -> dict[str, dict[str, Any]]:
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise JournalError(f"{path}: cannot be read: {error}") from error
        try:
            head, *rest = [json.loads(line) for line in lines[:-1]]  # the last one is cut off
            if head["journal"] != _KIND:
                raise ValueError
            known = {line["file"]: line for line in rest}
        except (ValueError, KeyError, TypeError):
            raise JournalError(f"{path}: is not a journal of wiretwin ingest") from None
        if head != self._head:
            raise JournalError(f"{path}: is the journal of another store, {head['store']}")
        return known
