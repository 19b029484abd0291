"""Everything that can be wrong with a request: named, refused, and nothing stored by half."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from bad_articles import ARTICLES, JSON, TEXT, Case, article
from serving import Service

_ids = count(1)


@pytest.mark.parametrize("case", ARTICLES, ids=lambda case: case.name)
@pytest.mark.parametrize("call", ["PUT", "POST", "check"])
def test_bad_article(service: Service, case: Case, call: str) -> None:
    before = service.engine.store.stats()
    path = f"/v1/articles/bad-{next(_ids)}"
    method, to = {
        "PUT": ("PUT", path),
        "POST": ("POST", "/v1/articles"),
        "check": ("POST", "/v1/check"),
    }[call]
    answer = service.client.request(method, to, content=case.content(), headers=case.headers)
    assert answer.status_code == case.status, answer.text
    problem = answer.json()
    assert tuple(error["field"] for error in problem["errors"]) == case.fields
    assert all(error["message"] for error in problem["errors"])
    assert problem["instance"] == to
    if case.status == 422:
        named = "; ".join(f"{error['field']}: {error['message']}" for error in problem["errors"])
        assert problem["detail"] == named
    after = service.engine.store.stats()
    assert (after.articles, after.postings, after.pending) == (
        before.articles,
        before.postings,
        before.pending,
    )
    assert service.client.get(path).status_code == 404


IDS = [
    "",
    " ",
    ".",
    "..",
    ". .",
    "a\0b",
    "a\nb",
    "\x7f",
    "\x85",
    "x" * 513,
    "x" * 1000,
    5,
    True,
    ["a"],
]


@pytest.mark.parametrize("id", IDS)
def test_bad_id_in_a_body(service: Service, id: Any) -> None:
    before = service.engine.store.stats().articles
    answer = service.client.post("/v1/articles", json=article(id=id))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["id"]
    assert service.engine.store.stats().articles == before


@pytest.mark.parametrize(
    "raw", ["%20", "%00", "a%0Ab", "%7F", "x" * 513, "x" * 1000, "%FF", "a%C3", "%ED%A0%80"]
)
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE", "matches"])
def test_bad_id_in_a_path(service: Service, raw: str, method: str) -> None:
    path = f"/v1/articles/{raw}" + ("/matches" if method == "matches" else "")
    verb = "GET" if method == "matches" else method
    body = json.dumps(article()).encode() if verb == "PUT" else None
    answer = service.client.request(verb, path, content=body, headers=JSON if body else {})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["id"]


def test_ids_that_contradict_each_other(service: Service) -> None:
    answer = service.client.put("/v1/articles/path-id", json=article(id="body-id"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["id"]
    for id in ("path-id", "body-id"):
        assert service.client.get(f"/v1/articles/{id}").status_code == 404


COMPARE: list[tuple[Any, int, list[str]]] = [
    ({}, 422, ["left", "right"]),
    ({"left": {"text": TEXT}}, 422, ["right"]),
    ({"left": {"text": TEXT}, "right": None}, 422, ["right"]),
    ({"left": {"text": TEXT}, "right": 5}, 422, ["right"]),
    ({"left": {"text": TEXT}, "right": ["a"]}, 422, ["right"]),
    ({"left": {"text": TEXT}, "right": ""}, 422, ["right"]),
    ({"left": {"text": TEXT}, "right": "x" * 513}, 422, ["right"]),
    ({"left": {"text": ""}, "right": {"text": TEXT}}, 422, ["left.text"]),
    ({"left": {}, "right": {"text": TEXT}}, 422, ["left.text"]),
    ({"left": {"text": TEXT}, "right": {"html": "<p></p>"}}, 422, ["right.html"]),
    ({"left": {"text": "a", "html": "b"}, "right": {"text": TEXT}}, 422, ["left.html"]),
    ({"left": {"text": TEXT, "x": 1}, "right": {"text": TEXT}}, 422, ["left.x"]),
    ({"left": {"text": TEXT}, "right": {"text": TEXT}, "x": 1}, 422, ["x"]),
    ({"left": "nobody", "right": {"text": TEXT}}, 404, ["left"]),
    ({"left": {"text": TEXT}, "right": "nobody"}, 404, ["right"]),
    *(
        (
            {"left": {"text": TEXT}, "right": {"text": TEXT}, "thresholds": thresholds},
            422,
            [name],
        )
        for thresholds, name in (
            ({"reuse": 1.1}, "thresholds.reuse"),
            ({"reuse": -0.1}, "thresholds.reuse"),
            ({"passage": "0.5"}, "thresholds.passage"),
            ({"same_text": True}, "thresholds.same_text"),
            ({"exact": 0.5}, "thresholds.exact"),
            (0.5, "thresholds"),
        )
    ),
]


@pytest.mark.parametrize(("body", "status", "fields"), COMPARE)
def test_bad_comparison(service: Service, body: Any, status: int, fields: list[str]) -> None:
    answer = service.client.post("/v1/compare", json=body)
    assert answer.status_code == status, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == fields


QUERIES = [
    ("/v1/compare", ["left", "right"]),
    ("/v1/compare?left=a", ["right"]),
    ("/v1/compare?left=&right=b", ["left"]),
    ("/v1/compare?left=a&right=b%00", ["right"]),
    ("/v1/compare?left=a&right=b&x=1", ["x"]),
    ("/v1/compare?left=a&left=b&right=c", ["left"]),
    ("/v1/clusters?limit=0", ["limit"]),
    ("/v1/clusters?limit=501", ["limit"]),
    ("/v1/clusters?limit=ten", ["limit"]),
    ("/v1/clusters?limit=" + "9" * 5000, ["limit"]),
    ("/v1/clusters?min_size=0", ["min_size"]),
    ("/v1/clusters?min_size=-1", ["min_size"]),
    ("/v1/clusters?order=oldest", ["order"]),
    ("/v1/clusters?since=yesterday", ["since"]),
    ("/v1/clusters?until=2025-01-05", ["until"]),
    ("/v1/clusters?since=2025-01-05T00:00:00+01:00", ["since"]),
    ("/v1/clusters?cursor=nonsense", ["cursor"]),
    ("/v1/clusters?cursor=" + "x" * 2001, ["cursor"]),
    ("/v1/clusters?cursor=%00", ["cursor"]),
    ("/v1/clusters?q=%00", ["q"]),
    ("/v1/clusters?colour=red", ["colour"]),
    ("/v1/clusters?limit=5&limit=6", ["limit"]),
]


@pytest.mark.parametrize(("path", "fields"), QUERIES)
def test_bad_query(service: Service, path: str, fields: list[str]) -> None:
    answer = service.client.get(path)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == fields


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles/nobody",
        "/v1/articles/nobody/matches",
        "/v1/articles/a/b",
        "/v1/articles/",
        "/v1/clusters/nobody",
        "/v1/clusters/nobody/synopsis",
        "/v1/compare?left=nobody&right=nobody-else",
        "/v1",
        "/v1/nonsense",
        "/v2/articles",
    ],
)
def test_what_is_not_there(service: Service, path: str) -> None:
    assert service.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/articles", {"POST", "OPTIONS"}),
        ("PATCH", "/v1/articles/a", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
        ("POST", "/v1/articles/a", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
        ("GET", "/v1/batch", {"POST", "OPTIONS"}),
        ("PUT", "/v1/check", {"POST", "OPTIONS"}),
        ("POST", "/v1/clusters", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/v1/clusters", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_wrong_method(service: Service, method: str, path: str, allowed: set[str]) -> None:
    answer = service.client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


def test_too_large(start_service: Callable[..., Service]) -> None:
    service = start_service(max_body_bytes=4000, max_text_chars=1000)
    for call in ("/v1/articles", "/v1/check"):
        answer = service.client.post(call, json={"text": "x " * 501})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "text")
        answer = service.client.post(call, json={"html": "x " * 501})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "html")
        answer = service.client.post(call, json={"text": "x" * 4000})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "body")
        chunked = service.client.post(call, content=iter([b"[" * 3000] * 3), headers=JSON)
        assert (chunked.status_code, chunked.json()["errors"][0]["field"]) == (413, "body")
        said = "body: has more than 4000 bytes, the limit that WIRETWIN_MAX_BODY_BYTES sets"
        assert answer.json()["detail"] == said
    sides = {"left": {"text": "a"}, "right": {"text": "x " * 501}}
    answer = service.client.post("/v1/compare", json=sides)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "right.text")
    assert service.client.post("/v1/articles", json={"text": "x" * 1000}).status_code == 201
    assert service.engine.store.stats().articles == 1
