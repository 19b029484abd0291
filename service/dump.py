"""A store's articles, judgements and clusters as lines of JSON, to be moved into another store.

    {"wiretwin": "export", "format": 1}
    {"article": {"id": ..., "text": ..., ..., "received_at": ..., "version": ..., "names": [...]}}
    {"judgement": {"left": ..., "right": ..., "judgement": ..., "by": ..., "note": ..., "at": ...}}
    {"cluster": {"id": ..., "members": [...], "aliases": [...]}}
    {"end": {"articles": 2, "judgements": 1, "clusters": 1}}

Articles come in order of arrival, then what people said of them, then clusters with their members,
the earliest first, and the ids that were merged into them. The last line tells a whole export from
one that was cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from dedup.errors import ClusterMoved, InvalidArticle, NotFound, WiretwinError
from dedup.judgement import Judgement, Opinion
from dedup.judging import all_judgements
from dedup.model import Article, StoredArticle
from dedup.rebuild import Kept
from dedup.store.base import Store
from dedup.store.values import ClusterQuery
from service import present_judgements

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
    """How many articles, judgements and clusters there must have been."""

    articles: int
    judgements: int
    clusters: int

    def compare(self, lines: int) -> None:
        """Raise ``NoExport`` unless so many lines were between the first and this one."""
        if lines != self.articles + self.judgements + self.clusters:
            raise NoExport(
                f"there must be {self.articles} articles, {self.judgements} judgements and "
                f"{self.clusters} clusters before this, which does not make {lines} lines"
            )


Part = Kept | Judgement | KeptCluster | End | None
"""What a line holds; None for the first one."""


def dump(store: Store) -> Iterator[Json]:
    """Everything that moves, as documents. Memory: a page of articles or of clusters."""
    yield {"wiretwin": "export", "format": FORMAT}
    articles = judgements = clusters = 0
    for page in _pages(store.scan()):
        names = store.names([stored.article.id for stored in page])
        for stored in page:
            yield {"article": _article(stored, names.get(stored.article.id, ()))}
        articles += len(page)
    for judgement in all_judgements(store):
        yield {"judgement": present_judgements.judgement(judgement)}
        judgements += 1
    for cluster in _clusters(store):
        yield {"cluster": cluster}
        clusters += 1
    yield {"end": {"articles": articles, "judgements": judgements, "clusters": clusters}}


def encode(document: Json) -> bytes:
    """A document as a line, texts in their own script where UTF-8 can carry them."""
    try:
        return json.dumps(document, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(document).encode() + b"\n"


def _pages(articles: Iterator[StoredArticle]) -> Iterator[list[StoredArticle]]:
    while page := list(islice(articles, _PAGE)):
        yield page


def _article(stored: StoredArticle, names: Sequence[str]) -> Json:
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
        "names": list(names),
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
        case {"judgement": dict(fields)}:
            return _judgement(fields)
        case {"cluster": dict(fields)}:
            return KeptCluster(
                _cluster_id(_field(fields, "id", str)),
                _texts(fields, "members"),
                tuple(map(_cluster_id, _texts(fields, "aliases"))),
            )
        case {"end": dict(fields)}:
            names = ("articles", "judgements", "clusters")
            return End(*(_field(fields, name, int) for name in names))
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
    names = _texts(fields, "names") if "names" in fields else ()
    return Kept(article, received, version, names)


def _judgement(fields: Json) -> Judgement:
    at = _moment(fields, "at")
    opinion = _field(fields, "judgement", str)
    if at is None or at.tzinfo is None:
        raise InvalidArticle("at", "must be a time with zone")
    if opinion not in set(Opinion):
        raise InvalidArticle("judgement", f"must be one of {', '.join(Opinion)}")
    return Judgement.of(
        _field(fields, "left", str),
        _field(fields, "right", str),
        Opinion(opinion),
        at,
        _optional(fields, "by"),
        _optional(fields, "note"),
    )


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
