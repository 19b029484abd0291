"""Contract of every store: indexing and looking up."""

from __future__ import annotations

from making import LIMIT, OpenAgain, entry, everything, link, postings, save, told

from dedup.model import Candidate
from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.values import ClusterQuery


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
        batch = store.index(iter(many), LIMIT)
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
        assert store.link([]) == {}
        assert store.get([]) == {}
        assert store.by_ref([]) == {}
        assert store.edges([]) == []
        assert store.delete([]) == 0
        assert store.events(0, 10) == []
        assert store.alone(10) == []
        assert store.clusters(ClusterQuery()).items == ()
        assert list(store.scan()) == []

    def test_articles_that_leave_together_leave_a_bucket_to_the_others(self, store: Store) -> None:
        refs = save(store, *(entry(f"{i}", [1, 2, 100 + i // 2], marks=[5]) for i in range(30)))
        for gone, kept in ((range(14), 16), (range(14, 26), 4), (range(27, 30), 1)):
            assert store.delete([f"{i}" for i in gone]) == len(gone)
            there = [ref for i, ref in enumerate(refs) if store.get([f"{i}"])]
            assert len(there) == kept
            [found] = store.lookup([postings([1, 2], marks=[5])], 50)
            assert [(c.ref, c.shingles) for c in found.candidates] == [(r, 2) for r in there[::-1]]
            assert found.repeats == (tuple(there[::-1]),)
            [pair] = store.lookup([postings([100 + 26 // 2])], 50)
            assert [c.ref for c in pair.candidates] == [r for r in there[::-1] if r in refs[26:28]]
