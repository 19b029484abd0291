"""Articles that fill a store without being read: made from a pool of analysed ones.

A filled article has the postings of one of the pool: those that two articles of the pool share
(phrases of the language, a source's furniture) stay as they are, so that hot buckets grow as they
would; those that stand in one article alone are made anew. One in ten is an edited copy: it keeps
30 to 90 % of the sketch of one of the latest 20,000 and is linked to it. Its text is that of the
article of the pool with its paragraphs in one of a few other orders, with the outline it has.
So a store of a million is made in minutes instead of hours; what is measured on it are articles
that go through everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.generate import articles
from dedup.analyse import analyse
from dedup.model import (
    Article,
    Containment,
    Edge,
    Keys,
    Match,
    Postings,
    Relation,
    SentenceStatus,
)
from dedup.outline import outline
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store.base import Store
from dedup.store.values import Entry, Found, Links

POOL = 2000
ORDERS = 4
REACH = 20_000
COPIES = 10
LIMIT = 10
_START = datetime(2026, 1, 1, tzinfo=UTC)
_SAME = 6
"""Two filled articles that share so many sampled shingles are linked."""


@dataclass(frozen=True, slots=True)
class _Model:
    texts: list[tuple[Article, bytes]]
    """The article with its paragraphs in several orders, each with its outline."""
    postings: Postings
    own: Sequence[np.ndarray]
    """Which bands, shingles and marks stand in this article of the pool alone."""


class Filler:
    """An endless stream of entries, the same for every run."""

    def __init__(self, settings: Settings, seed: int = 11, pool: int = POOL) -> None:
        self._random = np.random.default_rng(seed)
        self._pool = _models(settings, seed, pool)
        self._latest: list[Keys] = []
        self.number = 0

    def take(self, count: int) -> list[Entry]:
        """The next entries."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Entry:
        random = self._random
        model = self._pool[int(random.integers(len(self._pool)))]
        bands, sketch, marks = (
            _made_anew(keys, own, random)
            for keys, own in zip(
                (model.postings.bands, model.postings.sketch, model.postings.marks),
                model.own,
                strict=True,
            )
        )
        if self._latest and self.number % COPIES == COPIES - 1:
            copied = self._latest[int(random.integers(len(self._latest)))]
            share = int(min(len(copied), len(sketch)) * random.uniform(0.3, 0.9))
            sketch[:share] = random.permutation(copied)[:share]
        elif len(self._latest) < REACH:
            self._latest.append(sketch)
        else:
            self._latest[self.number % REACH] = sketch
        number = self.number
        self.number += 1
        article, made_out = model.texts[int(random.integers(len(model.texts)))]
        return Entry(
            replace(
                article,
                id=f"filled-{number:08d}",
                published_at=_START + timedelta(seconds=20 * number),
            ),
            fingerprint=f"{number:032x}",
            postings=Postings(bands, np.unique(sketch), np.unique(marks)),
            outline=made_out,
        )


def fill(store: Store, filler: Filler, count: int, batch: int = 1000) -> None:
    """Store so many filled articles, each linked to what shares enough with it."""
    for begin in range(0, count, batch):
        entries = filler.take(min(batch, count - begin))
        indexed = store.index(entries, LIMIT)
        store.link([link_to(one.ref, one.found) for one in indexed if one.found is not None])


def link_to(ref: int, found: Found) -> Links:
    """Edges to every candidate that shares enough."""
    return Links(
        ref, tuple(_edge(ref, one.ref) for one in found.candidates if one.shingles >= _SAME)
    )


def _edge(left: int, right: int) -> Edge:
    match = Match(
        id=str(right),
        relation=Relation.PARTIAL_COPY,
        score=0.8,
        resemblance=0.4,
        containment=Containment(0.5, 0.6),
        narrative_reuse=0.5,
        quotation_reuse=0.1,
        sentences={SentenceStatus.IDENTICAL: 7, SentenceStatus.EDITED: 3},
        reasons=("7 of 12 sentences stand word for word in the other article.",),
        changes={},
    )
    return Edge(left, right, match, left_coverage=2**12 - 1, right_coverage=2**12 - 1)


def _models(settings: Settings, seed: int, pool: int) -> list[_Model]:
    signer = Signer(settings)
    some = [made.article for made in articles(pool, seed=seed, copies=pool + 1)]
    analysed = [analyse(article) for article in some]
    postings = [signer.postings(one) for one in analysed]
    owned = [list(_own([getattr(one, kind) for one in postings])) for kind in _KINDS]
    random = np.random.default_rng(seed)
    return [
        _Model(_reordered(article, random), own, which)
        for article, own, *which in zip(some, postings, *owned, strict=True)
    ]


def _reordered(article: Article, random: np.random.Generator) -> list[tuple[Article, bytes]]:
    paragraphs = article.text.split("\n\n")
    orders = [random.permutation(len(paragraphs)).tolist() for _ in range(ORDERS)]
    texts = ["\n\n".join(paragraphs[i] for i in order) for order in orders]
    some = [replace(article, text=text) for text in texts]
    return [(one, outline(analyse(one))) for one in some]


_KINDS = ("bands", "sketch", "marks")


def _own(rows: Sequence[Keys]) -> Iterator[np.ndarray]:
    """For each row which of its keys stand in no other row."""
    carried = Counter(key for row in rows for key in set(row.tolist()))
    for row in rows:
        yield np.array([carried[key] == 1 for key in row.tolist()], dtype=np.bool_)


def _made_anew(keys: Keys, own: np.ndarray, random: np.random.Generator) -> Keys:
    made = keys.copy()
    made[own] = random.integers(0, 2**32, int(own.sum()), dtype=np.uint32)
    return made
