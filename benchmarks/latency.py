"""How long one article takes: stored into a fresh store, compared with another.

Run ``python -m benchmarks.latency``. Prints medians and 95th percentiles in milliseconds and, as
the speed of a machine changes by the minute, how many times the median is what datasketch alone
takes in between for an article as long as a wire item.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.generate import articles
from benchmarks.peer import WIRE, Peer
from benchmarks.report import show
from dedup.analyse import analyse
from dedup.compare import compare, compare_all, judge
from dedup.engine import open_engine
from dedup.settings import Settings
from dedup.units import prepare
from service.garbage import search_seldom

ROUNDS = 200
AT_ONCE = 10
"""So many are timed before it is the peer's turn again."""


def main() -> None:
    """Measure and print the table."""
    search_seldom()  # as every command does
    settings = Settings()
    made = list(articles(ROUNDS * 2, words=600, copies=2))
    by_id = {m.article.id: m.article for m in made}
    pairs = [(m.article, by_id[m.original]) for m in made if m.original][:ROUNDS]
    prepared = [(prepare(analyse(a)), prepare(analyse(b))) for a, b in pairs]
    for left, right in prepared[:10]:
        compare(left, right, settings)
    watch = Watch()
    watch("to read one", lambda p: analyse(p[0]), pairs)
    watch("to read and prepare one", lambda p: prepare(analyse(p[0])), pairs)
    watch("to judge two prepared ones", lambda p: judge([p], settings), prepared)
    watch("to compare two prepared ones", lambda p: compare(p[0], p[1], settings), prepared)
    watch(
        "to compare two from their text",
        lambda p: compare(prepare(analyse(p[0])), prepare(analyse(p[1])), settings),
        pairs,
    )
    watch(
        f"to compare {ROUNDS} such pairs together, each",
        lambda p: compare_all(p, settings),
        [prepared],
        each=len(prepared),
    )
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cold.db'}"
        engine = open_engine(replace(settings, store=url))
        engine.add_many([m.article for m in articles(20, seed=2)])
        originals = [m.article for m in made if not m.original][:ROUNDS]
        copies = [m.article for m in made if m.original][:ROUNDS]
        watch("to store one unlike all others, SQLite", engine.add, originals)
        watch("to store one copy, changes counted, SQLite", engine.add, copies)
        watch("to check one copy, changes counted, SQLite", engine.check, copies)
        engine.close()
    show(
        f"articles of 600 words, {ROUNDS} rounds, milliseconds",
        ["", "median", "95 %", "of datasketch's"],
        watch.rows,
        beside=f"datasketch alone takes {1e3 * watch.peer:.2f} ms for an article of {WIRE} words",
    )


@dataclass
class Watch:
    """Times work, and the peer in between."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    _peer: Peer = field(default_factory=Peer)
    _seconds: list[float] = field(default_factory=list)

    @property
    def peer(self) -> float:
        """Seconds that an article took the peer, the median of all turns."""
        return statistics.median(self._seconds)

    def __call__(
        self, name: str, work: Callable[..., object], inputs: Sequence[object], each: int = 1
    ) -> None:
        """Add a row; one input is worth ``each`` pieces of work."""
        times, turns = [], []
        for begin in range(0, len(inputs), AT_ONCE):
            turns.append(self._peer.seconds(AT_ONCE) / AT_ONCE)
            for one in inputs[begin : begin + AT_ONCE]:
                start = time.perf_counter()
                work(one)
                times.append((time.perf_counter() - start) / each)
        self._seconds += turns
        median = statistics.median(times)
        cut = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else median
        of_peer = median / statistics.median(turns)
        self.rows[name] = [f"{1e3 * median:.2f}", f"{1e3 * cut:.2f}", f"{of_peer:.1f}"]


if __name__ == "__main__":
    main()
