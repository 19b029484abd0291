"""What other processes do to a store in tests; imported by them too."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from making import HEADER, LIMIT, edge, entry

from dedup.settings import Settings
from dedup.store import open_store
from dedup.store.base import Store
from dedup.store.values import Links


def story(i: int) -> list[int]:
    """Some sampled shingles of the i-th story."""
    return [i * 10 + k for k in range(10)]


def add(store: Store, id: str, sketch: list[int]) -> tuple[int, list[int]]:
    """Index one article and link it to all it found; its ref and theirs."""
    [one] = store.index([entry(id, sketch)], LIMIT)
    assert one.found is not None
    found = [c.ref for c in one.found.candidates]
    stored = store.by_ref(found)
    edges = tuple(edge(one.ref, r, stored[r].article.id) for r in found if r in stored)
    store.link([Links(one.ref, edges)])
    return one.ref, found


def add_stories(
    url: str, name: str, numbers: list[int], barrier: Barrier, results: Connection
) -> None:
    """Add one copy of each story as fast as possible; send what was found."""
    store = open_store(url, HEADER, Settings(store=url))
    barrier.wait(60)
    results.send({i: add(store, f"{name}-{i}", story(i)) for i in numbers})
    store.close()


def open_at_once(url: str, name: str, barrier: Barrier, results: Connection) -> None:
    """Open a store that is not there yet and use it."""
    barrier.wait(60)
    store = open_store(url, HEADER, Settings(store=url))
    results.send(add(store, name, story(0))[0])
    store.close()


def add_for_ever(url: str, name: str, reports: Connection) -> None:
    """Add articles until killed; report each id once it is committed."""
    store = open_store(url, HEADER, Settings(store=url))
    i = 0
    while True:
        batch = [entry(f"{name}-{n}", story(n % 50)) for n in range(i, i + 3)]
        indexed = store.index(batch, LIMIT)
        reports.send([one.article.id for one in (e for e in batch)])
        for one in indexed:
            assert one.found is not None
            stored = store.by_ref([c.ref for c in one.found.candidates])
            edges = tuple(edge(one.ref, r, s.article.id) for r, s in stored.items())
            store.link([Links(one.ref, edges)])
        i += 3


def read_for_ever(url: str, reports: Connection) -> None:
    """Read the feed again and again; report a gap or a step back, or that there was none."""
    store = open_store(url, HEADER, Settings(store=url))
    seen: list[int] = []
    end = time.monotonic() + 60
    while time.monotonic() < end and not reports.poll():
        seen += [event.cursor for event in store.events(seen[-1] if seen else 0, 100)]
    seen += [event.cursor for event in store.events(seen[-1] if seen else 0, 100_000)]
    reports.send((seen, [event.cursor for event in store.events(0, 100_000)]))
    store.close()


def child_of_fork(store: Store, results: Connection) -> None:
    """Use a store that was opened before the fork."""
    ref, found = add(store, f"child-{os.getpid()}", story(1))
    results.send((ref, found))
    store.close()
