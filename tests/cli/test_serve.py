"""``serve`` and ``demo`` as processes: addresses, workers, streams, and a gentle end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from processes import CLEAN, WIRETWIN, children, started

from dedup.errors import WiretwinError
from service import seeding

STORY = "The river rose by two metres overnight and three villages were cleared, officials said."


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """The exit code of a process that is about to end, and what it complained of."""
    assert process.stderr is not None
    logged = [json.loads(line) for line in process.stderr.read().splitlines()]
    complaints = [record["message"] for record in logged if record["level"] != "info"]
    return process.wait(timeout=40), complaints


def test_one_worker_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--port", "0") as (process, url, _):
        assert httpx.get(url + "/healthz").json() == {"status": "ok"}
        assert httpx.put(url + "/v1/articles/a", json={"text": STORY}).status_code == 201
        assert len(children(process)) == 1
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, [])
    assert (tmp_path / "wiretwin.db").is_file()
    with started(tmp_path, "serve", "--port", "0") as (_, url, _):
        assert httpx.get(url + "/v1/articles/a").json()["text"] == STORY


def test_several_workers_share_the_store_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    arguments = {"WIRETWIN_WORKERS": "2", "WIRETWIN_PORT": "0", "WIRETWIN_STORE": "sqlite:///s.db"}
    with started(tmp_path, "serve", **arguments) as (process, url, _):
        answers = [
            httpx.put(f"{url}/v1/articles/{n}", json={"text": STORY}).json() for n in range(12)
        ]
        assert [answer["verdict"] for answer in answers] == ["unique"] + ["exact"] * 11
        assert len({answer["cluster_id"] for answer in answers[1:]}) == 1
        first = children(process)
        assert len(first) == 2
        os.kill(min(first), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while len(children(process) - {min(first)}) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert all(
            httpx.get(f"{url}/v1/articles/{n}").json()["cluster_id"] == answers[1]["cluster_id"]
            for n in range(12)
        )
    assert (tmp_path / "s.db").is_file()


def chunk(id: str) -> bytes:
    """A line of a batch as one chunk of its body, longer than the server reads at a time."""
    data = json.dumps({"id": id, "text": STORY, "metadata": {"pad": "x" * 2000}}).encode() + b"\n"
    return b"%x\r\n%b\r\n" % (len(data), data)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_batch_is_answered_as_it_arrives_and_to_its_end(
    tmp_path: Path, stop: signal.Signals
) -> None:
    with (
        started(tmp_path, "serve", "--port", "0") as (process, url, _),
        closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)) as batch,
    ):
        batch.putrequest("POST", "/v1/batch")
        batch.putheader("Content-Type", "application/x-ndjson")
        batch.putheader("Transfer-Encoding", "chunked")
        batch.endheaders()
        batch.sock.sendall(chunk("a"))
        time.sleep(1)  # longer than lines are held back to be stored together
        batch.sock.sendall(chunk("b"))
        with batch.getresponse() as answer:
            assert json.loads(answer.readline())["id"] == "a"
            # as Ctrl-C does, the signal reaches every process of the server
            os.killpg(process.pid, stop)
            time.sleep(1)
            batch.sock.sendall(chunk("c") + b"0\r\n\r\n")
            rest = [json.loads(answer.readline()) for _ in "bc"]
            assert [(one["id"], one["verdict"]) for one in rest] == [("b", "exact"), ("c", "exact")]
            assert answer.read() == b""
        assert ended(process) == (0, [])


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [WIRETWIN, "serve", "--port", str(port)],
            cwd=tmp_path,
            env=CLEAN,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in done.stderr


def test_a_store_made_with_other_parameters_is_refused(tmp_path: Path) -> None:
    subprocess.run([WIRETWIN, "ingest", __file__], cwd=tmp_path, env=CLEAN, check=True)
    done = subprocess.run(
        [WIRETWIN, "serve", "--port", "0"],
        cwd=tmp_path,
        env=CLEAN | {"WIRETWIN_SEED": "7"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"Error: .*seed.*\n", done.stderr)


def test_the_demo_shows_the_five_articles_each_time(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        with started(tmp_path, "demo", "--port", "0") as (_, url, lines):
            [cluster] = httpx.get(url + "/v1/clusters").json()["items"]
            assert cluster["size"] == 2
            assert "The Independent" in httpx.get(url + "/").text
            told.append(dict(line.split(": ") for line in lines))
    assert list(told[0]) == list(told[1]) == ["000", "001", "002", "003", "004"]
    assert {status.split(", ")[0] for status in told[0].values()} == {"created"}
    assert {status.split(", ")[0] for status in told[1].values()} == {"unchanged"}
    assert [file.suffix for file in tmp_path.iterdir() if file.suffix == ".db"] == [".db"]


def test_the_demo_says_where_it_looked_for_its_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "_PACKAGE", tmp_path / "service")
    with pytest.raises(WiretwinError, match=f"{tmp_path}/service/seeds or {tmp_path}/seeds"):
        seeding.articles()
