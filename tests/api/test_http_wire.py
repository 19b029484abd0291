"""What HTTP itself asks for: headers, methods, encodings, other servers, a store that is away."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from contract import Contract
from samples import story
from serving import Service


def test_answers_are_compact_utf8_in_their_own_script(service: Service) -> None:
    body = {"text": "Привет, мир 🙂 " + story("script"), "title": "Überschrift"}
    service.client.put("/v1/articles/utf8", json=body)
    answer = service.client.get("/v1/articles/utf8")
    assert answer.headers["content-type"] == "application/json"
    assert "Привет, мир 🙂".encode() in answer.content
    assert b'"title":"\xc3\x9cberschrift"' in answer.content
    assert b": " not in answer.content.partition(b'"text"')[0]
    assert next(iter(answer.json())) == "id"


def test_bodies_may_start_with_a_byte_order_mark(service: Service) -> None:
    content = b"\xef\xbb\xbf" + json.dumps({"text": story("bom")}).encode()
    answer = service.client.post(
        "/v1/check", content=content, headers={"Content-Type": "application/json; charset=UTF-8"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("sent", ["abc-123", "a:b/c+d=e.f_g", "x" * 128])
def test_request_id_is_echoed(service: Service, sent: str) -> None:
    for path in ("/healthz", "/v1/articles/nobody", "/v1/nonsense", "/"):
        answer = service.client.get(path, headers={"X-Request-Id": sent})
        assert answer.headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "two words", "x" * 129, "<script>", "ü"])
def test_request_id_is_made_when_none_can_be_used(service: Service, sent: str) -> None:
    headers = {"X-Request-Id": sent.encode()} if sent else {}
    first = service.client.get("/healthz", headers=headers).headers["x-request-id"]
    second = service.client.get("/healthz", headers=headers).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize("path", ["/healthz", "/v1/clusters", "/v1/nonsense", "/", "/openapi.json"])
def test_headers_that_protect_a_browser(service: Service, path: str) -> None:
    headers = service.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_head_and_options(service: Service) -> None:
    service.client.put("/v1/articles/head", json={"text": story("head")})
    got = service.client.get("/v1/articles/head")
    head = service.client.head("/v1/articles/head")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert service.client.head("/v1/articles/nobody").status_code == 404
    options = service.client.options("/v1/articles/head")
    assert (options.status_code, options.content) == (200, b"")
    assert set(options.headers["allow"].split(", ")) == {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}


def test_health(service: Service) -> None:
    assert service.client.get("/healthz").json() == {"status": "ok"}
    assert service.client.get("/readyz").json() == {"status": "ready"}


def test_store_that_is_locked_is_told_and_recovers(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(store_timeout=0.5)
    body = {"id": "locked", "text": story("locked")}
    with closing(sqlite3.connect(service.settings.store.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor() as pool:
            alone = pool.submit(service.client.post, "/v1/articles", json=body)
            ndjson = {"Content-Type": "application/x-ndjson"}
            line = json.dumps(body).encode()
            batch = pool.submit(service.client.post, "/v1/batch", content=line, headers=ndjson)
        other.execute("ROLLBACK")
    answer = alone.result()
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"] == "urn:wiretwin:problem:store-unavailable"
    assert json.loads(batch.result().text)["error"]["status"] == 503
    assert service.client.get("/v1/articles/locked").status_code == 404
    assert service.client.post("/v1/articles", json=body).status_code == 201


def test_what_nobody_foresaw_is_a_problem_document_too(
    start_service: Callable[..., Service], caplog: pytest.LogCaptureFixture
) -> None:
    service = start_service()
    service.engine.close()  # under its feet
    headers = {"X-Request-Id": "this-one"}
    answer = httpx.get(f"{service.url}/v1/articles/any", headers=headers)
    assert answer.status_code in {500, 503}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert answer.json()["errors"] == []
    assert "sqlite" not in answer.text.lower()
    failed = [r for r in caplog.records if r.getMessage() == "request failed"]
    assert [vars(record)["request_id"] for record in failed] == ["this-one"]


@pytest.fixture(scope="module")
def gunicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the service as ``wiretwin serve`` runs it."""
    store = tmp_path_factory.mktemp("gunicorn") / "gunicorn.db"
    command = [Path(sys.executable).with_name("wiretwin"), "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--store", f"sqlite:///{store}"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        try:
            hooks = {"response": [Contract(url)]}
            with httpx.Client(base_url=url, timeout=60, event_hooks=hooks) as client:
                yield client
        finally:
            process.terminate()


@pytest.mark.parametrize(
    "raw",
    ["a%2Fb", "a%2Fmatches", "%2F", "%252F", "100%25", "%C3%BC%20x", "%F0%9F%99%82" * 512],
    ids=lambda raw: raw[:20],
)
def test_encoded_slashes_under_gunicorn(gunicorn: httpx.Client, raw: str) -> None:
    path = f"/v1/articles/{raw}"
    assert gunicorn.put(path, json={"text": story(raw)}).status_code == 201
    assert gunicorn.get(path).json()["text"] == story(raw)
    assert gunicorn.get(path + "/matches").json() == {"items": []}
    assert gunicorn.delete(path).status_code == 204


def test_too_large_under_gunicorn(gunicorn: httpx.Client) -> None:
    body = b'{"text": "' + b"x" * (17 * 1024 * 1024) + b'"}'
    headers = {"Content-Type": "application/json"}
    try:
        answer = gunicorn.post("/v1/articles", content=body, headers=headers)
    except httpx.WriteError:
        return  # refused and closed before all of it was sent
    assert answer.status_code == 413


def test_too_large_in_chunks_under_gunicorn(gunicorn: httpx.Client) -> None:
    blanks = b" " * (1 << 20)
    body = [b'{"text": "Two bridges were closed after the flood."}', *[blanks] * 16, b"more"]
    headers = {"Content-Type": "application/json"}
    for call in ("/v1/check", "/v1/articles"):
        try:
            answer = gunicorn.post(call, content=iter(body), headers=headers)
        except httpx.WriteError:
            continue  # refused and closed before all of it was sent
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "body")


def test_batch_answers_while_it_still_arrives(gunicorn: httpx.Client) -> None:
    """A line is answered before the next but one is sent, over one bare connection."""

    def chunk(data: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(data), data)

    def line(i: int) -> bytes:
        filler = {"filler": "x" * 1024}  # gunicorn waits for a kilobyte or the end
        article = {"id": f"live-{i}", "text": story(f"live {i}", 2), "metadata": filler}
        return json.dumps(article).encode() + b"\n"

    url = gunicorn.base_url
    received = b""
    with socket.create_connection((url.host, url.port or 80), timeout=30) as connection:
        connection.sendall(
            b"POST /v1/batch?detail=none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        connection.sendall(chunk(line(0)))
        for i in range(5):
            connection.sendall(chunk(line(i + 1)))
            while f'"live-{i}"'.encode() not in received:
                part = connection.recv(65536)
                assert part, received
                received += part
        for i in range(6, 200):
            connection.sendall(chunk(line(i)))
        connection.sendall(b"0\r\n\r\n")
        while part := connection.recv(65536):
            received += part
    assert received.count(b'"status":"created"') == 200
    ids = re.findall(rb'"id":"live-(\d+)"', received)
    assert [int(id) for id in ids] == list(range(200))
