"""Who may make which call, how often, and from which pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from samples import story
from serving import Service

from dedup.errors import InvalidSetting
from dedup.settings import Settings
from service.auth import refuse_exposure
from service.keys import Scope, add, new_key, remove

KEYS = "read:reader,write:writer,admin:chief"
ARTICLE = {"text": story("auth")}
CALLS: list[tuple[str, str, dict[str, Any], str]] = [
    ("GET", "/v1/articles/a", {}, "read"),
    ("GET", "/v1/articles/a/matches", {}, "read"),
    ("GET", "/v1/clusters", {}, "read"),
    ("GET", "/v1/clusters/x", {}, "read"),
    ("GET", "/v1/clusters/x/synopsis", {}, "read"),
    ("GET", "/v1/events", {}, "read"),
    ("GET", "/v1/compare?left=a&right=a", {}, "read"),
    ("POST", "/v1/compare", {"json": {"left": "a", "right": "a"}}, "read"),
    ("POST", "/v1/check", {"json": ARTICLE}, "read"),
    ("GET", "/v1/judgements", {}, "read"),
    ("GET", "/", {}, "read"),
    ("GET", "/check", {}, "read"),
    ("POST", "/check", {"data": {"text": "some"}}, "read"),
    ("PUT", "/v1/articles/a", {"json": ARTICLE}, "write"),
    ("POST", "/v1/articles", {"json": ARTICLE}, "write"),
    (
        "POST",
        "/v1/batch",
        {"content": b"", "headers": {"Content-Type": "application/x-ndjson"}},
        "write",
    ),
    ("DELETE", "/v1/articles/a", {}, "write"),
    ("PUT", "/v1/judgements", {"json": {"left": "a"}}, "write"),
    ("DELETE", "/v1/judgements?left=a&right=b", {}, "write"),
    ("GET", "/metrics", {}, "admin"),
]
WHO = {"read": 1, "write": 2, "admin": 3}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service with a key of each scope."""
    from serving import running

    store = tmp_path_factory.mktemp("locked") / "s.db"
    with running(Settings(store=f"sqlite:///{store}", api_keys=KEYS)) as service:
        yield service


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
def test_every_call_needs_a_key_of_its_scope(
    locked: Service, method: str, path: str, body: dict[str, Any], scope: str
) -> None:
    headers = body.get("headers", {})
    body = {name: value for name, value in body.items() if name != "headers"}

    def status(**more: str) -> int:
        return locked.client.request(method, path, headers=headers | more, **body).status_code

    assert status() == 401
    assert status(Authorization="Bearer wrong") == 401
    assert status(Authorization="Digest username=chief") == 401
    for key, strength in (("reader", 1), ("writer", 2), ("chief", 3)):
        enough = strength >= WHO[scope]
        assert (status(**bearer(key)) not in {401, 403}) == enough
        if not enough:
            assert status(**bearer(key)) == 403


def test_all_calls_are_in_the_table(locked: Service) -> None:
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "x", path))
        for path, methods in locked.client.get("/openapi.json").json()["paths"].items()
        for method, operation in methods.items()
        if "security" in operation
    }
    tried = {(m, re.sub(r"/a\b", "/x", p.partition("?")[0])) for m, p, _, _ in CALLS}
    assert described <= tried


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/openapi.json", "/docs", "/static/base.css"]
)
def test_some_paths_need_none(locked: Service, path: str) -> None:
    assert locked.client.get(path).status_code == 200


def test_a_key_can_be_sent_in_three_ways(locked: Service) -> None:
    client = locked.client
    assert client.get("/v1/clusters", headers=bearer("reader")).status_code == 200
    assert client.get("/v1/clusters", headers={"X-API-Key": "reader"}).status_code == 200
    assert client.get("/v1/clusters", auth=("anybody", "reader")).status_code == 200
    assert client.get("/v1/clusters", auth=("reader", "")).status_code == 401


def test_a_refusal_says_what_is_wanted(locked: Service) -> None:
    answer = locked.client.get("/v1/clusters")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="wiretwin"'
    assert answer.json()["detail"] == "there is no key in the request"
    answer = locked.client.delete("/v1/articles/a", headers=bearer("reader"))
    assert "the scope write; this one has read" in answer.json()["detail"]
    page = locked.client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 401
    assert page.headers["WWW-Authenticate"].startswith("Basic ")
    assert "A key is needed" in page.text


def test_a_body_is_not_read_before_the_key(locked: Service) -> None:
    answer = locked.client.put("/v1/articles/a", content=b"{", headers=bearer("wrong"))
    assert answer.status_code == 401


def test_keys_of_a_file_come_and_go_without_a_restart(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    secret, key = new_key("crawler", Scope.WRITE)
    add(file, key)
    service = start_service(api_keys_file=str(file))
    assert service.client.get("/v1/clusters", headers=bearer(secret)).status_code == 200
    remove(file, "crawler")
    assert service.client.get("/v1/clusters", headers=bearer(secret)).status_code == 401


def test_nobody_needs_a_key_where_there_is_none(service: Service) -> None:
    assert service.client.get("/v1/clusters").status_code == 200
    assert service.client.get("/v1/clusters", headers=bearer("any")).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_the_machine_itself_may_be_served_without_keys(address: str) -> None:
    refuse_exposure(Settings(), address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7"])
def test_others_may_not_unless_told_so(address: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^WIRETWIN_HOST: .*WIRETWIN_API_KEYS"):
        refuse_exposure(Settings(), address)
    refuse_exposure(Settings(allow_anonymous=True), address)
    refuse_exposure(Settings(api_keys="k"), address)


def test_a_key_may_ask_only_so_often(start_service: Callable[..., Service]) -> None:
    service = start_service(api_keys="read:one,read:two", rate_limit=0.5, rate_burst=3)

    def asked(key: str) -> httpx.Response:
        return service.client.get("/v1/clusters", headers=bearer(key))

    assert [asked("one").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = asked("one")
    assert refused.headers["Retry-After"] in {"1", "2"}
    assert "0.5 requests a second" in refused.json()["detail"]
    assert asked("two").status_code == 200
    assert [asked("guess").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert service.client.get("/healthz").status_code == 200


def test_without_keys_an_address_may_ask_only_so_often(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(rate_limit=0.01, rate_burst=2)
    answers = [service.client.get("/v1/clusters").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


PREFLIGHT = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-api-key"}


def test_foreign_pages_may_not_call(service: Service) -> None:
    origin = {"Origin": "https://desk.example"}
    answers = [
        service.client.get("/v1/clusters", headers=origin),
        service.client.options("/v1/articles/a", headers=origin | PREFLIGHT),
    ]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_pages_named_may_call(start_service: Callable[..., Service]) -> None:
    origins = "https://desk.example, http://localhost:3000"
    service = start_service(cors_origins=origins, api_keys="k")
    origin = {"Origin": "https://desk.example"}
    asked = service.client.options("/v1/articles/a", headers=origin | PREFLIGHT)
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "https://desk.example"
    assert "PUT" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "x-api-key"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    answer = service.client.get("/v1/clusters", headers=origin)
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == "https://desk.example"
    other = service.client.get("/v1/clusters", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    page = service.client.get("/", headers=origin)
    assert "Access-Control-Allow-Origin" not in page.headers


@pytest.mark.parametrize("origins", ["desk.example", "https://desk.example/path", "file://x"])
def test_what_is_no_origin_is_refused(start_service: Callable[..., Service], origins: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^WIRETWIN_CORS_ORIGINS: .*is no origin"):
        start_service(cors_origins=origins)
