"""A Redis stream read by a consumer group: what is there, what was left behind, what is done.

https://redis.io/docs/latest/develop/data-types/streams/; Redis 6.2 or later, one server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from redis import Redis, exceptions

from dedup.errors import WiretwinError

Fields = dict[bytes, bytes]

_LATER = ("BUSY", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN")
"""Refusals that pass by themselves, or when somebody sees to the server."""
_MOST_FIELDS = 1000
"""So many fields of a dead message are kept; a script takes no more than some thousands."""

_SETTLE = """
local left = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if left.err then
  if string.sub(left.err, 1, 7) == 'NOGROUP' then return 0 end
  return left
end
if #left == 0 then return 0 end
if ARGV[5] ~= '' then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'message', ARGV[2], 'result', ARGV[5])
end
if #ARGV > 5 then redis.call('XADD', KEYS[3], '*', unpack(ARGV, 6)) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] == '1' then redis.call('XDEL', KEYS[1], ARGV[2]) end
return 1
"""
"""Write what became of a message and acknowledge it, once whoever does it how often."""

_LEAVE = """
local left = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if left.err or #left > 0 then return 0 end
return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
"""
"""Remove a consumer that has nothing left; with it would go what it has."""


class QueueError(WiretwinError):
    """The queue could not do what was asked."""


class QueueUnavailable(QueueError):
    """The queue cannot be reached or did not answer in time; trying again may help."""


@dataclass(frozen=True, slots=True)
class Names:
    """The streams, the group and the name of this consumer in it."""

    stream: str
    group: str
    consumer: str
    results: str | None = None

    @property
    def dead(self) -> str:
        """Where messages go that nobody can do anything with."""
        return f"{self.stream}:dead"


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the stream; ``deliveries`` counts how often it was given out, this included.

    ``fields`` is None when the entry was trimmed away before anybody was done with it.
    """

    id: bytes
    fields: Fields | None
    deliveries: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """A message that is done with: the result to write, and the reason if it is dead."""

    message: Message
    result: str
    reason: str | None = None


class Inbox:
    """One consumer of one group. ``keep_results`` bounds the stream of results, about.

    With ``remove``, messages leave the stream when they are done with. Every method raises
    ``QueueUnavailable`` when trying again later may help, and ``QueueError`` otherwise.
    """

    def __init__(self, client: Redis, names: Names, keep_results: int, remove: bool) -> None:
        self.names = names
        self._client = client
        self._keep_results = keep_results
        self._remove = remove
        self._settle = client.register_script(_SETTLE)

    def open(self) -> None:
        """Make stream and group if they are not there, the group from the first message on."""
        with _translated():
            for name in filter(None, (self.names.results, self.names.dead)):
                kind: Any = self._client.type(name)
                if kind not in (b"none", b"stream"):
                    raise QueueError(f"{name!r} is no stream but a {kind.decode()}")
            try:
                self._client.xgroup_create(self.names.stream, self.names.group, "0", mkstream=True)
            except exceptions.ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise

    def fresh(self, count: int, wait_ms: int) -> list[Message]:
        """Messages that were given to nobody yet; waits so long for the first one."""
        return [Message(id, fields) for id, fields in self._read(">", count, wait_ms)]

    def own(self) -> Message | None:
        """The first message given to a consumer of this name that is not done with."""
        return self._again(self._read("0", 1, None))

    def abandoned(self, idle_ms: int) -> Message | None:
        """Take over a message with which its consumer has been busy for longer than that."""
        cursor: Any = b"0-0"
        while True:
            with self._group():
                cursor, entries, *_ = self._client.xautoclaim(
                    self.names.stream,
                    self.names.group,
                    self.names.consumer,
                    min_idle_time=idle_ms,
                    start_id=cursor,
                    count=1,
                )
                if entries or cursor == b"0-0":
                    return self._again(entries)

    def settle(self, settled: Sequence[Settled]) -> None:
        """Write results and dead messages and acknowledge; one step for each message.

        A message that was settled before, by whomever, is left alone, so this bears repetition.
        """
        names = self.names
        keys = [names.stream, names.results or names.dead, names.dead]
        with _translated(), self._client.pipeline(transaction=False) as pipe:
            for one in settled:
                arguments: list[Any] = [names.group, one.message.id, int(self._remove)]
                arguments += [self._keep_results, one.result if names.results else ""]
                if one.reason is not None:
                    arguments += ["dead-reason", one.reason, "dead-message", one.message.id]
                    for field in islice((one.message.fields or {}).items(), _MOST_FIELDS):
                        arguments += field
                self._settle(keys, arguments, client=pipe)
            pipe.execute()

    def leave(self) -> None:
        """Take this consumer out of the group, unless it leaves messages behind."""
        names = self.names
        with _translated():
            self._client.eval(_LEAVE, 1, names.stream, names.group, names.consumer)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, after: str, count: int, wait_ms: int | None) -> list[tuple[bytes, Any]]:
        names = self.names
        with self._group():
            found: Any = self._client.xreadgroup(
                names.group, names.consumer, {names.stream: after}, count=count, block=wait_ms
            )
            return list(found[0][1]) if found else []

    def _again(self, entries: Sequence[tuple[bytes, Any]]) -> Message | None:
        if not entries:
            return None
        id, fields = entries[0]
        names = self.names
        with self._group():
            pending: Any = self._client.xpending_range(names.stream, names.group, id, id, 1)
        return Message(id, fields or None, pending[0]["times_delivered"] if pending else 1)

    @contextmanager
    def _group(self) -> Iterator[None]:
        """Errors as ours; a group that is gone, as after a restart without its data, is made."""
        try:
            with _translated():
                yield
        except QueueError as error:
            if not str(error.__cause__).startswith("NOGROUP"):
                raise
            self.open()
            raise QueueUnavailable("the consumer group was gone; it was made again") from error


@contextmanager
def _translated() -> Iterator[None]:
    """Turn errors of redis-py into errors of the queue."""
    try:
        yield
    except exceptions.AuthenticationError as error:
        raise QueueError(f"the queue refuses: {error}") from error
    except exceptions.ResponseError as error:
        passing = exceptions.OutOfMemoryError | exceptions.ReadOnlyError
        if isinstance(error, passing) or str(error).startswith(_LATER):
            raise QueueUnavailable(f"the queue cannot take more now: {error}") from error
        raise QueueError(f"the queue refuses: {error}") from error
    except (exceptions.RedisError, OSError) as error:
        raise QueueUnavailable(f"the queue does not answer: {error}") from error
