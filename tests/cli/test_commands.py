"""The commands as a user types them, over a real store; in a real terminal where that counts."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.model import UNIQUE, Relation, SentenceStatus
from service.cli import main

WIRETWIN = Path(sys.executable).with_name("wiretwin")
SEEDS = Path(__file__).parents[2] / "seeds"
FIRST, SECOND, THIRD = (sorted(SEEDS.glob("*.txt"))[n] for n in (1, 2, 3))
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("WIRETWIN_")}


def wiretwin(folder: Path, *args: str | Path, stdin: bytes = b"", **environ: str) -> Result:
    """Run the command in a folder, its output not a terminal."""
    unset: dict[str, str | None] = dict.fromkeys(set(os.environ) - set(CLEAN))
    with chdir(folder):
        done = CliRunner().invoke(
            main, [str(arg) for arg in args], input=stdin, env=unset | environ
        )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds the seeds but the second."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "in").mkdir()
    for file in set(SEEDS.glob("*.txt")) - {SECOND}:
        shutil.copy(file, folder / "in")
    done = wiretwin(folder, "ingest", "in")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "4 articles: 4 created, 0 updated, 0 unchanged; copies: 0; refused: 0\n"
    return folder


def test_help_names_every_command(tmp_path: Path) -> None:
    done = wiretwin(tmp_path, "--help")
    assert done.exit_code == 0
    for command in ("serve", "demo", "check", "compare", "ingest"):
        assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE)
        assert wiretwin(tmp_path, command, "--help").exit_code == 0
    assert wiretwin(tmp_path, "--version").stdout.startswith("wiretwin, version ")


def test_the_same_again_changes_nothing(filled: Path) -> None:
    done = wiretwin(filled, "ingest", "in")
    assert done.stdout == "4 articles: 0 created, 0 updated, 4 unchanged; copies: 0; refused: 0\n"


def test_a_bad_record_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    text = FIRST.read_text(encoding="utf-8")
    lines = [json.dumps({"id": "a", "text": text}), "{", json.dumps({"id": "b", "text": text})]
    (tmp_path / "wire.ndjson").write_text("\n".join(lines), encoding="utf-8")
    done = wiretwin(tmp_path, "ingest", "none.txt", "wire.ndjson")
    assert done.exit_code == 1
    assert done.stdout == "2 articles: 2 created, 0 updated, 0 unchanged; copies: 1; refused: 2\n"
    assert done.stderr.splitlines() == [
        "none.txt: No such file or directory",
        "wire.ndjson:2: column 2: Expecting property name enclosed in double quotes",
    ]


def test_lines_come_from_stdin_too(tmp_path: Path) -> None:
    lines = b'{"id": "a", "text": "Rain fell on the hills all night long, officials said."}\n7\n'
    done = wiretwin(tmp_path, "ingest", "-", stdin=lines)
    assert done.exit_code == 1
    assert done.stdout.startswith("1 article: 1 created")
    assert done.stderr == "stdin:2: must be an object\n"


def test_check_says_what_is_copied_and_stores_nothing(filled: Path) -> None:
    done = wiretwin(filled, "check", SECOND)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"verdict: {Relation.PARTIAL_COPY}\n  {FIRST.stem}\n")
    assert done.stdout.endswith("compared with 4 stored articles\n")
    assert wiretwin(filled, "check", SECOND).stdout == done.stdout


def test_check_answers_json_as_the_service_does(filled: Path) -> None:
    done = wiretwin(filled, "check", "--json", "-", stdin=SECOND.read_bytes())
    answer = json.loads(done.stdout)
    assert answer["verdict"] == Relation.PARTIAL_COPY
    assert answer["status"] is None
    assert answer["matches"][0]["id"] == FIRST.stem


def test_check_tells_scripts_of_copies_when_asked(filled: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A ferry ran aground off the northern coast before dawn, the owner said.")
    assert wiretwin(filled, "check", "--exit-code", SECOND).exit_code == 3
    done = wiretwin(filled, "check", "--exit-code", other)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"verdict: {UNIQUE}\n")


def test_check_refuses_what_is_no_article(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    done = wiretwin(filled, "check", tmp_path / "empty.txt")
    assert done.exit_code == 1
    assert done.stderr == f"Error: {tmp_path}/empty.txt: text: must not be empty\n"
    assert done.stdout == ""
    done = wiretwin(filled, "check", "none.txt")
    assert (done.exit_code, done.stderr) == (1, "Error: none.txt: No such file or directory\n")


def test_compare_takes_files_and_stored_ids(filled: Path, tmp_path: Path) -> None:
    files = wiretwin(tmp_path, "compare", FIRST, SECOND)
    stored = wiretwin(filled, "compare", FIRST.stem, SECOND)
    assert files.exit_code == stored.exit_code == 0
    assert files.stdout.split("\n", 1)[1] == stored.stdout.split("\n", 1)[1]
    assert re.search(r"sole-\]\{\+[^}]*key\+\}", files.stdout)
    assert not list(tmp_path.iterdir())


def test_compare_answers_json_as_the_service_does(tmp_path: Path) -> None:
    answer = json.loads(wiretwin(tmp_path, "compare", "--json", FIRST, THIRD).stdout)
    assert answer["relation"] == Relation.SHARED_PASSAGE
    statuses = [pair["status"] for pair in answer["pairs"]]
    assert answer["sentences"] == {s: statuses.count(s) for s in SentenceStatus}


@pytest.mark.parametrize("args", [("check", FIRST), ("compare", FIRST, "an id")])
def test_what_only_reads_makes_no_store(tmp_path: Path, args: tuple[str | Path, ...]) -> None:
    done = wiretwin(tmp_path, *args)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: there is no store './wiretwin.db' yet: `wiretwin ingest` makes it, "
        "and --store names another one\n"
    )
    assert not list(tmp_path.iterdir())


def test_compare_names_the_article_that_is_not_there(filled: Path) -> None:
    done = wiretwin(filled, "compare", FIRST.stem, "nowhere")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: there is no article 'nowhere'\n"


@pytest.mark.parametrize(
    ("args", "environ", "complaint"),
    [
        (("serve", "--port", "70000"), {}, "WIRETWIN_PORT: 70000 is not between 0 and 65535"),
        (("serve", "--port", "http"), {}, "'http' is not a valid integer"),
        (("serve", "--workers", "0"), {}, "WIRETWIN_WORKERS: 0 is not between 1 and 256"),
        (("serve", "--store", "mysql://x"), {}, "'mysql://x' is not a store"),
        (("serve", "--store", "sqlite:///none/x.db"), {}, "there is no folder 'none'"),
        (("serve", "--store", "sqlite://"), {}, "a store in memory ends with its process"),
        (("serve", "--host", "no.such.host.invalid"), {}, "cannot listen on no.such.host.invalid"),
        (("serve",), {"WIRETWIN_PROT": "1"}, "WIRETWIN_PROT: there is no such setting"),
        (("check", "x"), {"WIRETWIN_SEED": "x"}, "WIRETWIN_SEED: 'x' is not a valid int"),
        (("ingest",), {}, "Missing argument 'FILE...'"),
    ],
)
def test_a_bad_option_or_setting_is_refused_by_name(
    tmp_path: Path, args: tuple[str, ...], environ: dict[str, str], complaint: str
) -> None:
    done = wiretwin(tmp_path, *args, **environ)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def in_terminal(folder: Path, *args: str | Path, **environ: str) -> str:
    """What the command writes to a terminal of its own."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [WIRETWIN, *args],
        cwd=folder,
        env=CLEAN | {"TERM": "xterm", "COLUMNS": "80"} | environ,
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    ):
        os.close(its)
        written = b""
        try:
            while chunk := os.read(ours, 65536):
                written += chunk
        except OSError:  # the terminal was hung up: the command has ended
            pass
    os.close(ours)
    return written.decode()


def test_colours_are_for_terminals_that_want_them(tmp_path: Path) -> None:
    colour = re.compile(r"\x1b\[[\d;]*3[1-7]m")
    assert colour.search(in_terminal(tmp_path, "compare", FIRST, SECOND))
    assert not colour.search(in_terminal(tmp_path, "compare", FIRST, SECOND, NO_COLOR="1"))
    assert "\x1b" not in wiretwin(tmp_path, "compare", FIRST, SECOND).stdout


def test_a_terminal_sees_how_far_it_is(tmp_path: Path) -> None:
    written = in_terminal(tmp_path, "ingest", SEEDS)
    assert "100%" in written
    assert "━" in written
