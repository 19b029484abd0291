"""The fate of every sentence of the story in each article, as one small drawing an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedup.findings import Fate, Fates
from dedup.model import SentenceStatus
from service.view.signs import Sign
from service.view.words import amount

STEP = 15
"""Width of one sentence in SVG units."""

SIGNS = {
    SentenceStatus.IDENTICAL: Sign.KEPT,
    SentenceStatus.EDITED: Sign.EDITED,
    SentenceStatus.REMOVED: Sign.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One sentence of a strip: where it is drawn and what became of it."""

    x: int
    sign: Sign
    moved: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The base's sentences in order, then the article's own; ``label`` says the same in words."""

    marks: tuple[Mark, ...]
    label: str

    @property
    def width(self) -> int:
        """Width of the drawing in SVG units."""
        return max((m.x for m in self.marks), default=0) + STEP


def strip(fates: Fates, *, base: bool, beside: bool) -> Strip:
    """The strip of one article; ``base`` if it is the one the others are read against."""
    total = amount(len(fates.sentences), "sentence")
    if base:
        label = f"{total}, the text the others are read against"
    else:
        label = f"Of {total}: {_words(fates, beside)}"
    return Strip(_marks(fates.sentences, fates.added), label)


def _marks(fates: Sequence[Fate], added: int) -> tuple[Mark, ...]:
    marks = [Mark(i * STEP, SIGNS[fate.status], fate.moved) for i, fate in enumerate(fates)]
    start = len(fates) * STEP + STEP // 2
    return (*marks, *(Mark(start + i * STEP, Sign.ADDED, False) for i in range(added)))


def _words(fates: Fates, beside: bool) -> str:
    """``1 kept, 13 edited, 3 dropped; 1 moved, 10 added``; what is beside drops nothing."""
    counts = [
        (fates.count(SentenceStatus.IDENTICAL), "kept"),
        (fates.count(SentenceStatus.EDITED), "edited"),
        (fates.count(SentenceStatus.REMOVED), "not carried" if beside else "dropped"),
    ]
    words = ", ".join(f"{n} {word}" for n, word in counts if n)
    moved = sum(fate.moved for fate in fates.sentences)
    more = [f"{moved} moved"] if moved else []
    more += [f"{fates.added} {'of its own' if beside else 'added'}"] if fates.added else []
    return "; ".join([words, *([", ".join(more)] if more else [])])
