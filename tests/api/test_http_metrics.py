"""Metrics count what happened, and say what is stored."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families
from samples import cropped, story
from serving import Service


def scraped(service: Service) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample, by name and labels."""
    answer = service.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_is_done_is_counted(start_service: Callable[..., Service]) -> None:
    service = start_service()
    client, text = service.client, story("metrics")
    for id, body in (("m/1", text), ("m/2", cropped(text, 9)), ("m/2", cropped(text, 9))):
        client.put(f"/v1/articles/{id.replace('/', '%2F')}", json={"text": body})
    client.post("/v1/check", json={"text": text})
    ndjson = {"Content-Type": "application/x-ndjson"}
    client.post("/v1/batch", content=b'{"text":"a b c"}\n{', headers=ndjson)
    client.get("/v1/articles/nobody")
    client.get("/no/such/path")
    found = scraped(service)

    def value(name: str, **labels: str) -> float:
        return found[f"wiretwin_{name}", frozenset(labels.items())]

    article = "/v1/articles/{id}"
    assert value("requests_total", method="PUT", path=article, status="201") == 2
    assert value("requests_total", method="PUT", path=article, status="200") == 1
    assert value("requests_total", method="GET", path=article, status="404") == 1
    assert value("requests_total", method="GET", path="-", status="404") == 1
    assert value("request_seconds_count", method="PUT", path=article) == 3
    assert value("request_seconds_sum", method="PUT", path=article) > 0
    statuses = {s: value("articles_taken_total", status=s) for s in ("created", "unchanged")}
    assert statuses == {"created": 3, "unchanged": 1}
    assert value("articles_taken_total", status="checked") == 1
    assert value("verdicts_total", verdict="unique") == 2
    assert value("verdicts_total", verdict="contained_in") == 1
    assert value("verdicts_total", verdict="exact") == 1
    assert value("candidates_compared_count") == 4
    assert value("candidates_compared_sum") == 3
    assert value("requests_in_progress") == 1
    assert value("store_up") == 1
    assert (value("articles"), value("clusters"), value("pending")) == (3, 1, 0)
    assert value("store_bytes") > 0
    assert value("newest_article_seconds") > 1.7e9
    assert value("store_round_trip_seconds_count") > 0
