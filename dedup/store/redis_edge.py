"""What Redis keeps of an edge besides its two ends: the match, as bytes."""

from __future__ import annotations

import struct

from dedup.model import Edge
from dedup.store import codec
from dedup.store.redis_record import decode_text, encode_text

_EDGE = struct.Struct(">3I")


def encode_edge(edge: Edge) -> bytes:
    """An edge but its refs and relation, with the right article's id."""
    parts = (
        codec.encode_bits(edge.left_coverage),
        codec.encode_bits(edge.right_coverage),
        encode_text(edge.match.id),
    )
    begin = _EDGE.pack(*map(len, parts))
    return b"".join((begin, *parts, codec.encode_match(edge.match)))


def decode_edge(left: int, right: int, data: bytes, *, binding: bool) -> Edge:
    """The inverse of ``encode_edge``."""
    parts, begin = [], _EDGE.size
    for length in _EDGE.unpack_from(data):
        parts.append(data[begin : begin + length])
        begin += length
    return Edge(
        left=left,
        right=right,
        match=codec.decode_match(decode_text(parts[2]) or "", data[begin:]),
        left_coverage=codec.decode_bits(parts[0]),
        right_coverage=codec.decode_bits(parts[1]),
        binding=binding,
    )
