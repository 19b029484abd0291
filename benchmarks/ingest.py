"""Articles into SQLite, against datasketch alone in memory: ``python -m benchmarks.ingest``.

Everything is on: both indexes, comparison, clusters, durable. The peer signs, asks and inserts
in one process. As the speed of a shared machine changes by the second, they take the articles in
turns, a thousand at a time. Processor time tells more than the clock on the wall there.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import peer
from benchmarks.report import Clock, show
from benchmarks.workers import corpus, workers
from dedup.model import Article
from service.garbage import search_seldom

AT_ONCE = 1000
"""Articles taken in before it is the other one's turn."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="articles (2,000)")
    parser.add_argument("--articles", type=Path, help="NDJSON of id and text (default: generated)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 100])
    given = parser.parse_args()
    search_seldom()  # as every command does, and the peer gains from it too
    some = corpus(given.count, given.articles)
    rows: dict[str, list[str]] = {}
    for batch in given.batch:
        for processes in given.processes:
            name = f"{processes} process{'es' * (processes > 1)}, "
            name += "one by one" if batch == 1 else f"in batches of {batch}"
            rows[name] = _row(*_measured(some, processes, batch), len(some))
    words = sum(len(article.text.split()) for article in some) / len(some)
    title = f"{len(some):,} articles of {words:.0f} words into SQLite, and datasketch in memory"
    columns = ["", "articles/s", "datasketch", "ratio", "processor ms", "datasketch", "ratio"]
    show(title, columns, rows)


def _measured(some: Sequence[Article], processes: int, batch: int) -> tuple[Clock, Clock]:
    """What it takes so many processes, and the peer, to take articles in."""
    ours, theirs, index = Clock(), Clock(), peer.index()
    with (
        tempfile.TemporaryDirectory() as folder,
        workers(f"sqlite:///{folder}/store.db", processes, batch) as running,
    ):
        for begin in range(0, len(some), AT_ONCE):
            part = some[begin : begin + AT_ONCE]
            theirs += peer.take(index, part)
            ours += running.take(part)
    return ours, theirs


def _row(ours: Clock, theirs: Clock, count: int) -> list[str]:
    return [
        f"{count / ours.wall:,.0f}",
        f"{count / theirs.wall:,.0f}",
        f"{theirs.wall / ours.wall:.2f}",
        f"{ours.cpu / count * 1e3:.2f}",
        f"{theirs.cpu / count * 1e3:.2f}",
        f"{ours.cpu / theirs.cpu:.2f}",
    ]


if __name__ == "__main__":
    main()
