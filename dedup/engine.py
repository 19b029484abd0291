"""The whole story of one article: analyse, index, look up, compare, link.

``Engine`` is the one object a service needs. It keeps nothing but a cache of prepared articles;
a new version of an article gets a new ref, so what the cache holds is never out of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.analyse import analyse, left_out, without
from dedup.cache import Cache
from dedup.compare import Judgement, compare, judge
from dedup.errors import NotFound
from dedup.fingerprint import fingerprint
from dedup.learned import repeated_sentences
from dedup.matches import match_of, mirrored, strongest_first, verdict_of
from dedup.model import (
    AnalysedArticle,
    Article,
    Cluster,
    Comparison,
    Edge,
    Match,
    Outcome,
    Relation,
    StoredArticle,
    Synopsis,
)
from dedup.overview import overview
from dedup.settings import Settings
from dedup.signature import Signer, marked
from dedup.store import open_store
from dedup.store.base import ClusterQuery, Entry, Found, Links, Page, Store
from dedup.synopsis import synopsis
from dedup.topic import topic
from dedup.units import Prepared, prepare


def open_engine(settings: Settings) -> Engine:
    """An engine over the store that the settings name. Raises what opening the store raises."""
    return Engine(open_store(settings.store, Signer(settings).header, settings), settings)


@dataclass(frozen=True, slots=True)
class _Judged:
    """An article as it was judged, and its edges, strongest first."""

    analysed: AnalysedArticle
    edges: tuple[Edge, ...]
    compared: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of one article after it was linked, or was found unchanged."""

    analysed: AnalysedArticle
    matches: tuple[Match, ...]
    cluster_id: str | None
    compared: int = 0


