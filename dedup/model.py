"""The values that pass between the rooms: frozen, typed, without behaviour beyond reading.

Words follow the field: shingle and resemblance after Broder (1997), signature, band and bucket
after Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3.

Every offset is a half-open pair of code-point positions in ``Article.text`` as it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.judgement import Judgement

Hashes = NDArray[np.uint64]
Keys = NDArray[np.uint32]


class Relation(StrEnum):
    """How the left article stands to the right one, strongest first.

    The first five are *reuse*; only they put two articles into one cluster.
    """

    EXACT = "exact"
    NEAR_DUPLICATE = "near_duplicate"
    CONTAINS = "contains"
    CONTAINED_IN = "contained_in"
    PARTIAL_COPY = "partial_copy"
    SHARED_PASSAGE = "shared_passage"
    SAME_TEMPLATE = "same_template"
    NONE = "none"

    @property
    def is_reuse(self) -> bool:
        """Whether articles so related are copies and belong into one cluster."""
        return self.level >= 2

    @property
    def level(self) -> int:
        """Degree of reuse: 3 same text, 2 substantial, 1 limited or quotations only, 0 none."""
        return _LEVEL[self]

    @property
    def rank(self) -> int:
        """Position in the order of strength; 0 is strongest."""
        return _RANK[self]

    @property
    def inverse(self) -> Relation:
        """The same relation seen from the right article."""
        if self is Relation.CONTAINS:
            return Relation.CONTAINED_IN
        if self is Relation.CONTAINED_IN:
            return Relation.CONTAINS
        return self


_LEVEL = {
    Relation.EXACT: 3,
    Relation.NEAR_DUPLICATE: 3,
    Relation.CONTAINS: 3,
    Relation.CONTAINED_IN: 3,
    Relation.PARTIAL_COPY: 2,
    Relation.SHARED_PASSAGE: 1,
    Relation.SAME_TEMPLATE: 0,
    Relation.NONE: 0,
}
_RANK = {relation: rank for rank, relation in enumerate(Relation)}

UNIQUE = "unique"
"""The verdict of an article that is related to nothing stored."""


class SentenceStatus(StrEnum):
    """What became of a sentence between the left and the right article."""

    IDENTICAL = "identical"
    EDITED = "edited"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"
    FURNITURE = "furniture"


class EditOp(StrEnum):
    """What happened to a run of words inside an aligned pair of sentences."""

    EQUAL = "equal"
    REPLACE = "replace"
    INSERT = "insert"
    DELETE = "delete"


class EditKind(StrEnum):
    """What kind of thing an edit changed. All but ``wording`` are changes of substance."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    NEGATION = "negation"
    CLAIM = "claim"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was sent, reduced to story text if it came as HTML.

    ``id_given`` is false for an id that was made here, by which nobody will ask for the article.
    """

    id: str
    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    id_given: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it stands and which tokens it holds.

    ``furniture`` says why the sentence belongs to the page and not to the story, or is None.
    ``quotation`` is true when most of its words are direct speech.
    """

    begin: int
    end: int
    first_token: int
    last_token: int
    paragraph: int
    furniture: str | None = None
    quotation: bool = False


@dataclass(frozen=True, slots=True)
class AnalysedArticle:
    """An article and all that is known from its text alone.

    ``words`` are normalised tokens, ``begins``/``ends`` their offsets, ``hashes`` their 64-bit
    hashes. ``quoted`` marks tokens between quotation marks, ``speech`` those that are a person's
    words (a quotation of some length, or unmarked speech in the first person), ``story`` those
    outside furniture.
    ``per_word`` is the number of tokens that make one word: 1, or 2 in scripts written without
    spaces, where a token is one character.
    """

    article: Article
    language: str
    per_word: int
    words: tuple[str, ...]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    hashes: Hashes
    quoted: NDArray[np.bool_]
    speech: NDArray[np.bool_]
    story: NDArray[np.bool_]
    sentences: tuple[Sentence, ...]

    @property
    def story_words(self) -> int:
        """How many words of story there are, furniture left out."""
        return int(np.count_nonzero(self.story)) // self.per_word


@dataclass(frozen=True, slots=True)
class Header:
    """Every parameter that shapes the index; two stores with other headers never mix."""

    format: int
    permutations: int
    seed: int
    scheme: str
    bands: int
    rows: int
    article_shingle: int
    sketch_shingle: int
    sketch_modulus: int
    normaliser: int


@dataclass(frozen=True, slots=True)
class Postings:
    """What the index stores of one article; every array is sorted or positional uint32.

    ``bands``: one bucket hash per band of the MinHash signature, by position.
    ``sketch``: the sampled shingles of the passage index, distinct.
    ``marks``: sentences as this source prints them (hashed with the source), distinct; empty
    without a source, distinct. They tell which sentences a source repeats on unrelated pages.
    """

    bands: Keys
    sketch: Keys
    marks: Keys


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


@dataclass(frozen=True, slots=True)
class SentencePair:
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
class Comparison:
    """The full comparison of a left and a right article.

    ``score``: 0..1, how sure it is that the pair is reuse. ``resemblance``: Jaccard of 3-word
    shingles of the stories. ``narrative_reuse`` and ``quotation_reuse``: shares of the shorter
    story's words that were reused as narrative and as direct speech. ``sentences`` counts pairs
    by status, ``changes`` edits by kind. ``left_coverage``/``right_coverage`` are bit sets of the
    sentences of each side that stand on the other side.
    """

    relation: Relation
    score: float
    resemblance: float
    containment: Containment
    narrative_reuse: float
    quotation_reuse: float
    sentences: Mapping[SentenceStatus, int]
    reasons: tuple[str, ...]
    changes: Mapping[EditKind, int]
    pairs: tuple[SentencePair, ...]
    left_coverage: int = 0
    right_coverage: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A comparison in short: the stored article ``id`` as the right side, without the pairs."""

    id: str
    relation: Relation
    score: float
    resemblance: float
    containment: Containment
    narrative_reuse: float
    quotation_reuse: float
    sentences: Mapping[SentenceStatus, int]
    reasons: tuple[str, ...]
    changes: Mapping[EditKind, int]


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


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article in the store. ``ref`` is its compact id; a new version gets a new ref."""

    ref: int
    article: Article
    fingerprint: str
    received_at: datetime
    version: int
    cluster_id: str | None
    pending: bool


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
