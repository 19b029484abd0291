"""Reading articles, edges and clusters out of SQLite."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from dedup import cluster
from dedup.errors import ClusterMoved, InvalidQuery, NotFound
from dedup.model import ClusterSummary, Edge, StoredArticle
from dedup.store import codec
from dedup.store.search import search_words
from dedup.store.values import ClusterQuery, Page

_STORED = """
SELECT a.ref, a.id, a.fingerprint, a.received, a.version, c.id, p.ref IS NOT NULL, a.body,
  o.outline
FROM article a
LEFT JOIN member m ON m.ref = a.ref
LEFT JOIN cluster c ON c.number = m.cluster
LEFT JOIN pending p ON p.ref = a.ref
LEFT JOIN outline o ON o.ref = a.ref
WHERE """
_EDGES = """
SELECT e.left, e.right, e.binds_left AND e.binds_right, e.left_coverage, e.right_coverage, e.match,
  a.id
FROM edge e JOIN article a ON a.ref = e.right WHERE """


def stored_articles(
    db: sqlite3.Connection, where: str, parameters: Sequence[Sequence[Any]]
) -> list[StoredArticle]:
    """The articles (``a``) for which ``where`` holds, for each set of parameters in turn."""
    return [_stored(*row) for one in parameters for row in db.execute(_STORED + where, one)]


def _stored(
    ref: int,
    id: str,
    fingerprint: str,
    received: int,
    version: int,
    cluster_id: str | None,
    pending: int,
    body: bytes,
    outline: bytes | None,
) -> StoredArticle:
    article, _ = codec.decode_article(id, body)
    return StoredArticle(
        ref=ref,
        article=article,
        fingerprint=fingerprint,
        received_at=codec.moment(received),
        version=version,
        cluster_id=cluster_id,
        pending=bool(pending),
        outline=outline or b"",
    )


def edges_at(db: sqlite3.Connection, refs: Sequence[int]) -> list[Edge]:
    """All edges with an end among ``refs``, each once, in order of their ends."""
    found = {}
    for ref in refs:
        for end in ("left", "right"):
            rows = db.execute(f"{_EDGES} e.{end} = ?", (ref,))
            for left, right, binding, left_coverage, right_coverage, match, id in rows:
                found[left, right] = Edge(
                    left=left,
                    right=right,
                    match=codec.decode_match(id, match),
                    left_coverage=codec.decode_bits(left_coverage),
                    right_coverage=codec.decode_bits(right_coverage),
                    binding=bool(binding),
                )
    return [found[ends] for ends in sorted(found)]


def find_members(db: sqlite3.Connection, cluster_id: str) -> list[StoredArticle]:
    """The members of a cluster, earliest first. Raises ``NotFound`` or ``ClusterMoved``."""
    found = stored_articles(db, "c.id = ?", [(cluster_id,)])
    if found:
        return sorted(found, key=cluster.seniority)
    moved = db.execute(
        "SELECT c.id FROM redirect r JOIN cluster c ON c.number = r.number WHERE r.id = ?",
        (cluster_id,),
    ).fetchone()
    if moved:
        raise ClusterMoved(cluster_id, moved[0])
    raise NotFound("cluster", cluster_id)


def aliases_of(db: sqlite3.Connection, cluster_id: str) -> tuple[str, ...]:
    """The ids that lead to a cluster, sorted."""
    rows = db.execute(
        "SELECT r.id FROM redirect r JOIN cluster c ON c.number = r.number "
        "WHERE c.id = ? ORDER BY r.id",
        (cluster_id,),
    )
    return tuple(id for (id,) in rows)


_ORDERS = {
    "newest": ("last_at", "number"),
    "largest": ("size", "last_at", "number"),
}


def list_clusters(db: sqlite3.Connection, query: ClusterQuery) -> Page:
    """One page of clusters, by keyset: the cursor holds the sort key of the last one shown."""
    columns = _ORDERS.get(query.order)
    if columns is None:
        raise InvalidQuery("order", f"{query.order!r} is not one of {', '.join(_ORDERS)}")
    if query.limit < 1:
        raise InvalidQuery("limit", f"{query.limit} is less than 1")
    conditions, parameters = _filter(query)
    (total,) = db.execute(
        f"SELECT count(*) FROM cluster c WHERE {' AND '.join(conditions)}", parameters
    ).fetchone()
    if query.cursor is not None:
        conditions.append(f"({', '.join(columns)}) < ({', '.join('?' for _ in columns)})")
        parameters += _read_cursor(query.cursor, query.order, len(columns))
    order = ", ".join(f"{column} DESC" for column in columns)
    rows = db.execute(
        "SELECT number, id, size, first_at, last_at, updated, (SELECT ref FROM member "
        "WHERE cluster = number ORDER BY at, received, ref LIMIT 1) FROM cluster c "
        f"WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?",
        [*parameters, query.limit + 1],
    ).fetchall()
    shown = rows[: query.limit]
    next_cursor = None
    if len(rows) > len(shown):
        last = dict(zip(("number", "id", "size", "first_at", "last_at"), shown[-1], strict=False))
        next_cursor = _write_cursor(query.order, [last[column] for column in columns])
    return Page(tuple(_summary(db, row) for row in shown), next_cursor, total)


def _filter(query: ClusterQuery) -> tuple[list[str], list[Any]]:
    conditions = ["size >= ?"]
    parameters: list[Any] = [query.min_size]
    if query.source is not None:
        conditions.append("number IN (SELECT cluster FROM member WHERE source = ?)")
        parameters.append(query.source)
    if query.since is not None:
        conditions.append("last_at >= ?")
        parameters.append(codec.microseconds(query.since))
    if query.until is not None:
        conditions.append("last_at <= ?")
        parameters.append(codec.microseconds(query.until))
    if query.q is not None and query.q.strip():
        conditions.append(
            "number IN (SELECT cluster FROM words JOIN member ON ref = words.rowid "
            "WHERE words MATCH ?)"
        )
        parameters.append(" AND ".join(f'"{word}"*' for word in search_words(query.q)) or '""')
    return conditions, parameters


def _summary(db: sqlite3.Connection, row: tuple[Any, ...]) -> ClusterSummary:
    number, id, size, first_at, last_at, updated, first = row
    sources = db.execute(
        "SELECT source FROM member WHERE cluster = ? AND source IS NOT NULL "
        "GROUP BY source ORDER BY count(*) DESC, source",
        (number,),
    ).fetchall()
    (representative,) = stored_articles(db, "a.ref = ?", [(first,)])
    return ClusterSummary(
        id=id,
        representative=representative,
        size=size,
        sources=tuple(source for (source,) in sources),
        first_at=codec.moment(first_at),
        last_at=codec.moment(last_at),
        updated_at=codec.moment(updated),
    )


def _write_cursor(order: str, values: Sequence[int]) -> str:
    return base64.urlsafe_b64encode(json.dumps([order, *values]).encode()).decode()


def _read_cursor(cursor: str, order: str, length: int) -> list[int]:
    try:
        made_for, *values = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise InvalidQuery("cursor", f"{cursor!r} is not a cursor of this list") from None
    whole = all(type(value) is int and abs(value) < 2**63 for value in values)
    if made_for != order or len(values) != length or not whole:
        raise InvalidQuery("cursor", f"{cursor!r} is not a cursor of this list")
    return [int(value) for value in values]
