"""docs/operations.md: settings, metrics, alerts, unit and commands are those of the program."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import yaml
from documents import blocks, page, run, section
from prometheus_client.parser import text_string_to_metric_families
from serving import Service

from dedup.engine import open_engine
from dedup.settings import PREFIX, Settings
from service import seeding
from service.cli import main
from service.errors import KINDS

PAGE = page("docs/operations.md")


def test_every_setting_and_its_default_is_listed() -> None:
    listed = dict(re.findall(r"^\| `(WIRETWIN_\w+)` \| (?:`(.*?)` )?\|", PAGE, re.MULTILINE))
    assert listed == {PREFIX + field.name.upper(): str(field.default) for field in fields(Settings)}


@pytest.fixture
def families(start_service: Callable[..., Service]) -> dict[str, Any]:
    """What a service that has done something tells, by the name of the metric."""
    service = start_service()
    service.client.put("/v1/articles/a", json={"text": "Rain fell all night on the old town."})
    text = httpx.get(f"{service.url}/metrics").text
    return {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(text)
        if not family.name.endswith("_created")
    }


def test_every_metric_is_listed(families: dict[str, Any]) -> None:
    listed = re.findall(r"^\| `(wiretwin_\w+)` \| (\w+) \|", PAGE, re.MULTILINE)
    assert dict(listed) == {name: family.type for name, family in families.items()}


def test_alerts_ask_for_metrics_and_labels_that_there_are(families: dict[str, Any]) -> None:
    [text] = blocks(section(PAGE, "Watch"), "yaml")
    [group] = yaml.safe_load(text)["groups"]
    known: dict[str, set[str]] = {"up": {"job"}}
    for family in families.values():
        for sample in family.samples:
            known.setdefault(sample.name, set()).update(sample.labels)
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"]) >= 8
    for rule in group["rules"]:
        asked = re.findall(r"\b(wiretwin_\w+|up)\b(?:\{((?:[^}\"]|\"[^\"]*\")*)\})?", rule["expr"])
        assert asked, rule
        for name, labels in asked:
            assert set(re.findall(r"(\w+)=", labels)) <= known[name], rule
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert rule["annotations"]["summary"]


def test_the_unit_starts_a_service() -> None:
    [unit] = blocks(section(PAGE, "Deploy"), "ini")
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string(unit)
    program, command, *options = shlex.split(parser["Service"]["ExecStart"])
    assert program == "/opt/wiretwin/bin/wiretwin"
    found = main.get_command(click.Context(main), command)
    assert found is not None
    found.make_context(command, options)
    environ = dict(re.findall(r"^Environment=(\w+)=(.*)$", unit, re.MULTILINE))
    settings = Settings.from_env(environ)
    assert int(parser["Service"]["TimeoutStopSec"]) > settings.drain_seconds + 30


def test_keys_are_made_listed_and_removed(tmp_path: Path) -> None:
    [commands] = blocks(section(PAGE, "Keys"), "sh")
    printed = run(tmp_path, commands).splitlines()
    assert all(key.startswith("wt_") for key in printed[:3])
    assert printed[3:6] == ["crawler\twrite", "dashboard\tread", "prometheus\tadmin"]
    assert "dashboard" not in (tmp_path / "keys").read_text(encoding="utf-8")


def test_a_backup_holds_everything(tmp_path: Path) -> None:
    def stored(file: str) -> set[str]:
        engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/{file}"))
        names = set(engine.store.get(["000", "001", "002", "003", "004"]))
        engine.close()
        return names

    engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/wiretwin.db"))
    engine.add_many(seeding.articles())
    copy, _, moved = blocks(section(PAGE, "Back up"), "sh")
    if shutil.which("sqlite3"):
        run(tmp_path, copy)
    else:
        [_, _, statement] = shlex.split(copy)
        import sqlite3

        with sqlite3.connect(tmp_path / "wiretwin.db") as db:
            db.execute(statement.replace("backup.db", str(tmp_path / "backup.db")))
        db.close()
    run(tmp_path, moved)
    engine.close()
    assert stored("backup.db") == stored("restored.db") == stored("wiretwin.db")
    assert len(stored("backup.db")) == 5


def test_troubles_are_those_that_happen() -> None:
    kinds = {(kind.status, kind.slug) for kind in KINDS.values()}
    named = re.findall(r"^\| (\d{3}) `([\w-]+)`", section(PAGE, "Trouble"), re.MULTILINE)
    assert named
    assert {(int(status), slug) for status, slug in named} <= kinds


def test_commands_and_links_exist() -> None:
    for command in set(re.findall(r"`wiretwin ([a-z]+)", PAGE)):
        assert main.get_command(click.Context(main), command) is not None, command
    root = Path(__file__).parents[1] / "docs"
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        file, _, anchor = link.partition("#")
        text = PAGE if not file else (root / file).read_text(encoding="utf-8")
        heads = {
            re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-")
            for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        assert not anchor or anchor in heads, link
