"""What a store keeps and tells: articles, edges, clusters, the feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dedup.judgement import Judgement
from dedup.model.article import Article
from dedup.model.comparison import Match
from dedup.model.relations import Relation


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article in the store. ``ref`` is its compact id; a new version gets a new ref.

    ``outline`` is what was kept of its analysis (``dedup.outline``), empty if nothing was.
    """

    ref: int
    article: Article
    fingerprint: str
    received_at: datetime
    version: int
    cluster_id: str | None
    pending: bool
    outline: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored article that shares buckets: ``bands`` of the signature, ``shingles`` sampled."""

    ref: int
    bands: int
    shingles: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A stored relation of two articles, written by the one that arrived later (``left``).

    Every relation but ``none`` is kept; only reuse edges hold clusters together, and only while
    they are ``binding`` (see ``dedup.cluster``). The match is what the left article was told.
    """

    left: int
    right: int
    match: Match
    left_coverage: int = 0
    right_coverage: int = 0
    binding: bool = True

    @property
    def relation(self) -> Relation:
        """The relation of left to right."""
        return self.match.relation


@dataclass(frozen=True, slots=True)
class ClusterEdge:
    """A relation between two articles as a cluster shows it, by article id."""

    left: str
    right: str
    relation: Relation
    score: float
    narrative_reuse: float
    quotation_reuse: float
    binding: bool = True


@dataclass(frozen=True, slots=True)
class ClusterSummary:
    """A cluster in a list: its representative, size, sources and time span."""

    id: str
    representative: StoredArticle
    size: int
    sources: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster in full.

    ``weakest`` is the binding edge whose loss would cost least (lowest score among the edges
    that hold the cluster together); ``bridges`` are the ids of articles that embed parts of
    more than one story; ``beside`` are articles that share only a passage with a member, with
    the edges that say so. ``judgements`` are what people said of members and others; an edge
    that they overruled does not bind, and ``overruled`` has those that lead out of the cluster.
    """

    id: str
    representative_id: str
    members: tuple[StoredArticle, ...]
    edges: tuple[ClusterEdge, ...]
    weakest: ClusterEdge | None
    bridges: tuple[str, ...]
    beside: tuple[StoredArticle, ...]
    beside_edges: tuple[ClusterEdge, ...]
    judgements: tuple[Judgement, ...] = ()
    overruled: tuple[ClusterEdge, ...] = ()


class EventKind(StrEnum):
    """What the feed tells of."""

    ARTICLE_CREATED = "article.created"
    ARTICLE_UPDATED = "article.updated"
    ARTICLE_DELETED = "article.deleted"
    CLUSTER_CREATED = "cluster.created"
    CLUSTER_GROWN = "cluster.grown"
    CLUSTER_MERGED = "cluster.merged"
    CLUSTER_SPLIT = "cluster.split"
    JUDGEMENT_SAME = "judgement.same"
    JUDGEMENT_DIFFERENT = "judgement.different"
    JUDGEMENT_UNDONE = "judgement.undone"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the append-only feed; ``cursor`` strictly increases.

    ``article_ids`` are those concerned (the joining article, the part split off, the pair that
    was judged); ``into`` is the surviving cluster of a merge or the new one of a split.
    """

    cursor: int
    at: datetime
    kind: EventKind
    article_ids: tuple[str, ...] = ()
    cluster_id: str | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """Size of a store. ``bytes`` is what it occupies, on disk or in Redis memory."""

    articles: int
    clusters: int
    postings: int
    bytes: int
    pending: int
    oldest: datetime | None
    newest: datetime | None
