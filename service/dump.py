"""A store's articles and clusters as lines of JSON, to be moved into another store.

    {"wiretwin": "export", "format": 1}
    {"article": {"id": ..., "text": ..., ..., "received_at": ..., "version": ...}}
    {"cluster": {"id": ..., "members": [...], "aliases": [...]}}
    {"end": {"articles": 2, "clusters": 1}}

Articles come in order of arrival, then clusters with their members, the earliest first, and the
ids that were merged into them. The last line tells a whole export from one that was cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from dedup.errors import ClusterMoved, InvalidArticle, NotFound, WiretwinError
from dedup.model import Article, StoredArticle
from dedup.rebuild import Kept
from dedup.store.base import ClusterQuery, Store

FORMAT = 1
_PAGE = 200
Json = dict[str, Any]
T = TypeVar("T")


class NoExport(WiretwinError):
    """A line that is not as ``wiretwin export`` writes them."""


@dataclass(frozen=True, slots=True)
class KeptCluster:
    """A cluster as another store kept it."""

    id: str
    members: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """How many articles and clusters there must have been."""

    articles: int
    clusters: int

    def compare(self, lines: int) -> None:
        """Raise ``NoExport`` unless so many lines were between the first and this one."""
        if lines != self.articles + self.clusters:
            raise NoExport(
                f"there must be {self.articles} articles and {self.clusters} clusters before "
                f"this, which does not make {lines} lines"
            )


Part = Kept | KeptCluster | End | None
"""What a line holds; None for the first one."""


def dump(store: Store) -> Iterator[Json]:
    """Everything that moves, as documents. Memory: a page of articles or of clusters."""
    yield {"wiretwin": "export", "format": FORMAT}
    articles = clusters = 0
    for stored in store.scan():
        yield {"article": _article(stored)}
        articles += 1
    for cluster in _clusters(store):
        yield {"cluster": cluster}
        clusters += 1
    yield {"end": {"articles": articles, "clusters": clusters}}


def encode(document: Json) -> bytes:
    """A document as a line, texts in their own script where UTF-8 can carry them."""
    try:
        return json.dumps(document, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(document).encode() + b"\n"


def _article(stored: StoredArticle) -> Json:
    article = stored.article
    return {
        "id": article.id,
        "text": article.text,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "language": article.language,
        "metadata": dict(article.metadata),
        "received_at": stored.received_at.isoformat(),
        "version": stored.version,
    }


def _clusters(store: Store) -> Iterator[Json]:
    cursor = None
    while True:
        page = store.clusters(ClusterQuery(min_size=1, order="largest", limit=_PAGE, cursor=cursor))
        for summary in page.items:
            try:
                members = [one.article.id for one in store.members(summary.id)]
            except (ClusterMoved, NotFound):  # it went since it was listed
                continue
            yield {"id": summary.id, "members": members, "aliases": store.aliases(summary.id)}
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def decode(line: bytes) -> Part:
    """What a line of an export holds. Raises ``WiretwinError`` that says what is wrong."""
    try:
        document = json.loads(line)
    except ValueError as error:
        raise NoExport(f"is not JSON: {error}") from None
    match document:
        case {"article": dict(fields)}:
            return _kept(fields)
        case {"cluster": dict(fields)}:
            return KeptCluster(
                _cluster_id(_field(fields, "id", str)),
                _texts(fields, "members"),
                tuple(map(_cluster_id, _texts(fields, "aliases"))),
            )
        case {"end": dict(fields)}:
            return End(_field(fields, "articles", int), _field(fields, "clusters", int))
        case {"wiretwin": "export", "format": found}:
            if found != FORMAT:
                raise NoExport(f"is an export of format {found}; this version reads {FORMAT}")
            return None
    raise NoExport("is not as `wiretwin export` writes them (`wiretwin ingest` takes articles)")


def _kept(fields: Json) -> Kept:
    article = Article(
        id=_field(fields, "id", str),
        text=_field(fields, "text", str),
        title=_optional(fields, "title"),
        source=_optional(fields, "source"),
        url=_optional(fields, "url"),
        published_at=_moment(fields, "published_at"),
        language=_optional(fields, "language"),
        metadata=_field(fields, "metadata", dict),
    )
    received = _moment(fields, "received_at")
    version = _field(fields, "version", int)
    if not article.id or not article.text:
        raise InvalidArticle("text" if article.id else "id", "must not be empty")
    if received is None or received.tzinfo is None:
        raise InvalidArticle("received_at", "must be a time with zone")
    if not 1 <= version < 2**32:
        raise InvalidArticle("version", "must be a number from 1")
    return Kept(article, received, version)


def _field(fields: Json, name: str, kind: type[T]) -> T:
    value = fields.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidArticle(name, f"must be {_KINDS[kind]}")
    return value


_KINDS: dict[type, str] = {str: "a string", int: "a number", dict: "an object", list: "a list"}


def _optional(fields: Json, name: str) -> str | None:
    return None if fields.get(name) is None else _field(fields, name, str)


def _moment(fields: Json, name: str) -> datetime | None:
    text = _optional(fields, name)
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise InvalidArticle(name, f"{text!r} is not a time") from None


def _texts(fields: Json, name: str) -> tuple[str, ...]:
    found = _field(fields, name, list)
    if not all(isinstance(one, str) for one in found):
        raise InvalidArticle(name, "must be strings")
    return tuple(found)


def _cluster_id(text: str) -> str:
    if len(text) != 12 or not set(text) <= set("0123456789abcdef"):
        raise InvalidArticle("id", f"{text!r} is not the id of a cluster")
    return text
