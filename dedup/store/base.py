"""The contract of every store: what is kept, and which steps are atomic.

A store keeps articles, the postings that find them, the edges between them, the clusters those
edges make, and the feed of what happened. It decides nothing about text: relations come from
``dedup.compare``, clusters from ``dedup.cluster``.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dedup.judgement import Judgement, JudgementPage, Opinion
from dedup.model import (
    Article,
    Candidate,
    ClusterSummary,
    Edge,
    Event,
    EventKind,
    Header,
    Postings,
    Stats,
    StoredArticle,
)
from dedup.store.claims import TOKEN, Claim, ClaimState

__all__ = [
    "TOKEN",
    "Claim",
    "ClaimState",
    "ClusterQuery",
    "Entry",
    "Found",
    "Header",
    "Indexed",
    "Links",
    "Page",
    "Reindexing",
    "Store",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One article to be indexed.

    ``fingerprint`` is a digest of everything in the article but its id: equal fingerprints
    under one id mean that nothing changed. ``topic`` holds hashes of the article's most telling
    words; clusters use it to tell a round-up from a crop. ``received_at`` and ``version`` are
    given for an article that comes from another store; otherwise it arrives now, as version 1 or
    the one after the version that is stored. With ``fresh_only`` an article whose id is stored
    already, whatever its content, is left out. ``url_key`` is ``dedup.canonical.url_key`` of the
    article's URL; it follows from the content, so equal fingerprints have equal keys. ``outline``
    is kept for whoever reads the article again, and may be empty (``dedup.outline``).
    """

    article: Article
    fingerprint: str
    postings: Postings
    topic: frozenset[int] = frozenset()
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
    """All edges found for the article ``ref``; they replace what it had written before."""

    ref: int
    edges: tuple[Edge, ...]


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
        """Put postings, topics and outlines of stored articles in place, by ref, ascending.

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

    @abc.abstractmethod
    def index(self, entries: Sequence[Entry], limit: int) -> list[Indexed]:
        """Save articles with their postings, mark them pending and look them up, atomically.

        Entries are taken in order: each finds what was stored before it, earlier entries of the
        same call included, itself and its own earlier version excluded. Of two copies indexed
        at the same moment by two processes at least one finds the other. A known id with the
        same fingerprint is ``unchanged`` (but found again if it is still pending); with another
        one it becomes a new version under a new ref, and the old ref's postings and edges go. Of
        several processes that index the same fresh id at once, one creates it.

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
    def link(self, links: Sequence[Links]) -> list[str | None]:
        """Write edges, unite clusters, append events and clear the pending marks, atomically.

        Repeating a call changes nothing. Edges to refs that are gone are dropped. A pair keeps
        one edge: of two articles that found each other the one with the higher ref writes it,
        whichever links first. Returns the cluster id of each ref after the call, None for an
        article that stands alone.
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
