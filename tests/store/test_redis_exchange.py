"""An exchange with a server: what is sent while further calls are made, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import empty_store, wait_for

from dedup.errors import StoreError
from dedup.store.redis_calls import Call
from dedup.store.redis_servers import OneServer
from dedup.store.redis_url import read_url

LONG = b"x" * (1 << 14)
"""More than waits to be sent together with the next call."""


@pytest.fixture
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OneServer]:
    """An empty server."""
    servers = OneServer(read_url(empty_store("redis", request, tmp_path)), timeout=5.0)
    yield servers
    servers.close()


def call(*command: bytes | str | int) -> Call:
    """A plain command."""
    return Call(0, command)


def test_a_server_works_on_the_first_calls_while_others_are_made(servers: OneServer) -> None:
    def calls() -> Iterator[Call]:
        yield call("SET", "first", LONG)
        wait_for(lambda: servers.run([call("EXISTS", "first")]) == [1], "the first call")
        yield call("SET", "second", "short")
        yield call("STRLEN", "first")

    assert servers.run(calls()) == [b"OK", b"OK", len(LONG)]
    assert servers.run([call("GET", "second")]) == [b"short"]


def test_short_calls_are_sent_together(servers: OneServer) -> None:
    seen: list[float] = []
    servers.observer = seen.append
    assert servers.run(call("SET", i, i) for i in range(50)) == [b"OK"] * 50
    assert len(seen) == 1
    assert servers.run([]) == []
    assert len(seen) == 1, "nothing was sent"


def test_no_reply_is_left_to_the_next_caller_when_making_calls_fails(servers: OneServer) -> None:
    def calls() -> Iterator[Call]:
        yield call("SET", "first", LONG)
        yield call("ECHO", LONG)
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            servers.run(calls())
        assert servers.run([call("GET", "first"), call("ECHO", "own")]) == [LONG, b"own"]


def test_a_refusal_spoils_no_other_reply(servers: OneServer) -> None:
    with pytest.raises(StoreError, match="WRONGTYPE"):
        servers.run([call("SET", "a", LONG), call("LPUSH", "a", "x"), call("SET", "b", "1")])
    assert servers.run([call("STRLEN", "a"), call("GET", "b")]) == [len(LONG), b"1"]
