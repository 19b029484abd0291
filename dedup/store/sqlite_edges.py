"""Edges in SQLite, inside a writing transaction.

Each end of an edge carries a flag that says whether the edge binds there (``dedup.cluster``). Only
the flags at the ends of edges that came or went can change, so a link costs no more than the
neighbourhood it touches.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from dedup import cluster
from dedup.model import Edge, Match, Relation
from dedup.store import codec
from dedup.store.sqlite_file import THERE, among
from dedup.store.sqlite_judgements import Judgements

Ends = tuple[int, int]

_REUSE = ", ".join(f"'{relation}'" for relation in Relation if relation.is_reuse)
_INCIDENT = f"""
SELECT left, right, relation, score, binds_left, binds_right, left_coverage, right_coverage
FROM edge WHERE left = ?1 AND relation IN ({_REUSE})
UNION ALL
SELECT left, right, relation, score, binds_left, binds_right, left_coverage, right_coverage
FROM edge WHERE right = ?1 AND relation IN ({_REUSE})
"""
_COLUMNS = (
    "left, right, binds_left AND binds_right, relation, score, left_coverage, right_coverage, match"
)
_WRITTEN = f"""
SELECT {_COLUMNS} FROM edge WHERE left = ?1
UNION ALL
SELECT {_COLUMNS} FROM edge WHERE right = ?1 AND left IN (SELECT value FROM json_each(?2))
"""


@dataclass
class Rebound:
    """Edges that began and that ceased to bind."""

    added: set[Ends] = field(default_factory=set)
    lost: set[Ends] = field(default_factory=set)


class Edges:
    """The edges as one transaction sees and writes them."""

    def __init__(self, db: sqlite3.Connection, judgements: Judgements) -> None:
        self._db = db
        self._judgements = judgements

    def replace(self, ref: int, edges: Sequence[Edge]) -> Rebound:
        """Let ``edges`` be all that ``ref`` wrote, and work out which edges bind now.

        A pair has one edge, the one its later article wrote.
        """
        db = self._db
        new = {
            edge.right: _row(edge)
            for edge in edges
            if edge.relation is not Relation.NONE and edge.right != ref
        }
        if new:
            there = db.execute(THERE, (among(new),)).fetchall()
            new = {right: new[right] for (right,) in there}
        old: dict[int, tuple[Any, ...]] = {}
        bound: set[int] = set()
        for left, right, binds, *row in db.execute(_WRITTEN, (ref, among(new))).fetchall():
            other = right if left == ref else left
            if left > ref:
                del new[left]
                continue
            old[other] = tuple(row) if left == ref else (row[0],)  # the other one wrote it
            if binds:
                bound.add(other)
        removed = [right for right, row in old.items() if new.get(right) != row]
        written = [right for right in new if right not in old or right in removed]
        if not removed and not written:
            return Rebound()
        pairs = [(ref, other) for other in removed] + [(other, ref) for other in removed]
        db.executemany("DELETE FROM edge WHERE left = ? AND right = ?", pairs)
        db.executemany(
            "INSERT INTO edge(left, right, relation, score, left_coverage, right_coverage, match, "
            "binds_left, binds_right) VALUES(?, ?, ?, ?, ?, ?, ?, 0, 0)",
            ((ref, right, *new[right]) for right in written),
        )
        changed = [(other, old[other][0]) for other in removed]
        changed += [(other, new[other][0]) for other in written]
        ends = {other for other, relation in changed if Relation(relation).is_reuse}
        rebound = self.rebind({ref, *ends}) if ends else Rebound()  # no other edge ever binds
        bound_before = {(ref, other) for other in removed if other in bound}
        return Rebound(
            added=rebound.added - bound_before,
            lost=rebound.lost | (bound_before - rebound.added),
        )

    def remove(self, refs: Collection[int]) -> Rebound:
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
        """Decide anew which edges bind at these articles: none that a person overruled."""
        before: dict[Ends, Ends] = {}
        after: dict[Ends, Ends] = {}
        for ref in refs:
            rows = self._db.execute(_INCIDENT, (ref,)).fetchall()
            incident = [_light_edge(row) for row in rows]
            for row in rows:
                before.setdefault((row[0], row[1]), (row[4], row[5]))
            held = cluster.not_overruled(ref, incident, self._judgements.at(ref))
            binding = cluster.binding_at(ref, held, self._topics(held, ref))
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


def _row(edge: Edge) -> tuple[str, float, bytes, bytes, bytes]:
    return (
        str(edge.relation),
        edge.match.score,
        codec.encode_bits(edge.left_coverage),
        codec.encode_bits(edge.right_coverage),
        codec.encode_match(edge.match),
    )


def _light_edge(row: tuple[int, int, str, float, int, int, bytes, bytes]) -> Edge:
    """An edge with as much of its match as decides about binding."""
    left, right, relation, score, _, _, left_coverage, right_coverage = row
    match = Match(Relation(relation), score, id="")
    return Edge(
        left,
        right,
        match,
        codec.decode_bits(left_coverage),
        codec.decode_bits(right_coverage),
    )
