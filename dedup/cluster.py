"""Clusters as a pure function of the edges: components, representatives, bridges, regrouping.

**Which edges hold a cluster together.** A cluster is a connected component of *binding* reuse
edges. A round-up that embeds two stories is a copy of both, yet it must not fuse them. The rule
is local, so that the outcome depends on the stored edges alone and never on the order of
arrival: at every article its reuse edges are sorted into *themes*. Two edges belong to one theme
when they reuse overlapping parts of the article, or when the articles at their far ends speak
about the same thing (their most telling words overlap), as two crops of one wire do. Only the
theme that covers most of the article binds at that end, and an edge binds when it binds at both
ends. An article with more than one theme is a *bridge*; its other edges are kept and shown.

Sources: connected components by union-find (Tarjan 1975); bridges of a graph in the sense of
articulation (Hopcroft and Tarjan 1973) are deliberately not used: a long chain of honest copies
has them everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dedup.model import Edge, EventKind, StoredArticle

Topic = frozenset[int]

_OVERLAP = 0.3
"""Share of the smaller coverage that two edges of one theme have in common."""
_TOPIC = 0.2
"""Share of the smaller topic that articles of one theme have in common."""


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


def themes(node: int, incident: Sequence[Edge], topics: Mapping[int, Topic]) -> list[list[Edge]]:
    """The reuse edges at ``node`` sorted by theme, the one that binds first.

    Linear in the number of edges when there is one theme, quadratic otherwise.
    """
    reuse = sorted((e for e in incident if e.relation.is_reuse), key=lambda e: (e.left, e.right))
    if len(reuse) < 2:
        return [reuse] if reuse else []
    parts = [_coverage(e, node) for e in reuse]
    far = [topics.get(_far(e, node), frozenset()) for e in reuse]
    widest = max(range(len(reuse)), key=lambda i: (parts[i].bit_count(), -i))
    strays = [i for i in range(len(reuse)) if not _same_theme(parts, far, i, widest)]
    if not strays:
        return [reuse]
    sets = DisjointSets()
    for i in range(len(reuse)):
        for j in range(i + 1):
            if _same_theme(parts, far, i, j):
                sets.union(i, j)
    groups = [sorted(group) for group in sets.sets()]

    def weight(group: list[int]) -> tuple[int, float, int]:
        covered = 0
        for i in group:
            covered |= parts[i]
        return (-covered.bit_count(), -max(reuse[i].match.score for i in group), group[0])

    groups.sort(key=weight)
    return [[reuse[i] for i in group] for group in groups]


def binding_at(
    node: int, incident: Sequence[Edge], topics: Mapping[int, Topic]
) -> frozenset[tuple[int, int]]:
    """The edges (left, right) that bind at this end. An edge binds if it does so at both ends."""
    sorted_edges = themes(node, incident, topics)
    return frozenset((e.left, e.right) for e in sorted_edges[0]) if sorted_edges else frozenset()


def _far(edge: Edge, node: int) -> int:
    return edge.right if edge.left == node else edge.left


def _coverage(edge: Edge, node: int) -> int:
    return edge.left_coverage if edge.left == node else edge.right_coverage


def _same_theme(parts: Sequence[int], far: Sequence[Topic], i: int, j: int) -> bool:
    smaller = min(parts[i].bit_count(), parts[j].bit_count())
    if smaller == 0 or (parts[i] & parts[j]).bit_count() >= _OVERLAP * smaller:
        return True
    fewer = min(len(far[i]), len(far[j]))
    return fewer > 0 and len(far[i] & far[j]) >= _TOPIC * fewer


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
            joined = part.difference(*(c.members for c in before))
            if joined:
                changes.append(Change(EventKind.CLUSTER_GROWN, id, joined))
        assigned.update(dict.fromkeys(part, id))
    dissolved = frozenset(c.id for c in before if c.id not in heir)
    for old in oldest_first:
        lost = frozenset(r for r in old.members if r in assigned and assigned[r] is None)
        if lost:
            changes.append(Change(EventKind.CLUSTER_SPLIT, old.id, lost))
    return Regrouping(assigned, redirects, dissolved, tuple(changes))
