"""Numbers that all workers of one service see and change.

They lie in a file without a name, mapped into memory before the workers are forked. Locks of the
file's bytes keep processes apart (POSIX record locks: the system lets go of them when a process
dies), a lock of the process its threads.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIZE = 8


class SharedNumbers:
    """So many floating-point numbers, zero at first."""

    def __init__(self, count: int) -> None:
        self._file, path = tempfile.mkstemp()
        os.unlink(path)
        weakref.finalize(self, os.close, self._file)
        os.truncate(self._file, count * _SIZE)
        self._numbers = memoryview(mmap.mmap(self._file, count * _SIZE)).cast("d")
        self._threads = threading.Lock()

    def __getitem__(self, position: int) -> float:
        return float(self._numbers[position])

    def change(self, position: int, change: Callable[[float], float]) -> None:
        """Replace a number by a function of itself, nobody else changing it meanwhile."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _SIZE, position * _SIZE)
            try:
                self._numbers[position] = change(self._numbers[position])
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _SIZE, position * _SIZE)

    @contextmanager
    def alone(self, position: int) -> Iterator[bool]:
        """Whether this process is now the only one in here under this number; never waits.

        Threads of one process are not kept apart.
        """
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SIZE, position * _SIZE)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _SIZE, position * _SIZE)
