"""The values that pass between the rooms: frozen, typed, without behaviour beyond reading.

Words follow the field: shingle and resemblance after Broder (1997), signature, band and bucket
after Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3.

Every offset is a half-open pair of code-point positions in ``Article.text`` as it was sent.
"""

from dedup.model.article import AnalysedArticle, Article, Hashes, Header, Keys, Postings, Sentence
from dedup.model.comparison import (
    Comparison,
    Containment,
    Edit,
    LeftOut,
    Likeness,
    Match,
    Outcome,
    SentencePair,
    Span,
)
from dedup.model.relations import UNIQUE, EditKind, EditOp, Relation, SentenceStatus
from dedup.model.stored import (
    Candidate,
    Cluster,
    ClusterEdge,
    ClusterSummary,
    Edge,
    Event,
    EventKind,
    Stats,
    StoredArticle,
)
from dedup.model.synopsis import Cell, Row, Synopsis

__all__ = [
    "UNIQUE",
    "AnalysedArticle",
    "Article",
    "Candidate",
    "Cell",
    "Cluster",
    "ClusterEdge",
    "ClusterSummary",
    "Comparison",
    "Containment",
    "Edge",
    "Edit",
    "EditKind",
    "EditOp",
    "Event",
    "EventKind",
    "Hashes",
    "Header",
    "Keys",
    "LeftOut",
    "Likeness",
    "Match",
    "Outcome",
    "Postings",
    "Relation",
    "Row",
    "Sentence",
    "SentencePair",
    "SentenceStatus",
    "Span",
    "Stats",
    "StoredArticle",
    "Synopsis",
]
