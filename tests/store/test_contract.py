"""What every store promises, over every store, on the real thing."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import OpenAgain
from making import (
    HEADER,
    LIMIT,
    chain,
    cluster_of,
    edge,
    entry,
    link,
    member_ids,
    postings,
    save,
)

from dedup.errors import ClusterMoved, HeaderMismatch, InvalidQuery, NotFound, StoreError
from dedup.model import Article, Candidate, EventKind, Relation
from dedup.settings import Settings
from dedup.store.base import ClusterQuery, Entry, Links, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def told(store: Store, after: int = 0) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and articles of every event after a cursor."""
    return [(str(e.kind), e.article_ids) for e in store.events(after, 1000)]


def everything(store: Store) -> Any:
    """All that can be read from a store, to see whether anything changed."""
    articles = list(store.scan())
    return articles, store.edges([a.ref for a in articles]), store.events(0, 1000)


class TestIndex:
    def test_an_article_finds_what_shares_postings_with_it(self, store: Store) -> None:
        first, second = store.index(
            [
                entry("a", [1, 2, 3, 4], bands=[10, 11, 12]),
                entry("b", [3, 4, 5], bands=[10, 11, 13]),
            ],
            LIMIT,
        )
        assert (first.status, second.status) == ("created", "created")
        assert first.found is not None
        assert first.found.candidates == ()
        assert second.found is not None
        assert second.found.candidates == (Candidate(first.ref, bands=2, shingles=2),)

    def test_bands_count_by_position(self, store: Store) -> None:
        save(store, entry("a", bands=[10, 11, 12]))
        [found] = store.lookup([postings(bands=[11, 10, 99])], LIMIT)
        assert found.candidates == ()

    def test_kinds_of_postings_do_not_mix(self, store: Store) -> None:
        [ref] = save(store, entry("a", [5], bands=[6], marks=[7]))
        [found] = store.lookup([postings([6, 7], bands=[5], marks=[5, 6, 7])], LIMIT)
        assert found.candidates == ()
        assert found.repeats == ((), (), (ref,))

    def test_candidates_that_share_most_come_first_newer_before_older(self, store: Store) -> None:
        a, b, c, d = save(
            store,
            entry("a", [1, 2]),
            entry("b", [1, 2, 3]),
            entry("c", [1, 2]),
            entry("d", [3], bands=[1, 2, 3]),
        )
        [found] = store.lookup([postings([1, 2, 3], bands=[1, 2, 3])], LIMIT)
        assert [x.ref for x in found.candidates] == [d, b, c, a]
        [best] = store.lookup([postings([1, 2, 3], bands=[1, 2, 3])], 2)
        assert best.candidates == found.candidates[:2]

    def test_marks_answer_with_the_articles_that_carry_them_newest_first(
        self, store: Store
    ) -> None:
        a, b, c = save(
            store,
            entry("a", marks=[9, 1]),
            entry("b", marks=[1, 2]),
            entry("c", marks=[2, 1, 3]),
        )
        [found] = store.lookup([postings(marks=[3, 9, 1, 5])], LIMIT)
        assert found.repeats == ((c,), (a,), (c, b, a), ())

    def test_entries_of_one_call_find_earlier_ones_only(self, store: Store) -> None:
        indexed = store.index([entry(id, [1], marks=[1]) for id in "abc"], LIMIT)
        found = [one.found for one in indexed]
        refs = [one.ref for one in indexed]
        for i, one in enumerate(found):
            assert one is not None
            assert [c.ref for c in one.candidates] == refs[:i][::-1]
            assert one.repeats == (tuple(refs[:i][::-1]),)

    def test_a_large_batch_finds_like_a_small_one(self, open_again: OpenAgain) -> None:
        store = open_again()
        many = [entry(f"{i:04}", range(i * 60, i * 60 + 90)) for i in range(1500)]
        batch = store.index(many, LIMIT)
        for i, one in enumerate(batch):
            assert one.found is not None
            assert [(c.ref, c.shingles) for c in one.found.candidates] == (
                [(batch[i - 1].ref, 30)] if i else []
            )
        [found] = open_again().lookup([postings(range(60, 120))], LIMIT)
        assert [(c.ref, c.shingles) for c in found.candidates] == [
            (batch[1].ref, 60),
            (batch[0].ref, 30),
        ]

    def test_min_shared_restricts_the_passage_index_alone(self, open_again: OpenAgain) -> None:
        store = open_again(settings=Settings(candidate_min_shared=2))
        _, b, c = save(store, entry("a", [1]), entry("b", [1, 2]), entry("c", [3], bands=[7, 8, 9]))
        [found] = store.lookup([postings([1, 2, 3], bands=[7, 0, 0])], LIMIT)
        assert {x.ref for x in found.candidates} == {b, c}

    def test_a_full_bucket_answers_with_its_newest(self, open_again: OpenAgain) -> None:
        store = open_again(settings=Settings(bucket_limit=5))
        refs = save(store, *(entry(f"{i:03}", [1], marks=[2]) for i in range(200)))
        [found] = store.lookup([postings([1], marks=[2])], 100)
        assert [c.ref for c in found.candidates] == refs[:-6:-1]
        assert found.repeats == (tuple(refs[:-6:-1]),)
        store.delete([f"{i:03}" for i in range(198, 20, -1)])
        [found] = store.lookup([postings([1], marks=[2])], 100)
        left = [refs[199], *refs[20:16:-1]]  # a store may forget what was crowded out
        kept = len(found.candidates)
        assert kept >= 1
        assert [c.ref for c in found.candidates] == left[:kept]
        assert found.repeats == (tuple(left[:kept]),)

    def test_a_story_run_four_hundred_times_finds_its_copies_to_the_last(
        self, store: Store
    ) -> None:
        story = range(100, 140)
        refs = save(
            store,
            *(entry(f"{i:03}", [*story, *range(1000 * i, 1000 * i + 17)]) for i in range(400)),
        )
        other = save(store, *(entry(f"x{i}", [*story][i % 40 : i % 40 + 1]) for i in range(400)))
        [found] = store.lookup([postings([*story, *range(1000, 1017)])], LIMIT)
        assert len(found.candidates) == LIMIT
        assert {c.ref for c in found.candidates} <= {*refs}
        assert other

    def test_the_same_content_again_is_unchanged(self, store: Store) -> None:
        a, b = save(store, entry("a", [1]), entry("b", [1]))
        again = store.index([entry("b", [1])], LIMIT)[0]
        assert (again.ref, again.status) == (b, "unchanged")
        assert again.found is not None, "it is pending: found again"
        assert [c.ref for c in again.found.candidates] == [a]
        link(store, b)
        before = everything(store)
        assert store.index([entry("b", [1])], LIMIT)[0].found is None
        assert everything(store) == before

    def test_other_content_is_a_new_version_under_a_new_ref(self, store: Store) -> None:
        [old] = save(store, entry("a", [1, 2], text="One."))
        link(store, old)
        [again] = store.index([entry("a", [2, 3], text="Two.")], LIMIT)
        assert again.status == "updated"
        assert again.ref > old
        assert again.found is not None
        assert again.found.candidates == ()
        assert store.by_ref([old]) == {}
        stored = store.get(["a"])["a"]
        assert (stored.ref, stored.version, stored.article.text) == (again.ref, 2, "Two.")
        assert stored.pending
        found = store.lookup([postings([1]), postings([2])], LIMIT)
        assert [[c.ref for c in one.candidates] for one in found] == [[], [again.ref]]
        assert told(store) == [("article.created", ("a",)), ("article.updated", ("a",))]

    def test_one_id_twice_in_one_call(self, store: Store) -> None:
        one, two, three = store.index(
            [entry("a", [1], text="One."), entry("a", [1], text="Two."), entry("a", text="Two.")],
            LIMIT,
        )
        assert [x.status for x in (one, two, three)] == ["created", "updated", "unchanged"]
        assert two.ref == three.ref
        assert two.found is not None
        assert two.found.candidates == (), "an article does not find its own earlier version"
        assert len(list(store.scan())) == 1

    def test_before_restricts_a_lookup_to_earlier_refs(self, store: Store) -> None:
        a, b, c = save(store, *(entry(id, [1], marks=[1]) for id in "abc"))
        found = store.lookup([postings([1], marks=[1])] * 3, LIMIT, before=[a, c, c + 1])
        assert [[x.ref for x in one.candidates] for one in found] == [[], [b, a], [c, b, a]]
        assert [one.repeats for one in found] == [((),), ((b, a),), ((c, b, a),)]

    def test_an_article_without_postings_is_kept_and_finds_nothing(self, store: Store) -> None:
        [one] = store.index([entry("a")], LIMIT)
        assert one.found is not None
        assert (one.found.candidates, one.found.repeats) == ((), ())
        [found] = store.lookup([postings()], LIMIT)
        assert (found.candidates, found.repeats) == ((), ())
        assert store.get(["a"])["a"].article.id == "a"

    def test_nothing_asked_nothing_answered(self, store: Store) -> None:
        assert store.index([], LIMIT) == []
        assert store.lookup([], LIMIT) == []
        assert store.link([]) == []
        assert store.get([]) == {}
        assert store.by_ref([]) == {}
        assert store.edges([]) == []
        assert store.delete([]) == 0
        assert store.events(0, 10) == []
        assert store.alone(10) == []
        assert store.clusters(ClusterQuery()).items == ()
        assert list(store.scan()) == []


