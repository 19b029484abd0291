"""What a store in Redis leaves behind when all its articles have gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from making import HEADER, LIMIT, NOON, edge, entry
from servers import Server, servers_of, wait_for

from dedup.settings import Settings
from dedup.store import open_store
from dedup.store.base import Store
from dedup.store.values import Links

ARTICLES = 400
TEXT = "Officials said that nobody had told them about it. " * 20
NO_SLOW_LOG = ("--slowlog-log-slower-than", "-1")
"""The log of slow commands keeps their arguments, which would look like a leak."""
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(scope="module", params=["redis", "cluster"])
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Servers that nobody else uses, so that their memory tells of one store alone."""
    with servers_of(request.param, tmp_path_factory.mktemp("memory"), *NO_SLOW_LOG) as servers:
        yield servers


@pytest.fixture
def url(servers: list[Server]) -> str:
    """The URL of an empty store."""
    for server in servers:
        with server.client as client:
            client.flushall()
    kind = "redis" if len(servers) == 1 else "redis+cluster"
    return f"{kind}://" + ",".join(server.host for server in servers) + "?capacity=1000"


def used(servers: list[Server]) -> int:
    """Bytes of memory that all servers use."""
    total = 0
    for server in servers:
        with server.client as client:
            total += client.info("memory")["used_memory"]
    return total


def keys(servers: list[Server]) -> set[str]:
    """All keys, by what follows the tag."""
    found = set()
    for server in servers:
        with server.client as client:
            found |= {key.partition(b"}")[2].decode() for key in client.scan_iter(count=1000)}
    return found


def fill(store: Store, name: str) -> None:
    """Articles with postings of their own, postings that all share, and clusters."""
    for begin in range(0, ARTICLES, 100):
        indexed = store.index(
            [
                entry(
                    f"{name}-{i}",
                    [*range(i * 50, i * 50 + 60), 7_000_000 + i % 3],
                    bands=[i, i % 7, 1],
                    marks=[i % 20 + 10, 5],
                    text=f"{TEXT}{i}",
                    published_at=NOON + timedelta(minutes=i),
                    source=f"source {i % 5}",
                )
                for i in range(begin, begin + 100)
            ],
            LIMIT,
        )
        refs = [one.ref for one in indexed]
        store.link(
            [
                Links(
                    ref,
                    (edge(ref, refs[i - 1], "any"),) if i % 4 else (),
                    {ref: frozenset(range(i, i + 12))},
                )
                for i, ref in enumerate(refs)
            ]
        )


def delete_all(store: Store, name: str) -> None:
    assert store.delete([f"{name}-{i}" for i in range(ARTICLES)]) == ARTICLES


def expire_all(store: Store, name: str) -> None:
    while store.expire(LATER, 150) == 150:
        pass


@pytest.mark.parametrize("empty", [delete_all, expire_all])
def test_memory_returns_to_where_it_was_after_a_full_turn_over(
    servers: list[Server], url: str, empty: Callable[[Store, str], None]
) -> None:
    def turn_over(name: str) -> int:
        store = open_store(url, HEADER, Settings(store=url))
        fill(store, name)
        full = used(servers)
        empty(store, name)
        store.expire_events(LATER, 100_000)
        assert store.stats().articles == store.stats().postings == 0
        store.close()  # with its connections go their buffers
        return full

    for name in ("first", "settled"):  # scripts, buffers and tables take their place
        turn_over(name)
    time.sleep(0.2)
    before = used(servers)
    grown = turn_over("second") - before
    assert grown > ARTICLES * 2500, "the test would prove nothing"
    wait_for(lambda: used(servers) - before < grown * 0.02, "the memory to be free again")
    assert keys(servers) == {"header", "epoch", "ledger", "events"}
