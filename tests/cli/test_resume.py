"""``ingest`` stops gently and goes on where it stopped; a journal never hides an article."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dedup.engine import open_engine
from dedup.settings import Settings

WIRETWIN = Path(sys.executable).with_name("wiretwin")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("WIRETWIN_")}


def story(number: int) -> str:
    return f"The mayor of town {number} said on Monday that {number} roads had been closed by snow."


def wire(file: Path, numbers: range) -> None:
    lines = (json.dumps({"id": str(n), "text": story(n)}) for n in numbers)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def ingest(folder: Path, *args: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [WIRETWIN, "ingest", *args],
        cwd=folder,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def stored(folder: Path) -> set[str]:
    engine = open_engine(Settings(store=f"sqlite:///{folder}/wiretwin.db"))
    try:
        return {one.article.id for one in engine.store.scan()}
    finally:
        engine.close()


def noted(folder: Path) -> int:
    """How many records of the one file the journal has."""
    journal = folder / "journal"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    return json.loads(lines[-1])["records"] if len(lines) > 1 else 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_goes_on_where_it_was_stopped(tmp_path: Path, number: signal.Signals) -> None:
    count = 500
    wire(tmp_path / "wire.ndjson", range(count))
    with subprocess.Popen(
        [WIRETWIN, "ingest", "--resume", "journal", "wire.ndjson"],
        cwd=tmp_path,
        env=CLEAN,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not noted(tmp_path):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(number)
        out, complaint = process.communicate(timeout=60)
    done = noted(tmp_path)
    assert 0 < done < count
    if number is not signal.SIGKILL:
        assert process.returncode == 130
        assert out.startswith(f"{done:,} articles: {done:,} created")
        assert complaint == "stopped; the same command goes on from here\n"
        assert stored(tmp_path) == {str(n) for n in range(done)}
    code, out, _ = ingest(tmp_path, "--resume", "journal", "wire.ndjson")
    assert code == 0
    assert out.startswith(f"{count - done:,} articles: ")
    assert stored(tmp_path) == {str(n) for n in range(count)}


def test_a_later_run_reads_what_is_new_or_changed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("b", "c"):
        wire(folder / f"{name}.jsonl", range(3))
    (folder / "page.txt").write_text(story(9), encoding="utf-8")
    arguments = ("--resume", "journal", "in")
    assert ingest(tmp_path, *arguments)[1].startswith("7 articles: 4 created, 0 updated, 3 unch")
    assert ingest(tmp_path, *arguments)[1].startswith("0 articles: ")
    wire(folder / "a.jsonl", range(10, 12))
    wire(folder / "c.jsonl", range(5))
    assert ingest(tmp_path, *arguments)[1].startswith("7 articles: 4 created, 0 updated, 3 unch")
    assert ingest(tmp_path, *arguments)[1].startswith("0 articles: ")
    journal = tmp_path / "journal"
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"file": "/cut o')  # as a crash may leave it
    assert ingest(tmp_path, *arguments)[1].startswith("0 articles: ")


def test_a_journal_that_does_not_belong_here_is_refused(tmp_path: Path) -> None:
    wire(tmp_path / "wire.ndjson", range(3))
    before = (tmp_path / "wire.ndjson").read_bytes()
    code, _, complaint = ingest(tmp_path, "--resume", "wire.ndjson", "wire.ndjson")
    assert code == 1
    assert complaint == "Error: wire.ndjson: is not a journal of wiretwin ingest\n"
    assert (tmp_path / "wire.ndjson").read_bytes() == before
    assert ingest(tmp_path, "--resume", "journal", "wire.ndjson")[0] == 0
    other = ("--resume", "journal", "--store", "sqlite:///other.db", "wire.ndjson")
    code, _, complaint = ingest(tmp_path, *other)
    assert code == 1
    assert f"is the journal of another store, sqlite:///{tmp_path}/wiretwin.db" in complaint
    for file in tmp_path.glob("wiretwin.db*"):
        file.unlink()
    code, _, complaint = ingest(tmp_path, "--resume", "journal", "wire.ndjson")
    assert (code, complaint) == (
        1,
        "Error: journal: the store is empty, but not this journal of it; remove it\n",
    )
