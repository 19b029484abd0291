"""Redis against datasketch's own storage in Redis: ``python -m benchmarks.redis_store``.

Everything is on: both indexes, comparison, clusters, texts, an append-only file synced every
second. The peer signs, asks and inserts, and keeps neither texts nor edges. The peer, a lone
server and a cluster of three are given their parts of the articles in turn, so that other work on
the machine meets all. Servers are started for the run, on this machine, and the workers for every
part: the larger it is, the less it tells of their start.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
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
    parser.add_argument("--count", type=int, default=8000, help="articles (8,000)")
    parser.add_argument("--peer", type=int, default=400, help="articles the peer gets (400)")
    parser.add_argument("--articles", type=Path, help="NDJSON of id and text (default: generated)")
    parser.add_argument(
        "--rounds", type=int, default=2, help="parts for one worker and for two (2)"
    )
    given = parser.parse_args()
    search_seldom()  # as every command does, and the peer gains from it too
    some = corpus(given.count, given.articles)
    parts = _parts(some, given.rounds)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder)
        _, own = stack.enter_context(started("redis", path / "peer"))
        alone, one = stack.enter_context(started("redis", path))
        spread, three = stack.enter_context(started("cluster", path))
        known = _Peer(own, given.peer // len(parts))
        stores = {
            "Redis": _Stage(f"{alone}?capacity={len(some)}", one),
            "Redis Cluster": _Stage(f"{spread}?capacity={len(some)}", three),
        }
        for i, part in enumerate(parts):
            known.take(part)
            for stage in stores.values():
                stage.take(part, processes=1 + i % 2)
        rows = known.row() | _rows(stores, sum(map(len, parts)), known.rates)
        redis = program(one)
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
        rows,
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


class _Peer:
    """datasketch's own storage in Redis, and what was measured on it, part by part."""

    def __init__(self, servers: list[Server], count: int) -> None:
        host = {"host": "127.0.0.1", "port": servers[0].port}
        self._lsh = peer.index({"type": "redis", "basename": b"peer", "redis": host})
        self._servers, self._count = servers, count
        self._empty, self._used = memory(servers), processor(servers)
        self._clocks: list[Clock] = []

    @property
    def rates(self) -> list[float]:
        """Articles a second of every part."""
        return [self._count / clock.wall for clock in self._clocks]

    def take(self, part: Sequence[Article]) -> None:
        """Take in the first articles of a part."""
        self._clocks.append(peer.take(self._lsh, part[: self._count]))

    def row(self) -> dict[str, list[str]]:
        """Its row of the table."""
        count = self._count * len(self._clocks)
        here = sum(clock.cpu for clock in self._clocks) / count * 1e3
        there = (processor(self._servers) - self._used) / count * 1e3
        size = (memory(self._servers) - self._empty) / count
        rate = f"{statistics.median(self.rates):,.0f}"
        return {
            "datasketch's own": [rate, "1", "", f"{here:.2f} / {there:.2f}", f"{size:,.0f}", ""]
        }


def _rows(stores: dict[str, _Stage], count: int, peers: Sequence[float]) -> dict[str, list[str]]:
    rows = {}
    for name, stage in stores.items():
        for processes, rates in stage.rates.items():
            lone, same = stores["Redis"].rates[processes], peers[processes - 1 :: 2]
            of_peer = statistics.median(a / b for a, b in zip(rates, same, strict=True))
            ratio = statistics.median(a / b for a, b in zip(rates, lone, strict=True))
            here, there = (
                statistics.median(times[processes]) for times in (stage.here, stage.there)
            )
            rows[f"{name}, {processes} worker{'s' * (processes > 1)}"] = [
                f"{statistics.median(rates):,.0f}",
                f"{of_peer:.1f}",
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


if __name__ == "__main__":
    main()
