"""Batches: a line of answer for a line of input, in order, whatever is wrong with some."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from samples import cropped, story
from serving import Service

NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*articles: Any) -> bytes:
    """Articles as JSON lines; bytes are taken as they are."""
    return b"".join(
        (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in articles
    )


def sent(client: httpx.Client, body: bytes | Iterator[bytes], **params: str) -> list[Any]:
    """The answers to a batch."""
    answer = client.post("/v1/batch", content=body, headers=NDJSON, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_copies_within_a_batch_find_each_other(service: Service) -> None:
    whole = story("batch")
    body = lines(
        {"id": "batch-1", "text": whole, "source": "Wire"},
        {"id": "batch-2", "text": cropped(whole, 9)},
        {"text": story("batch, alone")},
        {"id": "batch-1", "text": whole, "source": "Wire"},
    )
    first, second, third, again = sent(service.client, body)
    assert [one["line"] for one in (first, second, third, again)] == [1, 2, 3, 4]
    assert (first["id"], first["status"], first["verdict"]) == ("batch-1", "created", "unique")
    assert second["verdict"] == "contained_in"
    assert [(m["id"], m["source"]) for m in second["matches"]] == [("batch-1", "Wire")]
    assert second["cluster_id"] is not None
    assert service.client.get(f"/v1/articles/{third['id']}").status_code == 200
    assert (again["status"], again["error"]) == ("unchanged", None)


def test_detail(service: Service) -> None:
    body = lines({"id": "detail-1", "text": story("detail")})
    body += lines({"id": "detail-2", "text": story("detail")})
    full = sent(service.client, body)[1]
    assert sent(service.client, body, detail="full")[1]["matches"] == full["matches"]
    (short,) = sent(service.client, body, detail="ids")[1]["matches"]
    assert short == {"id": "detail-1", "relation": "exact", "score": full["matches"][0]["score"]}
    assert sent(service.client, body, detail="none")[1]["matches"] is None
    refused = service.client.post(
        "/v1/batch", content=body, headers=NDJSON, params={"detail": "some"}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "detail"


def test_whole_matches_tell_what_changed(service: Service) -> None:
    whole = story("batch, changed")
    left = whole + " The ferry carried 412 people when it left the port on Monday."
    right = whole + " The ferry carried 560 people when it left the port on Monday."
    body = lines({"id": "changed-1", "text": left}, {"id": "changed-2", "text": right})
    (match,) = sent(service.client, body)[1]["matches"]
    assert match["changes"]["number"] == 1
    assert service.client.get("/v1/articles/changed-2/matches").json()["items"] == [match]


def test_a_bad_line_is_an_error_line_and_the_rest_goes_on(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(max_body_bytes=20_000, max_text_chars=9_000)
    bad: list[tuple[bytes | dict[str, Any], int, str]] = [
        (b"{", 400, "body"),
        (b"\xff\xfe", 400, "body"),
        (b"[]", 422, "body"),
        (b'{"text": NaN}', 400, "body"),
        ({"id": "e1", "text": ""}, 422, "text"),
        ({"id": "e2"}, 422, "text"),
        ({"id": "e3", "text": "x", "html": "y"}, 422, "html"),
        ({"id": "e4", "text": "x", "colour": "red"}, 422, "colour"),
        ({"id": 5, "text": "x"}, 422, "id"),
        (b'{"id":"e6","text":"\\ud800"}', 422, "text"),
        ({"id": "e7", "text": "x" * 9_001}, 413, "text"),
        (b'{"id":"e8","text":"' + b"y" * 70_000 + b'"}', 413, "body"),
        ({"id": "e9", "html": "<p></p>"}, 422, "html"),
    ]
    body = lines({"id": "good-0", "text": story("good 0")})
    for i, (line, _, _) in enumerate(bad, start=1):
        body += lines(line) + b"\n  \r\n" + lines({"id": f"good-{i}", "text": story(f"good {i}")})
    answers = sent(service.client, body.rstrip(b"\n"))
    assert len(answers) == 1 + 2 * len(bad)
    good, wrong = answers[::2], answers[1::2]
    assert [one["id"] for one in good] == [f"good-{i}" for i in range(len(bad) + 1)]
    assert {one["status"] for one in good} == {"created"}
    assert [one["line"] for one in wrong] == [2 + 4 * i for i in range(len(bad))]
    for (line, status, field), answer in zip(bad, wrong, strict=True):
        assert (answer["error"]["status"], answer["status"]) == (status, None), line
        assert [error["field"] for error in answer["error"]["errors"]] == [field], line
        if isinstance(line, dict) and field != "id":
            assert answer["id"] == line.get("id")
    assert service.engine.store.stats().articles == len(good)


def test_empty_batches(service: Service) -> None:
    assert sent(service.client, b"") == []
    assert sent(service.client, b"\n \n\r\n") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json"},
        {},
        NDJSON | {"Content-Encoding": "gzip"},
        {"Content-Type": "application/x-ndjson; charset=latin-1"},
    ],
)
def test_other_formats_are_refused(service: Service, headers: dict[str, str]) -> None:
    answer = service.client.post("/v1/batch", content=b"{}\n", headers=headers)
    assert answer.status_code == 415


def test_a_batch_may_be_longer_than_any_body(start_service: Callable[..., Service]) -> None:
    service = start_service(max_body_bytes=20_000)

    def parts() -> Iterator[bytes]:
        for i in range(150):
            filler = {"filler": "x" * 500}
            yield lines({"id": f"long-{i}", "text": story(f"long {i}", 2), "metadata": filler})

    answers = sent(service.client, parts(), detail="none")
    assert [one["line"] for one in answers] == list(range(1, 151))
    assert {one["status"] for one in answers} == {"created"}
