"""The container's recipe, followed in a fresh virtual environment: install, start, ask."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def instructions(name: str) -> list[str]:
    """What stands behind an instruction, each time it is given."""
    return re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


@pytest.mark.install
def test_the_recipe_of_the_image_gives_a_healthy_service(tmp_path: Path) -> None:
    source, home, data = tmp_path / "src", tmp_path / "opt", tmp_path / "data"
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
    environ = outside | environ | {"PATH": environ["PATH"].replace("$PATH", outside["PATH"])}
    environ["WIRETWIN_PORT"] = str(free_port())
    [start] = [json.loads(command) for command in instructions("CMD")]
    [check] = [json.loads(command) for command in instructions(r"HEALTHCHECK.* CMD")]
    start = [word.replace("0.0.0.0", "127.0.0.1") for word in start]
    programs = {word: shutil.which(word, path=environ["PATH"]) for word in (start[0], check[0])}
    assert programs[start[0]] == str(home / "bin" / "wiretwin")

    def healthy() -> bool:
        asked = subprocess.run(
            [programs[check[0]], *check[1:]], env=environ, capture_output=True, check=False
        )
        return asked.returncode == 0

    with subprocess.Popen([programs[start[0]], *start[1:]], cwd=data, env=environ) as service:
        try:
            deadline = time.monotonic() + 120
            while not healthy():
                assert service.poll() is None, "the service ended"
                assert time.monotonic() < deadline, "the service did not become healthy"
            ask(f"http://127.0.0.1:{environ['WIRETWIN_PORT']}")
        finally:
            service.terminate()
            assert service.wait(timeout=40) == 0
    assert (data / "wiretwin.db").is_file()
    [seeds] = home.glob("lib/python3*/site-packages/service/seeds")
    assert {file.name for file in seeds.iterdir()} == {
        file.name for file in (ROOT / "seeds").iterdir()
    }


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
    article = {"text": "Rain fell on the hills all night and two roads were closed, they said."}
    assert httpx.put(url + "/v1/articles/a", json=article).json()["status"] == "created"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
