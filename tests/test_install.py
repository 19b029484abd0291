"""The recipes of image and compose, followed in a fresh virtual environment."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml
from servers import Server, wait_for

ROOT = Path(__file__).parents[1]
STORY = "Rain fell on the hills all night and two roads were closed, they said."
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def instructions(name: str) -> list[str]:
    """What stands behind an instruction, each time it is given."""
    return re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


@dataclass(frozen=True)
class Installed:
    """What the recipe made: its folder, and the environment in which its commands run."""

    home: Path
    data: Path
    environ: dict[str, str]

    def command(self, words: list[str]) -> list[str]:
        """A command of the image, listening here only."""
        program = shutil.which(words[0], path=self.environ["PATH"])
        assert program is not None
        return [program, *(word.replace("0.0.0.0", "127.0.0.1") for word in words[1:])]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The image's installation in a virtual environment."""
    folder = tmp_path_factory.mktemp("image")
    source, home, data = folder / "src", folder / "opt", folder / "data"
    source.mkdir()
    data.mkdir()
    copy_into(source)
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("WIRETWIN_", "PYTHON"))}

    def here(text: str) -> str:
        """The recipe's paths, moved into the folder of this test."""
        return text.replace("/opt/wiretwin", str(home)).replace("/data", str(data))

    [install] = [run for run in instructions("RUN") if "pip install" in run]
    install = re.sub(r"^python\b", shlex.quote(sys.executable), here(install))
    install = install.replace("--no-cache-dir", "--disable-pip-version-check -q")
    subprocess.run(install, shell=True, cwd=source, env=outside, check=True, timeout=900)
    [given] = instructions("ENV")
    environ = dict(setting.split("=", 1) for setting in here(given).split())
    path = environ["PATH"].replace("$PATH", outside["PATH"])
    return Installed(home, data, outside | environ | {"PATH": path})


@pytest.mark.install
def test_the_recipe_of_the_image_gives_a_healthy_service(installed: Installed) -> None:
    environ = installed.environ | {"WIRETWIN_PORT": str(free_port())}
    [start] = [installed.command(json.loads(command)) for command in instructions("CMD")]
    [check] = [json.loads(command) for command in instructions(r"HEALTHCHECK.* CMD")]
    assert start[0] == str(installed.home / "bin" / "wiretwin")

    def healthy() -> bool:
        asked = subprocess.run(
            installed.command(check), env=environ, capture_output=True, check=False
        )
        return asked.returncode == 0

    with running(start, installed.data, environ) as service:
        wait_for(lambda: service.poll() is not None or healthy(), "a healthy service", 120)
        ask(f"http://127.0.0.1:{environ['WIRETWIN_PORT']}")
    assert (installed.data / "wiretwin.db").is_file()
    [seeds] = installed.home.glob("lib/python3*/site-packages/service/seeds")
    assert {file.name for file in seeds.iterdir()} == {
        file.name for file in (ROOT / "seeds").iterdir()
    }


@pytest.mark.install
def test_the_commands_of_compose_take_an_article_from_the_stream_to_the_service(
    installed: Installed, redis_server: Server
) -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    given = {
        name: value.replace("redis:6379", redis_server.host).replace("${WIRETWIN_API_KEYS:-}", "")
        for name, value in services["service"]["environment"].items()
    }
    environ = installed.environ | given | {"WIRETWIN_PORT": str(free_port())}
    url = f"http://127.0.0.1:{environ['WIRETWIN_PORT']}/v1/articles/a"
    commands = [
        installed.command(shlex.split(services[name]["command"]))
        for name in ("service", "consumer")
    ]

    def there() -> bool:
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            return False

    with redis_server.client as client:
        client.flushall()
        article = json.dumps({"id": "a", "text": STORY})
        client.xadd("articles", {"article": article})
        with (
            running(commands[0], installed.data, environ),
            running(commands[1], installed.data, environ),
        ):
            wait_for(there, "the article", 120)
        assert client.xlen("results") == 1


@contextmanager
def running(
    command: list[str], folder: Path, environ: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs until the end, and then stops as it should."""
    with subprocess.Popen(command, cwd=folder, env=environ) as process:
        try:
            yield process
        finally:
            process.terminate()
            assert process.wait(timeout=40) == 0


def copy_into(source: Path) -> None:
    """What the recipe copies from the checkout."""
    for copied in instructions("COPY"):
        if copied.startswith("--from"):
            continue
        *names, target = copied.split()
        for name in names:
            into = source / target / (name if target == "./" else "")
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, into)


def ask(url: str) -> None:
    """A page with its style, and an article taken: what an incomplete package fails at."""
    page = httpx.get(url + "/")
    assert page.status_code == 200
    sheets = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
    assert sheets
    assert all(httpx.get(url + sheet).status_code == 200 for sheet in sheets)
    article = {"text": STORY}
    assert httpx.put(url + "/v1/articles/a", json=article).json()["status"] == "created"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_both_stages_stand_on_one_pinned_base_and_nobody_is_root() -> None:
    bases = {base.split()[0] for base in instructions("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", bases.pop())
    lines = DOCKERFILE.splitlines()
    assert lines.index("USER wiretwin") < next(
        n for n, line in enumerate(lines) if line.startswith("CMD")
    )
    assert len(instructions("HEALTHCHECK")) == 1
