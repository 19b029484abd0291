"""The shared store: one Redis server or a Redis Cluster, for any number of workers and machines.

A new article costs four round trips whatever the number of its bands and postings: it is admitted
and gets its ref; its text and its postings are put in place, which looks them up as well; the
candidates are read; the edges are written. Without candidates it costs three. A check costs two. A
batch costs as much, and one more for every handful of articles after the first: these are admitted,
and made ready before that, while the servers post the ones before.
Now and then there is one more: when topics of articles met long ago decide which edges bind, when
a whole cluster must be read, or when somebody else changed the same articles in between. A new
version of an article costs six more, for the old one is taken out.

What must be atomic stands under one hash tag, the graph (``dedup.store.redis_plan``); postings and
texts are spread over the slots of a cluster by other tags (``dedup.store.tags``). An article whose
indexing was cut short, even by a dead process, is pending, and ``pending`` puts its postings in
place before it names it. Postings are added and looked up bucket by bucket: on one server in a
single step for an article, in a cluster in one step for each of its tags. A bucket keeps its
newest articles up to the limit and forgets the others for good; where there is a window, the
limit counts those within the window of the article that comes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from dedup.cache import Cache
from dedup.errors import NotFound, StoreUnavailable
from dedup.judgement import Judgement, JudgementPage
from dedup.model import Edge, Event, EventKind, Header, Postings, Stats, StoredArticle
from dedup.settings import Settings
from dedup.store import codec
from dedup.store.base import Reindexing, Store
from dedup.store.claims import Claim
from dedup.store.redis_articles import Articles
from dedup.store.redis_calls import Call, Script
from dedup.store.redis_claims import Claims
from dedup.store.redis_edge import decode_edge
from dedup.store.redis_index import Index
from dedup.store.redis_judgements import Judgements
from dedup.store.redis_list import ClusterList, find_members, find_summary, free_names
from dedup.store.redis_node import decode_node
from dedup.store.redis_open import open_tables
from dedup.store.redis_reading import Outdated
from dedup.store.redis_record import REF, Record, decode_refs, encode_ref
from dedup.store.redis_reindex import RedisReindexing
from dedup.store.redis_removal import Removal
from dedup.store.redis_write import id_of, link, name_of, names_in, rename
from dedup.store.values import ClusterQuery, Entry, Found, Indexed, Links, Page

_CHUNK = 500
_NAMING = ("ids", "names", "aliases")
_TRIES = 5
_BITS = 1024
"""So many refs share one field of the table of articles that are there."""


class RedisStore(Store):
    """A store on the servers that ``url`` names."""

    def __init__(self, url: str, header: Header, settings: Settings, rebuild: bool = False) -> None:
        self._header = header
        self._tables = open_tables(url, header, settings.store_timeout, rebuild)
        self._articles = Articles(self._tables, settings.bucket_limit, settings.window_days)
        self._index = Index(self._tables, self._articles, settings.candidate_min_shared)
        self._judgements = Judgements(self._tables)
        self._removal = Removal(self._tables, self._articles)
        self._claims = Claims(self._tables)
        self._naming = Script("name.lua")
        self._known: Cache[int, StoredArticle] = Cache(settings.cache_articles)

    # -- articles ------------------------------------------------------------------------------

    @property
    def handful(self) -> int:
        """See ``Store.handful``."""
        return self._index.handful

    def index(self, entries: Iterable[Entry], limit: int) -> list[Indexed]:
        """See ``Store.index``."""
        return self._index.index(entries, limit)

    def lookup(
        self,
        postings: Sequence[Postings],
        limit: int,
        before: Sequence[int] | None = None,
        at: Sequence[datetime | None] | None = None,
    ) -> list[Found]:
        """See ``Store.lookup``; refs do not quite ascend in the order of commits."""
        at = at or [None] * len(postings)
        return self._index.lookup(postings, limit, before, at) if postings else []

    def link(self, links: Sequence[Links]) -> dict[int, str | None]:
        """See ``Store.link``."""
        if not links:
            return {}
        refs = {one.ref for one in links}
        reading = self._tables.reading(refs.union(e.right for one in links for e in one.edges))
        now = codec.microseconds(datetime.now(UTC))
        clusters = self._tables.transact(lambda tx: link(tx, links), reading, now)
        # an article removed while it was indexed may have left postings behind
        self._articles.erase_left_over(sorted(refs & reading.gone))
        return clusters

    def get(self, ids: Sequence[str]) -> dict[str, StoredArticle]:
        """See ``Store.get``."""
        found: dict[str, StoredArticle] = {}
        own = {id: id for id in ids}
        for _ in range(_TRIES):  # a new version may come between the readings
            todo = [id for id in ids if id not in found]
            stored, known = self._by_id([own[id] for id in todo])
            found |= {id: stored[own[id]] for id in todo if own[id] in stored}
            if len(stored) == len(known):
                unknown = [id for id in todo if own[id] not in known]
                others = self._ids_of(unknown)
                own |= others
                if not others:
                    break
        return found

    def _by_id(self, ids: Sequence[str]) -> tuple[dict[str, StoredArticle], set[str]]:
        """The articles with these ids, and which of the ids are known."""
        if not ids:
            return {}, set()
        values = self._tables.ask("HMGET", "ids", *map(name_of, ids))
        known = {id for id, value in zip(ids, values, strict=True) if value}
        refs = decode_refs(b"".join(value[:REF] for value in values if value))
        return {one.article.id: one for one in self.by_ref(refs).values()}, known

    def _ids_of(self, names: Sequence[str]) -> dict[str, str]:
        """The ids of articles that have other names."""
        if not names:
            return {}
        found = self._tables.ask("HMGET", "names", *map(name_of, names))
        return {name: id_of(id) for name, id in zip(names, found, strict=True) if id}

    def names(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """See ``Store.names``."""
        if not ids:
            return {}
        lists = self._tables.ask("HMGET", "aliases", *map(name_of, ids))
        return {id: names_in(names) for id, names in zip(ids, lists, strict=True) if names}

    def add_names(self, id: str, names: Sequence[str]) -> None:
        """See ``Store.add_names``."""
        if names:
            arguments = [name_of(id), *map(name_of, names)]
            tables = self._tables
            tables.servers.run([tables.script(self._naming, _NAMING, arguments)])

    def by_ref(self, refs: Sequence[int]) -> dict[int, StoredArticle]:
        """See ``Store.by_ref``; articles read lately cost no transfer and no decoding."""
        found: dict[int, StoredArticle] = {}
        for begin in range(0, len(refs), _CHUNK):
            some = refs[begin : begin + _CHUNK]
            known = {ref: one for ref in some if (one := self._known.get(ref))}
            for ref, fetched in self._tables.fetch(some, without=known).items():
                if fetched.record is not None:
                    known[ref] = _stored(ref, fetched.record)
                    self._known.put(ref, known[ref])
                found[ref] = replace(
                    known[ref], cluster_id=fetched.cluster_id, pending=fetched.waiting
                )
        return found

    def edges(self, refs: Sequence[int]) -> list[Edge]:
        """See ``Store.edges``."""
        if not refs:
            return []
        [reply] = self._tables.servers.run([self._tables.read_call(refs)])
        ties = {
            ends: tie
            for _, seen, _ in self._tables.sights(refs, reply)
            if seen is not None and seen.node is not None
            for ends, tie in decode_node(seen.node).ties.items()
        }
        if not ties:
            return []
        ends = sorted(ties)
        names = [encode_ref(left) + encode_ref(right) for left, right in ends]
        matches = self._tables.ask("HMGET", "matches", *names)
        return [
            decode_edge(*one, data, binding=ties[one].binds)
            for one, data in zip(ends, matches, strict=True)
            if data
        ]

    def delete(self, ids: Sequence[str]) -> int:
        """See ``Store.delete``."""
        return self._removal.delete(ids)

    def expire(self, before: datetime, limit: int) -> int:
        """See ``Store.expire``."""
        return self._removal.expire(before, limit)

    def tidy(self) -> bool:
        """See ``Store.tidy``."""
        return self._removal.tidy()

    def pending(self, limit: int, older_than: datetime | None = None) -> list[int]:
        """See ``Store.pending``; the postings of those it names are in place afterwards."""
        end = f"({codec.microseconds(older_than)}" if older_than else "+inf"
        names = self._tables.ask("ZRANGEBYSCORE", "pending", "-inf", end, "LIMIT", 0, limit)
        refs = decode_refs(b"".join(names))
        self._articles.post_again(refs)
        return refs

    def scan(self, after: int = 0) -> Iterator[StoredArticle]:
        """See ``Store.scan``."""
        for chunk in sorted(map(int, self._tables.ask("HKEYS", "alive"))):
            if (chunk + 1) * _BITS <= after:
                continue
            refs = [ref for ref in self._refs_of(chunk) if ref > after]
            for begin in range(0, len(refs), _CHUNK):
                found = self.by_ref(refs[begin : begin + _CHUNK])
                yield from (found[ref] for ref in sorted(found))

    def _refs_of(self, chunk: int) -> list[int]:
        """The articles there are among some refs that follow each other."""
        bits = int.from_bytes(self._tables.ask("HGET", "alive", chunk) or b"", "little")
        return [chunk * _BITS + i for i in range(_BITS) if bits >> i & 1]

    # -- clusters and events -------------------------------------------------------------------

    def members(self, cluster_id: str) -> list[StoredArticle]:
        """See ``Store.members``."""
        return find_members(self._tables, self.by_ref, cluster_id)

    def aliases(self, cluster_id: str) -> tuple[str, ...]:
        """See ``Store.aliases``."""
        summary = find_summary(self._tables, cluster_id)
        return tuple(sorted(summary.aliases)) if summary else ()

    def rename(self, cluster_id: str, name: str, aliases: Sequence[str]) -> None:
        """See ``Store.rename``; names that two processes give at once may both be taken."""
        for _ in range(_TRIES):
            summary = find_summary(self._tables, cluster_id)
            if summary is None:
                raise NotFound("cluster", cluster_id)
            free = free_names(self._tables, [name, *aliases])
            into, first = name if name in free else cluster_id, summary.first
            others = [one for one in free if one != name]
            if into == cluster_id and not others:
                return
            with suppress(Outdated):
                self._tables.transact(
                    lambda tx: rename(tx, first, cluster_id, into, others),  # noqa: B023
                    self._tables.reading([first]),
                    codec.microseconds(datetime.now(UTC)),
                )
                return
        raise StoreUnavailable(f"the store is busy: others keep changing {cluster_id!r}")

    def judge(self, judgements: Sequence[Judgement]) -> None:
        """See ``Store.judge``."""
        self._judgements.judge(judgements)

    def unjudge(self, pairs: Sequence[tuple[str, str]]) -> int:
        """See ``Store.unjudge``."""
        return self._judgements.unjudge(pairs)

    def judgements_on(self, refs: Sequence[int]) -> list[Judgement]:
        """See ``Store.judgements_on``."""
        return self._judgements.on(refs)

    def judgements(self, cursor: str | None, limit: int) -> JudgementPage:
        """See ``Store.judgements``."""
        return self._judgements.page(cursor, limit)

    def clusters(self, query: ClusterQuery) -> Page:
        """See ``Store.clusters``; for what is searched in bounds, see ``ClusterList``."""
        return ClusterList(self._tables, self.by_ref, query).page()

    def alone(self, limit: int) -> list[StoredArticle]:
        """See ``Store.alone``."""
        found: list[StoredArticle] = []
        for chunk in sorted(map(int, self._tables.ask("HKEYS", "alive")), reverse=True):
            refs = self._refs_of(chunk)[::-1]
            for begin in range(0, len(refs), limit):
                some = self.by_ref(refs[begin : begin + limit])
                found += [some[r] for r in sorted(some, reverse=True) if not some[r].cluster_id]
                if len(found) >= limit:
                    return found[:limit]
        return found

    def events(self, after: int, limit: int) -> list[Event]:
        """See ``Store.events``."""
        first = f"{max(after, 0) + 1}-0"
        page = self._tables.ask("XRANGE", "events", first, "+", "COUNT", limit)
        return [_event(cursor, data) for cursor, (_, data) in page]

    def last_event(self) -> int:
        """See ``Store.last_event``."""
        return int(self._tables.ask("HGET", "ledger", "cursor") or 0)

    def expire_events(self, before: datetime, limit: int) -> int:
        """See ``Store.expire_events``."""
        return self._removal.expire_events(codec.microseconds(before), limit)

    # -- the whole -----------------------------------------------------------------------------

    def reindexing(self) -> Reindexing:
        """See ``Store.reindexing``."""
        return RedisReindexing(self._tables, self._articles, self._index, self._header)

    def stats(self) -> Stats:
        """See ``Store.stats``; ``bytes`` is the memory of all servers, other data included."""
        tables, layout = self._tables, self._tables.layout
        calls = [
            tables.call("HMGET", "ledger", "articles", "postings"),
            tables.call("ZCARD", "newest"),
            tables.call("ZCARD", "pending"),
        ]
        for shard in range(layout.tags):
            for end in (0, -1):
                command = ("ZRANGE", layout.times(shard), end, end, "WITHSCORES")
                calls.append(Call(layout.slots[shard], command))
        (articles, postings), clusters, pending, *ends = tables.servers.run(calls)
        times = [int(float(end[1])) for end in ends if end]
        return Stats(
            articles=int(articles or 0),
            clusters=clusters,
            postings=int(postings or 0),
            bytes=tables.servers.used_memory(),
            pending=pending,
            oldest=codec.moment(min(times)) if times else None,
            newest=codec.moment(max(times)) if times else None,
        )

    def claim(self, name: str, digest: bytes, token: bytes, hold: float, keep: float) -> Claim:
        """See ``Store.claim``."""
        return self._claims.claim(name, digest, token, hold, keep)

    def settle(self, name: str, token: bytes, answer: bytes | None) -> None:
        """See ``Store.settle``."""
        self._claims.settle(name, token, answer)

    def watch(self, observer: Callable[[float], None]) -> None:
        """See ``Store.watch``."""
        self._tables.servers.observer = observer

    def ping(self) -> None:
        """See ``Store.ping``."""
        self._tables.fetch([0])  # no article, and a reading that fails where another would

    def close(self) -> None:
        """See ``Store.close``."""
        self._tables.servers.close()


def _stored(ref: int, record: Record) -> StoredArticle:
    """An article without its place in the graph, which alone may change."""
    article, outline = codec.decode_article(record.head.id, record.body)
    return StoredArticle(
        ref=ref,
        article=article,
        fingerprint=record.fingerprint,
        received_at=codec.moment(record.head.received),
        version=record.version,
        cluster_id=None,
        pending=False,
        outline=outline,
    )


def _event(cursor: bytes, data: bytes) -> Event:
    at, kind, articles, cluster_id, into = json.loads(data.decode("utf-8", "surrogatepass"))
    return Event(
        cursor=int(cursor.partition(b"-")[0]),
        at=codec.moment(at),
        kind=EventKind(kind),
        article_ids=tuple(articles),
        cluster_id=cluster_id,
        into=into,
    )
