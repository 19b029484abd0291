"""Contract of every store: articles, and the store opened again and by several."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from making import (
    HEADER,
    LIMIT,
    NOON,
    OpenAgain,
    chain,
    cluster_of,
    edge,
    entry,
    everything,
    link,
    postings,
    save,
)

from dedup.errors import HeaderMismatch, StoreError
from dedup.model import Article
from dedup.store.base import Store
from dedup.store.values import ClusterQuery, Entry


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
        one = Entry(article, "f" * 32, postings([1]))
        [ref] = save(open_again(), one)
        stored = open_again().get([article.id, "unknown"])
        assert list(stored) == [article.id]
        back = stored[article.id]
        assert back.article == article
        assert (back.ref, back.fingerprint, back.version) == (ref, "f" * 32, 1)
        assert back.cluster_id is None
        assert begin <= back.received_at <= datetime.now(UTC)
        assert open_again().by_ref([ref, ref + 1]) == {ref: back}

    def test_an_outline_goes_with_its_version_of_the_article(self, open_again: OpenAgain) -> None:
        store, outline = open_again(), bytes(range(256))
        save(store, replace(entry("a"), outline=outline), entry("b"))
        read = {id: one.outline for id, one in open_again().get(["a", "b"]).items()}
        assert read == {"a": outline, "b": b""}
        save(store, entry("a", text="New."), replace(entry("b", text="New."), outline=b"new"))
        read = {id: one.outline for id, one in open_again().get(["a", "b"]).items()}
        assert read == {"a": b"", "b": b"new"}

    def test_what_another_version_left_or_damaged_is_no_error(self, store: Store) -> None:
        [ref] = save(store, replace(entry("a"), outline=b"\0"))
        assert store.by_ref([ref])[ref].article == entry("a").article

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
