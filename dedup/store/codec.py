"""Articles, postings, topics and edges as compact bytes, the same in every store.

Texts are compressed as zlib does (RFC 1950), by ISA-L in a third of its time;
numbers are little-endian arrays. Nothing that is read back is ever executed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from dedup.model import (
    Article,
    Containment,
    EditKind,
    Keys,
    Match,
    Postings,
    Relation,
    SentenceStatus,
)
from dedup.store.arrays import stretches

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
DAY = 24 * 3600
"""Seconds."""
_LEVEL = 1


def encode_article(article: Article, outline: bytes = b"") -> bytes:
    """Everything in the article but its id, compressed: a line of JSON, then the text.

    Its outline (``dedup.outline``), if it is to stand beside it, comes after that as it is.
    """
    published = article.published_at.isoformat() if article.published_at else None
    record = [
        article.title,
        article.source,
        article.url,
        published,
        article.language,
        dict(article.metadata),
    ]
    data = f"{json.dumps(record)}\n{article.text}".encode("utf-8", "surrogatepass")
    return isal_zlib.compress(data, _LEVEL) + outline


def decode_article(id: str, data: bytes) -> tuple[Article, bytes]:
    """The inverse of ``encode_article``; what was stored without an outline has an empty one."""
    opened = zlib.decompressobj()
    plain = opened.decompress(data)
    if not opened.eof:
        raise zlib.error("the article is cut short")
    record, _, text = plain.decode("utf-8", "surrogatepass").partition("\n")
    title, source, url, published, language, metadata = json.loads(record)
    article = Article(
        id=id,
        text=text,
        title=title,
        source=source,
        url=url,
        published_at=datetime.fromisoformat(published) if published else None,
        language=language,
        metadata=metadata,
    )
    return article, opened.unused_data


def encode_topic(topic: frozenset[int]) -> bytes:
    """The hashes of a topic, 8 bytes each, sorted."""
    return np.array(sorted(topic), dtype="<u8").tobytes()


def decode_topic(data: bytes) -> frozenset[int]:
    """The inverse of ``encode_topic``."""
    return frozenset(np.frombuffer(data, dtype="<u8").tolist())


def encode_postings(postings: Postings) -> bytes:
    """Two counts (bands, sketch), then all keys, 4 bytes each."""
    counts = np.array([len(postings.bands), len(postings.sketch)], dtype=np.uint32)
    words = np.concatenate([counts, postings.bands, postings.sketch, postings.marks])
    return words.astype("<u4", copy=False).tobytes()


def count_postings(length: int) -> int:
    """How many postings stand in so many bytes."""
    return length // 4 - 2


def decode_postings(data: bytes) -> Postings:
    """The inverse of ``encode_postings``."""
    words: Keys = np.frombuffer(data, dtype="<u4")
    middle = 2 + int(words[0])
    last = middle + int(words[1])
    return Postings(bands=words[2:middle], sketch=words[middle:last], marks=words[last:])


def encode_match(match: Match) -> bytes:
    """A match but its id, as a JSON array."""
    record = [
        match.relation,
        match.score,
        match.resemblance,
        match.containment.left_in_right,
        match.containment.right_in_left,
        match.narrative_reuse,
        match.quotation_reuse,
        match.sentences,
        match.reasons,
        match.changes,
    ]
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def decode_match(id: str, data: bytes) -> Match:
    """The inverse of ``encode_match``; ``id`` is the id of the right article."""
    (
        relation,
        score,
        resemblance,
        left_in_right,
        right_in_left,
        narrative,
        quotation,
        sentences,
        reasons,
        changes,
    ) = json.loads(data.decode("utf-8", "surrogatepass"))
    return Match(
        id=id,
        relation=Relation(relation),
        score=score,
        resemblance=resemblance,
        containment=Containment(left_in_right, right_in_left),
        narrative_reuse=narrative,
        quotation_reuse=quotation,
        sentences={SentenceStatus(name): count for name, count in sentences.items()},
        reasons=tuple(reasons),
        changes={EditKind(name): count for name, count in changes.items()},
    )


def encode_bits(bits: int) -> bytes:
    """A bit set of any length."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def decode_bits(data: bytes) -> int:
    """The inverse of ``encode_bits``."""
    return int.from_bytes(data, "little")


def microseconds(at: datetime) -> int:
    """Microseconds since 1970; a time without a zone is taken as UTC."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The inverse of ``microseconds``, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def seconds(microseconds: int) -> int:
    """Seconds since 1970 as the index keeps them: at least 1, at most 32 bits."""
    return min(max(microseconds // 1_000_000, 1), 2**32 - 1)


def day(microseconds: int) -> int:
    """The day, counted from 1970, of what the index keeps as ``seconds``."""
    return seconds(microseconds) // DAY


BANDS, SKETCH, MARKS = 0, 1, 2
"""Kinds of postings; a bucket holds one kind."""

BucketKeys = NDArray[np.uint64]
"""A posting with its kind: ``kind << 32 | key``."""

_SPREAD = np.uint32(0x9E3779B1)
_KIND = np.uint64(32)


def bucket_keys(postings: Postings) -> BucketKeys:
    """All keys of an article, bands first, then sketch, then marks, each under its kind.

    A band's key is salted with its position, so that one index serves all positions. All are
    multiplied by an odd number, which loses nothing and spreads keys that lie close together.
    """
    bands, sketch = len(postings.bands), len(postings.sketch)
    salted = postings.bands ^ (np.arange(bands, dtype=np.uint32) * _SPREAD)
    mixed = np.concatenate((salted, postings.sketch, postings.marks)) * _SPREAD
    keys = mixed.astype(np.uint64)
    keys[bands : bands + sketch] |= np.uint64(SKETCH << 32)
    keys[bands + sketch :] |= np.uint64(MARKS << 32)
    return keys


def bucket_keys_of(blobs: Sequence[bytes]) -> tuple[BucketKeys, NDArray[np.int64]]:
    """The keys of many encoded postings in one array, and how many each of them has."""
    words = np.frombuffer(b"".join(blobs), dtype="<u4")
    lengths = np.fromiter(map(len, blobs), dtype=np.int64, count=len(blobs)) // 4
    starts = lengths.cumsum() - lengths
    bands, sketch = words[starts].astype(np.int64), words[starts + 1].astype(np.int64)
    counts = lengths - 2
    is_key = np.ones(len(words), dtype=np.bool_)
    is_key[starts] = is_key[starts + 1] = False
    keys = words[is_key]
    begins = counts.cumsum() - counts
    which, at = stretches(begins, bands)
    keys[at] ^= (at - begins[which]).astype(np.uint32) * _SPREAD
    keys *= _SPREAD
    kinds = np.tile(np.array([BANDS, SKETCH, MARKS], dtype=np.uint64) << _KIND, len(blobs))
    sizes = np.stack([bands, sketch, counts - bands - sketch], axis=1)
    row = np.repeat(kinds, sizes.ravel())
    row |= keys
    return row, counts
