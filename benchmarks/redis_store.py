"""Redis against datasketch's own storage in Redis: ``python -m benchmarks.redis_store``.

Everything is on: both indexes, comparison, clusters, texts, an append-only file synced every
second. The peer signs, asks and inserts, and keeps neither texts nor edges. A lone server and a
cluster of three are given their parts of the articles in turn, so that other work on the machine
meets both. Servers are started for the run, on this machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import peer
from benchmarks.machines import Server, index_bytes, memory, processor, program, started
from benchmarks.report import Clock, show
from benchmarks.workers import corpus, ingest
from dedup.model import Article
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store import open_store
from service.garbage import search_seldom

BATCH = 100


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2400, help="articles (2,400)")
    parser.add_argument("--peer", type=int, default=300, help="articles the peer gets (300)")
    parser.add_argument("--articles", type=Path, help="NDJSON of id and text (default: generated)")
    parser.add_argument("--rounds", type=int, default=3, help="parts the articles come in (3)")
    given = parser.parse_args()
    search_seldom()  # as every command does, and the peer gains from it too
    some = corpus(given.count, given.articles)
    parts = _parts(some, given.rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with started("redis", path) as (alone, one), started("cluster", path) as (spread, three):
            clock, there, size = _peer(one[0], some[: given.peer])
            stores = {
                "Redis": _Stage(f"{alone}?capacity={len(some)}", one),
                "Redis Cluster": _Stage(f"{spread}?capacity={len(some)}", three),
            }
            for i, part in enumerate(parts):
                for stage in stores.values():
                    stage.take(part, processes=1 + i % 2)
            rows = _rows(stores, sum(map(len, parts)), given.peer / clock.wall)
            redis = program(one)
    times = f"{clock.cpu / given.peer * 1e3:.2f} / {there / given.peer * 1e3:.2f}"
    own = [f"{given.peer / clock.wall:,.0f}", "1", "", times, f"{size:,.0f}", ""]
    show(
        f"{len(some):,} articles into Redis, in batches of {BATCH}",
        [
            "",
            "articles/s",
            "of datasketch",
            "of Redis",
            "processor ms, here / servers",
            "index, bytes an article",
            "all, bytes an article",
        ],
        {"datasketch's own": own} | rows,
        beside=redis,
    )


class _Stage:
    """A store and what was measured on it, part by part."""

    def __init__(self, url: str, servers: list[Server]) -> None:
        open_store(url, Signer(Settings()).header, Settings()).close()
        self.url, self.servers = url, servers
        self.empty = memory(servers)
        self.rates: dict[int, list[float]] = {1: [], 2: []}
        self.here: dict[int, list[float]] = {1: [], 2: []}
        self.there: dict[int, list[float]] = {1: [], 2: []}

    def take(self, part: Sequence[Article], processes: int) -> None:
        """Take in one part."""
        used = processor(self.servers)
        clock = ingest(self.url, part, processes, BATCH)
        self.rates[processes].append(len(part) / clock.wall)
        self.here[processes].append(clock.cpu / len(part) * 1e3)
        self.there[processes].append((processor(self.servers) - used) / len(part) * 1e3)


def _rows(stores: dict[str, _Stage], count: int, peers: float) -> dict[str, list[str]]:
    rows = {}
    for name, stage in stores.items():
        for processes, rates in stage.rates.items():
            lone = stores["Redis"].rates[processes]
            rate = statistics.median(rates)
            ratio = statistics.median(a / b for a, b in zip(rates, lone, strict=True))
            here, there = (
                statistics.median(times[processes]) for times in (stage.here, stage.there)
            )
            rows[f"{name}, {processes} worker{'s' * (processes > 1)}"] = [
                f"{rate:,.0f}",
                f"{rate / peers:.1f}",
                f"{ratio:.2f}",
                f"{here:.2f} / {there:.2f}",
                f"{index_bytes(stage.servers) / count:,.0f}",
                f"{(memory(stage.servers) - stage.empty) / count:,.0f}",
            ]
    return rows


def _parts(some: Sequence[Article], rounds: int) -> list[Sequence[Article]]:
    """Two parts a round: for one worker and for two."""
    size = len(some) // (2 * rounds)
    return [some[i * size : (i + 1) * size] for i in range(2 * rounds)]


def _peer(server: Server, some: Sequence[Article]) -> tuple[Clock, float, float]:
    """What datasketch's own storage in Redis takes here and there, and its bytes an article."""
    before, used = memory([server]), processor([server])
    storage = {
        "type": "redis",
        "basename": b"peer",
        "redis": {"host": "127.0.0.1", "port": server.port},
    }
    clock = peer.run(some, storage)
    used = processor([server]) - used
    size = (memory([server]) - before) / len(some)
    with server.client as client:
        client.flushall()
    return clock, used, size


if __name__ == "__main__":
    main()
