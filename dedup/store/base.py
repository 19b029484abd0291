"""The contract of every store: what is kept, and which steps are atomic.

A store keeps articles, the postings that find them, the edges between them, the clusters those
edges make, and the feed of what happened. It decides nothing about text: relations come from
``dedup.compare``, clusters from ``dedup.cluster``.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from dedup.judgement import Judgement, JudgementPage, Opinion
from dedup.model import (
    Edge,
    Event,
    EventKind,
    Postings,
    Stats,
    StoredArticle,
)
from dedup.store.claims import Claim
from dedup.store.values import ClusterQuery, Entry, Found, Indexed, Links, Page


class Reindexing(abc.ABC):
    """The rebuilding of an index under another header, article by article in order of arrival.

    Refs, texts, edges and clusters stay where they are; postings are replaced. A rebuilding that
    was cut short goes on where it was, and until it is finished nobody opens the store otherwise.
    """

    @abc.abstractmethod
    def begin(self) -> int:
        """Begin, or go on with what was begun under the same header; the last ref done with."""

    @abc.abstractmethod
    def post(self, entries: Mapping[int, Entry], limit: int) -> list[Found]:
        """Put postings and outlines of stored articles in place, by ref, ascending.

        Returns what each finds among those before it. It may be repeated.
        """

    @abc.abstractmethod
    def done(self, ref: int) -> None:
        """Note that all articles up to this one are posted and linked."""

    @abc.abstractmethod
    def finish(self) -> None:
        """Put the new header in force, atomically."""


TOLD = {
    Opinion.SAME: EventKind.JUDGEMENT_SAME,
    Opinion.DIFFERENT: EventKind.JUDGEMENT_DIFFERENT,
}
"""As what the feed tells of an opinion."""


class Store(abc.ABC):
    """Where everything is kept. All methods may be called from several threads.

    Every method raises ``StoreUnavailable`` when the store cannot be reached in time.
    """

    @property
    def handful(self) -> int:
        """So many entries are best made together before ``index`` takes the next ones."""
        return 100

    @abc.abstractmethod
    def index(self, entries: Iterable[Entry], limit: int) -> list[Indexed]:
        """Save articles with their postings, mark them pending and look them up, atomically.

        Entries are taken in order and may be worked out as they are taken, for a store may be at
        work on the ones before meanwhile. Each finds what was stored before it, earlier entries of
        the same call included, itself and its own earlier version excluded. Of two copies indexed
        at the same moment by two processes at least one finds the other. A known id with the same
        fingerprint is ``unchanged`` (but found again if it is still pending); with another one it
        becomes a new version under a new ref, and the old ref's postings and edges go. Of several
        processes that index the same fresh id at once, one creates it.

        Articles with one ``url_key`` are one article. An entry with the key of a stored article is
        a new version of that one, which keeps its id; an id given with the entry becomes another
        name of it. If the entry's id is that of another stored article, this one goes, and its
        names lead to the one with the URL. Names and keys go with their article; a version with
        another URL frees the key of the one before.
        """

    @abc.abstractmethod
    def lookup(
        self,
        postings: Sequence[Postings],
        limit: int,
        before: Sequence[int] | None = None,
        at: Sequence[datetime | None] | None = None,
    ) -> list[Found]:
        """Find candidates without storing anything.

        ``at[i]`` is when the article of ``postings[i]`` was published or, where that is unknown,
        arrived; None stands for now.

        ``before[i]`` restricts what is found for ``postings[i]`` to smaller refs: a stored
        article looked up so finds neither itself nor, where refs ascend in the order of commits,
        what came after it.
        """

    @abc.abstractmethod
    def link(self, links: Sequence[Links]) -> dict[int, str | None]:
        """Write edges and topics, unite clusters, tell the feed, clear pending marks, atomically.

        Repeating a call changes nothing. Edges to refs that are gone are dropped. A pair keeps
        one edge: of two articles that found each other the one with the higher ref writes it,
        whichever links first. Returns the cluster id of each ref after the call, None for an
        article that stands alone; refs that are gone are absent.
        """

    @abc.abstractmethod
    def get(self, ids: Sequence[str]) -> dict[str, StoredArticle]:
        """The articles with these ids or names, by what was asked for; unknown ones are absent.

        An article asked for by another name tells its own id.
        """

    @abc.abstractmethod
    def names(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The other names of the articles with these ids, sorted; those without any are absent."""

    @abc.abstractmethod
    def add_names(self, id: str, names: Sequence[str]) -> None:
        """Let an article be known by other names, atomically.

        What is the id or a name of some article already stays so. Nothing happens to an article
        that is not there.
        """

    @abc.abstractmethod
    def by_ref(self, refs: Sequence[int]) -> dict[int, StoredArticle]:
        """The articles with these refs; refs that are gone are absent."""

    @abc.abstractmethod
    def edges(self, refs: Sequence[int]) -> list[Edge]:
        """All edges that touch any of these refs, as written."""

    @abc.abstractmethod
    def delete(self, ids: Sequence[str]) -> int:
        """Remove articles with postings, edges and texts; split clusters that fall apart.

        Other names of an article are no ids. Returns how many existed.
        """

    @abc.abstractmethod
    def expire(self, before: datetime, limit: int) -> int:
        """Remove up to ``limit`` articles from before this time, as ``delete`` does.

        Counts by time of publication or, where that is unknown, of arrival. The feed tells of
        each. Returns how many went; call again until it is less than ``limit``.
        """

    @abc.abstractmethod
    def tidy(self) -> bool:
        """Do a bounded piece of housekeeping: clear away what deletion and expiry left behind.

        Nothing of it is ever seen in an answer. Returns whether there is more to do. To be called
        now and then, by any process.
        """

    @abc.abstractmethod
    def pending(self, limit: int, older_than: datetime | None = None) -> list[int]:
        """Refs indexed but not yet linked, oldest first."""

    @abc.abstractmethod
    def members(self, cluster_id: str) -> list[StoredArticle]:
        """The members of a cluster, earliest first.

        Raises ``NotFound``, or ``ClusterMoved`` for an id that was merged into another.
        """

    @abc.abstractmethod
    def aliases(self, cluster_id: str) -> tuple[str, ...]:
        """The ids that lead to a cluster since they were merged into it, sorted.

        Empty for an id that is no cluster's own.
        """

    @abc.abstractmethod
    def rename(self, cluster_id: str, name: str, aliases: Sequence[str]) -> None:
        """Let a cluster go by ``name``, and its id and the aliases lead to it, atomically.

        Ids are 12 hexadecimal digits. Those that are in use stay as they are: a cluster whose
        new name is taken keeps its id. The feed tells of a new name as of a merge. Repeating a
        call changes nothing. Raises ``NotFound`` for an id that is no cluster's own.
        """

    @abc.abstractmethod
    def judge(self, judgements: Sequence[Judgement]) -> None:
        """Take a person's word on pairs of articles and bring clusters in line, atomically.

        It stands until it is taken back or another one on the pair takes its place, through all
        comparisons to come, and goes with either article. Repeating a call changes nothing.
        Raises ``NotFound`` for an article that is not there.
        """

    @abc.abstractmethod
    def unjudge(self, pairs: Sequence[tuple[str, str]]) -> int:
        """Take back what was said of pairs, atomically; how many of them had been judged.

        A pair is as ``dedup.judgement.pair_of`` orders it.
        """

    @abc.abstractmethod
    def judgements_on(self, refs: Sequence[int]) -> list[Judgement]:
        """What was said of any of these articles and others, the oldest first."""

    @abc.abstractmethod
    def judgements(self, cursor: str | None, limit: int) -> JudgementPage:
        """All judgements page by page, the oldest first. Raises ``InvalidQuery``."""

    @abc.abstractmethod
    def clusters(self, query: ClusterQuery) -> Page:
        """One page of clusters.

        Raises ``InvalidQuery`` for an unknown order, a limit below 1 or a cursor that is none.
        """

    @abc.abstractmethod
    def alone(self, limit: int) -> list[StoredArticle]:
        """The latest articles that belong to no cluster."""

    @abc.abstractmethod
    def events(self, after: int, limit: int) -> list[Event]:
        """Events with a cursor above ``after``, in order.

        Cursors ascend by one: between two events that are there, none is missing.
        """

    @abc.abstractmethod
    def last_event(self) -> int:
        """The cursor of the latest event there ever was, kept or not; 0 if there was none."""

    @abc.abstractmethod
    def expire_events(self, before: datetime, limit: int) -> int:
        """Remove up to ``limit`` of the events from before this time, the oldest first.

        A clock that went back keeps later ones a while longer, since none is missing between two
        that are kept. Returns how many went; call again until it is less than ``limit``.
        """

    @abc.abstractmethod
    def scan(self, after: int = 0) -> Iterator[StoredArticle]:
        """Every article with a higher ref, in order of arrival, in bounded memory."""

    @abc.abstractmethod
    def reindexing(self) -> Reindexing:
        """The rebuilding of the index; for a store opened to that end, and by nobody else."""

    @abc.abstractmethod
    def stats(self) -> Stats:
        """Counts and bytes."""

    @abc.abstractmethod
    def claim(self, name: str, digest: bytes, token: bytes, hold: float, keep: float) -> Claim:
        """Claim the name of a request with this content, atomically; see ``dedup.store.claims``.

        ``token`` tells who claims. Who gets it holds it for ``hold`` seconds and is to ``settle``
        it before; after ``keep`` seconds the name is forgotten, whatever became of it.
        """

    @abc.abstractmethod
    def settle(self, name: str, token: bytes, answer: bytes | None) -> None:
        """Keep the answer to a named request, which must not be empty; None frees the name.

        Nothing happens unless the token's owner still has it.
        """

    @abc.abstractmethod
    def watch(self, observer: Callable[[float], None]) -> None:
        """Tell the observer of every round trip from now on: how many seconds it took.

        A round trip is a transaction on a file, or one exchange with the servers.
        """

    @abc.abstractmethod
    def ping(self) -> None:
        """Return if the store answers."""

    @abc.abstractmethod
    def close(self) -> None:
        """Release files and connections."""
