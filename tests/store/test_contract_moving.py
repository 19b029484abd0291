"""Contract of every store: what moving its content from and to another one needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from making import (
    NOON,
    OpenAgain,
    chain,
    cluster_of,
    edge,
    entry,
    link,
    member_ids,
    postings,
    save,
    told,
)
from samples import story

from dedup.engine import open_engine
from dedup.errors import ClusterMoved, NotFound
from dedup.model import Article
from dedup.rebuild import open_rebuilder
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store import open_store
from dedup.store.base import Store
from dedup.store.values import ClusterQuery, Entry

NEW, OTHER, FORMER = "0123456789ab", "ba9876543210", "00000000000f"


def from_elsewhere(one: Entry, version: int) -> Entry:
    """An entry that arrived in another store long ago."""
    return Entry(
        one.article,
        one.fingerprint,
        one.postings,
        received_at=NOON - timedelta(days=version),
        version=version,
    )


class TestArrival:
    def test_an_article_may_bring_its_arrival_and_version(self, store: Store) -> None:
        begun = datetime.now(UTC)
        save(store, from_elsewhere(entry("a", [1]), 3), entry("b", [1]))
        a, b = (store.get(["a", "b"])[id] for id in "ab")
        assert (a.version, a.received_at) == (3, NOON - timedelta(days=3))
        assert (b.version, b.received_at > begun) == (1, True)
        assert store.stats().oldest == a.received_at
        assert store.pending(10, older_than=begun) == []
        assert store.pending(10) == [a.ref, b.ref]

    def test_later_versions_count_on_or_bring_theirs(self, store: Store) -> None:
        save(store, from_elsewhere(entry("a", [1]), 3))
        save(store, entry("a", [1], text="Second."))
        assert store.get(["a"])["a"].version == 4
        save(store, from_elsewhere(entry("a", [1], text="Third."), 9))
        a = store.get(["a"])["a"]
        assert (a.version, a.received_at, a.article.text) == (9, NOON - timedelta(days=9), "Third.")
        store.delete(["a"])
        assert store.stats().articles == 0
        assert store.stats().postings == 0


class TestScan:
    def test_it_can_go_on_where_it_was_left(self, store: Store) -> None:
        refs = save(store, *(entry(f"{i}") for i in range(7)))
        store.delete(["4"])
        assert [one.article.id for one in store.scan(refs[2])] == ["3", "5", "6"]
        assert list(store.scan(refs[-1])) == []


class TestRename:
    def test_a_cluster_goes_by_its_new_name_and_the_old_one_leads_there(
        self, store: Store, open_again: OpenAgain
    ) -> None:
        chain(store, "a", "b", "c")
        old, last = cluster_of(store, "a") or "", store.last_event()
        assert store.aliases(old) == ()
        other = open_again()
        store.rename(old, NEW, [FORMER])
        for one in (store, other):
            assert member_ids(one, NEW) == ["a", "b", "c"]
            assert {s.cluster_id for s in one.scan()} == {NEW}
            assert [c.id for c in one.clusters(ClusterQuery()).items] == [NEW]
            assert one.aliases(NEW) == tuple(sorted([old, FORMER]))
            assert one.aliases(old) == ()
            for former in (old, FORMER):
                with pytest.raises(ClusterMoved) as moved:
                    one.members(former)
                assert moved.value.into == NEW
        [event] = store.events(last, 10)
        assert (event.kind, event.cluster_id, event.into) == ("cluster.merged", old, NEW)
        assert event.article_ids == ("a", "b", "c")

    def test_a_renamed_cluster_grows_splits_and_ends_as_any_other(
        self, store: Store, open_again: OpenAgain
    ) -> None:
        refs = chain(store, "a", "b")
        other = open_again()
        other.by_ref(refs)
        store.rename(cluster_of(store, "a") or "", NEW, [FORMER])
        [c] = save(other, entry("c"))
        assert link(other, c, edge(c, refs[1], "b")) == NEW
        assert member_ids(store, NEW) == ["a", "b", "c"]
        store.delete(["b"])
        assert cluster_of(store, "a") is None
        assert store.stats().clusters == 0
        with pytest.raises(NotFound):
            store.members(FORMER)
        chain(store, "d", "e")
        store.rename(cluster_of(store, "d") or "", NEW, [FORMER])
        assert member_ids(store, NEW) == ["d", "e"]

    def test_repeating_it_changes_nothing(self, store: Store) -> None:
        chain(store, "a", "b")
        store.rename(cluster_of(store, "a") or "", NEW, [FORMER])
        before = store.clusters(ClusterQuery()), told(store), store.aliases(NEW)
        store.rename(NEW, NEW, [FORMER])
        store.rename(NEW, NEW, [])
        assert (store.clusters(ClusterQuery()), told(store), store.aliases(NEW)) == before

    def test_names_in_use_stay_where_they_are(self, store: Store) -> None:
        chain(store, "a", "b")
        chain(store, "c", "d")
        store.rename(cluster_of(store, "a") or "", NEW, [FORMER])
        second = cluster_of(store, "c") or ""
        store.rename(second, NEW, [FORMER, OTHER])
        assert member_ids(store, second) == ["c", "d"]
        assert store.aliases(second) == (OTHER,)
        assert FORMER in store.aliases(NEW)
        store.rename(second, FORMER, [])
        assert member_ids(store, second) == ["c", "d"]

    @pytest.mark.parametrize("id", [NEW, "none"])
    def test_there_must_be_such_a_cluster(self, store: Store, id: str) -> None:
        with pytest.raises(NotFound):
            store.rename(id, OTHER, [])
        assert store.aliases(id) == ()


def test_a_reindex_brings_outlines_up_to_date(url: str) -> None:
    settings = Settings(store=url)

    def opened() -> Store:
        return open_store(url, Signer(settings).header, settings, rebuild=True)

    def outlines() -> list[bytes]:
        store = opened()
        found = [one.outline for one in store.scan()]
        store.close()
        return found

    engine = open_engine(settings)
    engine.add_many([Article(f"{i}", story(f"{i}")) for i in range(3)])
    engine.close()
    fresh = outlines()
    assert len(set(fresh)) == 3
    store = opened()
    work = store.reindexing()
    work.begin()
    for one in store.scan():
        work.post({one.ref: Entry(one.article, one.fingerprint, postings([1]))}, 1)
    store.close()
    assert outlines() == [b"", b"", b""]
    rebuilder = open_rebuilder(settings)
    assert sum(rebuilder.reindex()) == 3
    rebuilder.close()
    assert outlines() == fresh
