"""What has been read of the graph, and what a plan still needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from dedup.cache import Cache
from dedup.cluster import Topic
from dedup.store.redis_node import VERSION, Node, Summary, decode_node, decode_summary
from dedup.store.redis_record import Head


class Unread(Exception):
    """A plan needs nodes, heads, topics (by ref) or lists of members (by cluster) not read yet."""

    def __init__(
        self,
        nodes: Collection[int] = (),
        heads: Collection[int] = (),
        topics: Collection[int] = (),
        members: Collection[str] = (),
    ) -> None:
        super().__init__(nodes, heads, topics, members)
        self.nodes, self.heads, self.topics, self.members = nodes, heads, topics, members


@dataclass(frozen=True, slots=True)
class Seen:
    """A node as it was read, and its cluster: the id it has there, its id now, its record."""

    node: bytes | None
    cluster: tuple[str, str, bytes | None] | None = None


class Outdated(Exception):
    """What a plan is about has been replaced or removed by somebody else."""


class Reading:
    """What has been read of the graph, and heads and topics that this process remembers."""

    def __init__(self, heads: Cache[int, Head], topics: Cache[int, Topic]) -> None:
        self._known_heads, self._known_topics = heads, topics
        self.heads: dict[int, Head] = {}
        self.topics: dict[int, Topic] = {}
        self.members: dict[str, list[int]] = {}
        self.gone: set[int] = set()
        self.called: dict[str, str] = {}
        self._nodes: dict[int, bytes | None] = {}
        self._decoded: dict[int, Node] = {}
        self._summaries: dict[str, bytes | None] = {}

    def take(self, ref: int, seen: Seen) -> None:
        """Add a node."""
        self._nodes[ref] = seen.node
        self._decoded.pop(ref, None)
        if seen.cluster is not None:
            written, now, summary = seen.cluster
            self.called[written] = now
            if self._summaries.get(now, summary) != summary:
                self.members.pop(now, None)  # they were read before it changed
            self._summaries[now] = summary

    def forget(self, what: int | str) -> None:
        """Drop a node (by ref) or a cluster (by id) that turned out to be out of date."""
        if isinstance(what, int):
            self._nodes.pop(what, None)
        else:
            self._summaries.pop(what, None)
            self.members.pop(what, None)
            for written in [w for w, now in self.called.items() if now == what]:
                del self.called[written]

    def head(self, ref: int) -> Head | None:
        """What is known of an article, if anything is."""
        return self.heads.get(ref) or self._known_heads.get(ref)

    def topic(self, ref: int) -> Topic | None:
        """The topic of an article, empty where none was told; None if it has not been read."""
        known = self.topics.get(ref)
        return self._known_topics.get(ref) if known is None else known

    def node(self, ref: int) -> tuple[bytes, Node | None]:
        """The version and the node of an article. Raises ``Unread``."""
        if ref not in self._nodes:
            raise Unread(nodes=[ref])
        data = self._nodes[ref]
        if data is None:
            return b"", None
        node = self._decoded.get(ref)
        if node is None:
            node = self._decoded[ref] = decode_node(data)
        if node.cluster is not None and node.cluster not in self.called:
            raise Unread(nodes=[ref])
        return data[:VERSION], node

    def data(self, ref: int) -> bytes | None:
        """The node of an article as it was read."""
        return self._nodes.get(ref)

    def record(self, id: str) -> bytes | None:
        """The record of a cluster as it was read."""
        return self._summaries.get(id)

    def missing(self, refs: Iterable[int]) -> list[int]:
        """Those whose nodes have not been read."""
        return [ref for ref in refs if ref not in self._nodes]

    def summary(self, id: str) -> tuple[bytes, Summary | None]:
        """The version and the record of a cluster that a node led to."""
        data = self._summaries.get(id)
        return (data[:VERSION], decode_summary(id, data)) if data else (b"", None)
