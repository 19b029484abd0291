"""Redis servers that forget scripts, die, hang and come back while a store is open."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from making import HEADER, entry, postings
from redis import Redis
from redis.exceptions import RedisError
from resharding import errors_told
from servers import Server, servers_of, wait_for
from workers import add, story

from dedup.errors import StoreUnavailable
from dedup.settings import Settings
from dedup.store import open_store
from dedup.store.base import Store

TIMEOUT = 0.5
BOUND = 4 * TIMEOUT
"""A call may wait for the answer and once more for the server to be found."""
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture(scope="module", params=["redis", "cluster"])
def machines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Servers that keep what they have through a crash, for these tests alone."""
    with servers_of(request.param, tmp_path_factory.mktemp("outages"), *DURABLE) as servers:
        yield servers


@pytest.fixture
def servers(machines: list[Server]) -> Iterator[list[Server]]:
    """Empty servers, all of them running; started again after a test that stopped them."""
    for server in machines:
        with server.client as client:
            client.flushall()
    yield machines
    for server in machines:
        if server.process is None:
            server.start()
    wait_for(lambda: all(map(_serves, machines)), "the servers to come back")


@pytest.fixture
def url(servers: list[Server]) -> str:
    """The URL of an empty store on these servers."""
    kind = "redis" if len(servers) == 1 else "redis+cluster"
    return f"{kind}://" + ",".join(server.host for server in servers)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store that does not wait for long."""
    store = open_store(url, HEADER, Settings(store=url, store_timeout=TIMEOUT))
    yield store
    store.close()


def fails_in_time(store: Store) -> None:
    """Every kind of call says in bounded time that the store is not available."""
    for call in (
        lambda: store.index([entry("x", story(1))], 10),
        lambda: store.lookup([postings(story(1))], 10),
        lambda: store.delete(["a"]),
        store.ping,
    ):
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            call()
        assert time.monotonic() - begun < BOUND


def answers(store: Store) -> bool:
    """Whether the store can be reached and written to again, on all of its servers."""
    try:
        store.index([entry("probe", range(5000, 5100))], 10)
    except StoreUnavailable:
        return False
    return True


def test_scripts_are_loaded_again_when_a_server_forgets_them(
    servers: list[Server], store: Store
) -> None:
    stop = threading.Event()

    def forget() -> None:
        while not stop.is_set():
            for server in servers:
                with server.client as client:
                    client.script_flush()

    before = errors_told(servers, "NOSCRIPT")
    forgetting = threading.Thread(target=forget)
    forgetting.start()
    try:
        refs = [add(store, f"a{i}", story(1))[0] for i in range(20)]
        [found] = store.lookup([postings(story(1))], 50)
        assert [c.ref for c in found.candidates] == refs[::-1]
        assert store.delete([f"a{i}" for i in range(20)]) == 20
        assert not store.lookup([postings(story(1))], 50)[0].candidates
    finally:
        stop.set()
        forgetting.join()
    assert errors_told(servers, "NOSCRIPT") > before + 10


def test_a_server_that_died_is_told_in_time_and_found_again(
    servers: list[Server], store: Store
) -> None:
    first, _ = add(store, "a", story(1))
    for server in servers:
        server.stop()
    fails_in_time(store)
    for server in servers:
        server.start()
    wait_for(lambda: answers(store), "the store to find its servers again")
    assert store.get(["a"])["a"].ref == first
    _, found = add(store, "b", story(1))
    assert found == [first]
    assert store.get(["b"])["b"].cluster_id == store.get(["a"])["a"].cluster_id is not None


def test_a_server_that_hangs_is_told_in_time_and_found_again(
    servers: list[Server], store: Store
) -> None:
    first, _ = add(store, "a", story(1))
    processes = [server.process.pid for server in servers if server.process]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        fails_in_time(store)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    wait_for(lambda: answers(store), "the store to find its servers again")
    assert add(store, "b", story(1))[1] == [first]


def test_opening_a_store_whose_servers_are_away_fails_in_time(
    servers: list[Server], url: str
) -> None:
    for server in servers:
        server.stop()
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable):
        open_store(url, HEADER, Settings(store=url, store_timeout=TIMEOUT))
    assert time.monotonic() - begun < BOUND


def test_one_server_away_is_told_in_time(servers: list[Server], store: Store) -> None:
    first, _ = add(store, "a", story(1))
    servers[-1].stop()
    for i in range(8):  # while the others have not noticed, and when they have
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.index([entry(f"x{i}", range(1000 + i * 100, 1060 + i * 100))], 10)
        assert time.monotonic() - begun < BOUND
        time.sleep(0.3)
    servers[-1].start()
    wait_for(lambda: answers(store), "the store to find its server again")
    assert add(store, "b", story(1))[1] == [first]


def test_connections_that_a_server_closed_are_opened_again(redis_server: Server) -> None:
    with redis_server.client as client:
        client.flushall()
        url = f"redis://{redis_server.host}"
        store = open_store(url, HEADER, Settings(store=url, store_timeout=TIMEOUT))
        first, _ = add(store, "a", story(1))
        _close_others(client)
        assert add(store, "b", story(1))[1] == [first]
        store.close()


def _serves(server: Server) -> bool:
    """Whether a server would take a write, whatever its slots."""
    with server.client as client:
        try:
            return client.info("cluster")["cluster_enabled"] == 0 or (
                client.execute_command("CLUSTER INFO")["cluster_state"] == "ok"
            )
        except RedisError:
            return False


def _close_others(client: Redis) -> None:
    own = client.client_id()
    for one in client.client_list():
        if int(one["id"]) != own:
            client.client_kill_filter(_id=one["id"])
