"""The service as a process of its own, as a user would start it, and checks sent to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from dedup.model import Article

_SERVE = "import sys; from service.cli import main; sys.argv[0] = 'wiretwin'; sys.exit(main())"


@dataclass
class Served:
    """A running service."""

    url: str
    process: subprocess.Popen[str]
    started: float
    """When its process was started, on the clock of ``time.perf_counter``."""

    def resident(self) -> list[int]:
        """Bytes of memory that each worker holds alone or with others."""
        listed = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "rss="],
            capture_output=True,
            check=True,
            text=True,
        )
        return [int(kilobytes) * 1024 for kilobytes in listed.stdout.split()]


@contextmanager
def served(store: str, workers: int) -> Iterator[Served]:
    """``wiretwin serve`` over a store, with no logging of requests."""
    started = time.perf_counter()
    strange = ("WIRETWIN_", "PYTHONDONTWRITEBYTECODE")  # without bytecode no start is a usual one
    clean = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE, "serve", "--port", "0"],
        env=clean
        | {
            "WIRETWIN_STORE": store,
            "WIRETWIN_WORKERS": str(workers),
            "WIRETWIN_LOG_LEVEL": "warning",
        },
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.fullmatch(r"wiretwin listens on (http://\S+)\n", line):
                    yield Served(found[1], process, started)
                    break
            else:
                raise RuntimeError("the service ended before it listened")
        finally:
            process.terminate()
            process.wait(timeout=60)


def check_times(url: str, articles: Sequence[Article]) -> list[float]:
    """Seconds that a check of each takes, one after the other."""
    times = []
    with httpx.Client(base_url=url, timeout=60) as client:
        for article in articles:
            body = {"text": article.text, "source": article.source, "language": article.language}
            begun = time.perf_counter()
            answer = client.post("/v1/check", json=body)
            times.append(time.perf_counter() - begun)
            answer.raise_for_status()
    return times
