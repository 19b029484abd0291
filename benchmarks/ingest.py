"""Articles into SQLite, against datasketch alone in memory: ``python -m benchmarks.ingest``.

Everything is on: both indexes, comparison, clusters, durable. The peer signs, asks and inserts
in one process; as other work on the machine comes and goes, it is measured before and after every
row, which is set against the mean of the two. Processor time tells more than the clock on the wall
where a machine is shared.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks import peer
from benchmarks.report import Clock, show
from benchmarks.workers import corpus, ingest
from service.garbage import search_seldom


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
    alone = [peer.run(some)]
    measured = {}
    for batch in given.batch:
        for processes in given.processes:
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{folder}/store.db"
                name = f"{processes} process{'es' * (processes > 1)}, "
                name += "one by one" if batch == 1 else f"in batches of {batch}"
                measured[name] = ingest(url, some, processes, batch)
            alone.append(peer.run(some))
    rows = {"datasketch alone, in memory": _row(_mean(alone), _mean(alone), len(some))}
    for (name, clock), around in zip(measured.items(), pairwise(alone), strict=True):
        rows[name] = _row(clock, _mean(around), len(some))
    words = sum(len(article.text.split()) for article in some) / len(some)
    title = f"{len(some):,} articles of {words:.0f} words into SQLite"
    show(title, ["", "articles/s", "of datasketch", "processor ms an article", "of it"], rows)


def _mean(clocks: Sequence[Clock]) -> Clock:
    wall, cpu = (statistics.mean(t) for t in zip(*((c.wall, c.cpu) for c in clocks), strict=True))
    return Clock(wall, cpu)


def _row(clock: Clock, alone: Clock, count: int) -> list[str]:
    return [
        f"{count / clock.wall:,.0f}",
        f"{alone.wall / clock.wall:.2f}",
        f"{clock.cpu / count * 1e3:.2f}",
        f"{clock.cpu / alone.cpu:.2f}",
    ]


if __name__ == "__main__":
    main()
