"""Edges and clusters in Redis: what one transaction does to them.

Each end of an edge carries a flag that says whether the edge binds there. Only the flags at the
ends of edges that came or went can change, so a link costs the neighbourhood it touches; whole
clusters are read only when a binding edge was lost.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dedup import cluster
from dedup.cluster import ClusterState, DisjointSets, Regrouping
from dedup.judgement import Opinion
from dedup.model import Edge, Relation
from dedup.store.redis_edge import encode_edge
from dedup.store.redis_node import Ends, Node, Said, Summary, Tie
from dedup.store.redis_plan import Transaction
from dedup.store.redis_record import encode_ref


@dataclass
class Rebound:
    """Edges that began and that ceased to bind."""

    added: set[Ends] = field(default_factory=set)
    lost: set[Ends] = field(default_factory=set)


class Graph:
    """The rules of edges and clusters over one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    # -- edges ---------------------------------------------------------------------------------

    def replace_edges(self, ref: int, edges: Sequence[Edge]) -> Rebound:
        """Let ``edges`` be all that ``ref`` wrote, and work out which edges bind now.

        A pair has one edge, the one its later article wrote.
        """
        tx = self._tx
        tx.need([ref, *(edge.right for edge in edges)])
        new = {
            edge.right: (edge, encode_edge(edge))
            for edge in edges
            if edge.relation is not Relation.NONE and edge.right != ref and tx.is_there(edge.right)
        }
        old: dict[int, Tie] = {}
        for (left, right), tie in tx.ties(ref).items():
            if left == ref:
                old[right] = tie
            elif left in new and left > ref:
                del new[left]
            elif left in new:
                old[left] = tie
        digests = {right: _digest(data) for right, (_, data) in new.items()}
        removed = [
            other
            for other, tie in old.items()
            if tie.edge.left != ref or digests.get(other) != tie.digest
        ]
        written = [other for other in new if other not in old or other in removed]
        if not removed and not written:
            return Rebound()
        bound_before = {(ref, other) for other in removed if old[other].binds}
        for other in removed:
            self._cut(old[other].ends)
        for other in written:
            edge, data = new[other]
            tx.write(Tie(edge, False, False, digests[other]))
            tx.act("set", "matches", encode_ref(ref) + encode_ref(other), data)
        rebound = self.rebind({ref, *removed, *written})
        return Rebound(
            added=rebound.added - bound_before,
            lost=rebound.lost | (bound_before - rebound.added),
        )

    def remove_edges(self, refs: Collection[int]) -> Rebound:
        """Remove every edge at these articles and work out which others bind now."""
        tx = self._tx
        tx.need(refs)
        ties = {ends: tie for ref in refs for ends, tie in tx.ties(ref).items()}
        tx.need({end for ends in ties for end in ends})
        for ends in ties:
            self._cut(ends)
        neighbours = {
            end for ends, tie in ties.items() if tie.edge.relation.is_reuse for end in ends
        }
        rebound = self.rebind(neighbours.difference(refs))
        rebound.lost |= {ends for ends, tie in ties.items() if tie.binds}
        return rebound

    def _cut(self, ends: Ends) -> None:
        self._tx.cut(ends)
        self._tx.act("unset", "matches", encode_ref(ends[0]) + encode_ref(ends[1]))

    def rebind(self, refs: Collection[int]) -> Rebound:
        """Decide anew which edges bind at these articles: none that a person overruled."""
        tx = self._tx
        before: dict[Ends, Tie] = {}
        after: dict[Ends, Tie] = {}
        incident = {
            ref: {e: t for e, t in tx.ties(ref).items() if t.edge.relation.is_reuse} for ref in refs
        }
        held = {
            ref: self._not_overruled(ref, [tie.edge for tie in ties.values()])
            for ref, ties in incident.items()
        }
        for ref, binding in self._binding(held):
            for ends, tie in incident[ref].items():
                before.setdefault(ends, tie)
                now = after.get(ends, tie)
                binds = ends in binding
                after[ends] = (
                    replace(now, binds_left=binds)
                    if ends[0] == ref
                    else replace(now, binds_right=binds)
                )
        for ends, tie in after.items():
            if tie != before[ends]:
                tx.write(tie)
        return Rebound(
            added={e for e, tie in after.items() if tie.binds and not before[e].binds},
            lost={e for e, tie in after.items() if before[e].binds and not tie.binds},
        )

    def _not_overruled(self, ref: int, incident: Sequence[Edge]) -> Sequence[Edge]:
        node = self._tx.node(ref)
        return cluster.not_overruled(ref, incident, node.opinions if node else {})

    def _binding(
        self, incident: Mapping[int, Sequence[Edge]]
    ) -> Iterator[tuple[int, frozenset[Ends]]]:
        """What binds at each of these ends.

        Topics only ever join themes, so an end with one theme needs none. Those of all others are
        read together.
        """
        unsure: list[int] = []
        far: set[int] = set()
        for ref, edges in incident.items():
            binding = cluster.binding_at(ref, edges, {})
            if len(binding) == len(edges):
                yield ref, binding
            else:
                unsure.append(ref)
                far.update(edge.right if edge.left == ref else edge.left for edge in edges)
        topics = self._tx.topics(far)
        for ref in unsure:
            yield ref, cluster.binding_at(ref, incident[ref], topics)

    # -- judgements ----------------------------------------------------------------------------

    def judge(self, ends: Ends, said: Said | None) -> Rebound:
        """Let this stand on a pair in place of what was said before; which edges bind now.

        A pair that a person joins or no longer joins counts as an edge.
        """
        tx = self._tx
        tx.need(ends)
        left, right = ends
        before = tx.said(left).get(right)
        tx.say(left, right, said)
        tx.say(right, left, said)
        rebound = self.rebind(ends)
        if said is not None and said.opinion is Opinion.SAME:
            rebound.added.add(ends)
        elif before is not None and before.opinion is Opinion.SAME:
            rebound.lost.add(ends)
        return rebound

    def forget_judgements(self, refs: Collection[int]) -> None:
        """Forget all that was said of articles that are about to go."""
        tx = self._tx
        tx.need(refs)
        said = {(ref, far): one for ref in refs for far, one in tx.said(ref).items()}
        tx.need({far for _, far in said})
        for (ref, far), one in said.items():
            if far not in refs:
                tx.say(far, ref, None)
            self.unmark(one)

    def hand_on(self, said: Mapping[int, Said], old: int, new: int) -> None:
        """Let what was said of an article stand on its new version."""
        tx = self._tx
        tx.need([new, *said])
        for far, one in said.items():
            tx.say(far, old, None)
            tx.say(far, new, one)
            tx.say(new, far, one)

    def unmark(self, said: Said) -> None:
        """Remove the whole of a judgement."""
        self._tx.act("unset", "judgements", said.mark)
        self._tx.act("unrank", "judged", said.mark)

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


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8).digest()
