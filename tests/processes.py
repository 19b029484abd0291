"""Commands of wiretwin as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WIRETWIN = Path(sys.executable).with_name("wiretwin")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("WIRETWIN_")}


@contextmanager
def started(
    folder: Path, *args: str, **environ: str
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A running command: the process, the address it printed, and the lines before that."""
    with subprocess.Popen(
        [WIRETWIN, *args],
        cwd=folder,
        env=CLEAN | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            lines = []
            for line in process.stdout:
                if found := re.fullmatch(r"wiretwin listens on (http://\S+)\n", line):
                    yield process, found[1], lines
                    break
                lines.append(line.rstrip("\n"))
            else:
                pytest.fail(f"the command ended: {process.stderr.read()}")
        finally:
            process.terminate()
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def children(process: subprocess.Popen[str]) -> set[int]:
    """The workers of a server."""
    listed = subprocess.run(
        ["ps", "--ppid", str(process.pid), "-o", "pid="], capture_output=True, check=False
    )
    return {int(pid) for pid in listed.stdout.split()}