class TestArticles:
    @pytest.mark.parametrize(
        "article",
        [
            Article(id="plain", text="Plain."),
            Article(
                id="https://example.org/a b?c=d#%F0",
                text="Naïve “quotes” \u202bעברית\u202c 中文 🇺🇦\x00 end",
                title="Title",
                source="Σ",
                url="https://example.org/",
                published_at=datetime(2026, 1, 2, 3, 4, 5, 678, timezone(timedelta(hours=5.5))),
                language="zh-Hant",
                metadata={"a": [1, 2.5, None, True], "ü": {"b": "c"}},
            ),
            Article(id="naive", text="x", published_at=datetime(1950, 1, 2, 3)),
            Article(id="surrogate", text="a lone \ud800 surrogate", title="\udfff"),
            Article(id="i" * 1000, text="long id"),
            Article(id="long", text="All work and no play. " * 200_000),
        ],
        ids=lambda article: article.id[:10],
    )
    def test_an_article_comes_back_as_it_was_sent(
        self, open_again: OpenAgain, article: Article
    ) -> None:
        begin = datetime.now(UTC)
        one = Entry(article, "f" * 32, postings([1]), frozenset([1, 2**64 - 1]))
        [ref] = save(open_again(), one)
        stored = open_again().get([article.id, "unknown"])
        assert list(stored) == [article.id]
        back = stored[article.id]
        assert back.article == article
        assert (back.ref, back.fingerprint, back.version) == (ref, "f" * 32, 1)
        assert back.cluster_id is None
        assert begin <= back.received_at <= datetime.now(UTC)
        assert open_again().by_ref([ref, ref + 1]) == {ref: back}

    def test_pending_until_linked_oldest_first(self, store: Store) -> None:
        a, b, c = save(store, entry("a"), entry("b"), entry("c"))
        assert store.pending(10) == [a, b, c]
        assert store.pending(2) == [a, b]
        assert store.pending(10, older_than=datetime.now(UTC) + timedelta(seconds=1)) == [a, b, c]
        assert store.pending(10, older_than=datetime.now(UTC) - timedelta(minutes=1)) == []
        assert store.get(["b"])["b"].pending
        link(store, b)
        assert not store.get(["b"])["b"].pending
        assert store.pending(10) == [a, c]
        save(store, entry("a", text="New."))
        assert store.pending(10) == [c, c + 1]

    def test_scan_reads_everything_in_order_of_arrival(self, store: Store) -> None:
        refs = save(store, *(entry(f"{i * 7919 % 1201:04}") for i in range(1201)))
        assert [one.ref for one in store.scan()] == sorted(refs)

    def test_the_latest_articles_that_stand_alone(self, store: Store) -> None:
        chain(store, "a", "b")
        save(store, entry("c"), entry("d"))
        assert [one.article.id for one in store.alone(10)] == ["d", "c"]
        assert [one.article.id for one in store.alone(1)] == ["d"]

    def test_stats_count_what_is_there(self, store: Store) -> None:
        empty = store.stats()
        assert (empty.articles, empty.clusters, empty.postings, empty.pending) == (0, 0, 0, 0)
        assert (empty.oldest, empty.newest) == (None, None)
        save(
            store,
            entry("a", [1, 2], bands=[1, 2, 3], marks=[4], published_at=NOON),
            entry("b", [1], published_at=NOON + timedelta(days=1)),
        )
        stats = store.stats()
        assert (stats.articles, stats.postings, stats.pending) == (2, 7, 2)
        assert (stats.oldest, stats.newest) == (NOON, NOON + timedelta(days=1))
        assert stats.bytes > 0
        save(store, entry("b", [1, 2, 3], text="New.", published_at=NOON))
        assert (store.stats().articles, store.stats().postings) == (2, 9)
        store.delete(["a"])
        stats = store.stats()
        assert (stats.articles, stats.postings, stats.pending, stats.oldest) == (1, 3, 1, NOON)


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
        assert store.link([Links(b, (passage,)), Links(c, (template,))]) == [None, None]
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
        assert store.link(links[::-1]) == once[::-1]
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
        a, b, c = save(
            store,
            entry("a", topic=[1, 2]),
            entry("b", topic=[3, 4]),
            entry("c", topic=[1, 2, 3, 4]),
        )
        wide = edge(c, a, "a", Relation.CONTAINS, left_coverage=0b0000_0111)
        narrow = edge(c, b, "b", Relation.CONTAINS, left_coverage=0b0001_1000)
        cluster = link(store, c, narrow, wide)
        assert member_ids(store, cluster) == ["a", "c"]
        assert [(e.right, e.binding) for e in store.edges([c])] == [(a, True), (b, False)]
        # a longer part of b's story makes that the theme of c: the edge to a ceases to bind
        [d] = save(store, entry("d", topic=[3, 4]))
        more = edge(d, c, "c", Relation.CONTAINED_IN, right_coverage=0b1111_1000)
        story = link(store, d, more, edge(d, b, "b"))
        assert {*member_ids(store, story)} == {"b", "c", "d"}
        assert cluster_of(store, "a") is None
        binding = {(e.left, e.right): e.binding for e in store.edges([c])}
        assert binding == {(c, a): False, (c, b): True, (d, c): True}
        # and when that goes, everything is as it was
        store.delete(["d"])
        assert {*member_ids(store, cluster_of(store, "c"))} == {"a", "c"}
        assert [(e.right, e.binding) for e in store.edges([c])] == [(a, True), (b, False)]

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

    def test_a_batch_of_links_is_like_one_after_the_other(self, store: Store) -> None:
        refs = save(store, *(entry(id) for id in "abcd"))
        links = [Links(refs[0], ())] + [
            Links(refs[i], (edge(refs[i], refs[i - 1], "abcd"[i - 1]),)) for i in (1, 2, 3)
        ]
        answer = store.link(links)
        cluster = cluster_of(store, "a")
        assert answer == [cluster] * 4
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


