"""The five seed articles through a running service, against ``seeds/expected.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import running

from dedup.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"
EXPECTED: dict[str, Any] = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))


def named(record: dict[str, Any]) -> str:
    """A test id such as 001-002."""
    return f"{record['left']}-{record['right']}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service that was sent the seeds, one after the other."""
    store = tmp_path_factory.mktemp("seeds") / "seeds.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        for article in EXPECTED["articles"]:
            body = {name: value for name, value in article.items() if name != "file"}
            body["text"] = (SEEDS / article["file"]).read_bytes().decode()
            answer = service.client.put(f"/v1/articles/{article['id']}", json=body)
            assert answer.status_code == 201, answer.text
        yield service.client


def compared(client: httpx.Client, record: dict[str, Any]) -> dict[str, Any]:
    """The comparison of the record's two articles."""
    answer = client.get("/v1/compare", params={"left": record["left"], "right": record["right"]})
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def test_expectations_are_complete() -> None:
    ids = [article["id"] for article in EXPECTED["articles"]]
    pairs = [(r["left"], r["right"]) for r in EXPECTED["relations"]]
    assert pairs == [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    assert sorted(a["file"] for a in EXPECTED["articles"]) == sorted(
        path.name for path in SEEDS.glob("*.txt")
    )


@pytest.mark.parametrize("record", EXPECTED["relations"], ids=named)
def test_relation(client: httpx.Client, record: dict[str, Any]) -> None:
    expected = record["relation"]
    acceptable = expected if isinstance(expected, list) else [expected]
    assert compared(client, record)["relation"] in acceptable
    turned = {"left": record["right"], "right": record["left"]}
    assert compared(client, turned)["relation"] in acceptable


def test_clusters(client: httpx.Client) -> None:
    page = client.get("/v1/clusters").json()
    found = [
        sorted(m["id"] for m in client.get(f"/v1/clusters/{item['id']}").json()["members"])
        for item in page["items"]
    ]
    assert sorted(found) == EXPECTED["clusters"]
    assert page["total"] == len(EXPECTED["clusters"])
    clustered = {id for cluster in EXPECTED["clusters"] for id in cluster}
    for article in EXPECTED["articles"]:
        stored = client.get(f"/v1/articles/{article['id']}").json()
        assert (stored["cluster_id"] is not None) == (stored["id"] in clustered)


def test_shared_passage_stands_beside_the_cluster(client: httpx.Client) -> None:
    cluster = client.get("/v1/clusters").json()["items"][0]["id"]
    document = client.get(f"/v1/clusters/{cluster}").json()
    assert [one["id"] for one in document["beside"]] == ["003"]
    assert {document["weakest"]["left"], document["weakest"]["right"]} == {"001", "002"}
    assert document["representative_id"] == "001"


@pytest.mark.parametrize("id", EXPECTED["verdicts"])
def test_verdict_when_sent_again(client: httpx.Client, id: str) -> None:
    stored = client.get(f"/v1/articles/{id}").json()
    sent = {
        name: stored[name]
        for name in ("text", "title", "source", "url", "published_at", "language", "metadata")
    }
    answer = client.put(f"/v1/articles/{id}", json=sent)
    assert (answer.status_code, answer.json()["status"]) == (200, "unchanged")
    assert answer.json()["verdict"] == EXPECTED["verdicts"][id]
    matches = client.get(f"/v1/articles/{id}/matches").json()["items"]
    strongest = matches[0]["relation"] if matches else "unique"
    assert strongest == EXPECTED["verdicts"][id]


@pytest.mark.parametrize("record", EXPECTED["aligned_sentences"], ids=named)
def test_aligned_sentences(client: httpx.Client, record: dict[str, Any]) -> None:
    pairs = compared(client, record)["pairs"]
    aligned = [p for p in pairs if p["status"] in {"identical", "edited", "moved"}]
    assert record["at_least"] <= len(aligned) <= record["at_most"]


@pytest.mark.parametrize("id", EXPECTED["verdicts"])
def test_a_match_counts_what_its_comparison_shows(client: httpx.Client, id: str) -> None:
    for match in client.get(f"/v1/articles/{id}/matches").json()["items"]:
        shown = compared(client, {"left": id, "right": match["id"]})
        assert (match["sentences"], match["changes"]) == (shown["sentences"], shown["changes"])


CHANGES = [
    pytest.param(
        record,
        id=f"{named(record)}-{record['kind']}",
    )
    for record in EXPECTED["changes"]
]


@pytest.mark.parametrize("record", CHANGES)
def test_change_is_called_what_it_is(client: httpx.Client, record: dict[str, Any]) -> None:
    left, right = (
        client.get(f"/v1/articles/{record[side]}").json()["text"] for side in ("left", "right")
    )
    changes = []
    for pair in compared(client, record)["pairs"]:
        edits = [edit for edit in pair["edits"] if edit["op"] != "equal"]
        kinds = [edit["kind"] for edit in edits if record["from"] in left[slice(*edit["left"])]]
        new = " ".join(right[slice(*edit["right"])] for edit in edits)
        changes += [(kind, record["to"] in new) for kind in kinds]
    assert (record["kind"], True) in changes
