"""The documentation as the tests read it: its code, and commands run as they are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVICE = "http://127.0.0.1:8080"
BIN = Path(sys.executable).parent


def page(name: str) -> str:
    """A file of the documentation."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The code of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def section(text: str, title: str) -> str:
    """What stands below a heading of the second level."""
    [found] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def run(folder: Path, command: str, places: Mapping[str, str] | None = None, **environ: str) -> str:
    """Run a command of a page in a shell, with other addresses in its place; what it prints."""
    for there, here in (places or {}).items():
        command = command.replace(there, here)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WIRETWIN_")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=clean | {"PATH": f"{BIN}:{clean['PATH']}"} | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout
