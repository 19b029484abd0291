"""What is particular to the SQLite store: its URLs, its file, its errors, what it leaves behind."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from making import HEADER, LIMIT, chain, edge, entry, link, postings, save

from dedup.errors import HeaderMismatch, InvalidSetting, StoreError, StoreUnavailable
from dedup.settings import Settings
from dedup.store import open_store, sqlite_ledger
from dedup.store.base import Store
from dedup.store.values import ClusterQuery

PATH = "store.db"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is also the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(url: str, **settings: Any) -> Store:
    """A store by URL."""
    return open_store(url, HEADER, Settings(store=url, **settings))


class TestUrl:
    def test_a_relative_and_an_absolute_path(self, here: Path) -> None:
        for url, path in (
            ("sqlite:///a.db", here / "a.db"),
            ("sqlite:///./b b.db", here / "b b.db"),
            (f"sqlite:///{here}/c.db", here / "c.db"),
        ):
            opened(url).close()
            assert path.is_file()

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
    def test_in_memory_with_threads(self, here: Path, url: str) -> None:
        store, other = opened(url), opened(url)
        failures: list[BaseException] = []

        def work(name: str) -> None:
            try:
                for i in range(30):
                    [ref] = save(store, entry(f"{name}{i}", [i]))
                    [found] = store.lookup([postings([i])], LIMIT)
                    assert ref in {c.ref for c in found.candidates}
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert store.stats().articles == 90
        assert other.stats().articles == 0, "every store in memory is one of its own"
        assert list(here.iterdir()) == []
        store.close()
        other.close()

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "store.db",
            "sqlite",
            "sqlite:store.db",
            "sqlite://store.db",
            "sqlite:///a.db?mode=ro",
            "sqlite:///no/such/folder/a.db",
            "sqlite:////",
            "postgres://localhost/x",
        ],
    )
    def test_a_url_that_names_no_store(self, here: Path, url: str) -> None:
        with pytest.raises(InvalidSetting) as error:
            opened(url)
        assert error.value.name == "WIRETWIN_STORE"
        assert list(here.iterdir()) == []


class TestFile:
    def test_a_file_of_another_program_is_left_alone(self, here: Path) -> None:
        with sqlite3.connect(PATH) as db:
            db.execute("CREATE TABLE precious(x)")
        db.close()
        before = Path(PATH).read_bytes()
        with pytest.raises(StoreError, match="another program"):
            opened(f"sqlite:///{PATH}")
        with sqlite3.connect(PATH) as db:
            assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("precious",)]
        db.close()
        assert len(Path(PATH).read_bytes()) == len(before)

    def test_a_file_that_is_no_database(self, here: Path) -> None:
        Path(PATH).write_text("Dear diary, " * 1000)
        with pytest.raises(StoreError):
            opened(f"sqlite:///{PATH}")
        assert Path(PATH).read_text().startswith("Dear diary")

    def test_an_empty_file_becomes_a_store(self, here: Path) -> None:
        Path(PATH).touch()
        store = opened(f"sqlite:///{PATH}")
        store.ping()
        store.close()

    def test_a_header_with_other_names(self, here: Path) -> None:
        opened(f"sqlite:///{PATH}").close()
        with sqlite3.connect(PATH) as db:
            db.execute("INSERT INTO header VALUES('novelty', 1)")
        db.close()
        with pytest.raises(HeaderMismatch, match="novelty"):
            opened(f"sqlite:///{PATH}")

    def test_a_lock_held_too_long_is_no_answer(self, here: Path) -> None:
        store = opened(f"sqlite:///{PATH}", store_timeout=0.5)
        save(store, entry("a", [1]))
        other = sqlite3.connect(PATH, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waited: list[float] = []

        def write() -> None:
            begun = time.monotonic()
            with pytest.raises(StoreUnavailable):
                store.index([entry("b")], LIMIT)
            waited.append(time.monotonic() - begun)

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(waited) == 4
        assert max(waited) < 1.5, "they wait at the same time, not one after the other"
        assert len(store.lookup([postings([1])], LIMIT)[0].candidates) == 1, "readers go on"
        other.execute("ROLLBACK")
        other.close()
        save(store, entry("b", [1]))
        assert store.stats().articles == 2
        store.close()

    def test_a_new_file_may_be_opened_by_all_at_once(self, here: Path) -> None:
        hands = 6
        with ThreadPoolExecutor(hands) as pool:
            for number in range(40):
                barrier = threading.Barrier(hands)

                def work(url: str, barrier: threading.Barrier = barrier) -> Store:
                    barrier.wait(60)
                    return opened(url)

                urls = [f"sqlite:///{number}.db"] * hands
                for store in list(pool.map(work, urls)):
                    store.close()

    def test_a_folder_that_cannot_be_written_is_named_as_the_reason(self, here: Path) -> None:
        opened(f"sqlite:///{PATH}").close()
        Path(f"{PATH}-wal").mkdir()  # stands where SQLite must write, also for root
        with pytest.raises(StoreUnavailable, match="folder must be writable"):
            opened(f"sqlite:///{PATH}")

    def test_a_failure_in_the_middle_leaves_nothing(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = opened(f"sqlite:///{PATH}")
        refs = chain(store, "a", "b")
        before = (list(store.scan()), store.edges(refs), store.events(0, 100), store.stats())
        with monkeypatch.context() as patch:
            patch.setattr(sqlite_ledger.Ledger, "save", _fail)
            for call in (
                lambda: store.index([entry("c", [1]), entry("a", text="new")], LIMIT),
                lambda: link(store, refs[1]),
                lambda: store.delete(["a"]),
            ):
                with pytest.raises(StoreError):
                    call()
        after = (list(store.scan()), store.edges(refs), store.events(0, 100), store.stats())
        assert after == before
        assert store.lookup([postings([1])], LIMIT)[0].candidates == ()
        [ref] = save(store, entry("c", [1]))
        assert [c.ref for c in store.lookup([postings([1])], LIMIT)[0].candidates] == [ref]
        store.close()

    def test_a_full_disk_is_an_error_and_loses_nothing(self, here: Path) -> None:
        spawn = multiprocessing.get_context("spawn")
        mine, theirs = spawn.Pipe()
        process = spawn.Process(target=fill, args=(f"sqlite:///{here / PATH}", theirs))
        process.start()
        assert mine.poll(60)
        saved, error = mine.recv()
        process.join(60)
        assert error == "StoreUnavailable"  # so that whoever sent articles tries again
        store = opened(f"sqlite:///{PATH}")
        assert [one.article.id for one in store.scan()] == saved
        assert store.pending(10_000) == [one.ref for one in store.scan()]
        save(store, entry("more"))
        store.close()

    def test_a_process_that_fell_behind_reads_anew(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite_ledger, "_KEPT", 3)
        store, idle = opened(f"sqlite:///{PATH}"), opened(f"sqlite:///{PATH}")
        save(store, *(entry(f"{i}", [1]) for i in range(20)))
        assert len(idle.lookup([postings([1])], 99)[0].candidates) == 20
        for i in range(10):
            store.delete([f"{i}"])
        [new] = save(store, entry("new", [1]))
        for handle in (idle, store):
            found = handle.lookup([postings([1])], 99)[0].candidates
            assert [c.ref for c in found] == [new, *range(20, 10, -1)]
        for i in range(10, 16):
            store.delete([f"{i}"])
        [last] = save(idle, entry("last", [1]))
        found = idle.lookup([postings([1])], 99)[0].candidates
        assert [c.ref for c in found] == [last, new, 20, 19, 18, 17]
        store.close()
        idle.close()


class TestDeletion:
    def test_no_table_keeps_a_row_of_what_was_deleted(self, here: Path) -> None:
        store = opened(f"sqlite:///{PATH}")
        refs = chain(store, *"abcd")
        save(store, entry("e", [1, 2], marks=[3]), entry("a", text="A second version."))
        link(store, refs[3], edge(refs[3], refs[1], "b"))
        store.delete(list("abcde"))
        tidy(store)
        store.close()
        with sqlite3.connect(PATH) as db:
            counts = {
                table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in (
                    "article",
                    "posting",
                    "pending",
                    "edge",
                    "member",
                    "cluster",
                    "redirect",
                )
            }
            db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, words, row)")
            terms = db.execute("SELECT term FROM temp.terms").fetchall()
            ledger = db.execute("SELECT articles, postings FROM ledger").fetchone()
            check = db.execute("PRAGMA integrity_check").fetchone()
        db.close()
        assert counts == dict.fromkeys(counts, 0)
        assert terms == []
        assert ledger == (0, 0)
        assert check == ("ok",)

    @pytest.mark.parametrize("closing", [False, True])
    def test_no_byte_of_a_deleted_article_stays(self, here: Path, closing: bool) -> None:
        store = opened(f"sqlite:///{PATH}")
        refs = chain(store, "a", "b", "c")
        told = entry("x", text="Xylophonist Quetzalcoatl", source="Zanzibar Gazette")
        [secret] = save(store, replace(told, outline=b"the outline of it"))
        link(store, secret, edge(secret, refs[0], "a"))
        others = save(store, *(entry(f"{i}", text=f"Padding {i}") for i in range(50)))
        link(store, others[0], edge(others[0], secret, "x"))
        assert b"gazette" in everything_in(here)
        assert b"the outline" in everything_in(here)
        assert store.clusters(ClusterQuery(q="quetzalcoatl")).total == 1
        store.delete(["x"])
        assert store.clusters(ClusterQuery(q="quetzalcoatl")).total == 0
        tidy(store)
        if closing:
            store.close()
        content = everything_in(here)
        assert b"padding" in content, "words of members stand in the search index"
        assert b"gazette" not in content
        assert b"the outline" not in content
        # neighbouring terms share their beginnings in the index
        assert b"uetzalcoatl" not in content
        assert b"ylophonist" not in content
        store.close()

    def test_tidying_goes_in_steps(self, here: Path) -> None:
        store = opened(f"sqlite:///{PATH}")
        assert not store.tidy()
        chain(store, "a", "b")
        assert not store.tidy()
        store.delete(["a"])
        assert tidy(store) >= 1
        assert not store.tidy()
        store.close()

    def test_a_reader_in_the_way_holds_nothing_up(self, here: Path) -> None:
        store = opened(f"sqlite:///{PATH}")
        save(store, entry("a"))
        reader = sqlite3.connect(PATH, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM article").fetchone()
        store.delete(["a"])
        assert store.tidy(), "later, when the reader is gone"
        reader.execute("ROLLBACK")
        reader.close()
        tidy(store)
        store.close()

    def test_a_file_does_not_grow_by_turning_over(self, here: Path) -> None:
        store = opened(f"sqlite:///{PATH}")
        sizes = []
        for turn in range(4):
            ids = [f"{turn}-{i}" for i in range(100)]
            save(store, *(entry(id, range(50), text=os.urandom(900).hex()) for id in ids))
            sizes.append(store.stats().bytes)
            store.delete(ids)
            tidy(store)
        assert store.stats().bytes < 1.1 * sizes[0]
        assert max(sizes) < 1.2 * sizes[0]
        store.close()


def everything_in(folder: Path) -> bytes:
    """The bytes of all files, in lower case."""
    return b"".join(path.read_bytes() for path in folder.iterdir()).lower()


def tidy(store: Store) -> int:
    """Tidy up to the end; the number of steps it took."""
    steps = 1
    while store.tidy():
        steps += 1
        assert steps < 100
    return steps


def _fail(*_: object) -> None:
    raise sqlite3.OperationalError("the disk has fallen off")


def fill(url: str, results: Connection) -> None:
    """Save articles until no file may grow any more; send the ids saved and the error."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    store = opened(url)
    saved: list[str] = []
    try:
        for i in range(10_000):
            save(store, entry(f"{i}", text=os.urandom(2000).hex()))
            saved.append(f"{i}")
    except StoreError as error:
        results.send((saved, type(error).__name__))
        os._exit(0)
