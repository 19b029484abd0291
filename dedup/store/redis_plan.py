"""Optimistic transactions on the graph: read, work out, write if nothing has changed meanwhile.

A plan is a function of a ``Transaction``. Where it needs what has not been read, ``Unread`` tells
the caller to read that and to start over; plans therefore change nothing but their transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from dedup.cluster import Topic
from dedup.store.codec import encode_topic
from dedup.store.redis_acts import NUMBER, Acts, field_of, largest_key, newest_key
from dedup.store.redis_calls import Argument
from dedup.store.redis_node import Ends, Node, Said, Summary, Tie
from dedup.store.redis_reading import Reading, Seen, Unread
from dedup.store.redis_record import Head, encode_ref

_AT_ONCE = 1000


@dataclass
class _Members:
    """A list of members: those of the stored lists ``of`` in a row, then ``more``."""

    of: list[str]
    more: list[int] = field(default_factory=list)


class Transaction(Acts):
    """One plan's view of the graph: what was read, and over it what the plan has written."""

    def __init__(self, reading: Reading, now: int) -> None:
        super().__init__(now)
        self._reading = reading
        self._used_nodes: dict[int, bytes] = {}
        self._used_clusters: dict[str, bytes] = {}
        self._nodes: dict[int, Node] = {}
        self._summaries: dict[str, Summary | None] = {}
        self._members: dict[str, _Members] = {}
        self._called: dict[str, str] = {}
        self._required: set[int] = set()
        self._born = 0
        self.removed: set[int] = set()
        self.told: dict[int, Topic] = {}
        self._written_nodes: dict[int, bytes] = {}
        self._written_clusters: dict[str, bytes] = {}

    # -- articles ------------------------------------------------------------------------------

    def is_there(self, ref: int) -> bool:
        """Whether the article is stored; writing fails if it is gone by then."""
        if ref in self._reading.gone or ref in self.removed:
            return False
        self._required.add(ref)
        return True

    def remove(self, ref: int) -> None:
        """Let an article and its node be gone."""
        self.removed.add(ref)
        self._required.discard(ref)
        self._nodes.pop(ref, None)

    def head(self, ref: int) -> Head:
        """What is known of an article. Raises ``Unread``."""
        head = self._reading.head(ref)
        if head is None:
            raise Unread(heads=[ref])
        return head

    def topics(self, refs: Collection[int]) -> dict[int, frozenset[int]]:
        """The topics of articles, as far as any were told. Raises ``Unread``."""
        found = {ref: self.told.get(ref) or self._reading.topic(ref) for ref in refs}
        lacking = [ref for ref, topic in found.items() if topic is None]
        if lacking:
            raise Unread(topics=lacking)
        return {ref: topic for ref, topic in found.items() if topic}

    def keep_topics(self, topics: Mapping[int, Topic]) -> None:
        """Keep the topics of those articles that are there."""
        self.told.update((ref, topic) for ref, topic in topics.items() if self.is_there(ref))

    # -- nodes ---------------------------------------------------------------------------------

    def need(self, refs: Iterable[int]) -> None:
        """Raise one ``Unread`` for all nodes that have not been read."""
        missing = self._reading.missing(ref for ref in refs if ref not in self._nodes)
        if missing:
            raise Unread(nodes=missing)

    def node(self, ref: int) -> Node | None:
        """The node of an article, None if there is nothing to tell. Raises ``Unread``."""
        if ref in self.removed:
            return None
        if ref in self._nodes:
            return self._nodes[ref]
        version, node = self._reading.node(ref)
        self._used_nodes[ref] = version
        return node

    def ties(self, ref: int) -> dict[Ends, Tie]:
        """The edges at an article."""
        node = self.node(ref)
        return node.ties if node else {}

    def write(self, tie: Tie) -> None:
        """Put an edge in place at both ends."""
        for ref in tie.ends:
            self._draft(ref).ties[tie.ends] = tie

    def cut(self, ends: Ends) -> None:
        """Take an edge away at both ends."""
        for ref in ends:
            if ref not in self.removed:
                self._draft(ref).ties.pop(ends, None)

    def seat(self, ref: int, cluster: str | None, *, stale: bool = False) -> None:
        """Put an article into a cluster or into none, without counting it there."""
        self._nodes[ref] = replace(self._draft(ref), cluster=cluster, stale=stale)

    def said(self, ref: int) -> dict[int, Said]:
        """What people said of an article and others, by the refs of these."""
        node = self.node(ref)
        return node.said if node else {}

    def say(self, ref: int, far: int, said: Said | None) -> None:
        """Note at an article what was said of it and another, or that nothing is."""
        draft = self._draft(ref)
        if said is not None:
            draft.said[far] = said
        else:
            draft.said.pop(far, None)

    def place(self, ref: int) -> Node:
        """The node of an article, a bare one if it has none. Raises ``Unread``."""
        node = self.node(ref)
        if node is None:
            head = self.head(ref)
            node = Node(head.id, head.at, head.received, head.source)
        return node

    def _draft(self, ref: int) -> Node:
        if ref not in self._nodes:
            node = self.place(ref)
            self._nodes[ref] = replace(node, ties=dict(node.ties), said=dict(node.said))
        return self._nodes[ref]

    # -- clusters ------------------------------------------------------------------------------

    def cluster_of(self, ref: int) -> str | None:
        """The id by which an article's cluster goes now."""
        node = self.node(ref)
        if node is None or node.cluster is None:
            return None
        id = self._reading.called.get(node.cluster, node.cluster)
        while id in self._called:
            id = self._called[id]
        return id

    def summary(self, id: str) -> Summary:
        """The record of a cluster that some node led to."""
        if id not in self._summaries:
            version, summary = self._reading.summary(id)
            if summary is None:  # a node leads to a cluster that is not there: read both again
                raise Unread(nodes=list(self._used_nodes))
            self._used_clusters[id] = version
            return summary
        found = self._summaries[id]
        assert found is not None
        return found

    def has_cluster(self, id: str) -> bool:
        """Whether there is such a cluster already; one that some node led to."""
        if id in self._summaries:
            return self._summaries[id] is not None
        return self._reading.summary(id)[1] is not None

    def new_cluster(self) -> str:
        """A name for a cluster: 12 hexadecimal digits."""
        return secrets.token_hex(6)

    def next_age(self) -> int:
        """The age of a cluster made now."""
        self._born += 1
        return self.now + self._born

    def describe(self, summary: Summary) -> None:
        """Write the record of a cluster; one that is there must have been read before."""
        self._summaries[summary.id] = summary

    def dissolve(self, id: str) -> None:
        """Remove a cluster with its list of members and all redirects to it."""
        for alias in self.summary(id).aliases:
            self.act("unset", "redirects", bytes.fromhex(alias))
        self._summaries[id] = None
        self._members[id] = _Members([])

    def redirect(self, old: str, into: str) -> None:
        """Remove a cluster that was merged; its members are to be listed in the other."""
        aliases = (old, *self.summary(old).aliases)
        for alias in aliases:
            self.act("set", "redirects", bytes.fromhex(alias), bytes.fromhex(into))
        survivor = self.summary(into)
        self.describe(replace(survivor, aliases=(*survivor.aliases, *aliases)))
        self._summaries[old] = None
        self._members[old] = _Members([])
        self._called[old] = into

    # -- members -------------------------------------------------------------------------------

    def need_members(self, ids: Iterable[str]) -> None:
        """Raise one ``Unread`` for all lists of members that have not been read."""
        stored = {one for id in ids for one in self._list(id).of}
        lacking = sorted(stored - self._reading.members.keys())
        if lacking:
            raise Unread(members=lacking)

    def members(self, id: str) -> list[int]:
        """All members of a cluster. Raises ``Unread``."""
        self.need_members([id])
        listed = self._list(id)
        self.summary(id)
        return [r for one in listed.of for r in self._reading.members[one]] + listed.more

    def enlist(self, id: str, refs: Iterable[int]) -> None:
        """Add to the list of members."""
        self._list(id).more.extend(refs)

    def absorb(self, id: str, other: str) -> None:
        """Add the whole list of another cluster, which loses it."""
        into, other_list = self._list(id), self._list(other)
        into.of += other_list.of
        into.more += other_list.more
        self._members[other] = _Members([])

    def enlist_anew(self, id: str, refs: Iterable[int]) -> None:
        """Replace the list of members."""
        self._members[id] = _Members([], list(refs))

    def _list(self, id: str) -> _Members:
        return self._members.setdefault(id, _Members([id]))

    # -- writing -------------------------------------------------------------------------------

    def checks(self) -> list[tuple[str, int | str | bytes, bytes]]:
        """The fields that must be as they were read: table, field, version."""
        return [
            *(("nodes", ref, version) for ref, version in self._used_nodes.items()),
            *(("clusters", id, version) for id, version in self._used_clusters.items()),
            *self._expected,
        ]

    def seen(self) -> dict[int, Seen]:
        """How the nodes stand that were used, once all is written."""
        found: dict[int, Seen] = {}
        for ref in (self._used_nodes.keys() | self._nodes.keys()) - self.removed:
            written = self._written_nodes.get(ref)
            data = written if ref in self._nodes else self._reading.data(ref)
            node, id = self.node(ref), self.cluster_of(ref)
            if data is None or node is None or node.cluster is None or id is None:
                found[ref] = Seen(data)
            else:
                record = self._written_clusters.get(id) or self._reading.record(id)
                found[ref] = Seen(data, (node.cluster, id, record))
        return found

    def arguments(self) -> list[Argument]:
        """What the script is to be told."""
        version = secrets.token_bytes(8)
        self._write_nodes(version)
        self._write_summaries(version)
        self._write_members()
        self._write_topics()
        checks = self.checks()
        out: list[Argument] = [len(checks)]
        for table, name, expected in checks:
            out += (NUMBER[table], field_of(name), expected)
        out.append(b"".join(map(encode_ref, sorted(self._required))))
        if self.removed:
            self._acts.append(("go", 1, b"".join(map(encode_ref, sorted(self.removed)))))
        for one in self._acts:
            out += one
        return out

    def _write_nodes(self, version: bytes) -> None:
        there = {
            ref: node for ref, node in self._nodes.items() if node.ties or node.cluster or node.said
        }
        for ref, node in there.items():
            self._written_nodes[ref] = node.encode(version)
            self.act("set", "nodes", encode_ref(ref), self._written_nodes[ref])
        gone = [
            encode_ref(ref)
            for ref in (*self._nodes, *self.removed)
            if ref not in there and self._used_nodes.get(ref)
        ]
        for begin in range(0, len(gone), _AT_ONCE):
            self.act("unset", "nodes", *gone[begin : begin + _AT_ONCE])

    def _write_summaries(self, version: bytes) -> None:
        for id, summary in self._summaries.items():
            name = bytes.fromhex(id)
            _, before = self._reading.summary(id)
            if before is not None:
                self.act("unrank", "newest", newest_key(before))
                self.act("unrank", "largest", largest_key(before))
            if summary is not None:
                self._written_clusters[id] = summary.encode(version)
                self.act("set", "clusters", name, self._written_clusters[id])
                self.act("rank", "newest", 0, newest_key(summary))
                self.act("rank", "largest", 0, largest_key(summary))
            elif before is not None:
                self.act("unset", "clusters", name)

    def _write_topics(self) -> None:
        fields = [(encode_ref(ref), encode_topic(topic)) for ref, topic in self.told.items()]
        for begin in range(0, len(fields), _AT_ONCE):
            self.act("set", "topics", *chain.from_iterable(fields[begin : begin + _AT_ONCE]))

    def _write_members(self) -> None:
        for id, listed in self._members.items():
            name = bytes.fromhex(id)
            own = listed.of[:1] == [id]
            if listed.more and not own:
                self.act("set", "members", name, b"".join(map(encode_ref, listed.more)))
            for other in listed.of[own:]:
                self.act("move", "members", name, bytes.fromhex(other))
            if listed.more and own:
                self.act("append", "members", name, b"".join(map(encode_ref, listed.more)))
        for id, listed in self._members.items():
            if not listed.of and not listed.more:
                self.act("unset", "members", bytes.fromhex(id))
