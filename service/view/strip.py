"""The fate of every sentence of the story in each article, as one small drawing an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedup.model import Cell, SentenceStatus, Synopsis
from service.view.signs import Sign
from service.view.words import amount

STEP = 15
"""Width of one sentence in SVG units."""


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


def strips(synopsis: Synopsis) -> dict[str, Strip]:
    """A strip for every column of the synopsis, by article id."""
    fates: dict[str, list[tuple[Sign, bool]]] = {c.article.id: [] for c in synopsis.columns}
    added = dict.fromkeys(fates, 0)
    for row in synopsis.rows:
        cells = {cell.article_id: cell for cell in row.cells}
        for id, fate in fates.items():
            cell = cells.get(id)
            if row.base is not None:
                is_base = id == synopsis.base_id
                fate.append((Sign.KEPT, False) if is_base else _fate(cell))
            elif cell is not None and cell.span is not None:
                added[id] += cell.status is not SentenceStatus.FURNITURE
    return {
        id: Strip(_marks(fate, added[id]), _words(fate, added[id], id == synopsis.base_id))
        for id, fate in fates.items()
    }


def _fate(cell: Cell | None) -> tuple[Sign, bool]:
    if cell is None or cell.span is None:
        return Sign.DROPPED, False
    return Sign.EDITED if cell.status is SentenceStatus.EDITED else Sign.KEPT, cell.moved


def _marks(fate: Sequence[tuple[Sign, bool]], added: int) -> tuple[Mark, ...]:
    marks = [Mark(i * STEP, sign, moved) for i, (sign, moved) in enumerate(fate)]
    start = len(fate) * STEP + STEP // 2
    return (*marks, *(Mark(start + i * STEP, Sign.ADDED, False) for i in range(added)))


def _words(fate: Sequence[tuple[Sign, bool]], added: int, is_base: bool) -> str:
    total = amount(len(fate), "passage")
    if is_base:
        return f"{total}, the text the others are read against"
    named = ((Sign.KEPT, "kept"), (Sign.EDITED, "edited"), (Sign.DROPPED, "dropped"))
    counts = [(sum(1 for s, _ in fate if s is sign), word) for sign, word in named]
    words = f"Of {total}: " + ", ".join(f"{n} {word}" for n, word in counts if n)
    moved = sum(1 for _, m in fate if m)
    more = [f"{moved} moved"] if moved else []
    more += [f"{amount(added, 'sentence')} added"] if added else []
    return "; ".join([words, *([", ".join(more)] if more else [])])
