"""What is answered: the shape of every JSON document, as ``/openapi.json`` describes it.

``service.present`` makes these documents; the tests hold every answer against this description.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dedup.model import EditKind, EditOp, EventKind, Relation, SentenceStatus
from service import examples
from service.fields import Share, Time
from service.present import Json

Verdict = Literal[
    "exact",
    "near_duplicate",
    "contains",
    "contained_in",
    "partial_copy",
    "shared_passage",
    "same_template",
    "unique",
]
Offsets = tuple[int, int]


def example_of(example: Json) -> ConfigDict:
    """The configuration of a model with an example."""
    return ConfigDict(json_schema_extra={"example": example})


class FieldError(BaseModel):
    """One thing that is wrong, and where."""

    field: str
    message: str


class Problem(BaseModel):
    """A refusal, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldError]


class Containment(BaseModel):
    """|A n B| / |A| over 5-word shingles of the stories, both ways."""

    left_in_right: Share
    right_in_left: Share


class _Compared(BaseModel):
    relation: Relation
    score: Share = Field(description="How sure it is that the pair is reuse.")
    resemblance: Share = Field(description="Jaccard coefficient of the stories' 3-word shingles.")
    containment: Containment
    narrative_reuse: Share = Field(
        description="Share of the shorter story that was reused as narrative."
    )
    quotation_reuse: Share = Field(
        description="Share of the shorter story that was reused as direct speech."
    )
    sentences: dict[str, int] = Field(
        description="Pairs of sentences by status: identical, edited, moved, added, removed, "
        "furniture."
    )
    reasons: list[str] = Field(description="Why this relation, in plain sentences.")
    changes: dict[str, int] = Field(
        description="Edits by kind: number, date, name, quotation, negation, claim, wording."
    )


class Match(_Compared):
    """How the article asked about (left) stands to a stored one (right)."""

    model_config = example_of(examples.MATCH)

    id: str
    title: str | None
    source: str | None
    url: str | None
    published_at: Time | None
    cluster_id: str | None


class MatchRef(BaseModel):
    """A match in brief."""

    id: str
    relation: Relation
    score: Share


class Matches(BaseModel):
    """What an article is related to, strongest first."""

    model_config = example_of(examples.MATCHES)

    items: list[Match]


class LeftOut(BaseModel):
    """A sentence left out of the verdict, by its offsets in the text, and why."""

    begin: int
    end: int
    reason: str


class Outcome(BaseModel):
    """The answer about one article."""

    model_config = example_of(examples.OUTCOME)

    id: str | None = Field(description="Null when an article without an id was only checked.")
    status: Literal["created", "updated", "unchanged"] | None = Field(
        description="Null when nothing was stored."
    )
    verdict: Verdict = Field(description="The strongest relation to anything stored, or unique.")
    matches: list[Match]
    cluster_id: str | None
    left_out: list[LeftOut]
    notes: list[str] = Field(description="What limits the verdict, in plain sentences.")


class BatchLine(BaseModel):
    """The answer about one line of a batch: an outcome, or ``error``."""

    model_config = example_of(examples.BATCH_LINE)

    line: int = Field(description="The line of the input, from 1.")
    id: str | None
    status: Literal["created", "updated", "unchanged"] | None
    verdict: Verdict | None
    cluster_id: str | None
    matches: list[Match | MatchRef] | None = Field(description="Null with detail=none.")
    error: Problem | None


class ArticleRef(BaseModel):
    """A stored article without its text."""

    id: str
    title: str | None
    source: str | None
    url: str | None
    published_at: Time | None
    language: str | None
    received_at: Time
    version: int = Field(description="1 when created, one more with every change.")
    cluster_id: str | None
    pending: bool = Field(description="Stored, but not yet compared with all others.")


class Article(ArticleRef):
    """A stored article."""

    model_config = example_of(examples.ARTICLE)

    text: str = Field(description="The text all offsets point into, in code points.")
    metadata: dict[str, Any]


class Span(BaseModel):
    """A stretch of a text, by code points, half open."""

    begin: int
    end: int
    text: str


class Edit(BaseModel):
    """A step from the left sentence to the right one; offsets into the two texts."""

    op: EditOp
    left: Offsets
    right: Offsets
    kind: EditKind | None


class Pair(BaseModel):
    """Sentences that stand for each other; a side that is absent is null."""

    left: Span | None
    right: Span | None
    status: SentenceStatus
    similarity: Share = Field(description="Share of the words kept.")
    quotation: bool
    moved: bool = Field(description="Out of order, whatever the status.")
    furniture: str | None = Field(description="Why it belongs to the page and not to the story.")
    edits: list[Edit]


class Comparison(_Compared):
    """Two articles sentence by sentence."""

    model_config = example_of(examples.COMPARISON)

    pairs: list[Pair]


class Event(BaseModel):
    """Something that happened to an article or a cluster."""

    cursor: int = Field(description="Its place in the feed; each is one more than that before.")
    at: Time
    kind: EventKind
    article_ids: list[str] = Field(
        description="The articles concerned: the one that came, those that joined or left."
    )
    cluster_id: str | None
    into: str | None = Field(
        description="The cluster that survives a merger, or that a split made."
    )


class Events(BaseModel):
    """A part of the feed."""

    model_config = example_of(examples.EVENTS)

    items: list[Event]
    next: int = Field(description="What to send as `after` to go on from here.")


class Status(BaseModel):
    """Whether the service is up."""

    model_config = example_of({"status": "ok"})

    status: Literal["ok", "ready"]
