"""Contract of every store: articles with one URL are one article, which has many names."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from making import LIMIT, OpenAgain, cluster_of, edge, entry, everything, link, postings, save, told

from dedup.store.base import Store
from dedup.store.redis import RedisStore
from dedup.store.values import Entry, Indexed


def at(url: str, id: str, text: str, sketch: Iterable[int] = (1,), *, made: bool = False) -> Entry:
    """An entry with a URL, whose content alone says whether it changed; no URL if it is empty."""
    one = entry(id, sketch, text=text, fingerprint=f"{text} {url}")
    article = replace(one.article, id_given=not made, url=url or None)
    return replace(one, article=article, url_key=url.encode().ljust(16, b".") if url else None)


def put(store: Store, one: Entry) -> tuple[str, str]:
    """Index and link one entry; the id it is stored by, and its status."""
    [done] = store.index([one], LIMIT)
    link(store, done.ref)
    return done.id, done.status


def ids(store: Store) -> dict[str, str]:
    """The texts of all articles by id."""
    return {one.article.id: one.article.text for one in store.scan()}


class TestUrls:
    def test_an_entry_with_a_known_url_is_a_new_version(self, store: Store) -> None:
        assert put(store, at("u", "a", "One.")) == ("a", "created")
        assert put(store, at("u", "x", "One.", made=True)) == ("a", "unchanged")
        assert put(store, at("u", "x", "Two.", [2], made=True)) == ("a", "updated")
        assert put(store, at("v", "c", "Two.")) == ("c", "created")
        assert put(store, at("", "d", "Two.")) == ("d", "created")
        assert ids(store) == {"a": "Two.", "c": "Two.", "d": "Two."}
        assert store.get(["a"])["a"].version == 2
        assert store.get(["x"]) == {}, "an id that nobody knows is no name"
        assert ("article.updated", ("a",)) in told(store)
        [old, new] = store.lookup([postings([1]), postings([2])], LIMIT)
        assert len(old.candidates) == 2
        assert len(new.candidates) == 1

    @pytest.mark.parametrize("text", ["One.", "Two."])
    def test_an_id_that_was_given_is_another_name(self, store: Store, text: str) -> None:
        put(store, at("u", "a", "One."))
        status = "unchanged" if text == "One." else "updated"
        assert put(store, at("u", "b", text)) == ("a", status)
        before = everything(store)
        assert put(store, at("u", "b", text)) == ("a", "unchanged")
        assert put(store, at("u", "a", text)) == ("a", "unchanged")
        assert everything(store) == before
        found = store.get(["b", "a", "none", "b"])
        assert {asked: one.article.id for asked, one in found.items()} == {"a": "a", "b": "a"}
        assert found["b"] == found["a"]
        assert put(store, at("", "b", "Three.")) == ("a", "updated")
        assert ids(store) == {"a": "Three."}
        assert store.delete(["b"]) == 0, "a name is no id"

    def test_names_and_urls_go_with_their_article(self, store: Store) -> None:
        put(store, at("u", "a", "One."))
        for name in ("b", "c"):
            put(store, at("u", name, "One."))
        assert store.delete(["a"]) == 1
        assert store.get(["a", "b", "c"]) == {}
        assert put(store, at("u", "c", "One.")) == ("c", "created")
        assert put(store, at("", "b", "One.")) == ("b", "created")
        assert set(store.get(["b", "c"])) == {"b", "c"}
        store.delete(["b", "c"])
        assert ids(store) == {}

    @pytest.mark.parametrize("url", ["redis", "cluster"], indirect=True)
    def test_nothing_of_them_is_left_in_redis(self, store: Store) -> None:
        assert isinstance(store, RedisStore)
        for i in range(3):
            put(store, at("u", f"a{i}", f"{i}."))
            put(store, at(f"v{i}", f"b{i}", f"{i}."))
        put(store, at("u", "b1", "Three."))
        tables = [store._tables.call("HLEN", name) for name in ("ids", "urls", "names", "aliases")]
        assert store._tables.servers.run(tables) == [3, 3, 3, 1]
        assert store.delete(list(ids(store))) == 3
        assert store._tables.servers.run(tables) == [0, 0, 0, 0]

    def test_names_are_told_and_given(self, store: Store) -> None:
        put(store, at("u", "a", "One."))
        put(store, at("v", "b", "One."))
        put(store, at("u", "z", "One."))
        put(store, at("u", "y", "One."))
        store.add_names("b", ["a", "b", "z", "w", "w", "ünïcödé"])
        store.add_names("none", ["x"])
        store.add_names("a", [])
        wanted = {"a": ("y", "z"), "b": ("w", "ünïcödé")}
        assert store.names(["a", "b", "none", "z"]) == wanted
        found = store.get(["w", "z", "x", "ünïcödé"])
        assert {name: one.article.id for name, one in found.items()} == {
            "w": "b",
            "z": "a",
            "ünïcödé": "b",
        }
        store.delete(["b"])
        assert store.names(["a", "b"]) == {"a": ("y", "z")}
        assert put(store, at("", "w", "New.")) == ("w", "created")
        assert store.names([]) == {}

    def test_another_url_frees_the_one_before(self, store: Store) -> None:
        put(store, at("u", "a", "One."))
        assert put(store, at("v", "a", "One.")) == ("a", "updated")
        assert put(store, at("u", "b", "Two.")) == ("b", "created")
        assert put(store, at("v", "x", "Three.", made=True)) == ("a", "updated")
        assert put(store, at("", "a", "Three.")) == ("a", "updated")
        assert put(store, at("v", "c", "Four.")) == ("c", "created")
        assert ids(store) == {"a": "Three.", "b": "Two.", "c": "Four."}

    @pytest.mark.parametrize("together", [False, True])
    @pytest.mark.parametrize("text", ["One.", "Three."])
    def test_two_stored_articles_turn_out_to_be_one(
        self, store: Store, together: bool, text: str
    ) -> None:
        put(store, at("u", "a", "One.", [1]))
        put(store, at("v", "b", "Two.", [2]))
        put(store, at("v", "name of b", "Two.", [2]))
        refs = {id: one.ref for id, one in store.get(["a", "b"]).items()}
        [far] = save(store, entry("far", [5]))
        link(store, far, edge(far, refs["b"], "b"), *([edge(far, refs["a"], "a")] * together))
        before = store.stats()
        assert put(store, at("u", "b", text, [3])) == ("a", "updated")
        assert set(ids(store)) == {"a", "far"}
        assert ids(store)["a"] == text
        found = store.get(["b", "name of b", "a"])
        assert {one.article.id for one in found.values()} == {"a"}
        assert len(found) == 3
        assert [store.lookup([postings([n])], LIMIT)[0].candidates for n in (1, 2)] == [(), ()]
        assert told(store)[-1][0].startswith(("article", "cluster"))
        assert {("article.deleted", ("b",)), ("article.updated", ("a",))} <= set(told(store))
        assert cluster_of(store, "far") is None
        after = store.stats()
        assert (after.articles, after.clusters, after.pending) == (before.articles - 1, 0, 0)
        assert after.postings == before.postings - 1
        assert put(store, at("v", "c", "New.")) == ("c", "created"), "its URL is free"
        store.delete(["a"])
        assert store.get(["b", "name of b"]) == {}
        while store.tidy():
            pass

    def test_a_version_with_the_url_of_another_one_goes_there_from_a_name(
        self, store: Store
    ) -> None:
        put(store, at("u", "a", "One."))
        put(store, at("v", "b", "Two."))
        put(store, at("v", "name", "Two."))
        assert put(store, at("u", "name", "Three.")) == ("a", "updated")
        assert ids(store) == {"a": "Three."}
        assert {one.article.id for one in store.get(["b", "name"]).values()} == {"a"}

    def test_within_one_call(self, store: Store) -> None:
        some = [
            at("u", "a", "One.", [1]),
            at("u", "b", "Two.", [2]),
            at("u", "x", "Two.", [2], made=True),
            at("v", "b", "Three.", [3]),
            at("u", "d", "Four.", [4]),
        ]
        done = store.index(some, LIMIT)
        assert [(one.id, one.status) for one in done] == [
            ("a", "created"),
            ("a", "updated"),
            ("a", "unchanged"),
            ("a", "updated"),
            ("d", "created"),
        ]
        assert ids(store) == {"a": "Three.", "d": "Four."}
        found = store.lookup([postings([n]) for n in range(1, 5)], LIMIT)
        assert [len(one.candidates) for one in found] == [0, 0, 1, 1]
        assert store.pending(10) == [done[3].ref, done[4].ref]

    def test_fresh_only_speaks_of_ids(self, store: Store) -> None:
        put(store, at("u", "a", "One."))
        assert put(store, replace(at("u", "b", "Two."), fresh_only=True)) == ("a", "updated")
        before = everything(store)
        for id in ("a", "b"):
            for url in ("u", "v", ""):
                again = store.index([replace(at(url, id, "Three."), fresh_only=True)], LIMIT)
                assert again == [Indexed(store.get(["a"])["a"].ref, "exists", None, "a")]
        assert everything(store) == before
        put(store, at("v", "c", "Other."))
        [left_out] = store.index([replace(at("u", "c", "Four."), fresh_only=True)], LIMIT)
        assert (left_out.status, left_out.ref) == ("exists", store.get(["c"])["c"].ref)

    def test_of_many_at_once_one_has_the_url(self, open_again: OpenAgain) -> None:
        urls, hands = [f"url {i}" for i in range(15)], 4
        barrier = Barrier(hands)

        def work(hand: int) -> list[tuple[str, str]]:
            store = open_again()
            barrier.wait(60)
            return [put(store, at(url, f"{url} {hand}", f"By {hand}.")) for url in urls]

        with ThreadPoolExecutor(hands) as pool:
            done = [one for some in pool.map(work, range(hands)) for one in some]
        store = open_again()
        assert [status for _, status in done].count("created") == len(urls)
        assert {id for id, _ in done} == set(ids(store))
        assert len(ids(store)) == len(urls)
        for url in urls:
            names = store.get([f"{url} {hand}" for hand in range(hands)])
            assert len(names) == hands
            assert len({one.ref for one in names.values()}) == 1
        assert store.pending(100) == []

    def test_articles_that_exchange_their_urls_at_once_lose_nothing(
        self, open_again: OpenAgain
    ) -> None:
        hands, rounds = 3, 12
        barrier = Barrier(hands)

        def work(hand: int) -> None:
            store = open_again()
            barrier.wait(60)
            for i in range(rounds):
                put(store, at(f"u{(hand + i) % 4}", f"id {hand}", f"{hand} {i}."))

        with ThreadPoolExecutor(hands) as pool:
            list(pool.map(work, range(hands)))
        store = open_again()
        stored = ids(store)
        assert 1 <= len(stored) <= hands
        names = store.get([f"id {hand}" for hand in range(hands)])
        assert len(names) == hands
        assert {one.article.id for one in names.values()} == set(stored)
        assert (store.stats().articles, store.pending(100)) == (len(stored), [])
        store.delete(list(stored))
        for i in range(4):
            assert put(store, at(f"u{i}", f"new {i}", "New."))[1] == "created"
