"""One service with the five seeds for all tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from serving import running

from dedup.settings import Settings
from service import seeding


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that holds the seeds."""
    store = tmp_path_factory.mktemp("pages") / "seeds.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        service.engine.add_many(seeding.articles())
        yield service.client


@pytest.fixture
def cluster_id(seeds: httpx.Client) -> str:
    """The id of the only cluster of the seeds."""
    [cluster] = seeds.get("/v1/clusters").json()["items"]
    id: str = cluster["id"]
    return id
