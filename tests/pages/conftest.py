"""One service with the five seeds for all tests of the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import running

from dedup.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"


def load_seeds(client: httpx.Client) -> None:
    """Send the seeds with what is known about them."""
    expected = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))
    for article in expected["articles"]:
        body = {name: value for name, value in article.items() if name != "file"}
        body["text"] = (SEEDS / article["file"]).read_bytes().decode()
        assert client.put(f"/v1/articles/{article['id']}", json=body).status_code == 201


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that holds the seeds."""
    store = tmp_path_factory.mktemp("pages") / "seeds.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        load_seeds(service.client)
        yield service.client


@pytest.fixture
def cluster_id(seeds: httpx.Client) -> str:
    """The id of the only cluster of the seeds."""
    [cluster] = seeds.get("/v1/clusters").json()["items"]
    id: str = cluster["id"]
    return id
