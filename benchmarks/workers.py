"""Processes that put articles into one store, part by part, so that others can be measured between.

A shared machine is twice as fast in one second as in the next. What is to be compared therefore
takes turns that are short.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
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


class Workers:
    """Processes that have one store open and wait for articles."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def take(self, some: Sequence[Article]) -> Clock:
        """What it takes them to take articles in together, each its share in batches.

        The wall time is from the first article to the last, the processor time that of all.
        """
        for i, pipe in enumerate(self._pipes):
            pipe.send(some[i :: len(self._pipes)])
        begun, ended, used = zip(*(pipe.recv() for pipe in self._pipes), strict=True)
        return Clock(wall=max(ended) - min(begun), cpu=sum(used))


@contextmanager
def workers(url: str, processes: int, batch: int = 100) -> Iterator[Workers]:
    """So many processes, ready to take articles in, in batches."""
    with ExitStack() as stack:
        pipes = [stack.enter_context(_started(url, batch)) for _ in range(processes)]
        for pipe in pipes:
            pipe.recv()
        yield Workers(pipes)


@contextmanager
def _started(url: str, batch: int) -> Iterator[Connection]:
    here, there = _processes.Pipe()
    process = _processes.Process(target=_work, args=(url, batch, there))
    process.start()
    there.close()  # so that a process that dies is noticed here
    try:
        yield here
    finally:
        here.close()
        process.join()


def _work(url: str, batch: int, pipe: Connection) -> None:
    search_seldom()  # as every command does
    engine = open_engine(Settings(store=url, store_timeout=60))
    pipe.send("ready")
    while (some := _received(pipe)) is not None:
        begun = time.monotonic()
        with clocked() as clock:
            for begin in range(0, len(some), batch):
                engine.add_many(some[begin : begin + batch])
        pipe.send((begun, time.monotonic(), clock.cpu))
    engine.close()


def _received(pipe: Connection) -> list[Article] | None:
    """The next articles, None at the end."""
    try:
        some: list[Article] = pipe.recv()
    except EOFError:
        return None
    return some
