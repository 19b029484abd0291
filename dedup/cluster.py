"""Clusters as a pure function of the edges: components, representatives, bridges, regrouping.

**Which edges hold a cluster together.** A cluster is a connected component of *binding* reuse
edges. Not every reuse edge may bind: a round-up that embeds two stories is a copy of both and
must not fuse them, and a chain of partial copies wanders from one report of an event to an
independent one, each step a little less certain. The rule is local, so that the outcome depends
on the stored edges alone and never on the order of arrival. At every article the strongest reuse
edge *leads*. Another edge binds at that end when it continues what the leading edge says:

* it reuses at least half of the same part of the article (of the smaller of the two parts), or
  both embed one text in the other (level 3) and the articles at their far ends speak about the
  same thing, as two crops of one wire do that share no sentence; and
* it is itself sure: same text (level 3), or a score of at least 0.7.

A person's word stands above the rule: an edge between articles judged to be different takes no
part in it and binds nowhere, and articles judged to be the same are together, edge or no edge.

An edge binds when it binds at both ends. A leading edge binds at its end whatever its score, so
two articles that are related to nothing else are always together. An article where an edge
reuses a part apart from the leading one is a *bridge*; such edges are kept and shown.

Sources: connected components by union-find (Tarjan 1975); bridges of a graph in the sense of
articulation (Hopcroft and Tarjan 1973) are deliberately not used: a long chain of honest copies
has them everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dedup.judgement import Opinion
from dedup.model import Edge, EventKind, StoredArticle

Topic = frozenset[int]

_OVERLAP = 0.5
"""Share of the smaller part that two edges of one theme have in common."""
_TOPIC = 0.2
"""Share of the smaller topic that articles of one theme have in common."""
_SURE = 0.7
"""Score from which a partial copy may extend a cluster."""


class DisjointSets:
    """Union-find with path halving; the smallest element of a set is its root."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, x: int) -> int:
        """The root of x, which becomes a set of its own when it is new."""
        parent = self._parent
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    def union(self, x: int, y: int) -> None:
        """Unite the sets of x and y."""
        x, y = self.find(x), self.find(y)
        if x != y:
            low, high = (x, y) if x < y else (y, x)
            self._parent[high] = low

    def sets(self) -> list[frozenset[int]]:
        """All sets, ordered by their smallest element."""
        groups: dict[int, list[int]] = {}
        for x in self._parent:
            groups.setdefault(self.find(x), []).append(x)
        return [frozenset(groups[root]) for root in sorted(groups)]


