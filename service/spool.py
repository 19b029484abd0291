"""Bytes on their way from who makes them to who sends them, who may be slower.

What is not sent yet waits in memory and, beyond a megabyte, in a temporary file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from tempfile import SpooledTemporaryFile

_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024


class Spool(Iterator[bytes]):
    """The pieces in a row, cut anew; they are made in a thread of their own, however far ahead.

    So a client that reads no answers before it has sent everything holds nothing up, until
    ``limit`` bytes wait for it. ``start`` runs a function in a thread. What making them raises is
    raised here, after the pieces before. To be closed; the thread then ends as soon as it has
    made the piece in hand.
    """

    def __init__(
        self, pieces: Iterable[bytes], limit: int, start: Callable[[Callable[[], None]], None]
    ) -> None:
        self._pieces = pieces
        self._limit = limit
        self._changed = threading.Condition()
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - see ``close``
        self._begin = self._end = 0
        self._ended = self._closed = False
        self._error: BaseException | None = None
        start(self._fill)

    def __next__(self) -> bytes:
        """Some of the bytes that wait, or of those to come."""
        with self._changed:
            self._changed.wait_for(lambda: self._begin < self._end or self._ended)
            if self._begin == self._end:
                if self._error is not None:
                    raise self._error
                raise StopIteration
            self._file.seek(self._begin)
            piece = self._file.read(min(self._end - self._begin, _PIECE))
            self._begin += len(piece)
            if self._begin == self._end:
                self._file.seek(0)
                self._file.truncate()
                self._begin = self._end = 0
                self._changed.notify_all()
        return piece

    def close(self) -> None:
        """Make no further pieces; nobody takes any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            if self._ended:
                self._file.close()

    def _fill(self) -> None:
        """Make all pieces, waiting while too many bytes wait."""
        pieces = iter(self._pieces)
        try:
            for piece in pieces:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._end < self._limit)
                    if self._closed:
                        break
                    self._file.seek(self._end)
                    self._end += self._file.write(piece)
                    self._changed.notify_all()
        except BaseException as error:
            self._error = error
        finally:
            close = getattr(pieces, "close", None)  # a generator must end in its own thread
            if close is not None:
                close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()
                if self._closed:
                    self._file.close()
