"""Disputed words by article, with the letters of their versions: the same in panel and table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from string import ascii_uppercase

from dedup.findings import Disagreement, Saying
from dedup.model import Span


@dataclass(frozen=True, slots=True)
class Disputed:
    """What one article says of one point: ``words`` is None where it says nothing."""

    point: int
    letter: str
    kind: str
    words: Span | None
    passage: Span | None


class Disputes:
    """The points of a cluster, numbered from one in the order of their rank."""

    def __init__(self, points: Sequence[Disagreement]) -> None:
        self.points = points
        self._by_article: dict[str, list[Disputed]] = {}
        for number, point in enumerate(points, start=1):
            for letter, saying in said(point):
                one = Disputed(number, letter, str(point.kind), saying.words, saying.passage)
                self._by_article.setdefault(saying.article_id, []).append(one)

    def of(self, article_id: str) -> Sequence[Disputed]:
        """All points on which an article has a say."""
        return self._by_article.get(article_id, ())

    def within(self, article_id: str, span: Span) -> list[Disputed]:
        """The points whose disputed words stand in a passage of an article."""
        return [d for d in self.of(article_id) if d.words and inside(d.words, span)]

    def elsewhere(self, article_id: str, points: Set[int], span: Span | None) -> list[Disputed]:
        """What an article says of some points outside a passage, or that it says nothing."""
        return [
            d
            for d in self.of(article_id)
            if d.point in points and not (d.words and span and inside(d.words, span))
        ]


def said(point: Disagreement) -> Iterator[tuple[str, Saying]]:
    """Every saying of a point with the letter of its version."""
    for letter, variant in zip(letters(), point.variants, strict=False):
        for saying in variant.sayings:
            yield letter, saying


def letters() -> Iterator[str]:
    """A, B, C ... Z, and a dot for more versions than there are letters."""
    yield from ascii_uppercase
    while True:
        yield "·"


def inside(inner: Span, outer: Span) -> bool:
    """Whether a stretch of text stands within another."""
    return outer.begin <= inner.begin and inner.end <= outer.end
