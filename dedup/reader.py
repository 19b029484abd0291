"""Reading the store: articles, their matches, clusters, synopses, comparisons.

What is prepared once for comparison is kept in memory. A new version of an article gets a new
ref, so what is kept is never out of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dedup.analyse import analyse
from dedup.cache import Cache
from dedup.compare import compare, compare_all, judge
from dedup.errors import ArticleMoved, NotFound
from dedup.matches import mirrored, strongest_first
from dedup.model import (
    AnalysedArticle,
    Article,
    Cluster,
    Comparison,
    Match,
    StoredArticle,
    Synopsis,
)
from dedup.outline import recall_all
from dedup.overview import overview
from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.values import ClusterQuery, Page
from dedup.synopsis import synopsis
from dedup.topic import topics
from dedup.units import Prepared, prepare


class Reader:
    """What can be asked of a store without changing it. Safe to use from several threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self._cache: Cache[int, AnalysedArticle | Prepared] = Cache(settings.cache_articles)

    def compare(
        self, left: Article, right: Article, settings: Settings | None = None
    ) -> Comparison:
        """Compare two articles in full; neither needs to be stored."""
        return compare(prepare(analyse(left)), prepare(analyse(right)), settings or self.settings)

    def article(self, id: str) -> StoredArticle:
        """A stored article, by its id or another name. Raises ``NotFound``."""
        stored = self.store.get([id]).get(id)
        if stored is None:
            raise NotFound("article", id)
        return stored

    def read(self, article: Article) -> AnalysedArticle:
        """What is known of an article from its text alone; it needs not to be stored."""
        return analyse(article)

    def analysed(self, stored: StoredArticle) -> AnalysedArticle:
        """What is known of a stored article from its text alone."""
        return self.prepared([stored])[stored.ref].analysed

    def matches(self, id: str) -> tuple[Match, ...]:
        """What a stored article is related to, strongest first.

        Raises ``NotFound``, or ``ArticleMoved`` for another name of an article.
        """
        stored = self.article(id)
        if stored.article.id != id:
            raise ArticleMoved(id, stored.article.id)
        own = self.prepared([stored])[stored.ref]
        return self.with_changes(own, self._stored_matches([stored.ref])[stored.ref])

    def clusters(self, query: ClusterQuery) -> Page:
        """One page of clusters."""
        return self.store.clusters(query)

    def cluster(self, id: str) -> Cluster:
        """One cluster in full. Raises ``NotFound`` or ``ClusterMoved``."""
        members = self.store.members(id)
        edges = self.store.edges([m.ref for m in members])
        inside = {m.ref for m in members}
        far = {ref for e in edges for ref in (e.left, e.right)} - inside
        others = self.store.by_ref(sorted(far))
        told: dict[int, frozenset[int]] = {}
        if any(e.relation.is_reuse and not e.binding for e in edges):
            everyone = self.prepared([*members, *others.values()])
            read = [one.analysed for one in everyone.values()]
            told = dict(zip(everyone, topics(read), strict=True))
        judgements = self.store.judgements_on([m.ref for m in members])
        return overview(id, members, edges, others, told, judgements)

    def synopsis(
        self, id: str, base: str | None = None, columns: Sequence[str] | None = None
    ) -> Synopsis:
        """The story's sentences side by side, read against ``base`` (default: representative).

        ``columns`` are ids of members or of articles beside the cluster, in the order wanted
        (default: all members, earliest first). Raises ``NotFound`` or ``ClusterMoved``.
        """
        cluster = self.cluster(id)
        known = {one.article.id: one for one in (*cluster.members, *cluster.beside)}
        wanted = list(columns) if columns else [m.article.id for m in cluster.members]
        base_id = base or cluster.representative_id
        for field, one in (("base", base_id), *(("columns", one) for one in wanted)):
            if one not in known:
                raise NotFound("article in this cluster", one, field)
        if base_id not in wanted:
            wanted.insert(0, base_id)
        shown = [known[one] for one in dict.fromkeys(wanted)]
        prepared = self.prepared(shown)
        left = prepared[known[base_id].ref]
        others = [one for one in shown if one.article.id != base_id]
        compared = compare_all([(left, prepared[one.ref]) for one in others], self.settings)
        comparisons = {one.article.id: c for one, c in zip(others, compared, strict=True)}
        return synopsis(cluster.id, left.analysed, shown, comparisons)

    def ready(self, refs: Iterable[int]) -> dict[int, Prepared]:
        """Articles made ready for comparison, by ref; those that are gone are absent.

        What is in memory is not looked up again: an article that went a moment ago can be
        among them, which is for whoever writes to find out.
        """
        known = {ref: self._at_hand(ref) for ref in refs}
        out = {ref: one for ref, one in known.items() if one is not None}
        missing = sorted(known.keys() - out.keys())
        return out | (self.prepared(self.store.by_ref(missing).values()) if missing else {})

    def _at_hand(self, ref: int) -> Prepared | None:
        """An article from memory; one that nothing was compared with yet is prepared now."""
        kept = self._cache.get(ref)
        if isinstance(kept, AnalysedArticle):
            kept = prepare(kept)
            self._cache.put(ref, kept)
        return kept

    def prepared(self, stored: Iterable[StoredArticle]) -> dict[int, Prepared]:
        """Stored articles made ready for comparison, by ref; from memory where they were before."""
        known = {one.ref: (one, self._at_hand(one.ref)) for one in stored}
        unread = [one for one, kept in known.values() if kept is None]
        read = {one.ref: prepare(a) for one, a in zip(unread, recall_all(unread), strict=True)}
        for ref, one in read.items():
            self._cache.put(ref, one)
        return {ref: kept or read[ref] for ref, (_, kept) in known.items()}

    def with_changes(self, own: Prepared, matches: Sequence[Match]) -> tuple[Match, ...]:
        """The matches read as one comparison with each related article reads, ``own`` on the left:
        sentences and changes are counted anew, for they depend on the side that is read along."""
        related = [match.id for match in matches if match.relation.level > 0]
        stored = self.store.get(related) if related else {}
        ready = self.prepared(stored.values())
        others = [match.id for match in matches if match.id in stored]
        pairs = [(own, ready[stored[id].ref]) for id in others]
        judged = judge(pairs, self.settings, changes=True)
        read = dict(zip(others, judged, strict=True))
        return tuple(
            replace(m, sentences=read[m.id].sentences, changes=read[m.id].changes)
            if m.id in read
            else m
            for m in matches
        )

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def _stored_matches(self, refs: Sequence[int]) -> dict[int, tuple[Match, ...]]:
        edges = self.store.edges(refs)
        writers = self.store.by_ref(sorted({e.left for e in edges}))
        found: dict[int, list[Match]] = {ref: [] for ref in refs}
        for edge in edges:
            if edge.left in found:
                found[edge.left].append(edge.match)
            if edge.right in found and edge.left in writers:
                found[edge.right].append(mirrored(edge, writers[edge.left].article.id))
        return {ref: tuple(sorted(some, key=strongest_first)) for ref, some in found.items()}
