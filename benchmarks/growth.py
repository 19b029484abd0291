"""How cost grows with the store: ``python -m benchmarks.growth``.

At every size a sample of generated articles, one in ten an edited copy of an earlier one, goes
through the whole engine in batches; then the service is started on the store with two workers and
asked over HTTP. Between the sizes the store is filled with generated articles, by the engine, or
faster with made-up postings (``--fill store``, see ``benchmarks.filling``). Beside every rate
stands what datasketch alone does in memory with the same sample at the same moment, which shows
how busy the machine was with other things.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks import peer
from benchmarks.filling import Filler, fill
from benchmarks.generate import articles
from benchmarks.report import clocked, machine, show
from benchmarks.serving import check_times, served
from dedup.engine import Engine, open_engine
from dedup.model import Article
from dedup.settings import Settings
from service.garbage import search_seldom

SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000]
BATCH = 100
WORKERS = 2
ENDLESS = 10**9


def main() -> None:
    """Print the table, and a line on standard error for every step on the way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upto", type=int, default=10_000, help="the largest size (10,000)")
    parser.add_argument("--fill", choices=["engine", "store"], default="engine")
    parser.add_argument("--sample", type=int, default=1000, help="articles that are timed (1,000)")
    parser.add_argument("--checks", type=int, default=300, help="checks that are timed (300)")
    parser.add_argument("--store", help="the URL of an empty store (default: a SQLite file)")
    parser.add_argument("--folder", type=Path, help="where the file goes (default: temporary)")
    given = parser.parse_args()
    search_seldom()  # as every command does, and the peer gains from it too
    sizes = [size for size in SIZES if size < given.upto] + [given.upto]
    columns: dict[int, dict[str, str]] = {}
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        store = given.store or f"sqlite:///{folder}/growth.db"
        settings = Settings(store=store)
        stream = (made.article for made in articles(ENDLESS))
        filler = Filler(settings) if given.fill == "store" else None
        for size in sizes:
            columns[size] = _measure(settings, size, stream, filler, given.sample, given.checks)
            _table(columns)


def _measure(
    settings: Settings,
    size: int,
    stream: Iterator[Article],
    filler: Filler | None,
    sample: int,
    checks: int,
) -> dict[str, str]:
    """Bring the store to a size and measure there."""
    out: dict[str, str] = {}
    engine = open_engine(settings)
    lacking = size - sample - engine.store.stats().articles
    with clocked() as clock:
        if filler is not None:
            fill(engine.store, filler, lacking)
        else:
            _add(engine, list(islice(stream, lacking)))
    out["filled before, articles/s"] = f"{lacking / clock.wall:,.0f}"
    some = list(islice(stream, sample))
    _add(engine, some[:BATCH])  # what starts slowly has started
    with clocked() as clock:
        _add(engine, some[BATCH:])
    timed = sample - BATCH
    alone = peer.run(some[BATCH:])
    out["taken in, articles/s"] = f"{timed / clock.wall:,.0f}"
    out["datasketch alone just then, articles/s"] = f"{timed / alone.wall:,.0f}"
    out["ratio"] = f"{alone.wall / clock.wall:.3f}"
    out["processor time an article, ms"] = f"{clock.cpu / timed * 1e3:.2f}"
    out["of datasketch, ms"] = f"{alone.cpu / timed * 1e3:.2f}"
    out["ratio of processor times"] = f"{clock.cpu / alone.cpu:.2f}"
    stats = engine.store.stats()
    engine.close()
    out["bytes an article in the store"] = f"{engine_bytes(settings) / stats.articles:,.0f}"
    text = sum(len(article.text.encode()) for article in some) / sample
    out["bytes of text an article"] = f"{text:,.0f}"
    out["postings an article"] = f"{stats.postings / stats.articles:,.0f}"
    asked = list(islice(stream, checks))
    with served(settings.store, WORKERS) as service:
        check_times(service.url, asked[:1])
        out["started to first check answered, s"] = f"{time.perf_counter() - service.started:.2f}"
        check_times(service.url, asked[:20])
        times = check_times(service.url, asked)
        out["check over HTTP, median, ms"] = f"{statistics.median(times) * 1e3:.1f}"
        out["check over HTTP, 99 %, ms"] = f"{statistics.quantiles(times, n=100)[98] * 1e3:.1f}"
        resident = [size / 2**20 for size in service.resident()]
        out["resident memory of each worker, MB"] = " + ".join(f"{one:,.0f}" for one in resident)
    out["measured"] = machine().partition("; ")[2]
    return out


def engine_bytes(settings: Settings) -> int:
    """What the store occupies when nobody has it open: its log is folded into its file."""
    engine = open_engine(settings)
    try:
        return engine.store.stats().bytes
    finally:
        engine.close()


def _add(engine: Engine, some: list[Article]) -> None:
    for begin in range(0, len(some), BATCH):
        engine.add_many(some[begin : begin + BATCH])


def _table(columns: dict[int, dict[str, str]]) -> None:
    """What has been measured so far: a run that is broken off has told all it knows."""
    first = next(iter(columns.values()))
    show(
        "Growth",
        ["articles stored", *(f"{size:,}" for size in columns)],
        {name: [column[name] for column in columns.values()] for name in first},
    )


if __name__ == "__main__":
    main()
