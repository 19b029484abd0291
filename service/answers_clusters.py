"""What is answered about clusters: lists, members and edges, synopses."""

from __future__ import annotations

from pydantic import BaseModel, Field

from dedup.model import Relation, SentenceStatus
from service import examples
from service.answers import ArticleRef, Edit, Span, example_of
from service.answers_judgements import Judgement
from service.fields import Share, Time


class ClusterSummary(BaseModel):
    """A cluster in a list."""

    id: str
    representative: ArticleRef
    size: int
    sources: list[str]
    first_at: Time
    last_at: Time
    updated_at: Time


class Clusters(BaseModel):
    """One page of clusters."""

    model_config = example_of(examples.CLUSTERS)

    items: list[ClusterSummary]
    next_cursor: str | None
    total: int


class ClusterEdge(BaseModel):
    """A relation between two articles; ``binding`` when it holds the cluster together."""

    left: str
    right: str
    relation: Relation
    score: Share
    narrative_reuse: Share
    quotation_reuse: Share
    binding: bool


class Cluster(BaseModel):
    """A cluster in full."""

    model_config = example_of(examples.CLUSTER)

    id: str
    representative_id: str
    size: int
    members: list[ArticleRef]
    edges: list[ClusterEdge]
    weakest: ClusterEdge | None = Field(description="The binding edge with the lowest score.")
    bridges: list[str] = Field(description="Members that embed parts of more than one story.")
    beside: list[ArticleRef] = Field(description="Articles that share a passage only.")
    beside_edges: list[ClusterEdge]
    judgements: list[Judgement] = Field(
        description="What people said of members and others; an edge of theirs that was judged "
        "different does not bind, and articles judged to be the same are joined without one."
    )
    overruled: list[ClusterEdge] = Field(
        description="Edges to articles elsewhere that would be members, had nobody judged them "
        "to be different."
    )


class Cell(BaseModel):
    """One member's form of one sentence; ``span`` is null where it has none."""

    article_id: str
    span: Span | None
    status: SentenceStatus
    similarity: Share
    quotation: bool
    moved: bool
    edits: list[Edit]


class Row(BaseModel):
    """One sentence of the story: as the base has it, and a cell per column."""

    base: Span | None
    cells: list[Cell]


class Synopsis(BaseModel):
    """The sentences of a cluster's story side by side."""

    model_config = example_of(examples.SYNOPSIS)

    cluster_id: str
    base_id: str
    columns: list[ArticleRef]
    rows: list[Row]
