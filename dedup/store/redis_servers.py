"""Calls to one Redis server or to the masters of a Redis Cluster, all of a batch in one round trip.

redis-py's own cluster pipeline asks the server for the keys of every script call first. Here the
caller says which slot a call belongs to; calls are sent to all servers before any reply is read.
"""

from __future__ import annotations

import abc
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from redis import ConnectionPool, exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from dedup.errors import HeaderMismatch, StoreError, StoreUnavailable
from dedup.store.redis_calls import Call, Reply
from dedup.store.redis_exchange import Exchange, Failure, Try, borrowed
from dedup.store.redis_url import Address

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


class Servers(abc.ABC):
    """Where calls go. Safe to use from several threads and after a fork."""

    def __init__(self, timeout: float) -> None:
        self.observer: Callable[[float], None] | None = None
        """Is told of every exchange how many seconds went by in sending and waiting."""
        self._timeout = timeout
        self._closed = False

    def run(self, calls: Iterable[Call]) -> list[Reply]:
        """The replies, in order; one round trip unless a server asks for more.

        Servers work on the first calls while further ones are made, which may run calls of
        their own. Calls may be sent twice when a connection breaks, so each must bear repetition.
        Raises ``StoreUnavailable`` when there is no answer in time, ``StoreError`` for a refusal.
        """
        if self._closed:
            raise StoreError("the store is closed")
        replies: list[Reply] = []
        failed = self._exchange(_tries(calls, replies), replies)
        deadline = time.monotonic() + self._timeout
        pause, broken = 0.0, 0
        while failed:
            repaired = [self._repair(one, error, broken) for one, error in failed]
            if any(isinstance(error, exceptions.ConnectionError) for _, error in failed):
                broken += 1
            if any(later for _, later in repaired):
                pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                if time.monotonic() + pause > deadline:
                    raise unavailable(failed[0][1])
                time.sleep(pause)
            failed = self._exchange([one for one, _ in repaired], replies)
        return replies

    @abc.abstractmethod
    def pools(self) -> list[ConnectionPool]:
        """The connections to every master."""

    def used_memory(self) -> int:
        """Bytes of memory that all masters use."""
        total = 0
        for pool in self.pools():
            with translated(), borrowed(pool) as connection:
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

    def _repair(self, one: Try, error: Exception, broken: int) -> tuple[Try, bool]:
        """What to try next after a failure, and whether to wait before it."""
        again = Try(one.position, one.call)
        if isinstance(error, exceptions.NoScriptError) and one.call.script is not None:
            load = Call(one.call.slot, ("SCRIPT", "LOAD", one.call.script.text))
            self._exchange([Try(0, load, one.asked)], [None])
            return one, False
        if isinstance(error, exceptions.MovedError):
            self._move(error)
            return again, broken > 0
        if isinstance(error, exceptions.AskError):
            return Try(one.position, one.call, self._ask(error)), False
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

    def _exchange(self, tries: Iterable[Try], replies: list[Reply]) -> list[Failure]:
        """Send all, each as soon as it is made, then read all; what failed, and why."""
        failed: list[Failure] = []
        with ExitStack() as stack:
            exchanges: dict[ConnectionPool, Exchange] = {}
            for one in tries:
                try:
                    pool = one.asked or self._pool(one.call)
                except exceptions.SlotNotCoveredError as error:
                    failed.append((one, error))
                    continue
                if pool not in exchanges:
                    exchanges[pool] = Exchange(pool, stack)
                exchanges[pool].send(one)
            for exchange in exchanges.values():
                exchange.flush()
            for exchange in exchanges.values():
                failed.extend(exchange.read(replies))
            waited = sum(exchange.seconds for exchange in exchanges.values())
        if exchanges and self.observer is not None:
            self.observer(waited)
        return failed


def _tries(calls: Iterable[Call], replies: list[Reply]) -> Iterator[Try]:
    """Calls as they are made, with a place for the reply to each."""
    for position, call in enumerate(calls):
        replies.append(None)
        yield Try(position, call)


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
