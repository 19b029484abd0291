"""The feed of events over every store: dense cursors, expiry from its beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from making import chain, entry, save

from dedup.store.base import Store


def cursors(store: Store, after: int = 0) -> list[int]:
    """The cursors of the events that are kept."""
    return [event.cursor for event in store.events(after, 1000)]


def test_cursors_ascend_by_one(store: Store) -> None:
    assert store.last_event() == 0
    chain(store, *"abcd")
    store.delete(["b", "none"])
    last = store.last_event()
    assert last >= 9
    assert cursors(store) == list(range(1, last + 1))


def test_events_expire_in_pieces_and_not_with_their_articles(store: Store) -> None:
    save(store, *(entry(f"{i}", published_at=datetime(2020, 1, 1, tzinfo=UTC)) for i in range(5)))
    now = datetime.now(UTC) + timedelta(days=1)
    assert store.expire(now, 10) == 5
    assert cursors(store) == list(range(1, 11)), "created, then deleted"
    assert [store.expire_events(now, 4) for _ in range(4)] == [4, 4, 2, 0]


def test_events_expire_from_the_beginning(store: Store) -> None:
    save(store, entry("a"))
    save(store, entry("b"))
    middle = store.events(1, 1)[0].at
    assert store.expire_events(middle - timedelta(days=1), 10) == 0
    assert cursors(store) == [1, 2]
    assert store.expire_events(middle, 10) == 1
    assert cursors(store) == [2]
    assert store.last_event() == 2
    assert store.expire_events(datetime.now(UTC) + timedelta(days=1), 10) == 1
    assert cursors(store) == []
    assert store.last_event() == 2
    save(store, entry("c"))
    assert cursors(store) == cursors(store, 2) == [3]
    assert set(store.get(["a", "b", "c"])) == set("abc")
