"""What Redis keeps of an article's place in the graph and of a cluster, as bytes.

Both begin with eight random bytes, their version: every writing gives new ones, so that a plan
made from a reading can be refused when it is out of date.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from dedup.judgement import Opinion
from dedup.model import Edge, Match, Relation
from dedup.store import codec
from dedup.store.redis_record import decode_text, encode_text

Ends = tuple[int, int]
VERSION = 8
NO_CLUSTER = bytes(6)

_RELATIONS = tuple(Relation)
_NUMBER = {relation: number for number, relation in enumerate(Relation)}
_NODE = struct.Struct(">8s6sBqq3I")
_TIE = struct.Struct(">QQBBd8sII")
_SAID = struct.Struct(">QB16s")
_LEFT, _RIGHT = 1, 2


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge as the graph keeps it at both ends: without most of its match.

    ``digest`` tells two writings of an edge apart.
    """

    edge: Edge
    binds_left: bool
    binds_right: bool
    digest: bytes

    @property
    def ends(self) -> Ends:
        """Left and right."""
        return (self.edge.left, self.edge.right)

    @property
    def binds(self) -> bool:
        """Whether it holds a cluster together."""
        return self.binds_left and self.binds_right

    def encode(self) -> bytes:
        """As bytes."""
        edge = self.edge
        left, right = codec.encode_bits(edge.left_coverage), codec.encode_bits(edge.right_coverage)
        flags = (_LEFT if self.binds_left else 0) | (_RIGHT if self.binds_right else 0)
        begin = _TIE.pack(
            edge.left,
            edge.right,
            _NUMBER[edge.relation],
            flags,
            edge.match.score,
            self.digest,
            len(left),
            len(right),
        )
        return begin + left + right


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of an article and another; ``mark`` names the whole judgement."""

    opinion: Opinion
    mark: bytes


@dataclass(frozen=True, slots=True)
class Node:
    """An article's place in the graph; one without ties, judgements and cluster has none.

    ``cluster`` is the cluster it was put into, which may have been merged into another since.
    ``stale`` marks the new version of an article that holds the old one's place in a cluster.
    ``ties`` are all edges that touch it. ``said`` is what people said of it and others, by the
    refs of these.
    """

    id: str
    at: int
    received: int
    source: str | None
    cluster: str | None = None
    stale: bool = False
    ties: dict[Ends, Tie] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)

    @property
    def opinions(self) -> dict[int, Opinion]:
        """What people think of it and others, by the refs of these."""
        return {far: one.opinion for far, one in self.said.items()}

    @property
    def seniority(self) -> tuple[int, int]:
        """Sort key of members, before the ref."""
        return (self.at, self.received)

    def encode(self, version: bytes) -> bytes:
        """As bytes."""
        id, source = encode_text(self.id), encode_text(self.source)
        begin = _NODE.pack(
            version,
            bytes.fromhex(self.cluster) if self.cluster else NO_CLUSTER,
            int(self.stale),
            self.at,
            self.received,
            len(id),
            len(source),
            len(self.ties),
        )
        ties = (tie.encode() for tie in self.ties.values())
        said = (
            _SAID.pack(far, one.opinion is Opinion.SAME, one.mark) for far, one in self.said.items()
        )
        return b"".join((begin, id, source, *ties, *said))


def decode_node(data: bytes) -> Node:
    """The inverse of ``Node.encode``."""
    _, cluster, stale, at, received, id_length, source_length, count = _NODE.unpack_from(data)
    begin = _NODE.size
    middle, end = begin + id_length, begin + id_length + source_length
    id, source = decode_text(data[begin:middle]), decode_text(data[middle:end])
    begin = end
    ties = {}
    for _ in range(count):
        left, right, relation, flags, score, digest, left_length, right_length = _TIE.unpack_from(
            data, begin
        )
        begin += _TIE.size
        middle, end = begin + left_length, begin + left_length + right_length
        match = Match(_RELATIONS[relation], score, id="")
        edge = Edge(
            left,
            right,
            match,
            codec.decode_bits(data[begin:middle]),
            codec.decode_bits(data[middle:end]),
        )
        ties[left, right] = Tie(edge, bool(flags & _LEFT), bool(flags & _RIGHT), digest)
        begin = end
    said = {
        far: Said(Opinion.SAME if same else Opinion.DIFFERENT, mark)
        for far, same, mark in _SAID.iter_unpack(data[begin:])
    }
    return Node(
        id=id or "",
        at=at,
        received=received,
        source=source,
        cluster=None if cluster == NO_CLUSTER else cluster.hex(),
        stale=bool(stale),
        ties=ties,
        said=said,
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """A cluster without its members: ``age`` orders clusters by creation, smaller is older.

    ``first`` is the representative, with its seniority. ``aliases`` are ids that were merged
    into this one. ``sources`` counts members by source.
    """

    id: str
    age: int
    size: int
    first: int
    first_seniority: tuple[int, int]
    last_at: int
    updated: int
    aliases: tuple[str, ...] = ()
    sources: Mapping[str, int] = field(default_factory=dict)

    @property
    def first_at(self) -> int:
        """The time of the earliest member."""
        return self.first_seniority[0]

    def encode(self, version: bytes) -> bytes:
        """Everything but the id, as bytes."""
        plain = [
            self.age,
            self.size,
            self.first,
            self.first_seniority,
            self.last_at,
            self.updated,
            self.aliases,
            dict(self.sources),
        ]
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        return version + text.encode("utf-8", "surrogatepass")


def decode_summary(id: str, data: bytes) -> Summary:
    """The inverse of ``Summary.encode``."""
    age, size, first, seniority, last_at, updated, aliases, sources = json.loads(
        data[VERSION:].decode("utf-8", "surrogatepass")
    )
    return Summary(
        id,
        age,
        size,
        first,
        (seniority[0], seniority[1]),
        last_at,
        updated,
        tuple(aliases),
        sources,
    )
