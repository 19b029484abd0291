"""Eight processes post articles and their copies at once, on every store; some are killed.

``RACE_ARTICLES`` says how many; with 2000 each race takes half a minute on two cores.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from functools import cache
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from racing import BATCH, Contents, contents, copies, corpus, post, post_and_report
from servers import empty_store

from dedup.engine import Engine, open_engine
from dedup.model import Article
from dedup.settings import Settings

ARTICLES = int(os.environ.get("RACE_ARTICLES", "2000"))
WORKERS = 8
processes = multiprocessing.get_context("forkserver")  # a new process in no time
processes.set_forkserver_preload(["dedup.engine", "dedup.store.redis", "dedup.store.sqlite"])


@pytest.fixture(params=["sqlite", "redis", "cluster"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of every kind."""
    return empty_store(request.param, request, tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine over the store, for looking at it."""
    engine = open_engine(Settings(store=url, store_timeout=60))
    yield engine
    engine.close()


@cache
def in_order() -> Contents:
    """What one process makes of the articles in order."""
    engine = open_engine(Settings(store="sqlite://"))
    articles = corpus(ARTICLES)
    for begin in range(0, ARTICLES, 50):
        engine.add_many(articles[begin : begin + 50])
    found = contents(engine)
    engine.close()
    return found


def shares(seed: int) -> list[list[Article]]:
    """The articles in random order, dealt out to the workers."""
    order = corpus(ARTICLES)
    random.Random(seed).shuffle(order)
    return [order[i::WORKERS] for i in range(WORKERS)]


def check(engine: Engine) -> None:
    """Nothing is lost, nothing is missed, and the clusters are those of one process in order."""
    wanted, found = in_order(), contents(engine)
    known = copies(ARTICLES)
    assert len(wanted.pairs & known) >= 0.98 * len(known), "the race would prove nothing"
    assert found.articles == wanted.articles
    assert wanted.pairs - found.pairs == set(), "missed pairs"
    assert found.pairs == wanted.pairs
    assert found.clusters == wanted.clusters
    assert engine.store.pending(10) == []
    assert engine.store.stats().articles == ARTICLES


def test_eight_processes_at_once_make_the_clusters_of_one_in_order(
    url: str, engine: Engine
) -> None:
    barrier = processes.Barrier(WORKERS)
    workers = [
        processes.Process(target=post, args=(url, share, 1 + i % 2 * (BATCH - 1), barrier))
        for i, share in enumerate(shares(1))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(300)
        assert worker.exitcode == 0
    check(engine)


def test_workers_killed_at_random_lose_nothing(url: str, engine: Engine) -> None:
    dice = random.Random(2)
    dealt = shares(2)
    todo = {i: {article.id for article in share} for i, share in enumerate(dealt)}
    running: dict[int, tuple[BaseProcess, Connection]] = {}
    kills = 0
    end = time.monotonic() + 300
    while any(todo.values()):
        assert time.monotonic() < end
        for i, left in todo.items():
            if left and i not in running:
                share = [article for article in dealt[i] if article.id in left]
                running[i] = _start(url, share, 1 + i % 2 * (BATCH - 1))
        for pipe in wait([pipe for _, pipe in running.values()], timeout=1):
            [i] = [i for i, (_, other) in running.items() if other is pipe]
            process, _ = running[i]
            if not _read(running[i][1], todo[i]):
                process.join()
                del running[i]
            elif kills < 2 * WORKERS and dice.random() < 0.2:
                kills += 1
                process.kill()
                process.join()
                while _read(running[i][1], todo[i]):
                    pass
                del running[i]
    for process, _ in running.values():
        process.join(60)
    assert kills == 2 * WORKERS
    while engine.finish_pending():
        pass
    while engine.store.tidy():
        pass
    check(engine)


def _start(url: str, share: list[Article], batch: int) -> tuple[BaseProcess, Connection]:
    here, there = processes.Pipe(duplex=False)
    process = processes.Process(target=post_and_report, args=(url, share, batch, there))
    process.start()
    there.close()
    return process, here


def _read(pipe: Connection, left: set[str]) -> bool:
    """Take one report in; whether there may be more."""
    try:
        done = pipe.recv()
    except (EOFError, OSError):
        return False
    left.difference_update(done or ())
    return done is not None
