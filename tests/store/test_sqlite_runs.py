"""Long runs of the index that stand in files: what is found is what the rows alone would tell."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as checked
from hypothesis import strategies as st
from making import HEADER, entry, postings, save

from dedup.settings import Settings
from dedup.store import buckets as buckets_room
from dedup.store import open_store, run_file, run_making, sqlite_ledger, sqlite_runs
from dedup.store.base import Store
from dedup.store.run import pack
from dedup.store.run_making import run_of
from dedup.store.sqlite import SqliteStore

URL = "sqlite:///runs.db"
FOLDER = Path("runs.db-runs")
KEYS = 12


@pytest.fixture(autouse=True)
def small_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short runs in the test's own folder, and files for all but the shortest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(buckets_room, "_NEWEST", 40)
    monkeypatch.setattr(buckets_room, "_LONGEST", 600)
    monkeypatch.setattr(run_making, "_HOT", 6)
    monkeypatch.setattr(sqlite_runs, "LEAST", 60)
    monkeypatch.setattr(sqlite_runs, "_SETTLED", 0.0)
    monkeypatch.setattr(sqlite_runs, "_ORPHANED", 0.0)


def opened(url: str) -> Store:
    """A store by URL."""
    return open_store(url, HEADER, Settings(store=url))


def some(store: Store, first: int, count: int, width: int = 5) -> list[int]:
    """Save articles whose sketches overlap."""
    many = [
        entry(f"{i}", [(i * j) % KEYS for j in range(width)]) for i in range(first, first + count)
    ]
    return save(store, *many)


def tidy(store: Store) -> None:
    """Tidy up to the end."""
    for _ in range(100):
        if not store.tidy():
            return
    raise AssertionError("there is always more to tidy")


def found(store: Store) -> list[list[int]]:
    """What every key finds."""
    looked = store.lookup([postings([key]) for key in range(KEYS)], 500)
    return [[one.ref for one in each.candidates] for each in looked]


def told_by_rows() -> list[list[int]]:
    """What every key finds in a copy of the database that has no files beside it."""
    for end in ("", "-wal"):
        if Path(f"runs.db{end}").exists():
            shutil.copy(f"runs.db{end}", f"copy.db{end}")
    store = opened("sqlite:///copy.db")
    try:
        return found(store)
    finally:
        store.close()
        for path in Path().glob("copy.db*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def files() -> list[Path]:
    """The files of the index."""
    return sorted(FOLDER.iterdir()) if FOLDER.is_dir() else []


def loaded(store: Store) -> int:
    """How many postings of the index in memory came from files."""
    assert isinstance(store, SqliteStore)
    return sum(len(run) for run in store._index._buckets.runs if not run.hot_begins.flags.owndata)


entries = st.lists(
    st.tuples(st.integers(0, 2**34 // 3), st.integers(0, 40)), min_size=1, max_size=300, unique=True
)


@checked(deadline=None, max_examples=40)
@given(entries, st.lists(st.integers(0, 40), max_size=4))
def test_a_run_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]], gone: list[int]
) -> None:
    keys, owners = (np.array(column, dtype=np.uint64) for column in zip(*pairs, strict=True))
    run = run_of(7, np.arange(1, 42, dtype=np.uint32), pack(keys, owners))
    path = tmp_path_factory.mktemp("run") / "one.run"
    run_file.write(run, path)
    read = run_file.read(path)
    for one in (run, read):
        one.drop(np.array(gone, dtype=np.int64) + 7)
    asked = np.unique(keys)
    for mine, theirs in zip(run.find(asked, None, 5), read.find(asked, None, 5), strict=True):
        assert mine.tolist() == theirs.tolist()
    assert (read.end, read.alive, len(read)) == (run.end, run.alive, len(run))
    again = run_file.read(path)
    assert again.alive == again.articles, "what one process drops is dropped in its memory only"
    for size in (0, 20, path.stat().st_size - 1):
        os.truncate(path, size)
        with pytest.raises(run_file.NoRun):
            run_file.read(path)


def test_a_second_process_takes_the_files_and_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(URL)
    some(store, 0, 150)
    tidy(store)
    kept = files()
    assert kept
    some(store, 150, 7)
    store.delete(["3", "149", "151"])
    other = opened(URL)
    assert loaded(other) >= 60
    assert found(other) == found(store) == told_by_rows()
    some(store, 200, 60)
    store.delete(["20", "210"])
    assert found(other) == found(store) == told_by_rows()
    store.close()
    other.close()


def test_what_a_long_ingest_added_is_kept_at_its_end() -> None:
    store = opened(URL)
    some(store, 0, 100)
    before = found(store)
    store.close()
    assert files()
    store = opened(URL)
    assert loaded(store)
    assert found(store) == before
    assert store.stats().bytes > sum(path.stat().st_size for path in files())
    store.close()


def test_nothing_of_a_deleted_article_stays_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_runs, "_SETTLED", 600.0)
    store = opened(URL)
    some(store, 0, 100)
    tidy(store)
    held = {path.name for path in files()}
    [ref] = [one.ref for one in store.get(["30"]).values()]
    covering = {path.name for path in files() if run_file.read(path).base <= ref}
    store.delete(["30"])
    tidy(store)
    assert not covering & {path.name for path in files()}
    assert held - covering <= {path.name for path in files()}
    monkeypatch.setattr(sqlite_runs, "_SETTLED", 0.0)
    tidy(store)
    again = opened(URL)
    assert found(again) == found(store) == told_by_rows()
    for path in files():
        run = run_file.read(path)
        if run.base <= ref < run.end:
            assert ref - run.base not in run.owners.tolist() + run.hot_owners.tolist()
    store.close()
    again.close()


@pytest.mark.parametrize("damage", ["gone", "cut", "empty", "other", "folder"])
def test_files_that_are_no_good_are_done_without(damage: str) -> None:
    store = opened(URL)
    some(store, 0, 150)
    store.close()
    first = files()[0]
    if damage == "gone":
        first.unlink()
    elif damage == "cut":
        os.truncate(first, first.stat().st_size // 2)
    elif damage == "empty":
        first.write_bytes(b"")
    elif damage == "other":
        first.write_bytes(b"something else, and long enough to be taken for a run" * 100)
    else:
        shutil.rmtree(FOLDER)
        FOLDER.write_text("in the way")
    store = opened(URL)
    assert found(store) == told_by_rows()
    some(store, 150, 30)
    tidy(store)
    assert found(store) == told_by_rows()
    store.close()


def test_a_restored_database_takes_no_file_that_came_later() -> None:
    store = opened(URL)
    some(store, 0, 60)
    store.close()
    shutil.copy("runs.db", "backup.db")
    store = opened(URL)
    store.delete([f"{i}" for i in range(50)])
    some(store, 100, 80)
    tidy(store)
    store.close()
    shutil.copy("backup.db", "runs.db")
    store = opened(URL)
    assert found(store) == told_by_rows()
    some(store, 500, 80)
    tidy(store)
    again = opened(URL)
    assert found(again) == found(store) == told_by_rows()
    again.close()
    store.close()


def test_removals_that_are_no_longer_told_make_a_file_useless(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_ledger, "_KEPT", 3)
    store = opened(URL)
    some(store, 0, 80)
    tidy(store)
    assert files()
    store.delete([f"{i}" for i in range(20)])
    again = opened(URL)
    assert found(again) == told_by_rows()
    again.close()
    store.close()


def test_a_rebuilt_index_takes_no_file_of_the_one_before() -> None:
    store = opened(URL)
    some(store, 0, 80)
    store.close()
    assert files()
    rebuilding = SqliteStore(URL, HEADER, Settings(), rebuild=True)
    work = rebuilding.reindexing()
    work.begin()
    refs = [one.ref for one in rebuilding.scan()]
    work.post({ref: entry(f"{ref}", [ref % 3]) for ref in refs}, 10)
    work.done(refs[-1])
    work.finish()
    rebuilding.close()
    store = opened(URL)
    assert not loaded(store)
    assert [len(refs) for refs in found(store)] == [len(refs) for refs in told_by_rows()]
    assert found(store) == told_by_rows()
    tidy(store)
    assert found(store) == told_by_rows()
    store.close()


def test_processes_that_part_the_articles_elsewhere_undo_nothing() -> None:
    one, other = opened(URL), opened(URL)
    for turn in range(12):
        some(one, 20 * turn, 9)
        some(other, 20 * turn + 9, 11)
        if turn % 3 == 0:
            found(one)
    for _ in range(3):
        tidy(one)
        tidy(other)
    names = [path.name for path in files()]
    tidy(one)
    tidy(other)
    assert [path.name for path in files()] == names
    again = opened(URL)
    assert loaded(again)
    assert found(again) == found(one) == found(other) == told_by_rows()
    for store in (one, other, again):
        store.close()


def test_what_a_killed_process_left_is_cleared_away() -> None:
    store = opened(URL)
    some(store, 0, 80)
    tidy(store)
    listed = files()
    shutil.copy(listed[0], FOLDER / "written-but-not-listed.run")
    (FOLDER / "half-written.new").write_bytes(b"half")
    tidy(store)
    assert files() == listed
    store.close()
