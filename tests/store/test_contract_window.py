"""Contract of every store: articles published too far apart do not find each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from making import LIMIT, OpenAgain, entry, postings, save

from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.values import Found

MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)
STORY = range(100, 140)


def windowed(open_again: OpenAgain, days: int = 2, bucket: int = 5) -> Store:
    """The store with a window."""
    return open_again(settings=Settings(window_days=days, bucket_limit=bucket))


def refs(found: Found | None) -> list[int]:
    """The candidates."""
    assert found is not None
    return [candidate.ref for candidate in found.candidates]


class TestWindow:
    def test_it_reaches_so_many_days_to_either_side(self, open_again: OpenAgain) -> None:
        store = windowed(open_again)
        times = {
            "before": MIDNIGHT - 2 * DAY - timedelta(microseconds=1),
            "first": MIDNIGHT - 2 * DAY,
            "same": MIDNIGHT + timedelta(hours=23),
            "last": MIDNIGHT + 3 * DAY - timedelta(microseconds=1),
            "after": MIDNIGHT + 3 * DAY,
        }
        saved = save(
            store,
            *(
                entry(id, [1], bands=[4, 5, 6], marks=[7], published_at=at)
                for id, at in times.items()
            ),
        )
        asked = postings([1], bands=[4, 5, 6], marks=[7])
        for hours in (0, 23):
            [found] = store.lookup([asked], LIMIT, at=[MIDNIGHT + timedelta(hours=hours)])
            assert refs(found) == saved[3:0:-1]
            assert found.repeats == (tuple(saved[3:0:-1]),)
        [one] = store.index([entry("x", [1], published_at=MIDNIGHT)], LIMIT)
        assert refs(one.found) == saved[3:0:-1]
        found = store.lookup([asked] * 3, LIMIT, at=[MIDNIGHT - 9 * DAY, MIDNIGHT + 4 * DAY, None])
        assert [refs(each) for each in found] == [[], saved[:2:-1], []]

    def test_without_one_all_are_found(self, store: Store) -> None:
        old, new = save(
            store, entry("old", [1], published_at=datetime(1990, 1, 1, tzinfo=UTC)), entry("n", [1])
        )
        [found] = store.lookup([postings([1])], LIMIT, at=[MIDNIGHT])
        assert refs(found) == [new, old]

    def test_an_article_without_a_date_counts_by_its_arrival(self, open_again: OpenAgain) -> None:
        store = windowed(open_again)
        [undated] = save(store, entry("undated", [1]))
        now = datetime.now(UTC)
        asked = [postings([1])] * 3
        found = store.lookup(asked, LIMIT, at=[None, now - 2 * DAY, now - 4 * DAY])
        assert [refs(one) for one in found] == [[undated], [undated], []]
        indexed = store.index(
            [entry("late", [1]), entry("old", [1], published_at=now - 9 * DAY)], LIMIT
        )
        assert [refs(one.found) for one in indexed] == [[undated], []]

    def test_what_lies_outside_takes_no_room_among_the_candidates(
        self, open_again: OpenAgain
    ) -> None:
        store = windowed(open_again)
        [near] = save(store, entry("near", [100], published_at=MIDNIGHT))
        save(store, *(entry(f"{i}", STORY, published_at=MIDNIGHT - 9 * DAY) for i in range(4)))
        [found] = store.lookup([postings(STORY)], 1, at=[MIDNIGHT])
        assert refs(found) == [near]

    def test_a_full_bucket_answers_with_its_newest_in_the_window(
        self, open_again: OpenAgain
    ) -> None:
        store = windowed(open_again, bucket=5)
        saved = {
            days: save(
                store,
                *(
                    entry(f"{days}-{i}", [1], marks=[2], published_at=MIDNIGHT + days * DAY)
                    for i in range(60)
                ),
            )
            for days in (0, -20, 20, 10)
        }
        for days, those in saved.items():
            [found] = store.lookup([postings([1], marks=[2])], 100, at=[MIDNIGHT + days * DAY])
            assert refs(found) == those[:-6:-1]
            assert found.repeats == (tuple(those[:-6:-1]),)
        [late] = store.index([entry("late", [1], published_at=MIDNIGHT)], 100)
        assert refs(late.found) == saved[0][:-6:-1], "an archive that is read in hides nothing"
        store.delete([f"0-{i}" for i in range(59, 56, -1)])
        [found] = store.lookup([postings([1])], 100, at=[MIDNIGHT])
        assert refs(found)[:2] == [late.ref, saved[0][56]]

    def test_another_window_holds_from_the_next_start(self, open_again: OpenAgain) -> None:
        [old] = save(windowed(open_again, 1), entry("old", [1], published_at=MIDNIGHT - 3 * DAY))
        for days, found in ((2, []), (3, [old]), (0, [old])):
            [one] = windowed(open_again, days).lookup([postings([1])], LIMIT, at=[MIDNIGHT])
            assert refs(one) == found
