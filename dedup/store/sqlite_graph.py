"""Edges and clusters in SQLite, inside a transaction that somebody else began.

Each end of an edge carries a flag that says whether the edge binds there. Only the flags at the
ends of edges that came or went can change, so a link costs the neighbourhood it touches; whole
clusters are read only when a binding edge was lost.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dedup import cluster
from dedup.cluster import ClusterState, DisjointSets, Regrouping
from dedup.model import Containment, Edge, EventKind, Match, Relation
from dedup.store import codec

Ends = tuple[int, int]

_REUSE = ", ".join(f"'{relation}'" for relation in Relation if relation.is_reuse)
_INCIDENT = f"""
SELECT left, right, relation, score, binds_left, binds_right, left_coverage, right_coverage
FROM edge WHERE left = ?1 AND relation IN ({_REUSE})
UNION ALL
SELECT left, right, relation, score, binds_left, binds_right, left_coverage, right_coverage
FROM edge WHERE right = ?1 AND relation IN ({_REUSE})
"""
_NOWHERE = Containment(0.0, 0.0)


def among(numbers: Iterable[int]) -> str:
    """A parameter for ``IN (SELECT value FROM json_each(?))``."""
    return json.dumps(list(numbers))


def new_cluster_id() -> str:
    """A name for a cluster: 12 hexadecimal digits."""
    return secrets.token_hex(6)


@dataclass
class Rebound:
    """Edges that began and that ceased to bind."""

    added: set[Ends] = field(default_factory=set)
    lost: set[Ends] = field(default_factory=set)


class Graph:
    """One transaction's view of edges and clusters; ``now`` stamps what it writes."""

    def __init__(self, db: sqlite3.Connection, now: int) -> None:
        self._db = db
        self._now = now

    # -- edges ---------------------------------------------------------------------------------

    def replace_edges(self, ref: int, edges: Sequence[Edge]) -> Rebound:
        """Let ``edges`` be all that ``ref`` wrote, and work out which edges bind now."""
        db = self._db
        old = {
            right: (relation, score, left_coverage, right_coverage, match, bool(left and at_right))
            for right, relation, score, left_coverage, right_coverage, match, left, at_right in (
                db.execute(
                    "SELECT right, relation, score, left_coverage, right_coverage, match, "
                    "binds_left, binds_right FROM edge WHERE left = ?",
                    (ref,),
                )
            )
        }
        new = {
            edge.right: (
                str(edge.relation),
                edge.match.score,
                codec.encode_bits(edge.left_coverage),
                codec.encode_bits(edge.right_coverage),
                codec.encode_match(edge.match),
            )
            for edge in edges
            if edge.relation is not Relation.NONE and edge.right != ref
        }
        if new:
            there = db.execute(
                "SELECT ref FROM posting WHERE ref IN (SELECT value FROM json_each(?))",
                (among(new),),
            ).fetchall()
            new = {right: new[right] for (right,) in there}
        removed = [right for right, row in old.items() if new.get(right) != row[:5]]
        written = [right for right, row in new.items() if right not in old or right in removed]
        if not removed and not written:
            return Rebound()
        db.executemany("DELETE FROM edge WHERE left = ? AND right = ?", ((ref, r) for r in removed))
        db.executemany(
            "INSERT INTO edge(left, right, relation, score, left_coverage, right_coverage, match, "
            "binds_left, binds_right) VALUES(?, ?, ?, ?, ?, ?, ?, 0, 0)",
            ((ref, right, *new[right]) for right in written),
        )
        rebound = self.rebind({ref, *removed, *written})
        rebound.lost |= {(ref, right) for right in removed if old[right][5]} - rebound.added
        rebound.added -= {(ref, right) for right in removed if old[right][5]}
        return rebound

    def remove_edges(self, refs: Collection[int]) -> Rebound:
        """Remove every edge at these articles and work out which others bind now."""
        db = self._db
        neighbours: set[int] = set()
        lost: set[Ends] = set()
        for ref in refs:
            rows = db.execute(_INCIDENT, (ref,)).fetchall()
            neighbours.update(end for row in rows for end in row[:2])
            lost.update((row[0], row[1]) for row in rows if row[4] and row[5])
            db.execute("DELETE FROM edge WHERE left = ?", (ref,))
            db.execute("DELETE FROM edge WHERE right = ?", (ref,))
        rebound = self.rebind(neighbours.difference(refs))
        rebound.lost |= lost
        return rebound

    def rebind(self, refs: Collection[int]) -> Rebound:
        """Decide anew which edges bind at these articles."""
        before: dict[Ends, Ends] = {}
        after: dict[Ends, Ends] = {}
        for ref in refs:
            rows = self._db.execute(_INCIDENT, (ref,)).fetchall()
            incident = [_light_edge(row) for row in rows]
            for row in rows:
                before.setdefault((row[0], row[1]), (row[4], row[5]))
            binding = cluster.binding_at(ref, incident, self._topics(incident, ref))
            for edge in incident:
                ends = (edge.left, edge.right)
                left, right = after.get(ends, before[ends])
                binds = int(ends in binding)
                after[ends] = (binds, right) if edge.left == ref else (left, binds)
        changed = {ends: flags for ends, flags in after.items() if flags != before[ends]}
        self._db.executemany(
            "UPDATE edge SET binds_left = ?, binds_right = ? WHERE left = ? AND right = ?",
            ((*flags, *ends) for ends, flags in changed.items()),
        )
        return Rebound(
            added={e for e, flags in changed.items() if all(flags) and not all(before[e])},
            lost={e for e, flags in changed.items() if all(before[e]) and not all(flags)},
        )

    def _topics(self, incident: Sequence[Edge], ref: int) -> dict[int, frozenset[int]]:
        if len(incident) < 2:
            return {}
        far = {edge.right if edge.left == ref else edge.left for edge in incident}
        rows = self._db.execute(
            "SELECT ref, topic FROM article WHERE ref IN (SELECT value FROM json_each(?))",
            (among(far),),
        )
        return {ref: codec.decode_topic(topic) for ref, topic in rows}

    # -- clusters ------------------------------------------------------------------------------

    def clusters_of(self, refs: Iterable[int]) -> dict[int, int]:
        """The cluster's number of each of these articles that is in one."""
        return dict(
            self._db.execute(
                "SELECT ref, cluster FROM member WHERE ref IN (SELECT value FROM json_each(?))",
                (among(refs),),
            ).fetchall()
        )

    def states(self, numbers: Iterable[int]) -> list[ClusterState]:
        """Clusters with all their members."""
        return [self._state(number) for number in sorted(set(numbers))]

    def _state(self, number: int, *, whole: bool = True) -> ClusterState:
        first = self._representative(number)
        (id,) = self._db.execute("SELECT id FROM cluster WHERE number = ?", (number,)).fetchone()
        members = frozenset([first])
        if whole:
            rows = self._db.execute("SELECT ref FROM member WHERE cluster = ?", (number,))
            members = frozenset(ref for (ref,) in rows)
        return ClusterState(id=id, age=number, members=members, representative=first)

    def _representative(self, number: int) -> int:
        (ref,) = self._db.execute(
            "SELECT ref FROM member WHERE cluster = ? ORDER BY at, received, ref LIMIT 1",
            (number,),
        ).fetchone()
        return int(ref)

    def unite(self, added: Collection[Ends]) -> None:
        """Join what new binding edges connect, reading only the clusters that are absorbed."""
        nodes = {end for ends in added for end in ends}
        number_of = self.clusters_of(nodes)
        # a cluster stands in for its members: its number, negative, beside single articles
        sets = DisjointSets()
        for left, right in sorted(added):
            sets.union(
                -number_of[left] if left in number_of else left,
                -number_of[right] if right in number_of else right,
            )
        for group in sets.sets():
            if len(group) < 2:
                continue
            numbers = sorted(-x for x in group if x < 0)
            states = [self._state(number, whole=i > 0) for i, number in enumerate(numbers)]
            part = frozenset(x for x in group if x > 0).union(*(s.members for s in states))
            self.apply(states, cluster.regroup(states, [part], new_cluster_id))

    def divide(self, before: Sequence[ClusterState], nodes: Iterable[int]) -> None:
        """Compute anew the components of whole clusters and the articles ``nodes``.

        ``before`` is how the clusters stood; members without an article are gone.
        """
        refs = set(nodes).union(*(state.members for state in before))
        there = among(refs)
        alive = {
            ref
            for (ref,) in self._db.execute(
                "SELECT ref FROM posting WHERE ref IN (SELECT value FROM json_each(?))", (there,)
            )
        }
        links = self._db.execute(
            "SELECT left, right FROM edge WHERE left IN (SELECT value FROM json_each(?)) "
            "AND binds_left AND binds_right",
            (there,),
        ).fetchall()
        after = cluster.components(alive, links)
        self.apply(before, cluster.regroup(before, after, new_cluster_id))

    def settle(self, rebound: Rebound, stale: Iterable[int] = ()) -> None:
        """Bring clusters in line with the edges; ``stale`` are clusters to compute anew."""
        if not rebound.lost and not stale:
            if rebound.added:
                self.unite(rebound.added)
            return
        nodes = {end for ends in rebound.added | rebound.lost for end in ends}
        numbers = set(self.clusters_of(nodes).values()).union(stale)
        self.divide(self.states(numbers), nodes)

    def apply(self, before: Sequence[ClusterState], regrouping: Regrouping) -> None:
        """Write a regrouping: members, clusters, redirects, events."""
        db = self._db
        number_of = {state.id: state.age for state in before}
        home = {ref: state.age for state in before for ref in state.members}
        touched: set[int] = {home[ref] for ref in home if ref not in regrouping.assigned}
        joining: dict[int, int] = {}
        leaving: list[int] = []
        for ref, id in regrouping.assigned.items():
            if id is None:
                if ref in home:
                    leaving.append(ref)
                    touched.add(home[ref])
                continue
            if id not in number_of:
                number_of[id] = self._create(id)
            if home.get(ref) != number_of[id]:
                joining[ref] = number_of[id]
                touched.update({number_of[id], home.get(ref, number_of[id])})
        self.leave(leaving)
        self.enter(joining, home)
        for old, into in regrouping.redirects.items():
            moved = (number_of[into], number_of[old])
            db.execute("UPDATE redirect SET number = ? WHERE number = ?", moved)
            db.execute("INSERT INTO redirect(id, number) VALUES(?, ?)", (old, moved[0]))
            db.execute("DELETE FROM cluster WHERE number = ?", moved[1:])
        for old in regrouping.dissolved:
            db.execute("DELETE FROM redirect WHERE number = ?", (number_of[old],))
            db.execute("DELETE FROM cluster WHERE number = ?", (number_of[old],))
        for number in touched:
            self.summarise(number)
        for change in regrouping.changes:
            self.tell(change.kind, self._ids(change.refs), change.cluster_id, change.into)

    def _create(self, id: str) -> int:
        number = self._db.execute(
            "INSERT INTO cluster(id, size, first_at, last_at, updated) VALUES(?, 0, 0, 0, 0)", (id,)
        ).lastrowid
        assert number is not None
        return number

    def leave(self, refs: Iterable[int]) -> None:
        """Take members out of their cluster; their articles must still be there."""
        for ref in refs:
            self._db.execute(
                "INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)",
                (ref, self._words(ref)),
            )
            self._db.execute("DELETE FROM member WHERE ref = ?", (ref,))

    def enter(self, joining: Mapping[int, int], home: Collection[int] = ()) -> None:
        """Put articles into clusters; those in ``home`` come from another cluster."""
        for ref, number in joining.items():
            if ref in home:
                self._db.execute("UPDATE member SET cluster = ? WHERE ref = ?", (number, ref))
            else:
                self._db.execute(
                    "INSERT INTO member(ref, cluster, at, received, source) "
                    "SELECT ref, ?, at, received, source FROM article WHERE ref = ?",
                    (number, ref),
                )
                self._db.execute(
                    "INSERT INTO words(rowid, text) VALUES(?, ?)", (ref, self._words(ref))
                )

    def _words(self, ref: int) -> str:
        id, body = self._db.execute("SELECT id, body FROM article WHERE ref = ?", (ref,)).fetchone()
        article = codec.decode_article(id, body)
        return f"{article.title or ''}\n{article.text}"

    def summarise(self, number: int) -> None:
        """Work out a cluster's size and times from its members."""
        self._db.execute(
            "UPDATE cluster SET updated = ?2, "
            "size = (SELECT count(*) FROM member WHERE cluster = ?1), "
            "first_at = (SELECT min(at) FROM member WHERE cluster = ?1), "
            "last_at = (SELECT max(at) FROM member WHERE cluster = ?1) WHERE number = ?1",
            (number, self._now),
        )

    # -- events --------------------------------------------------------------------------------

    def tell(
        self,
        kind: EventKind,
        articles: Sequence[str],
        cluster_id: str | None = None,
        into: str | None = None,
    ) -> None:
        """Append an event to the feed."""
        self._db.execute(
            "INSERT INTO event(at, kind, articles, cluster, into_cluster) VALUES(?, ?, ?, ?, ?)",
            (self._now, str(kind), json.dumps(articles), cluster_id, into),
        )

    def _ids(self, refs: Collection[int]) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM article WHERE ref IN (SELECT value FROM json_each(?)) ORDER BY ref",
            (among(refs),),
        )
        return [id for (id,) in rows]


def _light_edge(row: tuple[int, int, str, float, int, int, bytes, bytes]) -> Edge:
    """An edge with as much of its match as decides about binding."""
    left, right, relation, score, _, _, left_coverage, right_coverage = row
    match = Match("", Relation(relation), score, 0.0, _NOWHERE, 0.0, 0.0, {}, (), {})
    return Edge(
        left,
        right,
        match,
        codec.decode_bits(left_coverage),
        codec.decode_bits(right_coverage),
    )
