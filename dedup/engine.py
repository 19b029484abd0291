"""The whole story of one article: analyse, index, look up, compare, link.

``Engine`` is the one object a service needs: it takes articles, and reads as ``Reader`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dedup.analyse import analyse, analyse_all, without
from dedup.cache import Cache
from dedup.candidates import Case, Judged, judge_candidates
from dedup.canonical import url_key
from dedup.errors import AlreadyStored, ArticleMoved, CutShort
from dedup.fingerprint import fingerprint
from dedup.learned import repeated_sentences
from dedup.model import AnalysedArticle, Article, Outcome
from dedup.outcomes import REMOVED, REPLACED, Answer, noted
from dedup.outline import outline, recall_all
from dedup.reader import Reader
from dedup.settings import Settings
from dedup.signature import Signer, marked
from dedup.store import open_store
from dedup.store.base import Store
from dedup.store.values import Entry, Found, Links
from dedup.topic import topics
from dedup.units import Prepared, prepare


def open_engine(settings: Settings) -> Engine:
    """An engine over the store that the settings name. Raises what opening the store raises."""
    return Engine(open_store(settings.store, Signer(settings).header, settings), settings)


class Engine(Reader):
    """Deduplication over one store. Safe to use from several threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store, settings)
        self._signer = Signer(settings)
        self._topics: Cache[int, frozenset[int]] = Cache(settings.cache_articles)

    # -- taking articles ---------------------------------------------------------------------

    def add(self, article: Article, *, fresh_only: bool = False) -> Outcome:
        """Store or replace one article and say what it copies.

        With ``fresh_only`` nothing is replaced: ``AlreadyStored`` is raised for an id that is
        there, also by all but one of those who send it at the same moment.
        """
        return self._add_batch([article], changes=True, fresh_only=fresh_only)[0]

    def add_many(self, articles: Sequence[Article], *, changes: bool = False) -> list[Outcome]:
        """Store articles in order, in bulk; copies within the batch find each other.

        An article with the canonical URL of a stored one is a new version of that one: the
        outcome has the id of the stored one, and a note that says so.

        With ``changes`` every match tells what changed, at the cost of a full comparison.
        Two transactions of the store whatever the number of articles, or in Redis some round trips
        for every handful of them, which are read meanwhile. An article whose id
        stands twice in the batch is stored twice, the later version replacing the earlier.
        Raises ``CutShort`` when one cannot be read, with the outcomes of those before it.
        """
        outcomes: list[Outcome] = []
        for batch in _without_repeated_ids(articles):
            try:
                outcomes += self._add_batch(batch, changes=changes)
            except CutShort as error:
                raise CutShort(outcomes + error.outcomes) from error.__cause__
        return outcomes

    def _add_batch(
        self, articles: Sequence[Article], *, changes: bool, fresh_only: bool = False
    ) -> list[Outcome]:
        analysed: list[AnalysedArticle] = []
        failed: list[Exception] = []

        def entries() -> Iterator[Entry]:
            """Made as the store takes them: it may be at work on some while others are read."""
            for begin in range(0, len(articles), self.store.handful):
                try:
                    some = analyse_all(articles[begin : begin + self.store.handful])
                except Exception as error:  # those before may be stored by now
                    failed.append(error)
                    return
                analysed.extend(some)
                yield from self._entries(some, fresh_only=fresh_only)

        indexed = self.store.index(entries(), self.settings.candidate_limit)
        for a, one in zip(analysed, indexed, strict=True):
            if one.status == "exists":
                raise AlreadyStored(a.article.id)
        sent = [a.article for a in analysed]
        analysed = [_known_as(a, one.id) for a, one in zip(analysed, indexed, strict=True)]
        answers = self._link(
            [
                (a, one.ref, one.found)
                for a, one in zip(analysed, indexed, strict=True)
                if one.found is not None
            ],
            changes=changes,
        )
        unchanged = [one.ref for one in indexed if one.ref not in answers]
        answers |= self._known_answers(unchanged, changes) if unchanged else {}
        for a, one in zip(analysed, indexed, strict=True):
            answers.setdefault(one.ref, Answer(a, (), None, gone=True))
        answers = self._with_what_came(answers)
        fewest = self.settings.min_story_words
        outcomes = [
            noted(answers[one.ref].outcome(one.id, one.status, fewest), article)
            for article, one in zip(sent, indexed, strict=True)
        ]
        if failed and not outcomes:
            raise failed[0]
        if failed:
            raise CutShort(outcomes) from failed[0]
        return outcomes

    def finish_pending(self, limit: int = 1000) -> int:
        """Compare and link articles that were indexed but not linked; returns how many."""
        return self.finish(self.store.pending(limit))

    def finish(self, refs: Sequence[int]) -> int:
        """Compare and link the pending articles ``refs``; returns how many of them there are."""
        stored = self.store.by_ref(refs)
        read = recall_all(list(stored.values()))
        analysed = dict(zip(stored, read, strict=True))
        found = self.store.lookup(
            self._signer.postings_of(read),
            self.settings.candidate_limit + 1,
            at=[one.article.published_at or one.received_at for one in stored.values()],
        )
        self._link(
            [
                (a, ref, _without_self(one, ref))
                for (ref, a), one in zip(analysed.items(), found, strict=True)
            ],
            changes=False,
        )
        return len(stored)

    def check(self, article: Article, settings: Settings | None = None) -> Outcome:
        """Say what the article copies, storing nothing. ``settings`` may carry other thresholds."""
        analysed = analyse(article)
        found = self.store.lookup(
            [self._signer.postings(analysed)],
            self.settings.candidate_limit,
            at=[article.published_at],
        )
        [judged] = self._judge(
            [(analysed, None, found[0])], settings or self.settings, changes=True
        )
        answer = Answer(judged.analysed, judged.matches, None, judged.compared)
        return answer.outcome(article.id, None, self.settings.min_story_words)

    def delete(self, id: str) -> None:
        """Remove an article for good.

        Raises ``NotFound``, or ``ArticleMoved`` for another name of an article.
        """
        if not self.store.delete([id]):
            raise ArticleMoved(id, self.article(id).article.id)

    # -- the steps ---------------------------------------------------------------------------

    def _entries(
        self, articles: Sequence[AnalysedArticle], *, fresh_only: bool = False
    ) -> Iterator[Entry]:
        """What the store is told of articles."""
        for analysed, postings in zip(articles, self._signer.postings_of(articles), strict=True):
            yield Entry(
                article=analysed.article,
                fingerprint=fingerprint(analysed.article),
                postings=postings,
                url_key=url_key(analysed.article.url),
                fresh_only=fresh_only,
                outline=outline(analysed),
            )

    def _judge(
        self,
        fresh: Sequence[tuple[AnalysedArticle, int | None, Found]],
        settings: Settings,
        *,
        changes: bool,
    ) -> list[Judged]:
        """Compare each article with its candidates; learned furniture is taken out first."""
        cases = []
        for analysed, ref, found in fresh:
            own = analysed
            if any(found.repeats):
                repeated = repeated_sentences(analysed, marked(analysed), found.repeats)
                own = without(analysed, repeated) if repeated else analysed
            if ref is not None:
                self._cache.put(ref, own)
            cases.append(Case(own, ref, tuple(c.ref for c in found.candidates)))
        ready = self.ready({ref for case in cases for ref in case.candidates})

        def prepared(case: Case) -> Prepared:
            kept = self._at_hand(case.ref) if case.ref is not None else None
            return kept or prepare(case.analysed)

        return judge_candidates(cases, prepared, ready, settings, changes=changes)

    def _link(
        self, fresh: Sequence[tuple[AnalysedArticle, int, Found]], *, changes: bool
    ) -> dict[int, Answer]:
        """Judge articles and write their edges; the answers by ref."""
        if not fresh:
            return {}
        judged = self._judge(fresh, self.settings, changes=changes)
        told = self._topics_of(judged)
        clusters = self.store.link(
            [
                Links(ref, one.edges, {end: told[end] for end in one.copies})
                for (_, ref, _), one in zip(fresh, judged, strict=True)
            ]
        )
        return {
            ref: Answer(
                one.analysed, one.matches, clusters.get(ref), one.compared, gone=ref not in clusters
            )
            for (_, ref, _), one in zip(fresh, judged, strict=True)
        }

    def _topics_of(self, judged: Sequence[Judged]) -> dict[int, frozenset[int]]:
        """The topics of articles that are copies, from memory where they were asked for before."""
        copies = {ref: analysed for one in judged for ref, analysed in one.copies.items()}
        found = {ref: self._topics.get(ref) for ref in copies}
        new = [ref for ref, topic in found.items() if topic is None]
        for ref, topic in zip(new, topics([copies[ref] for ref in new]), strict=True):
            found[ref] = topic
            self._topics.put(ref, topic)
        return {ref: topic for ref, topic in found.items() if topic is not None}

    def _known_answers(self, refs: Sequence[int], changes: bool) -> dict[int, Answer]:
        """The answers about stored articles, from their edges."""
        stored = self.store.by_ref(refs)
        matches = self._stored_matches(refs)
        prepared = self.prepared(stored.values())
        return {
            ref: Answer(
                prepared[ref].analysed,
                self.with_changes(prepared[ref], matches[ref]) if changes else matches[ref],
                one.cluster_id,
            )
            for ref, one in stored.items()
        }

    def _with_what_came(self, answers: Mapping[int, Answer]) -> dict[int, Answer]:
        """The answers; of articles that are gone they say whether another version came."""
        gone = {one.analysed.article.id: ref for ref, one in answers.items() if one.gone}
        now = self.store.get(list(gone)) if gone else {}
        out = dict(answers)
        for id, ref in gone.items():
            came = now.get(id)
            cluster, note = (came.cluster_id, REPLACED) if came is not None else (None, REMOVED)
            out[ref] = replace(out[ref], cluster_id=cluster, notes=(note,))
        return out


def _without_self(found: Found, ref: int) -> Found:
    """A stored article finds itself when it is looked up again."""
    return Found(
        candidates=tuple(c for c in found.candidates if c.ref != ref),
        repeats=tuple(tuple(r for r in refs if r != ref) for refs in found.repeats),
    )


def _without_repeated_ids(articles: Sequence[Article]) -> list[list[Article]]:
    """Runs of articles in which no id and no URL stands twice."""
    runs: list[list[Article]] = []
    seen: set[str | bytes] = set()
    for article in articles:
        key = url_key(article.url)
        names: set[str | bytes] = {article.id}
        if key is not None:
            names.add(key)
        if not runs or names & seen:
            runs.append([])
            seen = set()
        runs[-1].append(article)
        seen |= names
    return runs


def _known_as(analysed: AnalysedArticle, id: str) -> AnalysedArticle:
    """An article under the id it is stored by."""
    if analysed.article.id == id:
        return analysed
    return replace(analysed, article=replace(analysed.article, id=id))