class TestClusters:
    @pytest.fixture
    def stories(self, store: Store) -> list[str]:
        """Twelve clusters of 2, 3 and 4 members, with sources and times; ids in order of time."""
        ids = []
        for i in range(12):
            names = [f"{i}-{j}" for j in range(2 + i % 3)]
            refs = save(
                store,
                *(
                    entry(
                        name,
                        source=["wire", "daily", "daily", None][j],
                        published_at=NOON + timedelta(hours=i, minutes=j),
                        title=f"Story number{i}",
                        text=f"Naïveté of {name}; 中文新闻 Kyïv, 12{i} troops.",
                    )
                    for j, name in enumerate(names)
                ),
            )
            for j, (left, right) in enumerate(zip(refs[1:], refs, strict=False)):
                link(store, left, edge(left, right, names[j]))
            ids.append(cluster_of(store, names[0]) or "")
        return ids

    def test_newest_first(self, store: Store, stories: list[str]) -> None:
        page = store.clusters(ClusterQuery())
        assert [one.id for one in page.items] == stories[::-1]
        assert (page.total, page.next_cursor) == (12, None)
        first = page.items[-1]
        assert (first.size, first.sources) == (2, ("daily", "wire"))
        assert (first.first_at, first.last_at) == (NOON, NOON + timedelta(minutes=1))
        assert first.representative.article.id == "0-0"
        assert page.items[0].sources == ("daily", "wire")
        assert page.items[0].updated_at <= datetime.now(UTC)

    @pytest.mark.parametrize("order", ["newest", "largest"])
    @pytest.mark.parametrize("limit", [1, 5, 12])
    def test_pages_together_are_the_whole_list(
        self, store: Store, stories: list[str], order: str, limit: int
    ) -> None:
        whole = store.clusters(ClusterQuery(order=order)).items
        assert {one.id for one in whole} == set(stories)
        read: list[str] = []
        cursor = None
        while True:
            page = store.clusters(ClusterQuery(order=order, limit=limit, cursor=cursor))
            assert page.total == 12
            assert len(page.items) <= limit
            read += [one.id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert read == [one.id for one in whole]

    def test_largest_first(self, store: Store, stories: list[str]) -> None:
        sizes = [one.size for one in store.clusters(ClusterQuery(order="largest")).items]
        assert sizes == sorted(sizes, reverse=True)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (ClusterQuery(min_size=4), [2, 5, 8, 11]),
            (ClusterQuery(source="wire"), list(range(12))),
            (ClusterQuery(source="nobody"), []),
            (ClusterQuery(since=NOON + timedelta(hours=10)), [10, 11]),
            (ClusterQuery(until=NOON + timedelta(hours=1, minutes=2)), [0, 1]),
            (
                ClusterQuery(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=1)),
                [0],
            ),
            (ClusterQuery(q="number7"), [7]),
            (ClusterQuery(q="NAIVETE number3"), [3]),
            (ClusterQuery(q="kyiv 1211"), [11]),
            (ClusterQuery(q="kyiv 121"), [1, 10, 11]),
            (ClusterQuery(q="文新 number0"), [0]),
            (ClusterQuery(q="新中"), []),
            (ClusterQuery(q="iveté"), []),
            (ClusterQuery(q='story" OR "nothing'), []),
            (ClusterQuery(q="!?"), []),
            (ClusterQuery(q="  ", min_size=4), [2, 5, 8, 11]),
        ],
    )
    def test_filters(
        self, store: Store, stories: list[str], query: ClusterQuery, found: list[int]
    ) -> None:
        page = store.clusters(query)
        assert [one.id for one in page.items] == [stories[i] for i in reversed(found)]
        assert page.total == len(found)

    def test_search_forgets_what_left(self, store: Store, stories: list[str]) -> None:
        store.delete(["7-0"])
        [new] = save(store, entry("8-0", text="Other words."))
        assert store.clusters(ClusterQuery(q="number8")).total == 1
        assert store.clusters(ClusterQuery(q="other")).total == 1
        link(store, new)
        assert store.clusters(ClusterQuery(q="number8")).total == 1
        assert store.clusters(ClusterQuery(q="other")).total == 0
        store.delete(["8-1", "7-1"])
        assert store.clusters(ClusterQuery(q="number8")).total == 1
        assert store.clusters(ClusterQuery(q="number7")).total == 0
        store.delete(["8-2"])
        assert store.clusters(ClusterQuery(q="number8")).total == 0

    @pytest.mark.parametrize(
        "cursor", ["", "x", "bm90IGpzb24=", "WzFd", "é", "WyJuZXdlc3QiLCAieCIsIDFd", "bnVsbA=="]
    )
    def test_a_cursor_that_is_none(self, store: Store, cursor: str) -> None:
        with pytest.raises(InvalidQuery) as error:
            store.clusters(ClusterQuery(cursor=cursor))
        assert error.value.field == "cursor"

    def test_a_cursor_of_another_order(self, store: Store, stories: list[str]) -> None:
        cursor = store.clusters(ClusterQuery(limit=2)).next_cursor
        with pytest.raises(InvalidQuery) as error:
            store.clusters(ClusterQuery(order="largest", cursor=cursor))
        assert error.value.field == "cursor"

    @pytest.mark.parametrize(
        ("query", "field"),
        [(ClusterQuery(order="best"), "order"), (ClusterQuery(limit=0), "limit")],
    )
    def test_a_query_that_cannot_be(self, store: Store, query: ClusterQuery, field: str) -> None:
        with pytest.raises(InvalidQuery) as error:
            store.clusters(query)
        assert error.value.field == field

    def test_members_earliest_first(self, store: Store) -> None:
        late, early, unknown = save(
            store,
            entry("late", published_at=NOON + timedelta(hours=1)),
            entry(
                "early", published_at=datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=2)))
            ),
            entry("unknown"),
        )
        cluster = link(store, unknown, edge(unknown, late, "late"), edge(unknown, early, "early"))
        assert member_ids(store, cluster) == ["early", "late", "unknown"]
        [summary] = store.clusters(ClusterQuery()).items
        assert summary.representative.article.id == "early"

    @pytest.mark.parametrize("id", ["unknown", "", "\x00", "'", "x" * 10_000])
    def test_an_unknown_cluster(self, store: Store, id: str) -> None:
        with pytest.raises(NotFound):
            store.members(id)


