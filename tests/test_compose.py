"""compose.yaml is one that can start: commands, settings, volumes and dependencies exist."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from dedup.settings import Settings
from service.cli import main

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: s for name, s in COMPOSE["services"].items() if s["image"] == "wiretwin"}


def test_there_are_a_service_a_consumer_and_redis() -> None:
    assert set(COMPOSE["services"]) == {"redis", "service", "consumer"}
    assert set(OURS) == {"service", "consumer"}
    assert OURS["service"]["build"] == "."
    assert (ROOT / "Dockerfile").is_file()


@pytest.mark.parametrize("name", OURS)
def test_the_command_and_its_options_exist(name: str) -> None:
    program, command, *options = shlex.split(OURS[name]["command"])
    assert program == "wiretwin"
    found = main.get_command(click.Context(main), command)
    assert found is not None
    found.make_context(command, options)  # raises for what it does not know


@pytest.mark.parametrize("name", OURS)
def test_the_settings_exist(name: str) -> None:
    environ = {
        k: v.replace("${WIRETWIN_API_KEYS:-}", "") for k, v in OURS[name]["environment"].items()
    }
    settings = Settings.from_env(environ)
    assert settings.store == "redis://redis:6379"


def test_what_is_named_is_there() -> None:
    for one in COMPOSE["services"].values():
        assert set(one.get("depends_on", {})) <= set(COMPOSE["services"])
        for volume in one.get("volumes", ()):
            assert volume.partition(":")[0] in COMPOSE["volumes"]
    assert COMPOSE["services"]["redis"]["healthcheck"]["test"][0] == "CMD"
    [port] = OURS["service"]["ports"]
    assert port == f"127.0.0.1:8080:{Settings().port}"
