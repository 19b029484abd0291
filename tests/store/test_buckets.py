"""The index in memory against a dictionary, with runs so small that all of them are merged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import postings

from dedup.model import Postings
from dedup.store import buckets as buckets_room
from dedup.store import codec, run_making
from dedup.store.buckets import Arrivals, Buckets, Hits
from dedup.store.run import pack
from dedup.store.run_making import merge, run_of
from dedup.store.window import Near

LIMIT = 4
SCATTERED = 0x85EBCA6B


@pytest.fixture(autouse=True)
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flush after 40 postings, merge up to 600, take buckets over 6 for hot."""
    monkeypatch.setattr(buckets_room, "_NEWEST", 40)
    monkeypatch.setattr(buckets_room, "_LONGEST", 600)
    monkeypatch.setattr(run_making, "_HOT", 6)


def spread(values: list[int]) -> list[int]:
    """Keys all over the range, as hashes are."""
    return [value * SCATTERED % 2**32 for value in values]


def time_of(ref: int) -> int:
    """When an article was published, in seconds."""
    return ref % 5 + 1


def arriving(articles: dict[int, Postings]) -> Arrivals:
    """Articles by ref."""
    parts = [codec.bucket_keys(p) for p in articles.values()]
    return Arrivals(
        np.array(list(articles), dtype=np.int64),
        np.array([time_of(ref) for ref in articles], dtype=np.uint32),
        np.concatenate(parts),
        np.array([len(part) for part in parts]),
    )


def grouped(hits: Hits, keys: int) -> list[list[int]]:
    """The refs found for each key, in the order they came."""
    found: list[list[int]] = [[] for _ in range(keys)]
    for which, ref in zip(hits.which.tolist(), hits.refs.tolist(), strict=True):
        found[which].append(ref)
    return found


keys_of = st.lists(st.integers(0, 15), max_size=8, unique=True).map(spread)
article = st.builds(
    postings, keys_of, st.lists(st.integers(0, 3), min_size=2, max_size=2).map(spread), keys_of
)
steps = st.lists(
    st.tuples(
        st.lists(article, min_size=1, max_size=12),
        st.integers(1, 3),
        st.lists(st.integers(0, 200), max_size=6),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(
    steps=steps,
    first=st.sampled_from([1, 2**40]),
    asked=article,
    bound=st.floats(0, 1.2),
    window=st.tuples(st.integers(1, 6), st.integers(1, 6)),
)
def test_runs_find_what_a_dictionary_finds(
    steps: list[tuple[list[Postings], int, list[int], bool]],
    first: int,
    asked: Postings,
    bound: float,
    window: tuple[int, int],
) -> None:
    buckets = Buckets(LIMIT)
    live: dict[int, set[int]] = {}
    next_ref = first
    for articles, gap, gone, loading in steps:
        some = {next_ref + i * gap: one for i, one in enumerate(articles)}
        next_ref += len(articles) * gap
        if loading:
            buckets.load(arriving({ref: one}) for ref, one in some.items())
        else:
            buckets.add(arriving(some))
        live |= {ref: set(codec.bucket_keys(one).tolist()) for ref, one in some.items()}
        buckets.drop(np.array([first + ref for ref in gone], dtype=np.int64))
        for ref in gone:
            live.pop(first + ref, None)
    keys = codec.bucket_keys(asked)
    for before in (2**62, first + int((next_ref - first) * bound)):
        wanted = [
            sorted((r for r, has in live.items() if key in has and r < before), reverse=True)[
                :LIMIT
            ]
            for key in keys.tolist()
        ]
        hits = buckets.find(keys, np.full(len(keys), before))
        assert grouped(hits, len(keys)) == wanted
    begin, end = window
    wanted = [
        sorted((r for r, has in live.items() if key in has and begin <= time_of(r) < end))[
            : -LIMIT - 1 : -1
        ]
        for key in keys.tolist()
    ]
    near = Near(np.full(len(keys), begin), np.full(len(keys), end))
    hits = buckets.find(keys, np.full(len(keys), 2**62), near)
    assert grouped(hits, len(keys)) == wanted


def test_a_bound_for_every_key() -> None:
    buckets = Buckets(LIMIT)
    buckets.add(arriving({ref: postings([5]) for ref in range(1, 100)}))
    key = codec.bucket_keys(postings([5]))[0]
    hits = buckets.find(np.full(4, key), np.array([1, 3, 50, 1000]))
    assert grouped(hits, 4) == [[], [2, 1], [49, 48, 47, 46], [99, 98, 97, 96]]


def test_runs_stay_few_and_forget_what_is_gone() -> None:
    buckets = Buckets(LIMIT)
    for begin in range(0, 5000, 5):
        buckets.add(
            arriving({ref: postings(spread([ref, ref % 7])) for ref in range(begin, begin + 5)})
        )
    lengths = [len(run) for run in buckets._runs]
    assert max(lengths) <= 600
    assert len(lengths) < 2.5 * 10_000 / 600
    buckets.drop(np.arange(0, 4000))
    assert sum(len(run) for run in buckets._runs) <= 2 * 2 * 1000
    buckets.drop(np.arange(0, 5000))
    assert buckets._runs == ()


def test_a_merge_is_the_run_of_all_postings() -> None:
    random = np.random.default_rng(1)
    parts = []
    for base, size in ((1, 40), (50, 3), (60, 500)):
        owners = np.repeat(np.arange(size, dtype=np.uint64), 5)
        keys = random.integers(0, 3 << 32, len(owners), dtype=np.uint64)
        keys[::7] = keys[0]
        parts.append(run_of(base, np.ones(size, dtype=np.uint32), pack(keys, owners)))
        parts[-1].drop(np.arange(base, base + size, 9))
    merged = merge(parts)
    assert (merged.base, merged.end) == (1, 560)
    assert len(merged) == sum(run.alive for run in parts) * 5
    queries = np.unique(random.integers(0, 3 << 32, 50, dtype=np.uint64))
    for key in queries:
        one = np.array([key])
        apart = [ref for run in reversed(parts) for ref in run.find(one, None, 10**6)[1].tolist()]
        assert merged.find(one, None, 10**6)[1].tolist() == apart


def test_keys_that_lie_close_together_cost_no_more_than_others() -> None:
    buckets = Buckets(LIMIT)
    buckets.add(arriving({ref: postings(range(ref * 3, ref * 3 + 3)) for ref in range(5000)}))
    [run] = buckets._runs
    assert int(np.diff(run.slots.astype(np.int64)).max()) < 20


@given(st.lists(article, min_size=1, max_size=5))
def test_stored_postings_have_the_keys_of_fresh_ones(articles: list[Postings]) -> None:
    blobs = [codec.encode_postings(one) for one in articles]
    keys, counts = codec.bucket_keys_of(blobs)
    parts = [codec.bucket_keys(one) for one in articles]
    assert keys.tolist() == np.concatenate(parts).tolist()
    assert counts.tolist() == [len(part) for part in parts]
    for one, blob in zip(articles, blobs, strict=True):
        back = codec.decode_postings(blob)
        for name in ("bands", "sketch", "marks"):
            assert getattr(back, name).tolist() == getattr(one, name).tolist()
        assert codec.count_postings(len(blob)) == len(codec.bucket_keys(one))
