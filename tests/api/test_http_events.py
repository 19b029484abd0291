"""The feed: everything that happens, in order, without a gap, by pages and as a stream."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from samples import cropped, story
from serving import Service

STREAM = {"Accept": "text/event-stream"}


def put(service: Service, id: str, text: str) -> None:
    """Store an article."""
    assert service.client.put(f"/v1/articles/{id}", json={"text": text}).status_code in {200, 201}


def fetched(service: Service, **params: Any) -> dict[str, Any]:
    """A part of the feed."""
    answer = service.client.get("/v1/events", params=params)
    assert answer.status_code == 200, answer.text
    part: dict[str, Any] = answer.json()
    return part


def told(lines: Iterator[str], count: int) -> list[dict[str, Any]]:
    """So many events of a stream, their id and type beside their data."""
    events: list[dict[str, Any]] = []
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            event = json.loads(fields["data"])
            assert (fields["id"], fields["event"]) == (str(event["cursor"]), event["kind"])
            events.append(event)
            fields = {}
            if len(events) == count:
                return events
    return events


def test_a_life_is_told_from_birth_to_end(start_service: Callable[..., Service]) -> None:
    service = start_service()
    assert fetched(service) == {"items": [], "next": 0}
    text = story("event")
    put(service, "a", text)
    put(service, "b", cropped(text, 9))
    put(service, "b", cropped(text, 9))
    put(service, "c", text)
    put(service, "b", story("event, other"))
    service.client.delete("/v1/articles/c")
    whole = fetched(service)
    assert [(one["kind"], one["article_ids"]) for one in whole["items"]] == [
        ("article.created", ["a"]),
        ("article.created", ["b"]),
        ("cluster.created", ["a", "b"]),
        ("article.created", ["c"]),
        ("cluster.grown", ["c"]),
        ("article.updated", ["b"]),
        ("cluster.split", ["b"]),
        ("article.deleted", ["c"]),
        ("cluster.split", ["a"]),
    ]
    cursors = [one["cursor"] for one in whole["items"]]
    assert cursors == list(range(1, 10))
    assert whole["next"] == 9
    pages: list[Any] = []
    while part := fetched(service, after=len(pages), limit=2)["items"]:
        assert len(part) <= 2
        pages += part
    assert pages == whole["items"]


def test_waiting_ends_with_the_first_news(start_service: Callable[..., Service]) -> None:
    service = start_service()
    later = threading.Timer(0.7, put, (service, "late", story("late")))
    begun = time.monotonic()
    later.start()
    part = fetched(service, wait=30)
    assert [one["article_ids"] for one in part["items"]] == [["late"]]
    assert 0.6 < time.monotonic() - begun < 20
    later.join()


def test_waiting_is_bounded(start_service: Callable[..., Service]) -> None:
    service = start_service()
    begun = time.monotonic()
    assert fetched(service, wait=0.4) == {"items": [], "next": 0}
    assert time.monotonic() - begun >= 0.4


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"after": "-1"}, "after"),
        ({"after": "x"}, "after"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"wait": "61"}, "wait"),
        ({"wait": "nan"}, "wait"),
        ({"since": "1"}, "since"),
    ],
)
def test_bad_parameters(service: Service, params: dict[str, str], field: str) -> None:
    answer = service.client.get("/v1/events", params=params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_stream_goes_on_where_its_reader_was(start_service: Callable[..., Service]) -> None:
    service = start_service()
    put(service, "a", story("stream a"))
    with service.client.stream("GET", "/v1/events", headers=STREAM) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert [one["article_ids"] for one in told(lines, 1)] == [["a"]]
        put(service, "b", story("stream b"))
        put(service, "c", story("stream c"))
        seen = told(lines, 2)
        assert [one["article_ids"] for one in seen] == [["b"], ["c"]]
    goes_on = STREAM | {"Last-Event-ID": "2"}
    with service.client.stream("GET", "/v1/events?after=0", headers=goes_on) as answer:
        assert told(answer.iter_lines(), 1) == seen[1:]


def test_a_stream_ends_when_the_service_does(start_service: Callable[..., Service]) -> None:
    service = start_service()
    with service.client.stream("GET", "/v1/events", headers=STREAM) as answer:
        threading.Timer(0.3, service.draining.begin).start()
        assert told(answer.iter_lines(), 1) == []
    begun = time.monotonic()
    assert fetched(service, wait=30)["items"] == []
    assert time.monotonic() - begun < 20
    answer = service.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["title"] == "The service is about to stop"
    assert answer.headers["Retry-After"]
    assert service.client.get("/healthz").status_code == 200


def test_who_fell_behind_is_told(start_service: Callable[..., Service]) -> None:
    service = start_service()
    for n in range(4):
        put(service, f"a{n}", story(f"behind {n}"))
    middle = service.engine.store.events(2, 1)[0].at
    service.engine.store.expire_events(middle, 100)
    assert [one["cursor"] for one in fetched(service)["items"]] == [3, 4]
    assert [one["cursor"] for one in fetched(service, after=2)["items"]] == [3, 4]
    for headers in ({}, STREAM):
        answer = service.client.get("/v1/events", params={"after": 1}, headers=headers)
        assert answer.status_code == 410
        assert "the oldest one is 3" in answer.json()["detail"]
    service.engine.store.expire_events(datetime(2999, 1, 1, tzinfo=UTC), 100)
    assert fetched(service) == {"items": [], "next": 4}
    assert fetched(service, after=4) == {"items": [], "next": 4}
    assert service.client.get("/v1/events", params={"after": 3}).status_code == 410


def test_a_cursor_from_elsewhere_is_refused(start_service: Callable[..., Service]) -> None:
    service = start_service()
    put(service, "a", story("elsewhere"))
    answer = service.client.get("/v1/events", params={"after": 2})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "after: is beyond the last event, which is 1"


def test_only_so_many_may_wait(start_service: Callable[..., Service]) -> None:
    service = start_service(threads=4)
    with (
        httpx.Client(base_url=service.url) as other,
        service.client.stream("GET", "/v1/events", headers=STREAM),
        service.client.stream("GET", "/v1/events", headers=STREAM),
    ):
        answer = other.get("/v1/events", params={"wait": 30})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        assert other.get("/v1/events").status_code == 200
