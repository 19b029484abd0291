"""Batches larger than anybody wants to hold, and clients that read late or not at all."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from processes import children, started
from servers import wait_for

STORY = (
    "The river beside the harbour rose by two metres overnight and {0} villages were cleared, the "
    "mayor said on Monday. Engineers from four counties brought pumps to the harbour."
)
QUIET = {"WIRETWIN_LOG_LEVEL": "error"}


def resident(pid: int) -> int:
    """Bytes of memory that a process has."""
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True)
    return int(listed.stdout) * 1024


def connected(url: str, receive: int | None = None) -> socket.socket:
    """A connection that has begun a batch."""
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    client = socket.socket()
    if receive is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    client.settimeout(60)
    client.connect((where.hostname, where.port))
    client.sendall(
        b"POST /v1/batch?detail=none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return client


def chunks(lines: Iterator[bytes], at_once: int = 256) -> Iterator[bytes]:
    """The lines as chunks of a body, and its end."""
    some: list[bytes] = []
    for line in lines:
        some.append(line)
        if len(some) == at_once:
            data = b"".join(some)
            yield b"%x\r\n%b\r\n" % (len(data), data)
            some = []
    data = b"".join(some)
    yield (b"%x\r\n%b\r\n" % (len(data), data) if data else b"") + b"0\r\n\r\n"


def answers(client: socket.socket) -> Iterator[bytes]:
    """The lines of an answer as they come."""
    answer = HTTPResponse(client, method="POST")
    answer.begin()
    assert answer.status == 200
    yield from iter(answer.readline, b"")


def test_a_long_batch_takes_bounded_memory(tmp_path: Path) -> None:
    lines, ids, size = 1200, 100, 30_000
    texts = [STORY.format(n) for n in range(ids)]
    pad = "y" * size

    def sent() -> Iterator[bytes]:
        for i in range(lines):
            article = {"id": str(i % ids), "text": texts[i % ids], "metadata": {"pad": pad}}
            yield json.dumps(article).encode() + b"\n"

    with started(tmp_path, "serve", "--port", "0", **QUIET) as (process, url, _):
        [worker] = children(process)
        levels = []
        with connected(url) as client:
            taken: list[bytes] = []
            reader = threading.Thread(target=lambda: taken.extend(answers(client)))
            reader.start()
            for chunk in chunks(sent(), 16):
                client.sendall(chunk)
                levels.append(resident(worker))
            reader.join(60)
        assert len(taken) == lines
        assert {json.loads(line)["status"] for line in taken[:ids]} == {"created"}
        assert {json.loads(line)["status"] for line in taken[ids:]} == {"unchanged"}
        # 36 MB went through; what a service holds at most it holds after the first half of them
        half = len(levels) // 2
        assert max(levels[half:]) - max(levels[:half]) < 10e6


def bad_lines(count: int) -> Iterator[bytes]:
    """Lines that are answered at once and at length."""
    for i in range(count):
        yield b'{"id": "%s%d"}\n' % (b"x" * 700, i)


def test_a_client_may_read_when_it_has_sent_everything(tmp_path: Path) -> None:
    count = 12_000
    with (
        started(tmp_path, "serve", "--port", "0", **QUIET) as (_, url, _),
        connected(url, receive=4096) as client,
    ):
        for chunk in chunks(bad_lines(count)):
            client.sendall(chunk)  # no answer was read so far
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        numbers = [json.loads(line)["line"] for line in answers(client)]
        assert numbers == list(range(1, count + 1))


def test_a_client_that_goes_away_leaves_nothing_behind(tmp_path: Path) -> None:
    environ = {**QUIET, "TMPDIR": str(tmp_path)}
    with started(tmp_path, "serve", "--port", "0", **environ) as (process, url, _):
        [worker] = children(process)
        before = nameless_files(worker)
        with connected(url, receive=4096) as client:
            sending = chunks(bad_lines(12_000))
            for _ in range(40):
                client.sendall(next(sending))
            wait_for(lambda: nameless_files(worker) > before, "answers on disk")
        wait_for(lambda: nameless_files(worker) == before, "their end")
        assert httpx.get(f"{url}/healthz").status_code == 200


def nameless_files(worker: int) -> int:
    """How many files a process has open that have no name any more."""
    folder = Path(f"/proc/{worker}/fd")
    if not folder.is_dir():
        pytest.skip("needs /proc")
    links = []
    for file in folder.iterdir():
        with suppress(OSError):  # closed since
            links.append(str(file.readlink()))
    return sum(link.endswith("(deleted)") for link in links)


def test_beyond_the_limit_the_batch_waits_for_its_client(tmp_path: Path) -> None:
    environ, count = {**QUIET, "WIRETWIN_MAX_UNREAD_BYTES": "100000"}, 20_000
    with (
        started(tmp_path, "serve", "--port", "0", **environ) as (process, url, _),
        connected(url, receive=4096) as client,
    ):
        [worker] = children(process)
        sending = threading.Thread(
            target=lambda: [client.sendall(c) for c in chunks(bad_lines(count))]
        )
        sending.start()
        time.sleep(3)
        assert sending.is_alive()
        before = resident(worker)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        assert sum(1 for _ in answers(client)) == count
        sending.join(60)
        assert resident(worker) - before < 20e6
