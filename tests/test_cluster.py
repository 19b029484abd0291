"""Clusters as a function of the edges, by their properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from dedup.cluster import (
    Change,
    ClusterState,
    DisjointSets,
    Topic,
    binding_at,
    components,
    regroup,
    representative,
    seniority,
)
from dedup.model import Article, Edge, EventKind, Match, Relation, StoredArticle

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
numbers = st.integers(0, 12)
links = st.lists(st.tuples(numbers, numbers), max_size=20)
SPLIT = EventKind.CLUSTER_SPLIT


def reachable(start: int, nodes: set[int], links: list[tuple[int, int]]) -> frozenset[int]:
    """All that is connected with ``start``, step by step."""
    found = {start}
    while True:
        more = {b for pair in links for a, b in (pair, pair[::-1]) if a in found and b in nodes}
        if more <= found:
            return frozenset(found)
        found |= more


class TestComponents:
    @given(nodes=st.sets(numbers), links=links)
    def test_two_nodes_are_together_if_there_is_a_way(
        self, nodes: set[int], links: list[tuple[int, int]]
    ) -> None:
        inside = [pair for pair in links if nodes.issuperset(pair)]
        want = {reachable(node, nodes, inside) for node in nodes}
        found = components(nodes, links)
        assert set(found) == want
        assert len(found) == len(want)
        assert [min(part) for part in found] == sorted(min(part) for part in found)

    @given(links)
    def test_the_smallest_of_a_set_is_its_root(self, links: list[tuple[int, int]]) -> None:
        sets = DisjointSets()
        for left, right in links:
            sets.union(left, right)
        for part in sets.sets():
            assert {sets.find(x) for x in part} == {min(part)}


def edge_of(
    left: int, right: int, relation: Relation, score: float, cover: int, far_cover: int
) -> Edge:
    """An edge as far as it decides about binding."""
    match = Match(relation, score, id=str(right))
    return Edge(left, right, match, cover, far_cover)


cover = st.integers(0, 2**10 - 1)
edges_at_zero = st.lists(
    st.builds(
        edge_of,
        st.just(0),
        st.integers(1, 9),
        st.sampled_from(Relation),
        st.floats(0, 1),
        cover,
        cover,
    ),
    max_size=9,
    unique_by=lambda e: e.right,
)
topics = st.dictionaries(st.integers(1, 9), st.frozensets(st.integers(0, 9), max_size=5))


def turned(edge: Edge) -> Edge:
    """The same edge written by the other article."""
    match = replace(edge.match, relation=edge.relation.inverse)
    return Edge(edge.right, edge.left, match, edge.right_coverage, edge.left_coverage)


class TestBinding:
    @given(edges=edges_at_zero, topics=topics, data=st.data())
    def test_the_order_of_the_edges_does_not_matter(
        self, edges: list[Edge], topics: dict[int, Topic], data: st.DataObject
    ) -> None:
        shuffled = data.draw(st.permutations(edges))
        assert binding_at(0, shuffled, topics) == binding_at(0, edges, topics)

    @given(edges=edges_at_zero, topics=topics)
    def test_only_reuse_binds_and_where_there_is_reuse_something_binds(
        self, edges: list[Edge], topics: dict[int, Topic]
    ) -> None:
        reuse = {(e.left, e.right) for e in edges if e.relation.is_reuse}
        binding = binding_at(0, edges, topics)
        assert binding <= reuse
        assert bool(binding) == bool(reuse)

    @given(edges=edges_at_zero, topics=topics)
    def test_who_wrote_an_edge_does_not_matter(
        self, edges: list[Edge], topics: dict[int, Topic]
    ) -> None:
        def far(ends: frozenset[tuple[int, int]]) -> set[int]:
            return {x for pair in ends for x in pair} - {0}

        other = [turned(e) for e in edges]
        assert far(binding_at(0, other, topics)) == far(binding_at(0, edges, topics))

    @given(edges=edges_at_zero, topics=topics)
    def test_what_does_not_bind_can_go_without_harm(
        self, edges: list[Edge], topics: dict[int, Topic]
    ) -> None:
        binding = binding_at(0, edges, topics)
        kept = [e for e in edges if (e.left, e.right) in binding]
        assert binding_at(0, kept, topics) == binding

    @given(rights=st.sets(st.integers(1, 9)), topics=topics)
    def test_whole_copies_of_one_text_are_all_together(
        self, rights: set[int], topics: dict[int, Topic]
    ) -> None:
        edges = [edge_of(0, r, Relation.EXACT, 1.0, 0b1111, 0b1111) for r in rights]
        assert binding_at(0, edges, topics) == {(0, r) for r in rights}


def stored(ref: int, published: datetime | None, received: datetime) -> StoredArticle:
    """An article that was published and received at these times."""
    return StoredArticle(
        ref, Article(str(ref), "text", published_at=published), "f", received, 1, None, False
    )


hours = st.integers(-5, 5).map(lambda n: NOON + timedelta(hours=n))
some_articles = st.lists(
    st.builds(
        stored,
        st.integers(1, 100),
        st.one_of(
            st.none(),
            hours,
            hours.map(lambda t: t.replace(tzinfo=None)),
            hours.map(lambda t: t.astimezone(timezone(timedelta(hours=-7)))),
        ),
        hours,
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda a: a.ref,
)


@given(some_articles)
def test_the_representative_is_the_earliest(articles: list[StoredArticle]) -> None:
    first = representative(articles)

    def published(one: StoredArticle) -> datetime:
        at = one.article.published_at or one.received_at
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    assert published(first) == min(map(published, articles))
    same_time = [one for one in articles if published(one) == published(first)]
    assert first.received_at == min(one.received_at for one in same_time)
    assert sorted(articles, key=seniority)[0] is first


@st.composite
def regroupings(
    draw: st.DrawFn,
) -> tuple[list[ClusterState], list[frozenset[int]]]:
    """Clusters there were, and a partition of what is there now."""
    refs = draw(st.lists(st.integers(0, 30), unique=True, min_size=1, max_size=12))
    was = draw(st.lists(st.integers(-1, 3), min_size=len(refs), max_size=len(refs)))
    now = draw(st.lists(st.integers(0, 4), min_size=len(refs), max_size=len(refs)))
    gone = draw(st.sets(st.sampled_from(refs)))
    before = []
    ages = draw(st.permutations(range(4)))
    for number in range(4):
        members = frozenset(r for r, n in zip(refs, was, strict=True) if n == number)
        if members:
            first = draw(st.sampled_from(sorted(members)))
            before.append(ClusterState(f"c{number}", ages[number], members, first))
    parts: dict[int, set[int]] = {}
    for ref, n in zip(refs, now, strict=True):
        if ref not in gone:
            parts.setdefault(n, set()).add(ref)
    return before, [frozenset(part) for part in parts.values()]


def namer() -> Callable[[], str]:
    """Makes new names."""
    numbers = count()
    return lambda: f"new{next(numbers)}"


class TestRegroup:
    @given(regroupings())
    def test_every_component_has_one_name_of_its_own(
        self, case: tuple[list[ClusterState], list[frozenset[int]]]
    ) -> None:
        before, after = case
        result = regroup(before, after, namer())
        assert set(result.assigned) == {ref for part in after for ref in part}
        names = []
        for part in after:
            [name] = {result.assigned[ref] for ref in part}
            assert (name is None) == (len(part) == 1)
            names.append(name)
        given_names = [name for name in names if name is not None]
        assert len(set(given_names)) == len(given_names)

    @given(regroupings())
    def test_an_old_name_stays_leads_on_or_is_dissolved(
        self, case: tuple[list[ClusterState], list[frozenset[int]]]
    ) -> None:
        before, after = case
        result = regroup(before, after, namer())
        in_use = set(result.assigned.values())
        age = {c.id: c.age for c in before}
        for old in before:
            ways = [old.id in in_use, old.id in result.redirects, old.id in result.dissolved]
            assert sum(ways) == 1
            if old.id in result.redirects:
                into = result.redirects[old.id]
                assert into in in_use
                assert age[into] < age[old.id], "the older one survives"
            name = result.assigned.get(old.representative)
            if name is not None:
                assert result.redirects.get(old.id, old.id) == name

    @given(regroupings())
    def test_what_did_not_change_is_not_told(
        self, case: tuple[list[ClusterState], list[frozenset[int]]]
    ) -> None:
        before, after = case
        named = [replace(c, age=i) for i, c in enumerate(before) if len(c.members) > 1]
        known = frozenset[int]().union(*(c.members for c in named))
        alone = [frozenset([ref]) for part in after for ref in part if ref not in known]
        result = regroup(named, [*(c.members for c in named), *alone], lambda: "new")
        assert result.changes == ()
        assert not result.redirects
        assert not result.dissolved

    @given(regroupings())
    def test_who_replays_the_changes_has_the_clusters(
        self, case: tuple[list[ClusterState], list[frozenset[int]]]
    ) -> None:
        before, after = case
        result = regroup(before, after, namer())
        there = set(result.assigned)
        cluster_of = {ref: c.id for c in before for ref in c.members & there}
        for change in result.changes:
            replay(change, cluster_of)
        assert cluster_of == {ref: id for ref, id in result.assigned.items() if id is not None}


def replay(change: Change, cluster_of: dict[int, str]) -> None:
    """What a reader of the feed makes of one change."""
    for ref in change.refs:
        if change.kind is SPLIT and change.into is None:
            if cluster_of.get(ref) == change.cluster_id:
                del cluster_of[ref]
        else:
            cluster_of[ref] = change.into or change.cluster_id
