"""An exchange with one server: calls go out while further ones are made, then replies are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from hiredis import pack_command
from redis import ConnectionPool, exceptions

from dedup.store.redis_calls import Call, Reply

_AT_ONCE = 1 << 13
"""So many bytes are sent without waiting for more."""


@dataclass(frozen=True, slots=True)
class Try:
    """A call that is still to be answered; ``asked`` is where its slot is moving to."""

    position: int
    call: Call
    asked: ConnectionPool | None = None

    def packed(self) -> bytes:
        """The call as it is sent."""
        command = _packed(self.call.command)
        return command if self.asked is None else _packed(("ASKING",)) + command


Failure = tuple[Try, Exception]


class Exchange:
    """Calls to one server, over a connection that the stack gives back."""

    def __init__(self, pool: ConnectionPool, stack: ExitStack) -> None:
        self.seconds = 0.0
        """Spent in sending and waiting."""
        self._pool = pool
        self._stack = stack
        self._connection: Any = None
        self._error: Exception | None = None
        self._tries: list[Try] = []
        self._unsent: list[bytes] = []
        self._bytes = 0

    def send(self, one: Try) -> None:
        """Send a call, together with those that come next if it is short."""
        packed = one.packed()
        self._tries.append(one)
        self._unsent.append(packed)
        self._bytes += len(packed)
        if self._bytes >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Send what has not been sent yet."""
        begun = time.perf_counter()
        if self._error is None and self._unsent:
            try:
                if self._connection is None:
                    self._connection = self._stack.enter_context(borrowed(self._pool))
                self._connection.send_packed_command([b"".join(self._unsent)])
            except (exceptions.RedisError, OSError) as error:
                self._error = error
        self._unsent, self._bytes = [], 0
        self.seconds += time.perf_counter() - begun

    def read(self, replies: list[Reply]) -> list[Failure]:
        """Put the replies in their places; what failed, and why."""
        begun = time.perf_counter()
        failed = list(self._read(replies))
        self.seconds += time.perf_counter() - begun
        return failed

    def _read(self, replies: list[Reply]) -> Iterator[Failure]:
        if self._error is not None:
            yield from ((one, self._error) for one in self._tries)
            return
        for i, one in enumerate(self._tries):
            try:
                if one.asked is not None:
                    self._connection.read_response()
                replies[one.position] = self._connection.read_response()
            except exceptions.ResponseError as error:
                yield one, error
            except (exceptions.RedisError, OSError) as error:
                yield from ((other, error) for other in self._tries[i:])
                return


@contextmanager
def borrowed(pool: ConnectionPool) -> Iterator[Any]:
    """A connection of the pool; closed if it may hold replies that nobody has read."""
    connection: Any = cast(Any, pool).get_connection()  # redis-py leaves it half typed
    try:
        yield connection
    except BaseException:
        connection.disconnect()
        raise
    finally:
        pool.release(connection)


def _packed(command: tuple[Any, ...]) -> bytes:
    """A command as it is sent; redis-py would look at every argument's type first."""
    return cast(bytes, pack_command(command))
