"""How fast and how large a store is, without the work on text: `python benchmarks/store.py`.

Synthetic articles of some 2.3 KB of text and 90 postings each (25 bands, 48 sampled shingles, of
which some are hot by Zipf's law, 17 sentences of which 4 are their source's furniture). One in
ten is an edited copy that shares 30 to 90 % of the sketch with one of the latest 5,000.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH
from rich.console import Console
from rich.table import Table

from dedup.model import (
    Article,
    Containment,
    Edge,
    Header,
    Match,
    Postings,
    Relation,
    SentenceStatus,
)
from dedup.settings import Settings
from dedup.store import open_store
from dedup.store.base import Entry, Found, Indexed, Links, Store

HEADER = Header(
    format=1,
    permutations=128,
    seed=1,
    scheme="affine32",
    bands=25,
    rows=5,
    article_shingle=3,
    sketch_shingle=4,
    sketch_modulus=8,
    normaliser=1,
)
BANDS, SKETCH, HOT, MARKS, FURNITURE = 25, 43, 5, 13, 4
LIMIT = 10
SPREAD = np.uint32(0x9E3779B1)  # makes hashes of small numbers


class Corpus:
    """An endless stream of entries, the same for every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._latest: list[np.ndarray] = []
        letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
        lengths = self._random.integers(2, 11, 30_000)
        words = np.array(["".join(self._random.choice(letters, n)) for n in lengths])
        picked = np.minimum(self._random.zipf(1.2, (4000, 20)), len(words)) - 1
        self._sentences = [" ".join(row).capitalize() + "." for row in words[picked].tolist()]
        self._number = 0

    def take(self, count: int) -> list[Entry]:
        """The next entries."""
        return [self._next() for _ in range(count)]

    def batches(self, count: int, size: int) -> Iterator[list[Entry]]:
        """The next ``count`` entries in batches."""
        for _ in range(count // size):
            yield self.take(size)

    def _next(self) -> Entry:
        random = self._random
        sketch = random.integers(0, 2**32, SKETCH, dtype=np.uint32)
        if self._latest and random.random() < 0.1:
            copied = self._latest[random.integers(len(self._latest))]
            share = random.integers(13, 39)
            sketch[:share] = copied[:share]
        if len(self._latest) < 5000:
            self._latest.append(sketch)
        else:
            self._latest[self._number % 5000] = sketch
        hot = np.minimum(random.zipf(1.1, HOT), 10**6).astype(np.uint32) * SPREAD
        source = int(random.integers(200))
        furniture = np.arange(FURNITURE, dtype=np.uint32) + np.uint32(source * 1000)
        furniture *= SPREAD
        marks = np.concatenate(
            [furniture, random.integers(0, 2**32, MARKS, dtype=np.uint32)], dtype=np.uint32
        )
        sentences = [self._sentences[i] for i in random.integers(len(self._sentences), size=18)]
        self._number += 1
        name = f"article-{self._number:08d}"
        return Entry(
            Article(
                id=name,
                text=" ".join(sentences),
                title=sentences[0][:50],
                source=f"source {source}",
                language="en",
            ),
            fingerprint=f"{self._number:032x}",
            postings=Postings(
                bands=random.integers(0, 2**32, BANDS, dtype=np.uint32),
                sketch=np.unique(np.concatenate([sketch, hot])),
                marks=np.unique(marks),
            ),
            topic=frozenset(random.integers(0, 2**63, 12).tolist()),
        )


def link_to(ref: int, found: Found, store: Store) -> Links:
    """Edges to every candidate that shares six shingles, as an engine would write them."""
    edges = tuple(
        Edge(
            left=ref,
            right=candidate.ref,
            match=Match(
                id=str(candidate.ref),
                relation=Relation.PARTIAL_COPY,
                score=0.8,
                resemblance=0.4,
                containment=Containment(0.5, 0.6),
                narrative_reuse=0.5,
                quotation_reuse=0.1,
                sentences={SentenceStatus.IDENTICAL: 7, SentenceStatus.EDITED: 3},
                reasons=("7 of 12 sentences stand word for word in the other article.",),
                changes={},
            ),
            left_coverage=2**12 - 1,
            right_coverage=2**12 - 1,
        )
        for candidate in found.candidates
        if candidate.shingles >= 6
    )
    return Links(ref, edges)


def ingest(store: Store, entries: list[Entry], *, fetch: bool, link: bool) -> list[Indexed]:
    """Index; with ``fetch`` read the candidates' articles, with ``link`` write edges."""
    indexed = store.index(entries, LIMIT)
    found = [(one.ref, one.found) for one in indexed if one.found is not None]
    if fetch:
        store.by_ref([c.ref for _, some in found for c in some.candidates])
    if link:
        store.link([link_to(ref, some, store) for ref, some in found])
    return indexed


def rate(store: Store, batches: list[list[Entry]], *, fetch: bool, link: bool) -> float:
    """Articles per second; the entries are made before the clock starts."""
    begin = time.perf_counter()
    for batch in batches:
        ingest(store, batch, fetch=fetch, link=link)
    return sum(map(len, batches)) / (time.perf_counter() - begin)


def datasketch_rate(entries: list[Entry]) -> float:
    """What `datasketch` in memory does with the same signatures: query, then insert; no texts."""
    index = MinHashLSH(num_perm=BANDS * 5, params=(BANDS, 5))
    random = np.random.default_rng(2)
    signatures = [
        MinHash(hashvalues=random.integers(0, 2**32, BANDS * 5, dtype=np.uint64), scheme="affine32")
        for _ in entries
    ]
    begin = time.perf_counter()
    for entry, signature in zip(entries, signatures, strict=True):
        index.query(signature)
        index.insert(entry.article.id, signature)
    return len(entries) / (time.perf_counter() - begin)


def measure(folder: Path, size: int, sample: int) -> dict[str, str]:
    """One column of the table: a store of ``size`` articles."""
    url = f"sqlite:///{folder}/{size}.db"
    settings = Settings()
    corpus = Corpus()
    store = open_store(url, HEADER, settings)
    filling = 0.0
    for entries in corpus.batches(size, 1000):
        begin = time.perf_counter()
        ingest(store, entries, fetch=False, link=True)
        filling += time.perf_counter() - begin
    out = {"filled in batches of 1,000 and linked, articles/s": f"{size / filling:,.0f}"}
    peer = datasketch_rate(corpus.take(sample))
    out["datasketch in memory, bands alone, articles/s"] = f"{peer:,.0f}"
    for length, name in ((1, "one by one"), (100, "in batches of 100")):
        for whole, what in ((False, "indexed and looked up"), (True, "fetched and linked too")):
            found = rate(store, list(corpus.batches(sample, length)), fetch=whole, link=whole)
            out[f"{what}, {name}, articles/s"] = f"{found:,.0f} ({found / peer:.2f} of datasketch)"
    checks = [entry.postings for entry in corpus.take(300)]
    begin = time.perf_counter()
    for postings in checks:
        store.lookup([postings], LIMIT)
    out["one look-up, ms"] = f"{(time.perf_counter() - begin) / len(checks) * 1000:.2f}"
    stats = store.stats()
    out["bytes an article, in the file"] = f"{stats.bytes / stats.articles:,.0f}"
    store.close()
    begin = time.perf_counter()
    store = open_store(url, HEADER, settings)
    store.lookup(checks[:1], LIMIT)
    out["opened, with the first look-up, s"] = f"{time.perf_counter() - begin:.2f}"
    ids = iter(f"article-{n:08d}" for n in range(1, size))
    for calls, each, name in ((1, sample, "in one call"), (500, 1, "one by one")):
        parts = [list(islice(ids, each)) for _ in range(calls)]
        begin = time.perf_counter()
        for part in parts:
            store.delete(part)
        out[f"deleted {name}, articles/s"] = f"{calls * each / (time.perf_counter() - begin):,.0f}"
    begin = time.perf_counter()
    gone = store.expire(datetime.now(UTC) + timedelta(days=1), sample)
    out["expired, articles/s"] = f"{gone / (time.perf_counter() - begin):,.0f}"
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out["peak memory of this process, MB"] = f"{peak / 1024:,.0f}"
    return out


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--folder", type=Path, help="where the files go (default: temporary)")
    arguments = parser.parse_args()
    table = Table(title="SQLite store")
    table.add_column("articles stored")
    columns = []
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            columns.append(measure(Path(folder), size, arguments.sample))
        table.add_column(f"{size:,}", justify="right")
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
