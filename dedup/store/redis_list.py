"""Reading clusters out of Redis: one with its members, and lists of them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence

from dedup.cluster import seniority
from dedup.errors import ClusterMoved, InvalidQuery, NotFound
from dedup.model import ClusterSummary, StoredArticle
from dedup.store import codec
from dedup.store.redis_acts import ZERO, largest_key, newest_key
from dedup.store.redis_node import Summary, decode_summary
from dedup.store.redis_record import decode_refs
from dedup.store.redis_tables import Tables
from dedup.store.search import search_words
from dedup.store.values import ClusterQuery, Page

ByRef = Callable[[Sequence[int]], dict[int, StoredArticle]]

_ORDERS = {"newest": newest_key, "largest": largest_key}
_LENGTHS = {"newest": 8 + 8 + 6, "largest": 4 + 8 + 8 + 6}
_CHUNK = 500
_MOST_LISTED = 20_000
"""A list that no order of clusters answers looks at so many of them at most."""
_MOST_READ = 5_000
"""A search for words reads so many articles at most, those of the first clusters in the list."""


def find_members(tables: Tables, by_ref: ByRef, cluster_id: str) -> list[StoredArticle]:
    """The members of a cluster, earliest first. Raises ``NotFound`` or ``ClusterMoved``."""
    name = _name(cluster_id)
    listed, moved = tables.servers.run(
        [tables.call("HGET", "members", name), tables.call("HGET", "redirects", name)]
    )
    members = by_ref(decode_refs(listed)).values() if listed else ()
    if members:
        return sorted(members, key=seniority)
    if moved:
        raise ClusterMoved(cluster_id, moved.hex())
    raise NotFound("cluster", cluster_id)


def find_summary(tables: Tables, cluster_id: str) -> Summary | None:
    """The record of a cluster, None for an id that is no cluster's own."""
    try:
        name = _name(cluster_id)
    except NotFound:
        return None
    data = tables.ask("HGET", "clusters", name)
    return decode_summary(cluster_id, data) if data else None


def free_names(tables: Tables, names: Sequence[str]) -> list[str]:
    """Those of some names that no cluster goes or went by; one round trip."""
    distinct = list(dict.fromkeys(names))
    fields = list(map(bytes.fromhex, distinct))
    own, former = tables.servers.run(
        [tables.call("HMGET", table, *fields) for table in ("clusters", "redirects")]
    )
    used = zip(distinct, own, former, strict=True)
    return [name for name, *there in used if not any(there)]


def _name(cluster_id: str) -> bytes:
    try:
        return bytes.fromhex(cluster_id)
    except ValueError:
        raise NotFound("cluster", cluster_id) from None


