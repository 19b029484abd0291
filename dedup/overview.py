"""A cluster in full, put together from its members and their edges: a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dedup.cluster import DisjointSets, Topic, ends_at, representative, seniority
from dedup.judgement import Judgement, Opinion, pair_of
from dedup.model import Cluster, ClusterEdge, Edge, Relation, StoredArticle


def overview(
    id: str,
    members: Sequence[StoredArticle],
    edges: Sequence[Edge],
    others: Mapping[int, StoredArticle],
    topics: Mapping[int, Topic],
    judgements: Sequence[Judgement] = (),
) -> Cluster:
    """The cluster ``id``: its edges, what stands beside it, its weakest link, its bridges.

    ``edges`` are all that touch a member; ``others`` the articles at their far ends; ``topics``
    need only cover articles near an edge that does not bind. ``judgements`` are what people said
    of members and others.
    """
    by_ref = {m.ref: m for m in members}
    inside = [e for e in edges if e.left in by_ref and e.right in by_ref]
    outside = [e for e in edges if (e.left in by_ref) != (e.right in by_ref)]
    known = {**others, **by_ref}
    same = _judged(judgements, Opinion.SAME)
    different = _judged(judgements, Opinion.DIFFERENT)
    overruled = [e for e in edges if e.relation.is_reuse and _pair(e, known) in different]
    held = [e for e in edges if e not in overruled]
    beside_edges = [
        e
        for e in outside
        if e.relation is Relation.SHARED_PASSAGE and e.left in known and e.right in known
    ]
    beside_refs = {ref for e in beside_edges for ref in (e.left, e.right) if ref not in by_ref}
    shown = sorted((e for e in inside if e.relation is not Relation.NONE), key=_strength)
    binding = [e for e in shown if e.relation.is_reuse and e.binding]
    ref_of = {m.article.id: m.ref for m in members}
    joined = [(ref_of[a], ref_of[b]) for a, b in same if a in ref_of and b in ref_of]
    return Cluster(
        id=id,
        representative_id=representative(members).article.id,
        members=tuple(sorted(members, key=seniority)),
        edges=tuple(_named(e, known) for e in shown),
        weakest=_weakest(binding, known, joined),
        bridges=_bridges(held, by_ref, topics),
        beside=tuple(sorted((known[r] for r in beside_refs), key=seniority)),
        beside_edges=tuple(_named(e, known) for e in sorted(beside_edges, key=_strength)),
        judgements=tuple(judgements),
        overruled=tuple(_named(e, known) for e in overruled if e in outside),
    )


def _judged(judgements: Sequence[Judgement], opinion: Opinion) -> set[tuple[str, str]]:
    return {one.pair for one in judgements if one.opinion is opinion}


def _pair(edge: Edge, known: Mapping[int, StoredArticle]) -> tuple[str, str] | None:
    """The ids of its ends, None where one of them is gone."""
    if edge.left not in known or edge.right not in known:
        return None
    return pair_of(known[edge.left].article.id, known[edge.right].article.id)


def _strength(edge: Edge) -> tuple[float, int, int]:
    return (-edge.match.score, edge.left, edge.right)


def _named(edge: Edge, known: Mapping[int, StoredArticle]) -> ClusterEdge:
    return ClusterEdge(
        left=known[edge.left].article.id,
        right=known[edge.right].article.id,
        relation=edge.relation,
        score=edge.match.score,
        narrative_reuse=edge.match.narrative_reuse,
        quotation_reuse=edge.match.quotation_reuse,
        binding=edge.binding,
    )


def _weakest(
    binding: Sequence[Edge],
    known: Mapping[int, StoredArticle],
    joined: Sequence[tuple[int, int]],
) -> ClusterEdge | None:
    """The weakest edge of the maximum spanning tree (Kruskal): the cluster hangs on it.

    What a person ``joined`` holds without any edge.
    """
    sets = DisjointSets()
    for left, right in joined:
        sets.union(left, right)
    weakest: Edge | None = None
    for edge in sorted(binding, key=_strength):
        if sets.find(edge.left) != sets.find(edge.right):
            sets.union(edge.left, edge.right)
            weakest = edge
    return _named(weakest, known) if weakest is not None else None


def _bridges(
    edges: Sequence[Edge], by_ref: Mapping[int, StoredArticle], topics: Mapping[int, Topic]
) -> tuple[str, ...]:
    loose = {
        ref
        for e in edges
        if e.relation.is_reuse and not e.binding
        for ref in (e.left, e.right)
        if ref in by_ref
    }
    return tuple(
        by_ref[ref].article.id
        for ref in sorted(loose)
        if ends_at(ref, [e for e in edges if ref in (e.left, e.right)], topics).apart
    )
