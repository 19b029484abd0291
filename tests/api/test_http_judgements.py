"""Judgements over HTTP: set, replaced, listed, taken back, exported for an evaluation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from serving import Service

from service import seeding
from service.cli import main

LINES = "application/x-ndjson"


@pytest.fixture
def client(start_service: Callable[..., Service]) -> httpx.Client:
    """A client of a service with the seeds: 001 and 002 are one cluster, 003 is beside it."""
    service = start_service()
    service.engine.add_many(seeding.articles())
    return service.client


def judge(
    client: httpx.Client, left: str, right: str, judgement: str, **more: str
) -> httpx.Response:
    """Put a judgement."""
    body = {"left": left, "right": right, "judgement": judgement, **more}
    return client.put("/v1/judgements", json=body)


def cluster_id(client: httpx.Client, id: str) -> str | None:
    """The cluster of an article."""
    found: str | None = client.get(f"/v1/articles/{id}").json()["cluster_id"]
    return found


def test_same_joins_and_different_parts_at_once(client: httpx.Client) -> None:
    home = cluster_id(client, "001")
    last = client.get("/v1/events").json()["next"]
    answer = judge(client, "003", "001", "same", by="Ana", note="The lead is theirs.")
    assert answer.status_code == 200
    made = answer.json()
    assert (made["left"], made["right"], made["judgement"]) == ("001", "003", "same")
    assert (made["by"], made["note"]) == ("Ana", "The lead is theirs.")
    assert made["left_cluster_id"] == made["right_cluster_id"] == home
    cluster = client.get(f"/v1/clusters/{home}").json()
    assert {m["id"] for m in cluster["members"]} == {"001", "002", "003"}
    assert [j["judgement"] for j in cluster["judgements"]] == ["same"]
    assert judge(client, "001", "002", "different").json()["right_cluster_id"] is None
    cluster = client.get(f"/v1/clusters/{home}").json()
    assert {m["id"] for m in cluster["members"]} == {"001", "003"}
    assert [(e["left"], e["right"], e["binding"]) for e in cluster["overruled"]] == [
        ("002", "001", False)
    ]
    kinds = [e["kind"] for e in client.get("/v1/events", params={"after": last}).json()["items"]]
    assert kinds == ["judgement.same", "cluster.grown", "judgement.different", "cluster.split"]


def test_it_is_taken_back_in_whatever_order(client: httpx.Client) -> None:
    home = cluster_id(client, "001")
    judge(client, "001", "002", "different")
    assert client.get(f"/v1/clusters/{home}").status_code == 404
    pair = {"left": "002", "right": "001"}
    assert client.delete("/v1/judgements", params=pair).status_code == 204
    assert cluster_id(client, "001") == cluster_id(client, "002") is not None
    gone = client.delete("/v1/judgements", params=pair)
    assert gone.status_code == 404
    assert "002, 001" in gone.json()["detail"]


def test_it_outlives_a_new_version_and_goes_with_the_article(client: httpx.Client) -> None:
    judge(client, "001", "002", "different")
    text = client.get("/v1/articles/001").json()["text"]
    again = client.put("/v1/articles/001", json={"text": text, "source": "Anadolu"}).json()
    assert again["verdict"] == "partial_copy"
    assert again["cluster_id"] is None
    assert len(client.get("/v1/judgements").json()["items"]) == 1
    client.delete("/v1/articles/002")
    assert client.get("/v1/judgements").json() == {"items": [], "next_cursor": None}


def test_pages_and_labelled_pairs(client: httpx.Client, tmp_path: Path) -> None:
    judge(client, "001", "002", "same", note="One agency.")
    judge(client, "000", "001", "different")
    judge(client, "003", "004", "different")
    seen, cursor = [], {}
    for _ in range(3):
        page = client.get("/v1/judgements", params={"limit": 1, **cursor}).json()
        seen += [(j["left"], j["right"]) for j in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [("001", "002"), ("000", "001"), ("003", "004")]
    assert page["next_cursor"] is None
    answer = client.get("/v1/judgements", headers={"Accept": LINES})
    assert answer.headers["content-type"].startswith(LINES)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[0] == {"a": "001", "b": "002", "label": 2, "note": "One agency."}
    assert [line["label"] for line in lines] == [2, 0, 0]
    pairs, articles = tmp_path / "pairs.jsonl", tmp_path / "articles.jsonl"
    pairs.write_text(answer.text)
    with articles.open("w") as out:
        for one in seeding.articles():
            out.write(json.dumps({"id": one.id, "text": one.text}) + "\n")
    options = ["evaluate", "--articles", str(articles), "--pairs", str(pairs), "--json"]
    report = json.loads(CliRunner().invoke(main, options).output)
    assert report["pairs"] == 3
    assert report["confusion"]["label 2"] == {"partial_copy": 1}


def test_what_cannot_be_judged(client: httpx.Client) -> None:
    missing = judge(client, "001", "nobody", "same")
    assert missing.status_code == 404
    assert missing.json()["errors"][0]["field"] == "right"
    itself = judge(client, "001", "001", "same")
    assert itself.status_code == 422
    assert itself.json()["errors"][0]["field"] == "right"
    assert judge(client, "001", "002", "maybe").status_code == 422
    assert judge(client, "001", "002", "same", colour="red").status_code == 422
    assert client.get("/v1/judgements", params={"cursor": "nonsense"}).status_code == 422
    assert client.get("/v1/judgements").json()["items"] == []
