"""Several processes that put articles into one store at once."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.generate import articles
from benchmarks.report import Clock, clocked
from dedup.engine import open_engine
from dedup.model import Article
from dedup.settings import Settings
from service.garbage import search_seldom

_processes = multiprocessing.get_context("spawn")


def corpus(count: int, file: Path | None = None, seed: int = 1) -> list[Article]:
    """So many articles: generated ones, or the first of a file of NDJSON (``id``, ``text``)."""
    if file is None:
        return [made.article for made in articles(count, seed=seed)]
    some = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            some.append(
                Article(
                    id=str(record["id"]),
                    text=record["text"],
                    title=record.get("title"),
                    source=record.get("source"),
                )
            )
            if len(some) == count:
                break
    return some


def ingest(url: str, some: Sequence[Article], processes: int, batch: int = 100) -> Clock:
    """What it takes so many processes to take articles in together, each its share in batches.

    The wall time is from the first article to the last, the processor time that of all processes.
    """
    barrier = _processes.Barrier(processes)
    shares = [list(some[i::processes]) for i in range(processes)]
    pipes, running = [], []
    for share in shares:
        here, there = _processes.Pipe(duplex=False)
        running.append(_processes.Process(target=_work, args=(url, share, batch, barrier, there)))
        pipes.append(here)
    for one in running:
        one.start()
    begun, ended, used = zip(*(pipe.recv() for pipe in pipes), strict=True)
    for one in running:
        one.join()
    return Clock(wall=max(ended) - min(begun), cpu=sum(used))


def _work(url: str, some: list[Article], batch: int, barrier: Barrier, told: Connection) -> None:
    search_seldom()  # as every command does
    engine = open_engine(Settings(store=url, store_timeout=60))
    barrier.wait()
    begun = time.monotonic()
    with clocked() as clock:
        for begin in range(0, len(some), batch):
            engine.add_many(some[begin : begin + batch])
    told.send((begun, time.monotonic(), clock.cpu))
    engine.close()
