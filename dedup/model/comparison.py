"""What comes of comparing two articles, in full and in short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dedup.model.relations import EditKind, EditOp, Relation, SentenceStatus


class Span(NamedTuple):
    """A half-open stretch of an article's text."""

    begin: int
    end: int


class Edit(NamedTuple):
    """One step of the word alignment of a pair of sentences, in order of the left text.

    ``left`` and ``right`` are offsets into the two texts; an insert has an empty ``left``, a
    delete an empty ``right``. A run that only changed place inside the sentence is ``equal``.
    """

    op: EditOp
    left: Span
    right: Span
    kind: EditKind | None = None


class SentencePair(NamedTuple):
    """One row of an alignment; a side that is absent is None.

    A side can span several neighbouring sentences (merged or split). ``similarity`` is the share
    of words kept, 0..1. ``moved`` says that the pair stands out of order, whatever its status.
    ``furniture`` carries the reason when the status is furniture.
    """

    left: Span | None
    right: Span | None
    status: SentenceStatus
    similarity: float
    quotation: bool = False
    moved: bool = False
    furniture: str | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Containment:
    """|A n B| / |A| over 5-word shingles of the stories, both ways, 0..1."""

    left_in_right: float
    right_in_left: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a left article stands to a right one, without the pairs of sentences.

    ``score``: 0..1, how sure it is that the pair is reuse. ``resemblance``: Jaccard of 3-word
    shingles of the stories. ``narrative_reuse`` and ``quotation_reuse``: shares of the shorter
    story's words that were reused as narrative and as direct speech. ``sentences`` counts pairs
    by status, ``changes`` edits by kind.
    """

    relation: Relation
    score: float
    resemblance: float = 0.0
    containment: Containment = Containment(0.0, 0.0)
    narrative_reuse: float = 0.0
    quotation_reuse: float = 0.0
    sentences: Mapping[SentenceStatus, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    changes: Mapping[EditKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison(Likeness):
    """The full comparison of a left and a right article.

    ``left_coverage``/``right_coverage`` are bit sets of the sentences of each side that stand on
    the other side.
    """

    pairs: tuple[SentencePair, ...] = ()
    left_coverage: int = 0
    right_coverage: int = 0


@dataclass(frozen=True, slots=True)
class Match(Likeness):
    """A comparison in short; ``id`` is the stored article, the right side."""

    id: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that was left out of the verdict, and why."""

    begin: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer about one article.

    ``status`` is created, updated or unchanged, or None when nothing was stored. ``verdict`` is
    the strongest relation to anything stored, or ``unique``. ``notes`` are plain sentences about
    what limited the judgement (a text too short to judge, for example). ``compared`` is how many
    stored articles were compared in full.
    """

    id: str
    status: str | None
    verdict: str
    matches: tuple[Match, ...]
    cluster_id: str | None
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    compared: int = 0
