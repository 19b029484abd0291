"""Redis against datasketch's own storage in Redis: ``python -m benchmarks.redis_store``.

Everything is on: both indexes, comparison, clusters, texts, an append-only file synced every
second. The peer signs, asks and inserts, and keeps neither texts nor edges. As the speed of a
shared machine changes by the second, the peer, a lone server and a cluster of three take small
parts of the articles in turns, and each is set against what the peer did in the same turns.
Servers are started for the run, on this machine.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import peer
from benchmarks.machines import Server, index_bytes, memory, processor, program, started
from benchmarks.report import Clock, show
from benchmarks.workers import Workers, corpus, workers
from dedup.model import Article
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store import open_store
from service.garbage import search_seldom

BATCH = 100
AT_ONCE = 400
"""Articles taken in before it is another one's turn."""
OF_PEER = 40
"""So many of them the peer takes, which takes it as long."""
MOST = 2
"""Workers; every other part is for one alone."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8000, help="articles (8,000)")
    parser.add_argument("--articles", type=Path, help="NDJSON of id and text (default: generated)")
    given = parser.parse_args()
    if given.count <= AT_ONCE:
        parser.error(f"--count must be more than {AT_ONCE}, for a part for every number of workers")
    search_seldom()  # as every command does, and the peer gains from it too
    some = corpus(given.count, given.articles)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder)
        _, own = stack.enter_context(started("redis", path / "peer"))
        alone, one = stack.enter_context(started("redis", path))
        spread, three = stack.enter_context(started("cluster", path))
        known = _Peer(own)
        stores = {
            "Redis": _Stage(f"{alone}?capacity={len(some)}", one, stack),
            "Redis Cluster": _Stage(f"{spread}?capacity={len(some)}", three, stack),
        }
        for turn, begin in enumerate(range(0, len(some), AT_ONCE)):
            part, processes = some[begin : begin + AT_ONCE], 1 + turn % MOST
            known.take(part, processes)
            for stage in stores.values():
                stage.take(part, processes)
        rows = known.row() | _rows(stores, known, len(some))
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


@dataclass
class _Taken:
    """Articles that were taken in, and what that took here and of the servers' processors."""

    articles: int = 0
    here: Clock = field(default_factory=Clock)
    there: float = 0.0

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / self.here.wall

    @property
    def processor(self) -> str:
        """Milliseconds an article, here and on the servers."""
        return f"{1e3 * self.here.cpu / self.articles:.2f} / {1e3 * self.there / self.articles:.2f}"


class _Stage:
    """A store and what was measured on it, by the number of workers."""

    def __init__(self, url: str, servers: list[Server], stack: ExitStack) -> None:
        open_store(url, Signer(Settings()).header, Settings()).close()
        self.servers = servers
        self.empty = memory(servers)
        self.taken = {processes: _Taken() for processes in range(1, MOST + 1)}
        self._workers: dict[int, Workers] = {
            processes: stack.enter_context(workers(url, processes, BATCH))
            for processes in self.taken
        }

    def take(self, part: Sequence[Article], processes: int) -> None:
        """Take in one part."""
        used, taken = processor(self.servers), self.taken[processes]
        taken.here += self._workers[processes].take(part)
        taken.there += processor(self.servers) - used
        taken.articles += len(part)


class _Peer:
    """datasketch's own storage in Redis, and what was measured on it in the turns of each."""

    def __init__(self, servers: list[Server]) -> None:
        host = {"host": "127.0.0.1", "port": servers[0].port}
        self._lsh = peer.index({"type": "redis", "basename": b"peer", "redis": host})
        self._servers = servers
        self._empty = memory(servers)
        self.taken = {processes: _Taken() for processes in range(1, MOST + 1)}

    def take(self, part: Sequence[Article], processes: int) -> None:
        """Take in the first articles of a part."""
        used, taken = processor(self._servers), self.taken[processes]
        taken.here += peer.take(self._lsh, part[:OF_PEER])
        taken.there += processor(self._servers) - used
        taken.articles += len(part[:OF_PEER])

    def row(self) -> dict[str, list[str]]:
        """Its row of the table."""
        taken = _Taken()
        for one in self.taken.values():
            taken.articles += one.articles
            taken.here += one.here
            taken.there += one.there
        size = (memory(self._servers) - self._empty) / taken.articles
        return {
            "datasketch's own": [f"{taken.rate:,.0f}", "1", "", taken.processor, f"{size:,.0f}", ""]
        }


def _rows(stores: dict[str, _Stage], known: _Peer, count: int) -> dict[str, list[str]]:
    rows = {}
    for name, stage in stores.items():
        for processes, taken in stage.taken.items():
            rows[f"{name}, {processes} worker{'s' * (processes > 1)}"] = [
                f"{taken.rate:,.0f}",
                f"{taken.rate / known.taken[processes].rate:.1f}",
                f"{taken.rate / stores['Redis'].taken[processes].rate:.2f}",
                taken.processor,
                f"{index_bytes(stage.servers) / count:,.0f}",
                f"{(memory(stage.servers) - stage.empty) / count:,.0f}",
            ]
    return rows


if __name__ == "__main__":
    main()
