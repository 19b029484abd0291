"""The whole cluster in one drawing: a column per article, a row per sentence, by versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.findings import Fates
from dedup.model import SentenceStatus
from service.view.signs import Sign
from service.view.strip import SIGNS

WIDE = 10
HIGH = 13
"""The distance from one mark to the next, in SVG units."""
GAP = 14
"""Between two versions."""
MOST = 240
"""So many articles are drawn."""
TALLEST = 60
"""So many sentences are drawn."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands below the columns of one version: where it begins and ends, and its count."""

    begin: int
    end: int
    count: int

    @property
    def middle(self) -> float:
        """Where the count is written."""
        return (self.begin + self.end) / 2


@dataclass(frozen=True, slots=True)
class Score:
    """The drawing: all places of each sign as one path, the brackets, and all of it in words."""

    paths: tuple[tuple[Sign, str], ...]
    brackets: tuple[Bracket, ...]
    width: int
    height: int
    label: str


def score(groups: Sequence[tuple[int, Fates]]) -> Score:
    """Draw groups of articles with the same fates: how many they are, and the fates."""
    places: dict[Sign, list[str]] = {}
    brackets = []
    rows = max((min(len(f.sentences) + f.added, TALLEST) for _, f in groups), default=0)
    x = drawn = 0
    for count, fates in groups:
        begin = x
        for _ in range(min(count, MOST - drawn)):
            for sign, y in _column(fates):
                places.setdefault(sign, []).append(_stroke(sign, x, y * HIGH))
            x += WIDE
            drawn += 1
        if x > begin:
            brackets.append(Bracket(begin, x - 2, count))
            x += GAP
    return Score(
        paths=tuple((sign, "".join(places[sign])) for sign in Sign if sign in places),
        brackets=tuple(brackets),
        width=max(x - GAP, WIDE),
        height=rows * HIGH,
        label=_label(groups),
    )


def _column(fates: Fates) -> Iterable[tuple[Sign, int]]:
    signs = [SIGNS[fate.status] for fate in fates.sentences] + [Sign.ADDED] * fates.added
    return [(sign, y) for y, sign in enumerate(signs[:TALLEST])]


def _stroke(sign: Sign, x: int, y: int) -> str:
    """One mark of 8 by 10 as a piece of a path."""
    if sign is Sign.KEPT:
        return f"M{x} {y}h8v10h-8z"
    if sign is Sign.EDITED:
        return f"M{x} {y}h8v10h-8zM{x + 1} {y + 9}h6v-8z"
    if sign is Sign.ADDED:
        return f"M{x + 3} {y + 1}h2v3h3v2h-3v3h-2v-3h-3v-2h3z"
    return f"M{x + 1} {y + 4}h6v2h-6z"


def _label(groups: Sequence[tuple[int, Fates]]) -> str:
    parts = []
    for count, fates in groups[:12]:
        counts = (
            (fates.count(SentenceStatus.EDITED), "edited"),
            (fates.count(SentenceStatus.REMOVED), "dropped"),
            (fates.added, "added"),
        )
        did = [f"{n} {word}" for n, word in counts if n]
        parts.append(f"{count} {', '.join(did) if did else 'with every sentence kept'}")
    total = sum(count for count, _ in groups)
    return f"{total} articles as columns, sentences as rows: " + "; ".join(parts)
