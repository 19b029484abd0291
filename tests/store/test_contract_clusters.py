"""Contract of every store: listing clusters, searching, the feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from making import (
    NOON,
    cluster_of,
    edge,
    entry,
    link,
    member_ids,
    save,
)

from dedup.errors import InvalidQuery, NotFound
from dedup.model import EventKind
from dedup.store.base import Store
from dedup.store.values import ClusterQuery


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