class TestEvents:
    def test_the_feed_is_read_in_pieces(self, store: Store) -> None:
        save(store, *(entry(f"{i}") for i in range(7)))
        read = []
        cursor = 0
        while some := store.events(cursor, 3):
            assert len(some) <= 3
            read += some
            cursor = some[-1].cursor
        assert [e.article_ids for e in read] == [(f"{i}",) for i in range(7)]
        cursors = [e.cursor for e in read]
        assert cursors == sorted(set(cursors))
        assert all(e.kind is EventKind.ARTICLE_CREATED for e in read)
        assert all(NOON < e.at <= datetime.now(UTC) for e in read)


class TestOpening:
    def test_another_header_is_refused_by_name(self, open_again: OpenAgain) -> None:
        save(open_again(), entry("a"))
        with pytest.raises(HeaderMismatch) as error:
            open_again(header=replace(HEADER, seed=2, scheme="other"))
        message = str(error.value)
        assert "seed" in message
        assert "scheme" in message
        assert "rows" not in message
        assert "wiretwin reindex" in message
        open_again().ping()

    def test_what_was_written_is_there_when_opened_again(self, open_again: OpenAgain) -> None:
        store = open_again()
        chain(store, "a", "b")
        save(store, entry("c", [1, 2], marks=[3]))
        before = everything(store)
        stats = store.stats()
        store.close()
        again = open_again()
        assert everything(again) == before
        assert again.stats().articles == stats.articles
        assert len(again.lookup([postings([1])], LIMIT)[0].candidates) == 1

    def test_a_closed_store_says_so(self, open_again: OpenAgain) -> None:
        store = open_again()
        store.ping()
        store.close()
        store.close()
        with pytest.raises(StoreError):
            store.ping()
        with pytest.raises(StoreError):
            store.index([entry("a")], LIMIT)

    def test_two_handles_see_each_other(self, open_again: OpenAgain) -> None:
        one, two = open_again(), open_again()
        for i in range(20):
            writer, reader = (one, two) if i % 2 else (two, one)
            save(writer, entry(f"{i}", [i // 2]))
            [found] = reader.lookup([postings([i // 2])], LIMIT)
            assert len(found.candidates) == 1 + i % 2

    def test_threads_share_a_store(self, store: Store) -> None:
        stories = 40
        failures: list[BaseException] = []
        found: dict[str, set[int]] = {}
        refs: dict[str, int] = {}

        def work(name: str) -> None:
            try:
                for i in range(stories):
                    [one] = store.index([entry(f"{name}{i}", [i, 1000 + i])], LIMIT)
                    assert one.found is not None
                    refs[f"{name}{i}"] = one.ref
                    found[f"{name}{i}"] = {c.ref for c in one.found.candidates}
                    some = [c.ref for c in one.found.candidates]
                    stored = store.by_ref(some)
                    link(store, one.ref, *(edge(one.ref, r, stored[r].article.id) for r in some))
                    store.clusters(ClusterQuery(limit=5))
                    store.lookup([postings([i])], LIMIT)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        for i in range(stories):
            copies = sorted(refs[f"{name}{i}"] for name in "abcd")
            by_ref = {refs[f"{name}{i}"]: found[f"{name}{i}"] for name in "abcd"}
            for ref, other in itertools.combinations(copies, 2):
                assert other in by_ref[ref] or ref in by_ref[other], "neither saw the other"
            assert len({cluster_of(store, f"{name}{i}") for name in "abcd"}) == 1
        cursors = [e.cursor for e in store.events(0, 10_000)]
        assert cursors == sorted(set(cursors))
