"""Lists of clusters, one cluster, its synopsis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from samples import about, cropped, story
from serving import Service, running

from dedup.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with clusters of 2, 3 and 4 articles, by day 1, 2, 3, and one article alone."""
    store = tmp_path_factory.mktemp("clusters") / "clusters.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        for size in (2, 3, 4):
            whole = story(f"cluster of {size}", 16)
            for i in range(size):
                body = {
                    "text": whole if i == 0 else cropped(whole, 16 - i),
                    "title": f"Story of {size}",
                    "source": f"source-{i}",
                    "published_at": f"2025-01-0{size - 1}T0{i}:00:00Z",
                }
                answer = service.client.put(f"/v1/articles/{size}-{i}", json=body)
                assert answer.status_code == 201
        service.client.put("/v1/articles/alone", json={"text": story("nobody else's")})
        yield service.client


def listed(client: httpx.Client, **params: Any) -> list[int]:
    """The sizes of the clusters listed."""
    answer = client.get("/v1/clusters", params=params)
    assert answer.status_code == 200, answer.text
    return [item["size"] for item in answer.json()["items"]]


def test_orders_and_filters(client: httpx.Client) -> None:
    assert listed(client, order="largest") == [4, 3, 2]
    assert sorted(listed(client)) == [2, 3, 4]
    assert listed(client, order="largest", min_size=3) == [4, 3]
    assert listed(client, order="largest", source="source-3") == [4]
    assert listed(client, source="no such source") == []
    assert listed(client, q="Story of 3") == [3]
    assert listed(client, order="largest", since="2025-01-02T00:00:00Z") == [4, 3]
    assert listed(client, order="largest", until="2025-01-02T23:00:00+01:00") == [3, 2]


def test_pages_give_every_cluster_once(client: httpx.Client) -> None:
    for order in ("newest", "largest"):
        seen, cursor = [], None
        for _ in range(3):
            params = {"order": order, "limit": 1} | ({"cursor": cursor} if cursor else {})
            page = client.get("/v1/clusters", params=params).json()
            assert page["total"] == 3
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert cursor is None
        assert len(set(seen)) == 3


def test_summary(client: httpx.Client) -> None:
    item = client.get("/v1/clusters", params={"order": "largest"}).json()["items"][0]
    assert item["representative"]["id"] == "4-0"
    assert sorted(item["sources"]) == [f"source-{i}" for i in range(4)]
    assert (item["first_at"], item["last_at"]) == ("2025-01-03T00:00:00Z", "2025-01-03T03:00:00Z")


def test_cluster_and_synopsis(client: httpx.Client) -> None:
    id = client.get("/v1/articles/3-1").json()["cluster_id"]
    cluster = client.get(f"/v1/clusters/{id}").json()
    assert (cluster["id"], cluster["size"], cluster["representative_id"]) == (id, 3, "3-0")
    assert [member["id"] for member in cluster["members"]] == ["3-0", "3-1", "3-2"]
    assert cluster["weakest"] in cluster["edges"]
    synopsis = client.get(f"/v1/clusters/{id}/synopsis").json()
    assert synopsis["base_id"] == "3-0"
    assert [column["id"] for column in synopsis["columns"]] == ["3-0", "3-1", "3-2"]
    assert len(synopsis["rows"]) == 16
    texts = {i: client.get(f"/v1/articles/{i}").json()["text"] for i in ("3-0", "3-1", "3-2")}
    for row in synopsis["rows"]:
        assert [cell["article_id"] for cell in row["cells"]] == ["3-0", "3-1", "3-2"]
        for cell in row["cells"]:
            if cell["span"]:
                begin, end = cell["span"]["begin"], cell["span"]["end"]
                assert texts[cell["article_id"]][begin:end] == cell["span"]["text"]
    chosen = client.get(
        f"/v1/clusters/{id}/synopsis", params={"base": "3-2", "columns": ["3-2", "3-0"]}
    ).json()
    assert chosen["base_id"] == "3-2"
    assert [column["id"] for column in chosen["columns"]] == ["3-2", "3-0"]
    for path in (f"/v1/clusters/{id}/synopsis", f"/clusters/{id}/cluster.json"):
        for field in ("base", "columns"):
            missing = client.get(path, params={field: "alone"})
            assert missing.status_code == 404
    for field in ("base", "columns"):
        [error] = client.get(f"/v1/clusters/{id}/synopsis", params={field: "alone"}).json()[
            "errors"
        ]
        assert error == {"field": field, "message": "there is no article in this cluster 'alone'"}
    [error] = client.get("/v1/clusters/alone/synopsis").json()["errors"]
    assert error["field"] == "id"


def test_merged_cluster_redirects_to_the_surviving_one(
    start_service: Callable[..., Service],
) -> None:
    client = start_service().client
    morning, evening = about("summit", "morning"), about("summit", "evening")
    for id, text in (("1a", morning), ("1b", morning), ("2a", evening), ("2b", evening)):
        client.put(f"/v1/articles/{id}", json={"text": text})
    first = client.get("/v1/articles/1a").json()["cluster_id"]
    second = client.get("/v1/articles/2a").json()["cluster_id"]
    assert len({first, second, None}) == 3
    client.put("/v1/articles/both", json={"text": morning + " " + evening})
    assert client.get("/v1/articles/2a").json()["cluster_id"] == first
    answer = client.get(f"/v1/clusters/{second}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/v1/clusters/{first}")
    answer = client.get(f"/v1/clusters/{second}/synopsis?base=1a&columns=2a&columns=both")
    assert answer.status_code == 308
    followed = client.get(answer.headers["location"]).json()
    assert (followed["cluster_id"], followed["base_id"]) == (first, "1a")
    assert [column["id"] for column in followed["columns"]] == ["1a", "2a", "both"]
