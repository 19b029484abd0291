"""Workers as they run: counted together, logged by request, ready or not, refusing in JSON."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from processes import children, started
from prometheus_client.parser import text_string_to_metric_families
from servers import Server, free_ports, wait_for

from service.worker import reworded

STORY = "The river rose by two metres overnight and three villages were cleared, officials said."


def sample(url: str, name: str, **labels: str) -> float:
    """One number of ``/metrics``."""
    [found] = [
        one.value
        for family in text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
        for one in family.samples
        if one.name == name and one.labels == labels
    ]
    return found


def test_workers_count_together_and_one_that_dies_is_not_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    environ = {"WIRETWIN_WORKERS": "2", "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    with started(tmp_path, "serve", "--port", "0", "--workers", "2", **environ) as (
        process,
        url,
        _,
    ):

        def stored() -> list[float]:
            labels = {"method": "PUT", "path": "/v1/articles/{id}", "status": "201"}
            return [sample(url, "wiretwin_requests_total", **labels) for _ in range(6)]

        workers = children(process)

        def counted() -> set[int]:
            return {int(file.stem.rpartition("_")[2]) for file in folder.glob("counter_*.db")}

        sent = 0
        while not workers <= counted():  # until both have answered something
            assert sent < 400
            for _ in range(8):
                httpx.put(f"{url}/v1/articles/{sent}", json={"text": f"{STORY} {sent}"})
                sent += 1
        assert stored() == [sent] * 6
        assert sample(url, "wiretwin_articles") == sent
        assert sample(url, "wiretwin_request_seconds_count", method="PUT", path="/v1/articles/{id}")
        os.kill(min(workers), signal.SIGKILL)
        wait_for(lambda: len(children(process) - {min(workers)}) == 2, "a new worker")
        assert stored() == [sent] * 6
        assert sample(url, "wiretwin_requests_in_progress") == 1  # this one


def test_every_request_is_a_line_under_the_id_that_its_answer_echoes(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--port", "0", "--workers", "2") as (process, url, _):
        named = httpx.get(f"{url}/v1/articles/nobody", headers={"X-Request-Id": "crawler-7"})
        assert named.headers["x-request-id"] == "crawler-7"
        made = httpx.put(f"{url}/v1/articles/a", json={"text": STORY}).headers["x-request-id"]
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    by_id = {line["request_id"]: line for line in lines}
    told = {name: by_id["crawler-7"][name] for name in ("method", "path", "status", "level")}
    assert told == {
        "method": "GET",
        "path": "/v1/articles/{id}",
        "status": 404,
        "level": "info",
    }
    assert by_id[made]["status"] == 201
    assert by_id[made]["ms"] > 0


def test_a_service_that_is_about_to_stop_is_alive_but_not_ready(tmp_path: Path) -> None:
    environ = {"WIRETWIN_WORKERS": "2", "WIRETWIN_DRAIN_SECONDS": "2"}
    with started(tmp_path, "serve", "--port", "0", "--workers", "2", **environ) as (
        process,
        url,
        _,
    ):
        assert httpx.get(f"{url}/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: httpx.get(f"{url}/readyz").status_code == 503, "draining")
        refused = httpx.get(f"{url}/readyz")
        assert refused.json()["type"] == "urn:wiretwin:problem:draining"
        assert int(refused.headers["retry-after"]) > 0
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert httpx.put(f"{url}/v1/articles/a", json={"text": STORY}).status_code == 201
        assert process.wait(timeout=40) == 0


def test_a_service_whose_store_is_away_is_alive_but_not_ready(tmp_path: Path) -> None:
    [port] = free_ports(1)
    environ = {"WIRETWIN_STORE": f"redis://127.0.0.1:{port}", "WIRETWIN_STORE_TIMEOUT": "0.5"}
    durable = ("--appendonly", "yes", "--appendfsync", "always")
    with (
        Server(port, tmp_path / "redis", durable) as store,
        started(tmp_path, "serve", "--port", "0", "--workers", "2", **environ) as (_, url, _),
    ):
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        store.stop()
        begun = time.monotonic()
        refused = httpx.get(f"{url}/readyz")
        assert time.monotonic() - begun < 10
        assert (refused.status_code, refused.json()["status"]) == (503, 503)
        assert int(refused.headers["retry-after"]) > 0
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert sample(url, "wiretwin_store_up") == 0
        store.start()
        wait_for(lambda: httpx.get(f"{url}/readyz").status_code == 200, "the store to be back")
        assert sample(url, "wiretwin_store_up") == 1
        with store.client as client:
            client.flushall()
        lost = httpx.get(f"{url}/readyz")
        assert (lost.status_code, lost.json()["status"]) == (503, 503)
        assert lost.json()["type"] == "urn:wiretwin:problem:store-changed"
        assert "start this process again" in lost.json()["detail"]


def test_what_never_reaches_the_application_is_refused_in_its_words(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--port", "0") as (_, url, _):
        long = httpx.get(f"{url}/v1/clusters?q=" + "x" * 8200)
        assert long.status_code == 414
        assert long.headers["content-type"] == "application/problem+json"
        assert long.json()["status"] == 414
        assert "8190" in long.json()["detail"]
        where = urlsplit(url)
        with socket.create_connection((where.hostname, where.port)) as client:
            client.sendall(b"this is no HTTP\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["title"] == "Bad Request"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n\r\nbody"])
def test_other_answers_are_left_alone(answer: bytes) -> None:
    assert reworded(answer) == answer
