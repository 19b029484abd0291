"""Clusters in SQLite, inside a writing transaction.

Whole clusters are read only when a binding edge was lost; where edges were only added, the oldest
of the clusters they connect stands in for its members.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence

from dedup import cluster
from dedup.cluster import ClusterState, DisjointSets, Regrouping
from dedup.errors import NotFound
from dedup.model import EventKind
from dedup.store import codec
from dedup.store.search import search_words
from dedup.store.sqlite_edges import Ends, Rebound
from dedup.store.sqlite_file import FORGETS, THERE, among
from dedup.store.sqlite_judgements import Judgements
from dedup.store.sqlite_ledger import Ledger

_ADD = "INSERT INTO words(rowid, text) VALUES(?, ?)"
_FORGET = "INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)"


def new_cluster_id() -> str:
    """A name for a cluster: 12 hexadecimal digits."""
    return secrets.token_hex(6)


class Clusters:
    """The clusters as one transaction sees and writes them."""

    def __init__(self, db: sqlite3.Connection, ledger: Ledger, judgements: Judgements) -> None:
        self._db = db
        self._ledger = ledger
        self._judgements = judgements
        self._searched: list[tuple[str, int, str]] = []

    def finish(self) -> None:
        """Write the search index, all at once: between other statements it would be flushed."""
        for statement, ref, words in self._searched:
            self._db.execute(statement, (ref, words))

    def numbers_of(self, refs: Iterable[int]) -> dict[int, int]:
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
        number_of = self.numbers_of(nodes)
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
        alive = {ref for (ref,) in self._db.execute(THERE, (there,))}
        links = self._db.execute(
            "SELECT left, right FROM edge WHERE left IN (SELECT value FROM json_each(?)) "
            "AND binds_left AND binds_right",
            (there,),
        ).fetchall()
        after = cluster.components(alive, [*links, *self._judgements.same(alive)])
        self.apply(before, cluster.regroup(before, after, new_cluster_id))

    def settle(self, rebound: Rebound, stale: Iterable[int] = ()) -> None:
        """Bring clusters in line with the edges; ``stale`` are clusters to compute anew."""
        if not rebound.lost and not stale:
            if rebound.added:
                self.unite(rebound.added)
            return
        nodes = {end for ends in rebound.added | rebound.lost for end in ends}
        numbers = set(self.numbers_of(nodes).values()).union(stale)
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
            self._ledger.tell(change.kind, self._ids(change.refs), change.cluster_id, change.into)

    def rename(self, id: str, name: str, aliases: Iterable[str]) -> None:
        """Let a cluster go by another name, and its id and the aliases lead to it, if free."""
        db = self._db
        row = db.execute("SELECT number FROM cluster WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise NotFound("cluster", id)
        (number,) = row
        if self._is_free(name):
            refs = db.execute("SELECT ref FROM member WHERE cluster = ?", (number,)).fetchall()
            db.execute("UPDATE cluster SET id = ? WHERE number = ?", (name, number))
            self._ledger.tell(
                EventKind.CLUSTER_MERGED, self._ids([ref for (ref,) in refs]), id, name
            )
            aliases = (id, *aliases)
        for alias in aliases:
            if self._is_free(alias):
                db.execute("INSERT INTO redirect(id, number) VALUES(?, ?)", (alias, number))

    def _is_free(self, id: str) -> bool:
        used = "SELECT 1 FROM cluster WHERE id = ?1 UNION ALL SELECT 1 FROM redirect WHERE id = ?1"
        return self._db.execute(used, (id,)).fetchone() is None

    def _create(self, id: str) -> int:
        number = self._db.execute(
            "INSERT INTO cluster(id, size, first_at, last_at, updated) VALUES(?, 0, 0, 0, 0)", (id,)
        ).lastrowid
        assert number is not None
        return number

    def leave(self, refs: Iterable[int]) -> None:
        """Take members out of their cluster; their articles must still be there."""
        for ref in refs:
            self._searched.append((_FORGET, ref, self._words(ref)))
            self._db.execute("DELETE FROM member WHERE ref = ?", (ref,))
            self._ledger.words_untidy = 0 if FORGETS else 1

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
                self._searched.append((_ADD, ref, self._words(ref)))

    def _words(self, ref: int) -> str:
        id, body = self._db.execute("SELECT id, body FROM article WHERE ref = ?", (ref,)).fetchone()
        article, _ = codec.decode_article(id, body)
        return " ".join(search_words(f"{article.title or ''} {article.text}"))

    def summarise(self, number: int) -> None:
        """Work out a cluster's size and times from its members."""
        self._db.execute(
            "UPDATE cluster SET updated = ?2, "
            "size = (SELECT count(*) FROM member WHERE cluster = ?1), "
            "first_at = (SELECT min(at) FROM member WHERE cluster = ?1), "
            "last_at = (SELECT max(at) FROM member WHERE cluster = ?1) WHERE number = ?1",
            (number, self._ledger.now),
        )

    def _ids(self, refs: Collection[int]) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM article WHERE ref IN (SELECT value FROM json_each(?)) ORDER BY ref",
            (among(refs),),
        )
        return [id for (id,) in rows]
