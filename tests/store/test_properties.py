"""Random sequences of calls against slow, obvious references, over every store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import LIMIT, OpenAgain, edge, entry, postings

from dedup.cluster import binding_at, components
from dedup.errors import ClusterMoved, NotFound
from dedup.model import Candidate, Edge, Postings, Relation
from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.values import ClusterQuery, Links

few = st.lists(st.integers(0, 12), max_size=5)
some_postings = st.builds(postings, few, st.lists(st.integers(0, 2), min_size=3, max_size=3), few)
steps = st.lists(
    st.tuples(
        st.sampled_from(["save", "save", "save", "delete"]), st.integers(0, 9), some_postings
    ),
    min_size=1,
    max_size=30,
)


def emptied(open_again: OpenAgain, bucket: int) -> Callable[[], Store]:
    """A function that hands out the same store, emptied."""
    store = open_again(settings=Settings(bucket_limit=bucket))

    def empty() -> Store:
        store.delete([one.article.id for one in store.scan()])
        return store

    return empty


def wanted(
    live: dict[int, Postings], asked: Postings, before: int, limit: int
) -> tuple[tuple[Candidate, ...], tuple[tuple[int, ...], ...]]:
    """Candidates and repeats, slowly."""

    def bucket(has: Callable[[Postings], bool]) -> list[int]:
        return sorted((r for r, p in live.items() if r < before and has(p)), reverse=True)[:limit]

    bands: dict[int, int] = {}
    shingles: dict[int, int] = {}
    for i, key in enumerate(asked.bands):
        for ref in bucket(lambda p, i=i, key=key: len(p.bands) > i and p.bands[i] == key):
            bands[ref] = bands.get(ref, 0) + 1
    for key in asked.sketch:
        for ref in bucket(lambda p, key=key: key in p.sketch):
            shingles[ref] = shingles.get(ref, 0) + 1
    found = [Candidate(r, bands.get(r, 0), shingles.get(r, 0)) for r in {*bands, *shingles}]
    found.sort(key=lambda c: (-(c.bands + c.shingles), -c.ref))
    repeats = [tuple(bucket(lambda p, key=key: key in p.marks)) for key in asked.marks]
    return tuple(found[:LIMIT]), tuple(repeats)


@pytest.fixture
def bucket(url: str) -> int:
    """The bucket limit; in Redis a full bucket forgets, which has a property of its own."""
    return 3 if url.startswith("sqlite") else 100


@pytest.fixture
def empty(open_again: OpenAgain, bucket: int) -> Callable[[], Store]:
    """The store, emptied before every example."""
    return emptied(open_again, bucket)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps, batch=st.integers(1, 7), asked=some_postings)
def test_lookups_find_what_a_plain_search_finds(
    empty: Callable[[], Store],
    bucket: int,
    steps: list[tuple[str, int, Postings]],
    batch: int,
    asked: Postings,
) -> None:
    store = empty()
    live: dict[int, Postings] = {}
    ref_of: dict[str, int] = {}
    for begin in range(0, len(steps), batch):
        part = steps[begin : begin + batch]
        entries = [
            entry(
                str(id),
                p.sketch.tolist(),
                bands=p.bands.tolist(),
                marks=p.marks.tolist(),
                text=f"version {begin + i}",
            )
            for i, (what, id, p) in enumerate(part)
            if what == "save"
        ]
        after = [str(id) for what, id, _ in part if what == "delete"]
        indexed = store.index(entries, LIMIT)
        # within a call an entry finds the earlier versions of others that the call replaced last
        last = {e.article.id: one.ref for e, one in zip(entries, indexed, strict=True)}
        gone = {ref_of[id] for id in last if id in ref_of}
        known = {r: p for r, p in live.items() if r not in gone}
        for e, one in zip(entries, indexed, strict=True):
            if last[e.article.id] == one.ref:
                known[one.ref] = e.postings
        for e, one in zip(entries, indexed, strict=True):
            assert one.found is not None
            assert (one.found.candidates, one.found.repeats) == wanted(
                known, e.postings, one.ref, bucket
            )
        live = known
        ref_of.update(last)
        there = {id for id in after if id in ref_of}
        assert store.delete(after) == len(there)
        for id in there:
            del live[ref_of.pop(id)]
    [all_] = store.lookup([asked], LIMIT)
    assert (all_.candidates, all_.repeats) == wanted(live, asked, 2**60, bucket)
    middle = sorted(live)[len(live) // 2] if live else 1
    [earlier] = store.lookup([asked], LIMIT, before=[middle])
    assert (earlier.candidates, earlier.repeats) == wanted(live, asked, middle, bucket)


RELATIONS = st.sampled_from(
    [
        Relation.EXACT,
        Relation.CONTAINS,
        Relation.PARTIAL_COPY,
        Relation.PARTIAL_COPY,
        Relation.SHARED_PASSAGE,
        Relation.NONE,
    ]
)
TOPICS = [frozenset({1, 2, 3}), frozenset({4, 5, 6}), frozenset({1, 2, 4, 5}), frozenset[int]()]
one_edge = st.tuples(
    st.integers(0, 7),
    RELATIONS,
    st.integers(0, 31),
    st.integers(0, 31),
    st.sampled_from([0.5, 0.9]),
)
graph_steps = st.lists(
    st.tuples(
        st.sampled_from(["link", "link", "link", "save", "delete"]),
        st.integers(0, 7),
        st.lists(one_edge, max_size=4, unique_by=lambda e: e[0]),
        st.sampled_from(TOPICS),
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=graph_steps)
def test_clusters_are_what_the_edges_make_of_them(
    empty: Callable[[], Store],
    steps: list[tuple[str, int, list[tuple[int, Relation, int, int, float]], frozenset[int]]],
) -> None:
    store = empty()
    topics: dict[int, frozenset[int]] = {}
    ref_of: dict[int, int] = {}
    edges: dict[tuple[int, int], Edge] = {}
    for n, (what, id, given_edges, topic) in enumerate(steps):
        before = {c.id: c.representative.ref for c in store.clusters(_ALL).items}
        if what == "delete" or (what == "save" and id in ref_of):
            old = ref_of.pop(id, 0)
            edges = {ends: e for ends, e in edges.items() if old not in ends}
            topics.pop(old, None)
        if what == "delete":
            store.delete([str(id)])
        else:
            if id not in ref_of:
                [one] = store.index([entry(str(id), text=f"v{n}")], LIMIT)
                ref_of[id] = one.ref
                topics[one.ref] = topic
            ref = ref_of[id]
            mine = [
                edge(
                    ref,
                    ref_of[right],
                    str(right),
                    relation,
                    score=score,
                    left_coverage=left,
                    right_coverage=cover,
                )
                for right, relation, left, cover, score in given_edges
                if right in ref_of and right != id
            ]
            told = {end: topics[end] for e in mine for end in (ref, e.right)}
            store.link([Links(ref, tuple(mine), told)])
            edges = {ends: e for ends, e in edges.items() if ends[0] != ref}
            for e in mine:
                if e.relation is Relation.NONE or ((e.right, e.left) in edges and e.right > ref):
                    continue
                edges.pop((e.right, e.left), None)
                edges[e.left, e.right] = e
        check(store, topics, edges)
        for cluster_id, representative in before.items():
            check_name(store, cluster_id, representative)


_ALL = ClusterQuery(limit=1000)


def check(
    store: Store, topics: dict[int, frozenset[int]], edges: dict[tuple[int, int], Edge]
) -> None:
    """Compare the store with what follows from all edges at once."""
    votes: dict[tuple[int, int], int] = dict.fromkeys(edges, 0)
    for ref in topics:
        incident = [e for ends, e in edges.items() if ref in ends]
        for ends in binding_at(ref, incident, topics):
            votes[ends] += 1
    binding = {ends for ends, count in votes.items() if count == 2}
    stored = store.edges(sorted(topics))
    assert {(e.left, e.right): (e.relation, e.match) for e in stored} == {
        ends: (e.relation, e.match) for ends, e in edges.items()
    }
    assert {(e.left, e.right) for e in stored if e.binding} == binding
    want = {part for part in components(topics, binding) if len(part) > 1}
    got: dict[str, set[int]] = {}
    for one in store.scan():
        if one.cluster_id is not None:
            got.setdefault(one.cluster_id, set()).add(one.ref)
    assert {frozenset(part) for part in got.values()} == want
    listed = {c.id: c.size for c in store.clusters(_ALL).items}
    assert listed == {id: len(part) for id, part in got.items()}


def check_name(store: Store, cluster_id: str, representative: int) -> None:
    """A cluster's name goes on with its representative, while that is in a cluster."""
    there = store.by_ref([representative]).get(representative)
    if there is None or there.cluster_id is None:
        return
    try:
        name = {m.ref: cluster_id for m in store.members(cluster_id)}.get(representative)
    except ClusterMoved as moved:
        name = moved.into
    except NotFound:
        name = None
    assert name == there.cluster_id
