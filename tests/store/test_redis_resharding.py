"""A live Redis Cluster whose slots move from master to master while articles are written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from making import HEADER, NOON, entry, postings
from redis.crc import key_slot
from resharding import errors_told, move_slot, slots_of
from servers import Server, cluster
from workers import add, story

from dedup.settings import Settings
from dedup.store import open_store
from dedup.store.base import Store

NAME, TAGS = "moving", 6
WRITERS, STORIES = 3, 12


@pytest.fixture(scope="module")
def masters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """A cluster whose slots these tests alone move about."""
    with cluster(tmp_path_factory.mktemp("moving")) as servers:
        yield servers


@pytest.fixture
def store(masters: list[Server]) -> Iterator[Store]:
    """An empty store over few slots."""
    for server in masters:
        with server.client as client:
            client.flushall()
    hosts = ",".join(server.host for server in masters)
    url = f"redis+cluster://{hosts}?name={NAME}&tags={TAGS}"
    store = open_store(url, HEADER, Settings(store=url, store_timeout=20))
    yield store
    store.close()


def slots(masters: list[Server]) -> list[int]:
    """The slots that the store uses, the one of the graph among them."""
    found = set()
    for server in masters:
        with server.client as client:
            found |= {key_slot(key) for key in client.scan_iter(f"{{{NAME}:*", count=1000)}
    return sorted(found)


def test_slots_on_the_move_lose_and_miss_nothing(masters: list[Server], store: Store) -> None:
    for i in range(STORIES):
        add(store, f"first-{i}", story(i))
    used = slots(masters)
    assert len(used) == TAGS + 1
    before = {kind: errors_told(masters, kind) for kind in ("MOVED", "ASK")}
    done = threading.Event()

    def write(writer: int) -> dict[str, list[int]]:
        """Copies of the stories, one after the other, until all slots have moved."""
        found, n = {}, 0
        while not done.is_set() or n < STORIES:
            found[f"{writer}-{n}"] = add(store, f"{writer}-{n}", story(n % STORIES))[1]
            n += 1
        return found

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        try:
            for slot in used:
                at = next(i for i, one in enumerate(masters) if slot in slots_of(one))
                move_slot(masters, slot, masters[(at + 1) % len(masters)], pause=0.005)
        finally:
            done.set()
        found = {name: refs for one in writing for name, refs in one.result().items()}

    for kind, count in before.items():
        assert errors_told(masters, kind) > count, f"nothing met {kind}: the test proves nothing"
    stored = {one.article.id: one for one in store.scan()}
    assert stored.keys() == found.keys() | {f"first-{i}" for i in range(STORIES)}
    assert all(found.values()), "each is a copy of an article that was there before all others"
    for i in range(STORIES):
        copies = [one for id, one in stored.items() if int(id.partition("-")[2]) % STORIES == i]
        assert len({one.cluster_id for one in copies}) == 1
        [again] = store.lookup([postings(story(i))], len(copies) + 10)
        newest = sorted((one.ref for one in copies), reverse=True)[:50]
        assert {c.ref for c in again.candidates} >= set(newest)


def test_a_store_that_has_not_heard_of_a_move_finds_its_way(
    masters: list[Server], store: Store
) -> None:
    first, _ = add(store, "a", story(1))
    for slot in slots(masters):
        at = next(i for i, one in enumerate(masters) if slot in slots_of(one))
        move_slot(masters, slot, masters[(at + 1) % len(masters)])
    moved = errors_told(masters, "MOVED")
    [found] = store.lookup([postings(story(1))], 10)
    assert [c.ref for c in found.candidates] == [first]
    assert errors_told(masters, "MOVED") > moved
    moved = errors_told(masters, "MOVED")
    add(store, "b", story(1))
    assert store.delete(["a", "b"]) == 2
    learned = errors_told(masters, "MOVED")
    store.index([entry("c", story(1), published_at=NOON)], 10)
    store.delete(["c"])
    assert errors_told(masters, "MOVED") == learned, "the way is remembered"
    assert not store.lookup([postings(story(1))], 10)[0].candidates
