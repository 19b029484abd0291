"""Edges and judgements in Redis: which edges bind when some come or go.

Each end of an edge carries a flag that says whether the edge binds there. Only the flags at the
ends of edges that came or went can change, so a link costs the neighbourhood it touches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dedup import cluster
from dedup.judgement import Opinion
from dedup.model import Edge, Relation
from dedup.store.redis_edge import encode_edge
from dedup.store.redis_node import Ends, Said, Tie
from dedup.store.redis_plan import Transaction
from dedup.store.redis_record import encode_ref


@dataclass
class Rebound:
    """Edges that began and that ceased to bind."""

    added: set[Ends] = field(default_factory=set)
    lost: set[Ends] = field(default_factory=set)


class Ties:
    """The rules of edges and judgements over one transaction."""

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
        changed = [(other, old[other].edge) for other in removed]
        changed += [(other, new[other][0]) for other in written]
        ends = {other for other, edge in changed if edge.relation.is_reuse}
        rebound = self.rebind({ref, *ends}) if ends else Rebound()  # no other edge ever binds
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


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8).digest()
