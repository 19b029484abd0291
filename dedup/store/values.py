"""Values: what a store is given and what it gives back, beside the values of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dedup.model import Article, Candidate, ClusterSummary, Edge, Postings


@dataclass(frozen=True, slots=True)
class Entry:
    """One article to be indexed.

    ``fingerprint`` is a digest of everything in the article but its id: equal fingerprints
    under one id mean that nothing changed. ``received_at`` and ``version`` are
    given for an article that comes from another store; otherwise it arrives now, as version 1 or
    the one after the version that is stored. With ``fresh_only`` an article whose id is stored
    already, whatever its content, is left out. ``url_key`` is ``dedup.canonical.url_key`` of the
    article's URL; it follows from the content, so equal fingerprints have equal keys. ``outline``
    is kept for whoever reads the article again, and may be empty (``dedup.outline``).
    """

    article: Article
    fingerprint: str
    postings: Postings
    received_at: datetime | None = None
    version: int | None = None
    fresh_only: bool = False
    url_key: bytes | None = None
    outline: bytes = b""

    @property
    def at(self) -> datetime | None:
        """When it was published or, where that is unknown, arrived; None stands for now."""
        return self.article.published_at or self.received_at


@dataclass(frozen=True, slots=True)
class Found:
    """What the index knows about one set of postings.

    ``candidates`` share a band or sampled shingles, most shared first, at most ``limit``.
    Only articles within the window (``Settings.window_days``) are found; others take up no room
    among the newest of a bucket.
    ``repeats[i]`` are the refs (newest first, at most the bucket limit) that carry
    ``postings.marks[i]``, that is, the same sentence from the same source.
    """

    candidates: tuple[Candidate, ...]
    repeats: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """The result of indexing one entry: its ref, its status, what was found.

    ``id`` is the id of the article, which is not the entry's where both have one URL.
    ``status`` is ``created``, ``updated``, ``unchanged``, or ``exists`` for an entry that was to be
    fresh only and is not; ``ref`` is then that of the article there is. ``found`` is None when
    nothing changed and the article is not pending.
    """

    ref: int
    status: str
    found: Found | None
    id: str


@dataclass(frozen=True, slots=True)
class Links:
    """All edges found for the article ``ref``; they replace what it had written before.

    ``topics`` are hashes of the most telling words of articles, by ref (``dedup.topic``): of both
    at every edge of the same text (level 3), for clusters to tell a round-up from a crop. What is
    told of an article is the same every time. A store keeps it as long as the article.
    """

    ref: int
    edges: tuple[Edge, ...]
    topics: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClusterQuery:
    """Filter and order of a cluster listing; None means no restriction.

    ``order`` is ``newest`` (latest activity first) or ``largest``. ``since`` and ``until`` bound
    the time of the cluster's latest article, which orders ``newest`` too. ``q`` is looked for in
    titles and texts of members (``dedup.store.search``).
    """

    min_size: int = 2
    source: str | None = None
    q: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: str = "newest"
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of clusters and the cursor of the next one, None at the end."""

    items: tuple[ClusterSummary, ...]
    next_cursor: str | None
    total: int