class ClusterList:
    """The clusters that a query asks for.

    Two sorted sets hold all clusters, the latest and the largest last. A query for a source or
    for words, or one that mixes bounds of both kinds, goes through the clusters in order and looks
    at each; what lies beyond ``_MOST_LISTED`` clusters, or ``_MOST_READ`` articles, is not found.
    """

    def __init__(self, tables: Tables, by_ref: ByRef, query: ClusterQuery) -> None:
        self._tables = tables
        self._by_ref = by_ref
        self._query = query
        if query.order not in _ORDERS:
            raise InvalidQuery("order", f"{query.order!r} is not one of {', '.join(_ORDERS)}")
        if query.limit < 1:
            raise InvalidQuery("limit", f"{query.limit} is less than 1")
        self._after = None if query.cursor is None else _read_cursor(query.cursor, query.order)
        self._words = search_words(query.q) if query.q and query.q.strip() else None
        self._read = 0

    def page(self) -> Page:
        """One page of them."""
        query = self._query
        if self._is_plain():
            low, high = self._bounds()
            total = self._tables.ask("ZLEXCOUNT", query.order, low, high)
            end = b"(" + self._after if self._after else high
            shown = self._summaries(self._names(low, end, query.limit + 1))
        else:
            found = list(self._filtered())
            total = len(found)
            key = _ORDERS[query.order]
            shown = [s for s in found if self._after is None or key(s) < self._after]
        following = len(shown) > query.limit
        shown = shown[: query.limit]
        return Page(
            items=tuple(self._describe(shown)),
            next_cursor=_write_cursor(query.order, shown[-1]) if following else None,
            total=total,
        )

    def _is_plain(self) -> bool:
        """Whether one of the sorted sets answers the query."""
        query = self._query
        if query.source is not None or self._words is not None:
            return False
        if query.order == "newest":
            return query.min_size <= 1
        return query.since is None and query.until is None

    def _bounds(self) -> tuple[bytes, bytes]:
        query = self._query
        if query.order == "largest":
            return b"[" + max(query.min_size, 0).to_bytes(4, "big"), b"+"
        low, high = b"-", b"+"
        if query.since is not None:
            low = b"[" + _time(codec.microseconds(query.since))
        if query.until is not None:
            high = b"(" + _time(codec.microseconds(query.until) + 1)
        return low, high

    def _names(self, low: bytes, high: bytes, limit: int) -> list[bytes]:
        reply: list[bytes] = self._tables.ask(
            "ZREVRANGEBYLEX", self._query.order, high, low, "LIMIT", 0, limit
        )
        return reply

    def _summaries(self, names: Sequence[bytes]) -> list[Summary]:
        if not names:
            return []
        ids = [name[-6:] for name in names]
        records = self._tables.ask("HMGET", "clusters", *ids)
        return [
            decode_summary(id.hex(), data) for id, data in zip(ids, records, strict=True) if data
        ]

    def _filtered(self) -> Iterator[Summary]:
        low, high = self._bounds()
        seen = 0
        while names := self._names(low, high, _CHUNK):
            for summary in self._summaries(names):
                if self._matches(summary):
                    yield summary
            seen += len(names)
            if seen >= _MOST_LISTED or self._read >= _MOST_READ:
                return
            high = b"(" + names[-1]

    def _matches(self, summary: Summary) -> bool:
        query = self._query
        return (
            summary.size >= query.min_size
            and (query.source is None or query.source in summary.sources)
            and (query.since is None or summary.last_at >= codec.microseconds(query.since))
            and (query.until is None or summary.last_at <= codec.microseconds(query.until))
            and (self._words is None or self._has_words(summary, self._words))
        )

    def _has_words(self, summary: Summary, wanted: Sequence[str]) -> bool:
        if not wanted or self._read >= _MOST_READ:
            return False
        refs = decode_refs(self._tables.ask("HGET", "members", _name(summary.id)) or b"")
        self._read += len(refs)
        for stored in self._by_ref(refs).values():
            words = search_words(f"{stored.article.title or ''}\n{stored.article.text}")
            if all(any(word.startswith(one) for word in words) for one in wanted):
                return True
        return False

    def _describe(self, summaries: Sequence[Summary]) -> Iterator[ClusterSummary]:
        first = self._by_ref([one.first for one in summaries])
        for one in summaries:
            if one.first in first:  # else it was removed a moment ago
                by_count = sorted(one.sources.items(), key=lambda item: (-item[1], item[0]))
                yield ClusterSummary(
                    id=one.id,
                    representative=first[one.first],
                    size=one.size,
                    sources=tuple(source for source, _ in by_count),
                    first_at=codec.moment(one.first_at),
                    last_at=codec.moment(one.last_at),
                    updated_at=codec.moment(one.updated),
                )


def _time(at: int) -> bytes:
    return (at + ZERO).to_bytes(8, "big")


def _write_cursor(order: str, summary: Summary) -> str:
    return base64.urlsafe_b64encode(order[:1].encode() + _ORDERS[order](summary)).decode()


def _read_cursor(cursor: str, order: str) -> bytes:
    try:
        data = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if data[:1] != order[:1].encode() or len(data) != 1 + _LENGTHS[order]:
        raise InvalidQuery("cursor", f"{cursor!r} is not a cursor of this list")
    return data[1:]
