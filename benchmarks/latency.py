"""How long one article takes: stored into a fresh store, compared with another.

Run ``python -m benchmarks.latency``. Prints medians and 95th percentiles in milliseconds.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.generate import articles
from dedup.analyse import analyse
from dedup.compare import compare, compare_all, judge
from dedup.engine import open_engine
from dedup.settings import Settings
from dedup.units import prepare
from service.garbage import search_seldom

ROUNDS = 200


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
    rows = [
        ("analyse", _timed(lambda p: analyse(p[0]), pairs)),
        ("analyse and prepare", _timed(lambda p: prepare(analyse(p[0])), pairs)),
        ("judge two prepared articles", _timed(lambda p: judge([p], settings), prepared)),
        ("compare two prepared articles", _timed(lambda p: compare(*p, settings), prepared)),
        (
            "compare two articles from their text",
            _timed(
                lambda p: compare(prepare(analyse(p[0])), prepare(analyse(p[1])), settings), pairs
            ),
        ),
    ]
    [together] = _timed(lambda p: compare_all(p, settings), [prepared])
    rows.append((f"compare {ROUNDS} such pairs together, each", [together / len(pairs)]))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cold.db'}"
        engine = open_engine(replace(settings, store=url))
        engine.add_many([m.article for m in articles(20, seed=2)])
        originals = [m.article for m in made if not m.original][:ROUNDS]
        copies = [m.article for m in made if m.original][:ROUNDS]
        rows.append(("store one article unlike all others, SQLite", _timed(engine.add, originals)))
        rows.append(("store one copy, changes counted, SQLite", _timed(engine.add, copies)))
        rows.append(("check one copy, changes counted, SQLite", _timed(engine.check, copies)))
        engine.close()
    print(f"articles of 600 words, {ROUNDS} rounds, milliseconds")
    print(f"{'':46}{'median':>10}{'95 %':>10}")
    for name, times in rows:
        cut = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(f"{name:46}{statistics.median(times):10.2f}{cut:10.2f}")


def _timed(work: Callable[..., object], inputs: Sequence[object]) -> list[float]:
    times = []
    for one in inputs:
        start = time.perf_counter()
        work(one)
        times.append(1e3 * (time.perf_counter() - start))
    return times


if __name__ == "__main__":
    main()
