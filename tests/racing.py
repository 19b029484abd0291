"""What the processes of a race do: post their share of the articles to one store."""

from __future__ import annotations

import time
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from benchmarks.generate import articles
from dedup.engine import Engine, open_engine
from dedup.errors import StoreUnavailable
from dedup.model import Article
from dedup.settings import Settings

WORDS, COPIES, SEED = 60, 4, 7
BATCH = 4
"""Every other worker posts so many articles at a time."""


@cache
def corpus(count: int) -> list[Article]:
    """The articles of the race in the order they were made; one in four is an edited copy."""
    return [made.article for made in articles(count, seed=SEED, words=WORDS, copies=COPIES)]


def copies(count: int) -> int:
    """How many of them are copies."""
    made = articles(count, seed=SEED, words=WORDS, copies=COPIES)
    return sum(one.original is not None for one in made)


def post(url: str, count: int, share: list[int], batch: int, barrier: Barrier) -> None:
    """Post a share of the articles, then leave."""
    articles = corpus(count)
    engine = open_engine(Settings(store=url, store_timeout=60))
    barrier.wait(300)
    for begin in range(0, len(share), batch):
        add(engine, [articles[i] for i in share[begin : begin + batch]])
    engine.close()


def post_and_report(
    url: str, count: int, share: list[int], batch: int, reports: Connection
) -> None:
    """Post what is not stored yet and report what has been answered, until killed or done.

    What a killed worker left pending is not posted again: that is for others to finish.
    """
    articles = corpus(count)
    engine = open_engine(Settings(store=url, store_timeout=60))
    left = engine.store.get([articles[i].id for i in share])
    todo = [i for i in share if articles[i].id not in left]
    reports.send([i for i in share if articles[i].id in left])
    for begin in range(0, len(todo), batch):
        some = todo[begin : begin + batch]
        add(engine, [articles[i] for i in some])
        reports.send(some)
    engine.close()
    reports.send(None)


def add(engine: Engine, some: list[Article]) -> None:
    """Add articles, again if the store was too busy."""
    for _ in range(10):
        try:
            engine.add_many(some)
            return
        except StoreUnavailable:
            time.sleep(0.1)
    engine.add_many(some)
