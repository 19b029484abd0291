"""Several processes on one store, over every store."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pytest
from making import LIMIT, OpenAgain, entry, link
from workers import (
    add,
    add_for_ever,
    add_stories,
    child_of_fork,
    open_at_once,
    read_for_ever,
    story,
)

from dedup.store.values import ClusterQuery

spawn = multiprocessing.get_context("spawn")
WAIT = 60


def start(target: Callable[..., None], *args: Any) -> tuple[Any, Connection]:
    """A process and this end of its pipe."""
    here, there = spawn.Pipe()
    process = spawn.Process(target=target, args=(*args, there), daemon=True)
    process.start()
    return process, here


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_copies_at_once_at_least_one_finds_the_other(
    url: str, open_again: OpenAgain, order: int
) -> None:
    store = open_again()
    numbers = list(range(150))
    barrier = spawn.Barrier(2)
    runs = [
        start(add_stories, url, name, way, barrier)
        for name, way in (("a", numbers), ("b", numbers[::order]))
    ]
    results = []
    for process, pipe in runs:
        assert pipe.poll(WAIT)
        results.append(pipe.recv())
        process.join(WAIT)
        assert process.exitcode == 0
    first, second = results
    for i in numbers:
        (a, found_by_a), (b, found_by_b) = first[i], second[i]
        assert (b in found_by_a) or (a in found_by_b), f"story {i}: neither saw the other"
    members = {one.ref: one.cluster_id for one in store.scan()}
    assert len(members) == 2 * len(numbers)
    for i in numbers:
        assert members[first[i][0]] == members[second[i][0]] is not None
    assert store.stats().clusters == len(numbers)
    assert store.pending(10) == []


@pytest.mark.parametrize("attempt", range(3))
def test_a_new_store_may_be_opened_by_all_at_once(
    url: str, open_again: OpenAgain, attempt: int
) -> None:
    barrier = spawn.Barrier(4)
    runs = [start(open_at_once, url, name, barrier) for name in "abcd"]
    refs = []
    for process, pipe in runs:
        assert pipe.poll(WAIT)
        refs.append(pipe.recv())
        process.join(WAIT)
        assert process.exitcode == 0
    assert len(set(refs)) == 4
    store = open_again()
    assert len({one.cluster_id for one in store.scan()}) == 1
    assert store.stats().articles == 4


def test_readers_of_the_feed_miss_nothing(url: str, open_again: OpenAgain) -> None:
    open_again()
    reader, feed = start(read_for_ever, url)
    barrier = spawn.Barrier(2)
    runs = [start(add_stories, url, name, list(range(100)), barrier) for name in "ab"]
    for process, pipe in runs:
        assert pipe.poll(WAIT)
        process.join(WAIT)
    feed.send("stop")
    assert feed.poll(WAIT)
    seen, whole = feed.recv()
    assert seen == whole
    assert seen == sorted(set(seen))
    assert len(seen) >= 300
    reader.join(WAIT)


def test_killed_in_the_middle_nothing_is_lost_or_half_written(
    url: str, open_again: OpenAgain
) -> None:
    saved: set[str] = set()
    for attempt in range(4):
        process, reports = start(add_for_ever, url, f"{attempt}")
        for _ in range(10 + 7 * attempt):
            assert reports.poll(WAIT)
            saved.update(reports.recv())
        os.kill(process.pid, signal.SIGKILL)
        process.join(WAIT)
        while True:
            try:
                saved.update(reports.recv())
            except (EOFError, ConnectionResetError):
                break
    store = open_again()
    articles = {one.article.id: one for one in store.scan()}
    assert saved <= set(articles)
    assert len(articles) % 3 == 0, "a batch is saved as a whole"
    pending = store.pending(1000)
    assert {one.ref for one in articles.values() if one.pending} == set(pending)
    for ref in pending:
        id = store.by_ref([ref])[ref].article.id
        add(store, id, story(int(id.split("-")[1]) % 50))
    assert store.pending(10) == []
    by_story: dict[int, set[str | None]] = {}
    for one in store.scan():
        number = int(one.article.id.split("-")[1]) % 50
        by_story.setdefault(number, set()).add(one.cluster_id)
    for number, clusters in by_story.items():
        assert len(clusters) == 1, f"story {number} is in {clusters}"
    assert store.clusters(ClusterQuery()).total == store.stats().clusters


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_store_opened_before_a_fork_is_good_in_both_processes(open_again: OpenAgain) -> None:
    store = open_again()
    parents, _ = add(store, "parent", story(1))
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    children = [fork.Process(target=child_of_fork, args=(store, there)) for _ in range(3)]
    for child in children:
        child.start()
    [own] = store.index([entry("meanwhile", story(1))], LIMIT)
    link(store, own.ref)
    found = []
    for child in children:
        assert here.poll(WAIT)
        found.append(here.recv())
        child.join(WAIT)
        assert child.exitcode == 0
    for ref, others in found:
        assert parents in others
        for other, seen in found:
            assert other == ref or other in others or ref in seen
    assert len(list(store.scan())) == 5
    add(store, "after", story(2))
