"""A cluster's story, sentence by sentence, with what each member made of it."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.model.comparison import Edit, Span
from dedup.model.relations import SentenceStatus
from dedup.model.stored import StoredArticle


@dataclass(frozen=True, slots=True)
class Cell:
    """One member's form of one sentence of the story.

    ``span`` is None where the member does not carry the sentence. ``edits`` lead from the base
    article's sentence to this member's.
    """

    article_id: str
    status: SentenceStatus
    span: Span | None
    similarity: float
    quotation: bool
    moved: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence of the story: where the base article has it (None if it lacks it)."""

    base: Span | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Synopsis:
    """The sentences of a story side by side: one row per sentence, one cell per column."""

    cluster_id: str
    base_id: str
    columns: tuple[StoredArticle, ...]
    rows: tuple[Row, ...]
