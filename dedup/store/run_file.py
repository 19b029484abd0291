"""A run in a file of its own, which is mapped into memory instead of being read.

So a run of any length is there at once, processes share its pages, and what one of them marks as
gone in its copy is seen by no other. The file is in the byte order of the machine that wrote it.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np

from dedup.store.run import Run, rest_type

_MAGIC = int.from_bytes(b"wtrun\x00\x00\x01", "little")
_ALIGN = 64
_NUMBERS = ("base", "articles", "alive", "earliest", "latest", "slot_bits")
_ARRAYS: dict[str, type[Any] | None] = {
    "times": np.uint32,
    "slots": np.uint32,
    "rests": None,
    "owners": np.uint32,
    "hot_keys": np.uint64,
    "hot_begins": np.int64,
    "hot_owners": np.uint32,
}
"""The arrays and their types; that of the rests is ``rest_type``."""
_HEAD = 1 + len(_NUMBERS) + len(_ARRAYS)
"""A magic number, the numbers, then how long each array is, eight bytes each."""


class NoRun(Exception):
    """A file is not there, is not whole or does not hold a run."""


def write(run: Run, path: Path) -> None:
    """Write a run to a file that is whole and on the disk when it is there under its name.

    Raises ``OSError``. About 7 bytes a posting.
    """
    arrays = [getattr(run, name) for name in _ARRAYS]
    numbers = [getattr(run, name) for name in _NUMBERS]
    head = np.array([_MAGIC, *numbers, *map(len, arrays)], dtype=np.int64)
    unfinished = path.with_suffix(".new")
    try:
        with unfinished.open("wb") as file:
            for array in (head, *arrays):
                file.write(bytes(-file.tell() % _ALIGN))
                file.write(np.ascontiguousarray(array).data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def read(path: Path) -> Run:
    """The run in a file. Raises ``NoRun``."""
    try:
        with path.open("rb") as file:
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError) as error:  # mmap says ValueError of an empty file
        raise NoRun(str(error)) from error
    if len(pages) < _HEAD * 8:
        raise NoRun(f"{path} is too short")
    magic, *rest = np.frombuffer(pages, dtype=np.int64, count=_HEAD).tolist()
    numbers, lengths = rest[: len(_NUMBERS)], rest[len(_NUMBERS) :]
    begin = _HEAD * 8
    parts = {}
    for (name, known), length in zip(_ARRAYS.items(), lengths, strict=True):
        dtype = known or rest_type(numbers[_NUMBERS.index("slot_bits")])
        begin += -begin % _ALIGN
        parts[name] = (dtype, length, begin)
        begin += length * np.dtype(dtype).itemsize
    if magic != _MAGIC or begin != len(pages):
        raise NoRun(f"{path} is no run, or a part of one")
    pages.madvise(mmap.MADV_WILLNEED)
    arrays: dict[str, Any] = {
        name: np.frombuffer(pages, dtype=dtype, count=length, offset=begin)
        for name, (dtype, length, begin) in parts.items()
    }
    return Run(**dict(zip(_NUMBERS, numbers, strict=True)), **arrays)
