"""Calls to one Redis server or to the masters of a Redis Cluster, all of a batch in one round trip.

redis-py's own cluster pipeline asks the server for the keys of every script call first. Here the
caller says which slot a call belongs to; calls are sent to all servers before any reply is read.
"""

from __future__ import annotations

import abc
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any, cast

from hiredis import pack_command
from redis import ConnectionPool, exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from dedup.errors import HeaderMismatch, StoreError, StoreUnavailable
from dedup.store.redis_url import Address

Argument = bytes | str | int | float
Reply = Any
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.25

_LATER = (
    exceptions.BusyLoadingError,
    exceptions.ClusterDownError,
    exceptions.MaxConnectionsError,
    exceptions.ReadOnlyError,
    exceptions.SlotNotCoveredError,
    exceptions.TryAgainError,
)
"""What passes by itself: a restart, a failover, slots on the move."""
_REFUSED = (exceptions.AuthenticationError, exceptions.AuthorizationError)


class Script:
    """A Lua script of this package; servers know it by its SHA-1 digest.

    A guarded one runs only for callers that know the epoch of the index (``Tables.guarded``).
    """

    def __init__(self, name: str, *, guarded: bool = True) -> None:
        self.text = b"".join(map(_lua, ("guard.lua", name) if guarded else (name,)))
        self.digest = hashlib.sha1(self.text, usedforsecurity=False).hexdigest()


def _lua(name: str) -> bytes:
    return resources.files("dedup.store").joinpath("lua", name).read_bytes()


@dataclass(frozen=True, slots=True)
class Call:
    """A command to the server that holds ``slot``; ``script`` if it runs one."""

    slot: int
    command: tuple[Argument, ...]
    script: Script | None = None


def run_script(
    slot: int, script: Script, keys: Sequence[bytes], arguments: Sequence[Argument]
) -> Call:
    """A call of a script; all keys lie in ``slot`` where the servers form a cluster."""
    return Call(slot, ("EVALSHA", script.digest, len(keys), *keys, *arguments), script)


class Servers(abc.ABC):
    """Where calls go. Safe to use from several threads and after a fork."""

    def __init__(self, timeout: float) -> None:
        self.observer: Callable[[float], None] | None = None
        """Is told how many seconds every exchange took."""
        self._timeout = timeout
        self._closed = False

    def run(self, calls: Sequence[Call]) -> list[Reply]:
        """The replies, in order; one round trip unless a server asks for more.

        Calls may be sent twice when a connection breaks, so each must bear repetition. Raises
        ``StoreUnavailable`` when there is no answer in time, ``StoreError`` for a refusal.
        """
        if self._closed:
            raise StoreError("the store is closed")
        replies: list[Reply] = [None] * len(calls)
        todo = [_Try(i, call) for i, call in enumerate(calls)]
        deadline = time.monotonic() + self._timeout
        pause, broken = 0.0, 0
        while todo:
            begun = time.perf_counter()
            failed = self._exchange(todo, replies)
            if self.observer is not None:
                self.observer(time.perf_counter() - begun)
            repaired = [self._repair(one, error, broken) for one, error in failed]
            todo = [one for one, _ in repaired]
            if any(isinstance(error, exceptions.ConnectionError) for _, error in failed):
                broken += 1
            if any(later for _, later in repaired):
                pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                if time.monotonic() + pause > deadline:
                    raise unavailable(failed[0][1])
                time.sleep(pause)
        return replies

    @abc.abstractmethod
    def pools(self) -> list[ConnectionPool]:
        """The connections to every master."""

    def used_memory(self) -> int:
        """Bytes of memory that all masters use."""
        total = 0
        for pool in self.pools():
            with translated(), _borrowed(pool) as connection:
                connection.send_command("INFO", "memory")
                found = re.search(rb"used_memory:(\d+)", connection.read_response())
            total += int(found[1]) if found else 0
        return total

    def close(self) -> None:
        """Close all connections."""
        self._closed = True
        self._disconnect()

    @abc.abstractmethod
    def _disconnect(self) -> None:
        """Close all connections."""

    @abc.abstractmethod
    def _pool(self, call: Call) -> ConnectionPool:
        """The connections to the server for a call."""

    @abc.abstractmethod
    def _reconnect(self, error: Exception, broken: int) -> bool:
        """Prepare for another try after a broken connection; whether to wait before it.

        ``broken`` tells how often that has happened in this batch. Raises ``StoreUnavailable``.
        """

    def _move(self, error: exceptions.AskError) -> None:
        """Take note of where a slot is now."""
        raise StoreError(f"the server belongs to a Redis Cluster: {error}") from error

    def _ask(self, error: exceptions.AskError) -> ConnectionPool:
        """The connections to the server that a slot is moving to."""
        raise StoreError(f"the server belongs to a Redis Cluster: {error}") from error

    def _repair(self, one: _Try, error: Exception, broken: int) -> tuple[_Try, bool]:
        """What to try next after a failure, and whether to wait before it."""
        again = _Try(one.position, one.call)
        if isinstance(error, exceptions.NoScriptError) and one.call.script is not None:
            load = Call(one.call.slot, ("SCRIPT", "LOAD", one.call.script.text))
            self._exchange([_Try(0, load, one.asked)], [None])
            return one, False
        if isinstance(error, exceptions.MovedError):
            self._move(error)
            return again, broken > 0
        if isinstance(error, exceptions.AskError):
            return _Try(one.position, one.call, self._ask(error)), False
        if isinstance(error, (exceptions.TimeoutError, TimeoutError, *_REFUSED)):
            raise unavailable(error)
        if isinstance(error, _LATER):
            return again, True
        if isinstance(error, (exceptions.ConnectionError, OSError)):
            return again, self._reconnect(error, broken)
        if str(error).startswith("EPOCH"):
            raise HeaderMismatch(
                "the index of the store was rebuilt, or its server lost it, since this process "
                "opened it: start this process again"
            ) from error
        raise StoreError(f"the store failed: {error}") from error

    def _exchange(self, todo: Sequence[_Try], replies: list[Reply]) -> list[tuple[_Try, Exception]]:
        """Send all, then read all; what failed, and why."""
        failed: list[tuple[_Try, Exception]] = []
        groups: dict[ConnectionPool, list[_Try]] = {}
        for one in todo:
            try:
                groups.setdefault(one.asked or self._pool(one.call), []).append(one)
            except exceptions.SlotNotCoveredError as error:
                failed.append((one, error))
        with ExitStack() as stack:
            sent = []
            for pool, group in groups.items():
                try:
                    connection = stack.enter_context(_borrowed(pool))
                    packed = [_packed(c) for one in group for c in one.commands()]
                    connection.send_packed_command([b"".join(packed)])
                    sent.append((connection, group))
                except (exceptions.RedisError, OSError) as error:
                    failed.extend((one, error) for one in group)
            for connection, group in sent:
                failed.extend(_read(connection, group, replies))
        return failed


