"""The commands of README and docs: they exist, and what can be run is run as it is written."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from documents import ROOT, SERVICE, blocks, page, run
from servers import Server
from serving import Service

from dedup.model import EventKind
from dedup.settings import Settings
from service import seeding
from service.auth import refuse_exposure
from service.cli import main

PAGES = ["README.md", *(f"docs/{file.name}" for file in sorted((ROOT / "docs").glob("*.md")))]
STORY = "Two bridges in the old town were closed on Monday after the flood, the mayor of it said."
README = page("README.md")


def commands(text: str) -> Iterator[list[str]]:
    """Every ``wiretwin`` command of a page, in words."""
    shown = [*blocks(text, "sh"), *blocks(text, "console"), *re.findall(r"^    .*$", text, re.M)]
    for line in re.split(r"\s[|>&]+\s|\n", "\n".join(shown).replace("\\\n", " ")):
        found = re.match(r"\s*(?:[$#] )?(?:[A-Z_]+=\S+ )*wiretwin ([a-z].*)", line)
        if found:
            yield shlex.split(found[1], comments=True)


@pytest.mark.parametrize("name", PAGES)
def test_commands_and_their_options_exist(name: str) -> None:
    for command, *words in commands(page(name)):
        found = main.get_command(click.Context(main), command)
        while isinstance(found, click.Group):
            found = found.get_command(click.Context(found), words.pop(0))
        assert found is not None, (command, words)
        known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, (command, words)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)", page(name)):
        assert (ROOT / name).parent.joinpath(link).is_file(), link


def test_the_two_commands_are_targets() -> None:
    [both] = re.findall(r"((?:^    make .*\n)+)", README, re.MULTILINE)
    for line in both.splitlines():
        command = shlex.split(line, comments=True)
        plan = subprocess.run(
            [command[0], "-n", *command[1:]], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert re.search(r"wiretwin demo --port 8080|bin/pytest", plan.stdout)
    other = ["make", "-n", "run", "PORT=9000"]
    assert "--port 9000" in run(ROOT, shlex.join(other))


def test_comparing_two_files_prints_what_readme_shows() -> None:
    [(command, shown)] = re.findall(
        r"^    \$ (wiretwin compare .*)\n    \.\.\.\n((?:    .*\n)+)", README, re.MULTILINE
    )
    printed = run(ROOT, command)

    def words(text: str) -> str:
        return " ".join(text.split())

    assert words(shown) in words(printed)


def test_ingesting_prints_what_readme_shows(tmp_path: Path) -> None:
    [(command, shown)] = re.findall(
        r"^    \$ (wiretwin ingest .*)\n((?:    .*\n)+)", README, re.MULTILINE
    )
    lines = [{"text": STORY}, {"text": STORY, "published_at": "yesterday"}]
    lines += [{"text": f"{n} ferries ran aground off coast {n}."} for n in range(4)]
    (tmp_path / "wire.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text(STORY, encoding="utf-8")
    printed = run(tmp_path, f"{command} 2>&1 || test $? = 1").splitlines()
    assert printed == [line.strip() for line in shown.splitlines()]


def test_the_container_is_allowed_to_start() -> None:
    [line] = re.findall(r"^    docker run (.*)$", README, re.MULTILINE)
    environ = dict(re.findall(r"-e (WIRETWIN_\w+)=(\S+)", line))
    settings = Settings.from_env(environ)
    refuse_exposure(settings, "0.0.0.0")
    assert f":{settings.port}:{settings.port} " in line


def test_looking_after_a_store(tmp_path: Path, redis_server: Server) -> None:
    with redis_server.client as client:
        client.flushall()
    here = f"redis://{redis_server.host}"
    places = {"redis+cluster://10.0.0.1:6379,10.0.0.2:6379": here, "redis://127.0.0.1:6379": here}
    run(tmp_path, f"wiretwin ingest {ROOT / 'seeds' / '001_5cf880316bd9c7f4.txt'}")
    counting, moving, at_once, _, rebuilding = blocks(page("docs/stores.md"), "sh")
    run(tmp_path, moving, places)
    run(tmp_path, at_once, places)
    stats = json.loads(run(tmp_path, counting.splitlines()[1], places))
    assert stats["articles"] == 1
    run(tmp_path, rebuilding, places)


def test_judgements_and_what_they_teach(
    tmp_path: Path, start_service: Callable[..., Service]
) -> None:
    service = start_service(store=f"sqlite:///{tmp_path}/wiretwin.db")
    service.engine.add_many(seeding.articles())
    judging, teaching = blocks(page("docs/judgements.md"), "sh")
    places = {SERVICE: service.url}
    assert "same" in run(tmp_path, judging, places)
    assert service.client.get("/v1/judgements").json()["items"] == []
    pair = {"left": "001", "right": "002", "judgement": "same"}
    service.client.put("/v1/judgements", json=pair)
    if shutil.which("jq"):
        assert "1" in run(tmp_path, teaching, places)


def test_every_event_is_named() -> None:
    assert all(f"`{kind}`" in page("docs/api.md") for kind in EventKind)
