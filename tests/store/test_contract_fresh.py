"""Contract of every store: an entry that must be new."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from making import LIMIT, OpenAgain, entry, everything, link, save

from dedup.store.base import Store
from dedup.store.redis import RedisStore
from dedup.store.values import Entry


def fresh(id: str, text: str = "") -> Entry:
    """An entry that must be new."""
    return replace(entry(id, [1], text=text), fresh_only=True)


class TestFreshOnly:
    def test_it_is_left_out_where_its_id_is_stored(self, store: Store) -> None:
        [one] = store.index([fresh("a")], LIMIT)
        assert (one.status, one.found is not None) == ("created", True)
        link(store, one.ref)
        before = everything(store)
        for again in (fresh("a"), fresh("a", "Other content.")):
            [left_out] = store.index([again], LIMIT)
            assert (left_out.status, left_out.ref, left_out.found) == ("exists", one.ref, None)
        assert everything(store) == before
        [pending] = save(store, entry("p"))
        assert [x.status for x in store.index([fresh("p")], LIMIT)] == ["exists"]
        assert store.pending(10) == [pending]
        store.delete(["a"])
        assert [x.status for x in store.index([fresh("a")], LIMIT)] == ["created"]

    def test_others_of_the_same_call_are_stored(self, store: Store) -> None:
        save(store, entry("b"))
        some = [fresh("a"), fresh("b", "New."), fresh("a", "Again."), entry("b", text="New.")]
        indexed = store.index(some, LIMIT)
        assert [one.status for one in indexed] == ["created", "exists", "exists", "updated"]
        assert {a.article.id: a.version for a in store.scan()} == {"a": 1, "b": 2}

    @pytest.mark.parametrize("url", ["redis", "cluster"], indirect=True)
    def test_a_call_that_redis_got_twice_counts_once(self, store: Store) -> None:
        assert isinstance(store, RedisStore)
        admit, now = store._index._articles.admit, datetime.now(UTC)
        [first], [again] = (admit([fresh("a")], now) for _ in range(2))
        assert (again.ref, again.status) == (first.ref, "created")
        [other] = admit([fresh("a")], datetime.now(UTC))
        assert (other.ref, other.status) == (first.ref, "exists")
        assert store.stats().articles == 1

    def test_of_many_at_once_one_creates_it(self, open_again: OpenAgain) -> None:
        ids, hands = [f"{i}" for i in range(25)], 4
        barrier = Barrier(hands)

        def work(hand: int) -> list[tuple[str, str]]:
            store = open_again()
            barrier.wait(60)
            done = []
            for id in ids:
                [one] = store.index([fresh(id, f"By {hand}.")], LIMIT)
                done.append((id, one.status))
            return done

        with ThreadPoolExecutor(hands) as pool:
            counts = Counter(one for done in pool.map(work, range(hands)) for one in done)
        wanted = {(id, "created"): 1 for id in ids} | {(id, "exists"): hands - 1 for id in ids}
        assert counts == wanted
        assert {one.version for one in open_again().scan()} == {1}