@dataclass(frozen=True, slots=True)
class _Try:
    """A call that is still to be answered; ``asked`` is where its slot is moving to."""

    position: int
    call: Call
    asked: ConnectionPool | None = None

    def commands(self) -> Iterator[tuple[Argument, ...]]:
        if self.asked is not None:
            yield ("ASKING",)
        yield self.call.command


def _packed(command: tuple[Any, ...]) -> bytes:
    """A command as it is sent; redis-py would look at every argument's type first."""
    return cast(bytes, pack_command(command))


def _read(
    connection: Any, group: Sequence[_Try], replies: list[Reply]
) -> Iterator[tuple[_Try, Exception]]:
    for i, one in enumerate(group):
        try:
            if one.asked is not None:
                connection.read_response()
            replies[one.position] = connection.read_response()
        except exceptions.ResponseError as error:
            yield one, error
        except (exceptions.RedisError, OSError) as error:
            yield from ((other, error) for other in group[i:])
            return


@contextmanager
def _borrowed(pool: ConnectionPool) -> Iterator[Any]:
    """A connection of the pool; closed if it may hold replies that nobody has read."""
    connection: Any = cast(Any, pool).get_connection()  # redis-py leaves it half typed
    try:
        yield connection
    except BaseException:
        connection.disconnect()
        raise
    finally:
        pool.release(connection)


class OneServer(Servers):
    """A single Redis server."""

    def __init__(self, address: Address, timeout: float) -> None:
        super().__init__(timeout)
        self._only: ConnectionPool = ConnectionPool(
            **{**bounded(timeout), **address.options, "retry": Retry(NoBackoff(), 0)}
        )

    def pools(self) -> list[ConnectionPool]:
        """See ``Servers.pools``."""
        return [self._only]

    def _disconnect(self) -> None:
        cast(Any, self._only).disconnect()  # redis-py leaves it untyped

    def _pool(self, call: Call) -> ConnectionPool:
        return self._only

    def _reconnect(self, error: Exception, broken: int) -> bool:
        """Once, since the server may have closed a connection that was idle."""
        if broken:
            raise unavailable(error)
        return False


def bounded(timeout: float) -> dict[str, Any]:
    return {"socket_timeout": timeout, "socket_connect_timeout": timeout, "protocol": 2}


def unavailable(error: Exception) -> StoreUnavailable:
    refusal = StoreUnavailable(f"the store does not answer: {error}")
    refusal.__cause__ = error
    return refusal


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of redis-py into errors of the store."""
    try:
        yield
    except exceptions.ResponseError as error:
        raise StoreError(f"the store failed: {error}") from error
    except (exceptions.RedisError, exceptions.RedisClusterException, OSError) as error:
        raise unavailable(error) from error
