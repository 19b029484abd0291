"""Contract of every store: edges make clusters, deletion undoes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from making import (
    LIMIT,
    NOON,
    OpenAgain,
    chain,
    cluster_of,
    edge,
    entry,
    everything,
    link,
    member_ids,
    postings,
    save,
    told,
)

from dedup.errors import ClusterMoved, NotFound
from dedup.model import EventKind, Relation
from dedup.store import redis_removal, sqlite
from dedup.store.base import Store
from dedup.store.values import ClusterQuery, Links


class TestLink:
    def test_edges_come_back_as_written_whoever_asks(self, open_again: OpenAgain) -> None:
        store = open_again()
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        wide = 1 << 4000 | 0b1011
        first = edge(b, a, "a", Relation.CONTAINS, left_coverage=wide, right_coverage=0)
        second = edge(c, b, "b", Relation.SHARED_PASSAGE)
        store.link([Links(b, (first,)), Links(c, (second,))])
        written = open_again().edges([b])
        assert [(e.left, e.right, e.match) for e in written] == [
            (b, a, first.match),
            (c, b, second.match),
        ]
        assert [(e.left_coverage, e.right_coverage) for e in written] == [(wide, 0), (7, 7)]
        assert [e.binding for e in written] == [True, False]
        assert store.edges([a]) == written[:1]
        assert store.edges([a, b, c]) == written

    def test_edges_to_what_is_gone_and_edges_of_no_relation_are_dropped(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        store.delete(["a"])
        given = (edge(c, a, "a"), edge(c, b, "b", Relation.NONE), edge(c, 999, "x"))
        assert link(store, c, *given) is None
        assert store.edges([a, b, c]) == []
        assert link(store, a, edge(a, b, "b")) is None, "the article itself is gone"
        assert store.edges([a, b, c]) == []
        assert store.pending(10) == [b]

    def test_a_relation_below_reuse_makes_no_cluster(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        passage = edge(b, a, "a", Relation.SHARED_PASSAGE)
        template = edge(c, a, "a", Relation.SAME_TEMPLATE)
        assert store.link([Links(b, (passage,)), Links(c, (template,))]) == {b: None, c: None}
        assert len(store.edges([a])) == 2
        assert store.stats().clusters == 0

    def test_a_cluster_is_created_grows_and_merges(self, store: Store) -> None:
        refs = dict(zip("abcdef", save(store, *(entry(id) for id in "abcdef")), strict=True))
        seen = len(store.events(0, 100))
        for id in "acf":
            link(store, refs[id])
        first = link(store, refs["b"], edge(refs["b"], refs["a"], "a"))
        second = link(store, refs["d"], edge(refs["d"], refs["c"], "c"))
        assert first != second
        assert cluster_of(store, "a") == first
        merged = link(
            store,
            refs["e"],
            edge(refs["e"], refs["d"], "d"),
            edge(refs["e"], refs["b"], "b"),
            edge(refs["e"], refs["f"], "f"),
        )
        assert merged == first
        assert member_ids(store, first) == list("abcdef")
        assert second is not None
        with pytest.raises(ClusterMoved) as moved:
            store.members(second)
        assert moved.value.into == first
        events = store.events(0, 100)[seen:]
        assert [(e.kind, set(e.article_ids), e.cluster_id, e.into) for e in events] == [
            (EventKind.CLUSTER_CREATED, {"a", "b"}, first, None),
            (EventKind.CLUSTER_CREATED, {"c", "d"}, second, None),
            (EventKind.CLUSTER_MERGED, {"c", "d"}, second, first),
            (EventKind.CLUSTER_GROWN, {"e", "f"}, first, None),
        ]

    def test_redirects_lead_to_the_survivor_in_one_step(self, store: Store) -> None:
        pairs = ["ab", "cd", "ef", "gh"]
        refs = {
            id: ref for pair in pairs for id, ref in zip(pair, chain(store, *pair), strict=True)
        }
        ids = [cluster_of(store, pair[0]) for pair in pairs]
        for i, (left, right) in enumerate([("g", "f"), ("e", "d"), ("c", "b")]):
            [joint] = save(store, entry(f"j{i}"))
            link(store, joint, edge(joint, refs[left], left), edge(joint, refs[right], right))
        for id in ids[1:]:
            assert id is not None
            with pytest.raises(ClusterMoved) as moved:
                store.members(id)
            assert moved.value.into == ids[0]
        store.delete([*refs, "j0", "j1", "j2"])
        for id in ids:
            assert id is not None
            with pytest.raises(NotFound):
                store.members(id)

    def test_a_merge_keeps_the_older_cluster_even_if_it_is_smaller(self, store: Store) -> None:
        a, _ = chain(store, "a", "b")
        *_, z = chain(store, *"uvwxyz")
        old, young = cluster_of(store, "a"), cluster_of(store, "z")
        [joint] = save(store, entry("j"))
        assert link(store, joint, edge(joint, z, "z"), edge(joint, a, "a")) == old
        assert young != old
        assert set(member_ids(store, old)) == set("abuvwxyzj")

    def test_repeating_a_call_changes_nothing(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        links = [
            Links(a, ()),
            Links(b, (edge(b, a, "a"), edge(b, c, "c", Relation.SHARED_PASSAGE))),
            Links(c, (edge(c, b, "b"),)),
        ]
        once = store.link(links)
        before = everything(store)
        assert store.link(links) == once
        assert store.link(links[::-1]) == once
        assert everything(store) == before

    def test_edges_replace_those_written_before(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        link(store, b, edge(b, a, "a"))
        old = link(store, c, edge(c, b, "b"), edge(c, a, "a", Relation.SHARED_PASSAGE))
        assert link(store, c, edge(c, a, "a", Relation.SHARED_PASSAGE)) is None
        assert member_ids(store, old) == ["a", "b"]
        assert [(e.left, e.right) for e in store.edges([c])] == [(c, a)]
        assert told(store)[-1] == ("cluster.split", ("c",))
        assert link(store, c, edge(c, a, "a", Relation.EXACT)) == old
        assert store.edges([c])[0].relation is Relation.EXACT

    def test_a_pair_keeps_one_edge_that_of_the_later_article(self, store: Store) -> None:
        a, b = save(store, entry("a"), entry("b"))
        early, late = edge(a, b, "b", Relation.CONTAINS), edge(b, a, "a", Relation.CONTAINED_IN)
        cluster = link(store, a, early)
        assert [e.match for e in store.edges([a])] == [early.match]
        assert link(store, b, late) == cluster
        assert [e.match for e in store.edges([a])] == [late.match]
        assert link(store, a, early) == cluster
        assert [e.match for e in store.edges([b])] == [late.match]
        assert len([kind for kind, _ in told(store) if kind.startswith("cluster")]) == 1

    def test_a_round_up_does_not_fuse_two_stories(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        topics = {a: [1, 2], b: [3, 4], c: [1, 2, 3, 4]}
        wide = edge(c, a, "a", Relation.CONTAINS, left_coverage=0b0000_0111)
        narrow = edge(c, b, "b", Relation.CONTAINS, left_coverage=0b0001_1000)
        cluster = link(store, c, narrow, wide, topics=topics)
        assert member_ids(store, cluster) == ["a", "c"]
        assert [(e.right, e.binding) for e in store.edges([c])] == [(a, True), (b, False)]
        # a longer part of b's story makes that the theme of c: the edge to a ceases to bind
        [d] = save(store, entry("d"))
        more = edge(d, c, "c", Relation.CONTAINED_IN, right_coverage=0b1111_1000)
        story = link(store, d, more, edge(d, b, "b"), topics={d: [3, 4]})
        assert {*member_ids(store, story)} == {"b", "c", "d"}
        assert cluster_of(store, "a") is None
        binding = {(e.left, e.right): e.binding for e in store.edges([c])}
        assert binding == {(c, a): False, (c, b): True, (d, c): True}
        # and when that goes, everything is as it was
        store.delete(["d"])
        assert {*member_ids(store, cluster_of(store, "c"))} == {"a", "c"}
        assert [(e.right, e.binding) for e in store.edges([c])] == [(a, True), (b, False)]

    def test_a_topic_that_was_told_once_still_counts(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        top = edge(b, a, "a", Relation.CONTAINED_IN, right_coverage=0b0000_0111)
        link(store, b, top, topics={a: [1, 2, 3, 4], b: [1, 2, 5]})
        end = edge(c, a, "a", Relation.CONTAINED_IN, right_coverage=0b0001_1000)
        # both crops speak about the same, though they share no sentence
        cluster = link(store, c, end, topics={c: [1, 6]})
        assert member_ids(store, cluster) == ["a", "b", "c"]

    def test_topics_of_articles_that_are_gone_are_dropped(self, store: Store) -> None:
        a, b = save(store, entry("a"), entry("b"))
        store.delete(["a"])
        gone = edge(b, a, "a", Relation.CONTAINS)
        assert link(store, b, gone, topics={a: [1], b: [1]}) is None
        assert store.edges([b]) == []

    def test_a_cluster_keeps_its_id_while_a_member_is_replaced(self, store: Store) -> None:
        a, b = chain(store, "a", "b")
        cluster = cluster_of(store, "a")
        for version, id in enumerate(["b", "a", "b"], start=2):
            seen = len(told(store))
            [new] = save(store, entry(id, text=f"Version {version}"))
            assert set(member_ids(store, cluster)) == {"a", "b"}
            assert store.get([id])[id].pending
            other = "ab".replace(id, "")
            right = store.get([other])[other].ref
            assert link(store, new, edge(new, right, other)) == cluster
            assert told(store)[seen:] == [("article.updated", (id,))]
        assert set(member_ids(store, cluster)) == {"a", "b"}
        assert len(store.edges([store.get(["a"])["a"].ref])) == 1
        assert store.by_ref([a, b]) == {}

    def test_a_replaced_article_that_is_no_copy_any_more_leaves(self, store: Store) -> None:
        a, _, c = chain(store, "a", "b", "c")
        old = cluster_of(store, "a")
        [new] = save(store, entry("b", text="Something else."))
        assert link(store, new) is None
        assert [cluster_of(store, id) for id in "abc"] == [None, None, None]
        assert store.edges([a, c, new]) == []
        assert old is not None
        with pytest.raises(NotFound):
            store.members(old)

    def test_what_is_gone_is_not_answered(self, store: Store) -> None:
        a, b = save(store, entry("a"), entry("b"))
        store.delete(["a"])
        assert store.link([Links(a, ()), Links(b, (edge(b, a, "a"),))]) == {b: None}

    def test_a_batch_of_links_is_like_one_after_the_other(self, store: Store) -> None:
        refs = save(store, *(entry(id) for id in "abcd"))
        links = [Links(refs[0], ())] + [
            Links(refs[i], (edge(refs[i], refs[i - 1], "abcd"[i - 1]),)) for i in (1, 2, 3)
        ]
        answer = store.link(links)
        cluster = cluster_of(store, "a")
        assert answer == dict.fromkeys(refs, cluster)
        assert [kind for kind, _ in told(store)][-3:] == [
            "cluster.created",
            "cluster.grown",
            "cluster.grown",
        ]


class TestDelete:
    def test_what_is_deleted_is_gone(self, open_again: OpenAgain) -> None:
        store, other = open_again(), open_again()
        a, b = chain(store, "a", "b")
        [found] = other.lookup([postings()], LIMIT)
        save(store, entry("c", [1], bands=[1, 2, 3], marks=[1]))
        [found] = other.lookup([postings([1], marks=[1])], LIMIT)
        assert len(found.candidates) == 1
        assert store.delete(["c", "unknown", "c"]) == 1
        assert store.delete(["c"]) == 0
        for handle in (store, other, open_again()):
            [found] = handle.lookup([postings([1], bands=[1, 2, 3], marks=[1])], LIMIT)
            assert (found.candidates, found.repeats) == ((), ((),))
            assert handle.get(["c"]) == {}
            assert handle.pending(10) == []
        assert told(store)[-1] == ("article.deleted", ("c",))
        assert store.delete(["a"]) == 1
        assert store.edges([a, b]) == []
        assert cluster_of(store, "b") is None
        assert store.stats().clusters == 0

    def test_a_cluster_that_falls_apart_is_split(self, store: Store) -> None:
        chain(store, *"abcdefg")
        old = cluster_of(store, "a")
        assert store.delete(["d"]) == 1
        new = cluster_of(store, "e")
        assert member_ids(store, old) == list("abc")
        assert member_ids(store, new) == list("efg")
        assert told(store)[-2:] == [
            ("article.deleted", ("d",)),
            ("cluster.split", ("e", "f", "g")),
        ]
        last = store.events(0, 1000)[-1]
        assert (last.cluster_id, last.into) == (old, new)
        assert store.delete(list("abfg")) == 4
        assert [cluster_of(store, id) for id in "ce"] == [None, None]
        assert store.stats().clusters == 0

    def test_a_cluster_whose_representative_goes_keeps_its_id(self, store: Store) -> None:
        chain(store, *"abcd")
        old = cluster_of(store, "a")
        store.delete(["a"])
        assert member_ids(store, old) == list("bcd")
        [summary] = store.clusters(ClusterQuery()).items
        assert (summary.representative.article.id, summary.size) == ("b", 3)

    def test_expiry_takes_what_was_published_before(self, store: Store) -> None:
        days = [NOON + timedelta(days=i) for i in range(4)]
        refs = save(store, *(entry(f"{i}", [1], published_at=day) for i, day in enumerate(days)))
        save(store, entry("now", [1]))
        link(store, refs[1], edge(refs[1], refs[0], "0"))
        link(store, refs[2], edge(refs[2], refs[1], "1"))
        assert store.expire(days[0], 10) == 0
        assert store.expire(days[2], 1) == 1
        assert set(store.get(["0", "1", "2"])) == {"1", "2"}
        assert store.expire(days[3], 10) == 2
        assert [one.article.id for one in store.scan()] == ["3", "now"]
        [found] = store.lookup([postings([1])], LIMIT)
        assert len(found.candidates) == 2
        assert store.stats().clusters == 0
        assert len(store.events(0, 100)) > 0
        assert store.expire(datetime.now(UTC) + timedelta(days=1), 10) == 2
        assert store.stats().articles == 0
        cursors = [e.cursor for e in store.events(0, 100)]
        [new] = save(store, entry("new"))
        assert new > max(refs)
        assert store.events(0, 100)[-1].cursor > max(cursors, default=0)

    def test_many_leave_a_few_at_a_time(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for room, name, few in (
            (sqlite, "_EXPIRED", 3),
            (redis_removal, "_AT_ONCE", 2),
            (redis_removal, "_ERASED", 3),
            (redis_removal, "_GROUPS", 2),
        ):
            monkeypatch.setattr(room, name, few)
        some = [entry(f"{i}", [i, 1], published_at=NOON + timedelta(days=i)) for i in range(20)]
        refs = save(store, *some)
        for older, newer in pairwise(range(0, 20, 2)):
            link(store, refs[newer], edge(refs[newer], refs[older], str(older)))
        # none of the first groups is there
        assert store.delete([*(f"nobody {i}" for i in range(15)), "1", "19", "1"]) == 2
        assert store.expire(NOON + timedelta(days=16), 8) == 8
        assert {one.article.id for one in store.scan()} == {*map(str, range(9, 19))}
        assert store.expire(NOON + timedelta(days=16), 8) == 7
        [found] = store.lookup([postings([1])], LIMIT)
        assert {c.ref for c in found.candidates} == {refs[16], refs[17], refs[18]}
        assert [store.lookup([postings([i])], LIMIT)[0].candidates for i in range(2, 16)] == [
            ()
        ] * 14
        assert member_ids(store, cluster_of(store, "16")) == ["16", "18"]
        assert store.stats().articles == 3