def components(nodes: Iterable[int], links: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """Connected components over ``nodes``, single ones included; links to others are ignored."""
    sets = DisjointSets()
    known = set(nodes)
    for node in known:
        sets.find(node)
    for left, right in links:
        if left in known and right in known:
            sets.union(left, right)
    return sets.sets()


@dataclass(frozen=True, slots=True)
class Ends:
    """The reuse edges at one article: those that bind at this end, those too unsure to, and
    those that reuse a part apart from the leading edge."""

    binding: tuple[Edge, ...]
    unsure: tuple[Edge, ...]
    apart: tuple[Edge, ...]


def ends_at(node: int, incident: Sequence[Edge], topics: Mapping[int, Topic]) -> Ends:
    """Sort the reuse edges at ``node``. Linear in their number.

    ``topics`` holds the topics of the articles at the far ends, as far as they are known.
    """
    reuse = sorted(
        (e for e in incident if e.relation.is_reuse),
        key=lambda e: (
            -e.relation.level,
            -e.match.score,
            -_coverage(e, node).bit_count(),
            e.left,
            e.right,
        ),
    )
    if not reuse:
        return Ends((), (), ())
    lead, *others = reuse
    binding, unsure, apart = [lead], [], []
    for edge in others:
        if not _one_theme(node, lead, edge, topics):
            apart.append(edge)
        elif edge.relation.level == 3 or edge.match.score >= _SURE:
            binding.append(edge)
        else:
            unsure.append(edge)
    return Ends(tuple(binding), tuple(unsure), tuple(apart))


def _one_theme(node: int, lead: Edge, edge: Edge, topics: Mapping[int, Topic]) -> bool:
    one, other = _coverage(lead, node), _coverage(edge, node)
    smaller = min(one.bit_count(), other.bit_count())
    if smaller == 0 or (one & other).bit_count() >= _OVERLAP * smaller:
        return True
    if lead.relation.level < 3 or edge.relation.level < 3:
        return False
    here = topics.get(_far(lead, node), frozenset())
    there = topics.get(_far(edge, node), frozenset())
    fewer = min(len(here), len(there))
    return fewer > 0 and len(here & there) >= _TOPIC * fewer


def binding_at(
    node: int, incident: Sequence[Edge], topics: Mapping[int, Topic]
) -> frozenset[tuple[int, int]]:
    """The edges (left, right) that bind at this end. An edge binds if it does so at both ends."""
    return frozenset((e.left, e.right) for e in ends_at(node, incident, topics).binding)


def not_overruled(
    node: int, incident: Sequence[Edge], opinions: Mapping[int, Opinion]
) -> Sequence[Edge]:
    """The edges at ``node`` but those to articles that a person said are different from it."""
    if not opinions:
        return incident
    return [e for e in incident if opinions.get(_far(e, node)) is not Opinion.DIFFERENT]


def _far(edge: Edge, node: int) -> int:
    return edge.right if edge.left == node else edge.left


def _coverage(edge: Edge, node: int) -> int:
    return edge.left_coverage if edge.left == node else edge.right_coverage


def seniority(article: StoredArticle) -> tuple[datetime, datetime, int]:
    """Sort key: by publication (arrival where that is unknown), then by arrival."""
    published = article.article.published_at or article.received_at
    if published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    return (published, article.received_at, article.ref)


def representative(members: Iterable[StoredArticle]) -> StoredArticle:
    """The earliest member by publication, then by arrival."""
    return min(members, key=seniority)


@dataclass(frozen=True, slots=True)
class ClusterState:
    """A cluster as it stands: ``age`` orders clusters by creation, smaller is older."""

    id: str
    age: int
    members: frozenset[int]
    representative: int


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a cluster; ``refs`` are the articles concerned."""

    kind: EventKind
    cluster_id: str
    refs: frozenset[int]
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a new set of components makes of the clusters there were.

    ``assigned``: cluster id by ref, None for an article that stands alone now.
    ``redirects``: merged cluster id to surviving id. ``dissolved``: ids with no members left.
    """

    assigned: Mapping[int, str | None]
    redirects: Mapping[str, str]
    dissolved: frozenset[str]
    changes: tuple[Change, ...]


def regroup(
    before: Sequence[ClusterState],
    after: Collection[frozenset[int]],
    new_id: Callable[[], str],
) -> Regrouping:
    """Name the components ``after`` so that ids are stable.

    ``before`` are all clusters with a member in ``after``. A component keeps the oldest cluster
    id among those whose representative it holds (or, if a representative is gone, whose largest
    part it holds); the ids of the others redirect to it. A part that holds none gets a new id.
    Single articles belong to no cluster.
    """
    parts = sorted(after, key=min)
    heir: dict[str, frozenset[int]] = {}
    for old in before:
        holders = [p for p in parts if p & old.members and len(p) > 1]
        keeper = [p for p in holders if old.representative in p]
        if keeper or holders:
            heir[old.id] = (
                keeper or sorted(holders, key=lambda p: (-len(p & old.members), min(p)))
            )[0]
    oldest_first = sorted(before, key=lambda c: (c.age, c.id))
    assigned: dict[int, str | None] = {}
    redirects: dict[str, str] = {}
    changes: list[Change] = []
    for part in parts:
        if len(part) == 1:
            assigned.update(dict.fromkeys(part))
            continue
        claims = [c for c in oldest_first if heir.get(c.id) == part]
        if not claims:
            id = new_id()
            origin = [c for c in oldest_first if c.members & part]
            if origin:
                changes.append(Change(EventKind.CLUSTER_SPLIT, origin[0].id, part, into=id))
            else:
                changes.append(Change(EventKind.CLUSTER_CREATED, id, part))
        else:
            id = claims[0].id
            for merged in claims[1:]:
                redirects[merged.id] = id
                changes.append(
                    Change(EventKind.CLUSTER_MERGED, merged.id, merged.members & part, into=id)
                )
            joined = part.difference(*(c.members for c in claims))
            if joined:
                changes.append(Change(EventKind.CLUSTER_GROWN, id, joined))
        assigned.update(dict.fromkeys(part, id))
    dissolved = frozenset(c.id for c in before if c.id not in heir)
    for old in oldest_first:
        lost = frozenset(r for r in old.members if r in assigned and assigned[r] is None)
        if lost:
            changes.append(Change(EventKind.CLUSTER_SPLIT, old.id, lost))
    return Regrouping(assigned, redirects, dissolved, tuple(changes))
