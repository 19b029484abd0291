"""The whole story of one article: analyse, index, look up, compare, link.

``Engine`` is the one object a service needs. It holds no state of its own but a cache.
"""

from __future__ import annotations

from collections.abc import Sequence

from dedup.model import Article, Cluster, Comparison, Match, Outcome, StoredArticle, Synopsis
from dedup.settings import Settings
from dedup.store.base import ClusterQuery, Page, Store


class Engine:
    """Deduplication over one store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings

    def add(self, article: Article) -> Outcome:
        """Store or replace one article and say what it copies."""
        return self.add_many([article])[0]

    def add_many(self, articles: Sequence[Article]) -> list[Outcome]:
        """Store articles in order, in bulk; copies within the batch find each other."""
        raise NotImplementedError

    def check(self, article: Article, settings: Settings | None = None) -> Outcome:
        """Say what the article copies, storing nothing. ``settings`` may carry other thresholds."""
        raise NotImplementedError

    def compare(
        self, left: Article, right: Article, settings: Settings | None = None
    ) -> Comparison:
        """Compare two articles in full; neither needs to be stored."""
        raise NotImplementedError

    def article(self, id: str) -> StoredArticle:
        """A stored article. Raises ``NotFound``."""
        raise NotImplementedError

    def matches(self, id: str) -> tuple[Match, ...]:
        """What a stored article is related to, strongest first. Raises ``NotFound``."""
        raise NotImplementedError

    def delete(self, id: str) -> None:
        """Remove an article for good. Raises ``NotFound``."""
        raise NotImplementedError

    def clusters(self, query: ClusterQuery) -> Page:
        """One page of clusters."""
        return self.store.clusters(query)

    def cluster(self, id: str) -> Cluster:
        """One cluster in full. Raises ``NotFound`` or ``ClusterMoved``."""
        raise NotImplementedError

    def synopsis(
        self, id: str, base: str | None = None, columns: Sequence[str] | None = None
    ) -> Synopsis:
        """The story's sentences side by side, read against ``base`` (default: representative).

        ``columns`` are member ids in the order wanted (default: all members, earliest first).
        Raises ``NotFound`` or ``ClusterMoved``.
        """
        raise NotImplementedError

    def finish_pending(self, limit: int = 1000) -> int:
        """Compare and link articles that were indexed but not linked; returns how many."""
        raise NotImplementedError

    def close(self) -> None:
        """Release the store."""
        self.store.close()