class Engine:
    """Deduplication over one store. Safe to use from several threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self._signer = Signer(settings)
        self._prepared: Cache[int, Prepared] = Cache(settings.cache_articles)

    # -- taking articles ---------------------------------------------------------------------

    def add(self, article: Article) -> Outcome:
        """Store or replace one article and say what it copies."""
        return self.add_many([article])[0]

    def add_many(self, articles: Sequence[Article]) -> list[Outcome]:
        """Store articles in order, in bulk; copies within the batch find each other.

        Two transactions of the store whatever the number of articles. An article whose id
        stands twice in the batch is stored twice, the later version replacing the earlier.
        """
        outcomes: list[Outcome] = []
        for batch in _without_repeated_ids(articles):
            outcomes += self._add_batch(batch)
        return outcomes

    def _add_batch(self, articles: Sequence[Article]) -> list[Outcome]:
        analysed = [analyse(article) for article in articles]
        indexed = self.store.index(
            [self._entry(a) for a in analysed], self.settings.candidate_limit
        )
        answers = self._link(
            [
                (a, one.ref, one.found)
                for a, one in zip(analysed, indexed, strict=True)
                if one.found is not None
            ]
        )
        unchanged = [one.ref for one in indexed if one.ref not in answers]
        answers |= self._known_answers(unchanged) if unchanged else {}
        return [
            self._outcome(answers[one.ref], a.article.id, one.status)
            for a, one in zip(analysed, indexed, strict=True)
        ]

    def finish_pending(self, limit: int = 1000) -> int:
        """Compare and link articles that were indexed but not linked; returns how many."""
        stored = self.store.by_ref(self.store.pending(limit))
        analysed = {ref: analyse(one.article) for ref, one in stored.items()}
        found = self.store.lookup(
            [self._signer.postings(a) for a in analysed.values()],
            self.settings.candidate_limit + 1,
        )
        self._link(
            [
                (a, ref, _without_self(one, ref))
                for (ref, a), one in zip(analysed.items(), found, strict=True)
            ]
        )
        return len(stored)

    def check(self, article: Article, settings: Settings | None = None) -> Outcome:
        """Say what the article copies, storing nothing. ``settings`` may carry other thresholds."""
        analysed = analyse(article)
        found = self.store.lookup([self._signer.postings(analysed)], self.settings.candidate_limit)
        [judged] = self._judge([(analysed, None, found[0])], settings or self.settings)
        answer = _Answer(
            judged.analysed, tuple(e.match for e in judged.edges), None, judged.compared
        )
        return self._outcome(answer, article.id, None)

    def delete(self, id: str) -> None:
        """Remove an article for good. Raises ``NotFound``."""
        if not self.store.delete([id]):
            raise NotFound("article", id)

    # -- reading -----------------------------------------------------------------------------

    def compare(
        self, left: Article, right: Article, settings: Settings | None = None
    ) -> Comparison:
        """Compare two articles in full; neither needs to be stored."""
        return compare(prepare(analyse(left)), prepare(analyse(right)), settings or self.settings)

    def article(self, id: str) -> StoredArticle:
        """A stored article. Raises ``NotFound``."""
        stored = self.store.get([id]).get(id)
        if stored is None:
            raise NotFound("article", id)
        return stored

    def read(self, article: Article) -> AnalysedArticle:
        """What is known of an article from its text alone; it needs not to be stored."""
        return analyse(article)

    def analysed(self, stored: StoredArticle) -> AnalysedArticle:
        """What is known of a stored article from its text alone."""
        return self._prepare_stored([stored])[stored.ref].analysed

    def matches(self, id: str) -> tuple[Match, ...]:
        """What a stored article is related to, strongest first. Raises ``NotFound``."""
        ref = self.article(id).ref
        return self._stored_matches([ref])[ref]

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
        topics = {}
        if any(e.relation.is_reuse and not e.binding for e in edges):
            everyone = [*members, *others.values()]
            topics = {
                ref: topic(one.analysed) for ref, one in self._prepare_stored(everyone).items()
            }
        return overview(id, members, edges, others, topics)

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
        for one in (base_id, *wanted):
            if one not in known:
                raise NotFound("article in this cluster", one)
        if base_id not in wanted:
            wanted.insert(0, base_id)
        shown = [known[one] for one in dict.fromkeys(wanted)]
        prepared = self._prepare_stored(shown)
        left = prepared[known[base_id].ref]
        comparisons = {
            one.article.id: compare(left, prepared[one.ref], self.settings)
            for one in shown
            if one.article.id != base_id
        }
        return synopsis(cluster.id, left.analysed, shown, comparisons)

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    # -- the steps ---------------------------------------------------------------------------

    def _entry(self, analysed: AnalysedArticle) -> Entry:
        return Entry(
            article=analysed.article,
            fingerprint=fingerprint(analysed.article),
            postings=self._signer.postings(analysed),
            topic=topic(analysed),
        )

    def _judge(
        self,
        fresh: Sequence[tuple[AnalysedArticle, int | None, Found]],
        settings: Settings,
    ) -> list[_Judged]:
        """Compare each article with its candidates; learned furniture is taken out first."""
        own: list[Prepared] = []
        for analysed, ref, found in fresh:
            repeated = repeated_sentences(analysed, marked(analysed), found.repeats)
            prepared = prepare(without(analysed, repeated) if repeated else analysed)
            own.append(prepared)
            if ref is not None:
                self._prepared.put(ref, prepared)
        refs = {c.ref for _, _, found in fresh for c in found.candidates}
        stored = self.store.by_ref(sorted(refs)) if refs else {}
        ready = self._prepare_stored(stored.values())
        out: list[_Judged] = []
        for prepared, (_, ref, found) in zip(own, fresh, strict=True):
            edges = [
                _edge(ref or 0, stored[c.ref], judge(prepared, ready[c.ref], settings))
                for c in found.candidates
                if c.ref in stored and stored[c.ref].article.id != prepared.analysed.article.id
            ]
            related = [e for e in edges if e.relation is not Relation.NONE]
            related.sort(key=lambda e: strongest_first(e.match))
            out.append(_Judged(prepared.analysed, tuple(related), len(edges)))
        return out

    def _link(self, fresh: Sequence[tuple[AnalysedArticle, int, Found]]) -> dict[int, _Answer]:
        """Judge articles and write their edges; the answers by ref."""
        if not fresh:
            return {}
        judged = self._judge(fresh, self.settings)
        clusters = self.store.link(
            [Links(ref, one.edges) for (_, ref, _), one in zip(fresh, judged, strict=True)]
        )
        return {
            ref: _Answer(one.analysed, tuple(e.match for e in one.edges), cluster_id, one.compared)
            for (_, ref, _), one, cluster_id in zip(fresh, judged, clusters, strict=True)
        }

    def _known_answers(self, refs: Sequence[int]) -> dict[int, _Answer]:
        """The answers about stored articles, from their edges."""
        stored = self.store.by_ref(refs)
        matches = self._stored_matches(refs)
        prepared = self._prepare_stored(stored.values())
        return {
            ref: _Answer(prepared[ref].analysed, matches[ref], one.cluster_id)
            for ref, one in stored.items()
        }

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

    def _outcome(self, answer: _Answer, id: str, status: str | None) -> Outcome:
        notes: tuple[str, ...] = ()
        if answer.analysed.story_words < self.settings.min_story_words:
            notes = (
                f"The story has fewer than {self.settings.min_story_words} words: "
                "it was compared for exactness only.",
            )
        return Outcome(
            id=id,
            status=status,
            verdict=verdict_of(answer.matches),
            matches=answer.matches,
            cluster_id=answer.cluster_id,
            left_out=left_out(answer.analysed),
            notes=notes,
            compared=answer.compared,
        )

    def _prepare_stored(self, stored: Iterable[StoredArticle]) -> dict[int, Prepared]:
        out: dict[int, Prepared] = {}
        for one in stored:
            prepared = self._prepared.get(one.ref)
            if prepared is None:
                prepared = prepare(analyse(one.article))
                self._prepared.put(one.ref, prepared)
            out[one.ref] = prepared
        return out


def _edge(ref: int, stored: StoredArticle, judgement: Judgement) -> Edge:
    return Edge(
        left=ref,
        right=stored.ref,
        match=match_of(stored.article.id, judgement),
        left_coverage=judgement.left_coverage,
        right_coverage=judgement.right_coverage,
    )


def _without_self(found: Found, ref: int) -> Found:
    """A stored article finds itself when it is looked up again."""
    return Found(
        candidates=tuple(c for c in found.candidates if c.ref != ref),
        repeats=tuple(tuple(r for r in refs if r != ref) for refs in found.repeats),
    )


def _without_repeated_ids(articles: Sequence[Article]) -> list[list[Article]]:
    """Runs of articles in which no id stands twice."""
    runs: list[list[Article]] = []
    seen: set[str] = set()
    for article in articles:
        if not runs or article.id in seen:
            runs.append([])
            seen = set()
        runs[-1].append(article)
        seen.add(article.id)
    return runs
