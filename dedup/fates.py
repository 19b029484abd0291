"""What became of every sentence of a story in each of its copies."""

from __future__ import annotations

from bisect import bisect_left

from dedup.findings import Fate, Fates
from dedup.model import AnalysedArticle, Comparison, SentenceStatus


def fates(base: AnalysedArticle, comparison: Comparison) -> Fates:
    """The fate of the base's story sentences in the article it was compared with.

    A sentence that was merged with its neighbour counts by itself. Linear in the sentences.
    """
    begins = [s.begin for s in base.sentences if s.furniture is None]
    found = [Fate(SentenceStatus.REMOVED, False)] * len(begins)
    added = 0
    for pair in comparison.pairs:
        if pair.status is SentenceStatus.ADDED:
            added += 1
        if pair.left is None or pair.right is None or pair.status is SentenceStatus.FURNITURE:
            continue
        kept = pair.status in (SentenceStatus.IDENTICAL, SentenceStatus.MOVED)
        status = SentenceStatus.IDENTICAL if kept else SentenceStatus.EDITED
        fate = Fate(status, pair.moved or pair.status is SentenceStatus.MOVED)
        first, last = (bisect_left(begins, at) for at in (pair.left.begin, pair.left.end))
        found[first:last] = [fate] * (last - first)
    return Fates(tuple(found), added)


def untouched(base: AnalysedArticle) -> Fates:
    """The fates of a text in itself."""
    story = sum(s.furniture is None for s in base.sentences)
    return Fates((Fate(SentenceStatus.IDENTICAL, False),) * story, 0)
