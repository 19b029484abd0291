"""What a user would build with datasketch alone: the peer that speeds are measured against.

Lower-cased 3-word shingles of the whole text, 128 permutations, threshold 0.5. Each article is
asked for, then inserted. It keeps no texts, compares nothing, and forgets all when it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from datasketch import MinHash, MinHashLSH

from benchmarks import generate
from benchmarks.report import Clock, clocked
from dedup.model import Article

PERMUTATIONS, THRESHOLD = 128, 0.5
WIRE = 136
"""Words of an ordinary wire item."""


def sign(text: str) -> MinHash:
    """The signature of a text."""
    words = text.lower().split()
    signature = MinHash(num_perm=PERMUTATIONS)
    signature.update_batch(
        {" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))}
    )
    return signature


def index(storage: dict[str, Any] | None = None) -> MinHashLSH:
    """An empty index, in memory unless told otherwise."""
    return MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, storage_config=storage)


def take(lsh: MinHashLSH, articles: Sequence[Article]) -> Clock:
    """What it takes to sign, ask for and insert each of these, one after the other."""
    with clocked() as clock:
        for article in articles:
            signature = sign(article.text)
            lsh.query(signature)
            lsh.insert(article.id, signature)
    return clock


def run(articles: Sequence[Article]) -> Clock:
    """What it takes in memory, from an empty index on."""
    return take(index(), articles)


class Peer:
    """The peer as a measure of the machine: what it takes for articles of ``WIRE`` words, now."""

    def __init__(self) -> None:
        self._lsh = index()
        self._articles = (m.article for m in generate.articles(1 << 20, words=WIRE, seed=3))

    def seconds(self, count: int) -> float:
        """The time that so many further articles take, generating them left out."""
        return take(self._lsh, list(islice(self._articles, count))).wall
