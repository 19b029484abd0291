"""Clusters in Redis: what one transaction does to them.

Whole clusters are read only when a binding edge was lost; which edges bind is for ``redis_ties``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from dedup import cluster
from dedup.cluster import ClusterState, DisjointSets, Regrouping
from dedup.judgement import Opinion
from dedup.store.redis_node import Ends, Node, Summary
from dedup.store.redis_ties import Rebound, Ties


class Graph(Ties):
    """The rules of edges and clusters over one transaction."""

    # -- clusters ------------------------------------------------------------------------------

    def clusters_of(self, refs: Iterable[int]) -> dict[int, str]:
        """The cluster of each of these articles that is in one."""
        refs = list(refs)
        self._tx.need(refs)
        found = {ref: self._tx.cluster_of(ref) for ref in refs}
        return {ref: id for ref, id in found.items() if id is not None}

    def states(self, ids: Iterable[str]) -> list[ClusterState]:
        """Clusters with all their members."""
        distinct = sorted(set(ids))
        self._tx.need_members(distinct)
        return [self._state(id) for id in distinct]

    def _state(self, id: str, *, whole: bool = True) -> ClusterState:
        summary = self._tx.summary(id)
        members = frozenset(self._tx.members(id)) if whole else frozenset([summary.first])
        return ClusterState(id, summary.age, members, summary.first)

    def unite(self, added: Collection[Ends]) -> None:
        """Join what new binding edges connect, reading only the clusters that are absorbed."""
        tx = self._tx
        home = self.clusters_of({end for ends in added for end in ends})
        oldest_first = sorted({(tx.summary(id).age, id) for id in home.values()})
        number = {id: -n for n, (_, id) in enumerate(oldest_first, 1)}
        named = {n: id for id, n in number.items()}
        # a cluster stands in for its members: its number, negative, beside single articles
        sets = DisjointSets()
        for left, right in sorted(added):
            sets.union(
                number[home[left]] if left in home else left,
                number[home[right]] if right in home else right,
            )
        groups = [group for group in sets.sets() if len(group) > 1]
        merged = [[named[n] for n in sorted((n for n in g if n < 0), reverse=True)] for g in groups]
        tx.need_members(id for ids in merged for id in ids[1:])
        for group, ids in zip(groups, merged, strict=True):
            states = [self._state(id, whole=i > 0) for i, id in enumerate(ids)]
            part = frozenset(n for n in group if n > 0).union(*(s.members for s in states))
            self.apply(states, cluster.regroup(states, [part], tx.new_cluster))

    def divide(self, before: Sequence[ClusterState], nodes: Iterable[int]) -> None:
        """Compute anew the components of whole clusters and the articles ``nodes``.

        ``before`` is how the clusters stood; members without an article are gone.
        """
        tx = self._tx
        alive = set(nodes).union(*(state.members for state in before)) - tx.removed
        tx.need(alive)
        links = [ends for ref in alive for ends, tie in tx.ties(ref).items() if tie.binds]
        for ref in alive:
            said = tx.said(ref).items()
            links += [(ref, far) for far, one in said if one.opinion is Opinion.SAME]
        after = cluster.components(alive, links)
        self.apply(before, cluster.regroup(before, after, tx.new_cluster))

    def settle(self, rebound: Rebound, stale: Iterable[str] = ()) -> None:
        """Bring clusters in line with the edges; ``stale`` are clusters to compute anew."""
        stale = set(stale)
        if not rebound.lost and not stale:
            if rebound.added:
                self.unite(rebound.added)
            return
        nodes = {end for ends in rebound.added | rebound.lost for end in ends}
        ids = set(self.clusters_of(nodes).values()) | stale
        self.divide(self.states(ids), nodes)

    # -- writing clusters ----------------------------------------------------------------------

    def apply(self, before: Sequence[ClusterState], regrouping: Regrouping) -> None:
        """Write a regrouping: members, clusters, redirects, events."""
        tx = self._tx
        states = {state.id: state for state in before}
        home = {ref: state.id for state in before for ref in state.members}
        tx.need(ref for ref, id in regrouping.assigned.items() if home.get(ref) != id)
        for change in regrouping.changes:
            refs = sorted(change.refs)
            tx.need(refs)
            tx.tell(change.kind, [tx.place(r).id for r in refs], change.cluster_id, change.into)
        parts: dict[str, set[int]] = {}
        for ref, id in regrouping.assigned.items():
            if id is not None:
                parts.setdefault(id, set()).add(ref)
            elif ref in home:
                tx.seat(ref, None)
        for id, part in parts.items():
            absorbed = [old for old, into in regrouping.redirects.items() if into == id]
            whole = {ref for old in (id, *absorbed) if old in states for ref in states[old].members}
            strangers = part - home.keys()
            if id in states and whole | strangers == part:
                self._grow(id, absorbed, sorted(strangers))
            else:
                self.rebuild(id, part)
        for old, into in regrouping.redirects.items():
            tx.redirect(old, into)
        for id in regrouping.dissolved:
            tx.dissolve(id)

    def _grow(self, id: str, absorbed: Sequence[str], strangers: Sequence[int]) -> None:
        """Add whole clusters and single articles, reading no member there is."""
        if not absorbed and not strangers:
            return
        tx = self._tx
        for ref in strangers:
            tx.seat(ref, id)
        whole = [tx.summary(one) for one in (id, *absorbed)]
        singles = [summary_of(id, 0, {ref: tx.place(ref)}, tx.now) for ref in strangers]
        tx.describe(sum_up([*whole, *singles], tx.now))
        for one in absorbed:
            tx.absorb(id, one)
        tx.enlist(id, strangers)

    def rebuild(self, id: str, part: Collection[int]) -> None:
        """Let a cluster, new or not, have exactly these members."""
        tx = self._tx
        tx.need(part)
        for ref in part:
            if tx.cluster_of(ref) != id:
                tx.seat(ref, id)
        there = tx.has_cluster(id)
        summary = summary_of(
            id,
            tx.summary(id).age if there else tx.next_age(),
            {ref: tx.place(ref) for ref in part},
            tx.now,
        )
        tx.describe(replace(summary, aliases=tx.summary(id).aliases if there else ()))
        tx.enlist_anew(id, sorted(part))


def summary_of(id: str, age: int, members: Mapping[int, Node], now: int) -> Summary:
    """The record of a cluster with these members."""
    first = min(members, key=lambda ref: (*members[ref].seniority, ref))
    return Summary(
        id=id,
        age=age,
        size=len(members),
        first=first,
        first_seniority=members[first].seniority,
        last_at=max(node.at for node in members.values()),
        updated=now,
        sources=Counter(node.source for node in members.values() if node.source is not None),
    )


def sum_up(summaries: Sequence[Summary], now: int) -> Summary:
    """The record of the first of these clusters when it takes in the others."""
    first = min(summaries, key=lambda one: (*one.first_seniority, one.first))
    sources: Counter[str] = Counter()
    for one in summaries:
        sources.update(one.sources)
    return replace(
        summaries[0],
        size=sum(one.size for one in summaries),
        first=first.first,
        first_seniority=first.first_seniority,
        last_at=max(one.last_at for one in summaries),
        updated=now,
        sources=sources,
    )
