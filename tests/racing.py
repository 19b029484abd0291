"""Articles for races, what the processes of a race do with them, and what is stored at its end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from benchmarks.generate import Made, articles
from dedup.engine import Engine, open_engine
from dedup.errors import StoreUnavailable
from dedup.model import Article
from dedup.settings import Settings
from dedup.store.values import ClusterQuery

WORDS, COPIES, SEED = 40, 4, 7
BATCH = 4
"""Every other worker posts so many articles at a time."""


@cache
def made(count: int) -> list[Made]:
    """The articles of the race in the order they were made; one in four is an edited copy."""
    return list(articles(count, seed=SEED, words=WORDS, copies=COPIES))


def corpus(count: int) -> list[Article]:
    """The articles alone."""
    return [one.article for one in made(count)]


def copies(count: int) -> set[frozenset[str]]:
    """Each copy and what it was made of."""
    return {frozenset((one.article.id, one.original)) for one in made(count) if one.original}


@dataclass(frozen=True)
class Contents:
    """What is in a store, by article id: articles, pairs of copies, clusters."""

    articles: frozenset[str]
    pairs: frozenset[frozenset[str]]
    clusters: frozenset[frozenset[str]]


def contents(engine: Engine) -> Contents:
    """Everything that is stored; the list of clusters must agree with the articles."""
    stored = {one.ref: one for one in engine.store.scan()}
    clusters: dict[str, set[str]] = {}
    for one in stored.values():
        if one.cluster_id is not None:
            clusters.setdefault(one.cluster_id, set()).add(one.article.id)
    listed = engine.store.clusters(ClusterQuery(limit=len(stored) + 1)).items
    assert {one.id for one in listed} == set(clusters)
    return Contents(
        articles=frozenset(one.article.id for one in stored.values()),
        pairs=frozenset(
            frozenset((stored[e.left].article.id, stored[e.right].article.id))
            for e in engine.store.edges(list(stored))
            if e.relation.is_reuse
        ),
        clusters=frozenset(map(frozenset, clusters.values())),
    )


def post(url: str, share: list[Article], batch: int, barrier: Barrier) -> None:
    """Post a share of the articles, then leave."""
    engine = open_engine(Settings(store=url, store_timeout=60))
    barrier.wait(300)
    for begin in range(0, len(share), batch):
        add(engine, share[begin : begin + batch])
    engine.close()


def post_and_report(url: str, share: list[Article], batch: int, reports: Connection) -> None:
    """Post what is not stored yet and report what has been answered, until killed or done.

    What a killed worker left pending is not posted again: that is for others to finish.
    """
    engine = open_engine(Settings(store=url, store_timeout=60))
    there = engine.store.get([article.id for article in share])
    todo = [article for article in share if article.id not in there]
    reports.send(list(there))
    for begin in range(0, len(todo), batch):
        some = todo[begin : begin + batch]
        add(engine, some)
        reports.send([article.id for article in some])
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
