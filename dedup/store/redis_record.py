"""What Redis keeps of one version of an article outside the graph, as bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

from dedup.store import codec
from dedup.store.values import Entry

REF = 5
"""Bytes of a ref: enough for a trillion articles."""
_BEGIN = struct.Struct(">Iqq6I")
_NOTHING = b""
"""In place of what stores that were made before keep there."""


def encode_ref(ref: int) -> bytes:
    """A ref as five bytes."""
    return ref.to_bytes(REF, "big")


def decode_refs(data: bytes) -> list[int]:
    """The inverse of ``encode_ref``, for refs in a row."""
    return [int.from_bytes(data[i : i + REF], "big") for i in range(0, len(data), REF)]


def encode_text(text: str | None) -> bytes:
    """A text of any characters, or None."""
    return b"" if text is None else b"+" + text.encode("utf-8", "surrogatepass")


def decode_text(data: bytes) -> str | None:
    """The inverse of ``encode_text``."""
    return data[1:].decode("utf-8", "surrogatepass") if data else None


@dataclass(frozen=True, slots=True)
class Head:
    """What the graph needs to know of an article; it never changes under one ref.

    ``at`` and ``received`` are microseconds since 1970, ``at`` the time of publication or, where
    that is unknown, of arrival.
    """

    id: str
    at: int
    received: int
    source: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One version of an article with everything but its place in the graph."""

    head: Head
    version: int
    fingerprint: str
    postings: bytes
    url_key: bytes
    """Empty without a URL."""
    body: bytes

    @classmethod
    def of(cls, entry: Entry, id: str, version: int, received: datetime) -> Record:
        """The record of an entry, of this version and arrival unless it has its own."""
        article = entry.article
        arrival = codec.microseconds(entry.received_at or received)
        at = codec.microseconds(article.published_at) if article.published_at else arrival
        return cls(
            head=Head(id, at, arrival, article.source),
            version=entry.version or version,
            fingerprint=entry.fingerprint,
            postings=codec.encode_postings(entry.postings),
            url_key=entry.url_key or b"",
            body=codec.encode_article(article, entry.outline),
        )

    def encode(self) -> bytes:
        """As bytes; the article and its outline come last."""
        head = self.head
        parts = (
            encode_text(head.id),
            encode_text(head.source),
            encode_text(self.fingerprint),
            _NOTHING,
            self.postings,
            self.url_key,
        )
        begin = _BEGIN.pack(self.version, head.received, head.at, *map(len, parts))
        return b"".join((begin, *parts, self.body))

    @classmethod
    def decode(cls, data: bytes) -> Record:
        """The inverse of ``encode``."""
        version, received, at, *lengths = _BEGIN.unpack_from(data)
        parts, begin = [], _BEGIN.size
        for length in lengths:
            parts.append(data[begin : begin + length])
            begin += length
        id, source, fingerprint, _, postings, url_key = parts
        head = Head(decode_text(id) or "", at, received, decode_text(source))
        content = decode_text(fingerprint) or ""
        return cls(head, version, content, postings, url_key, data[begin:])
