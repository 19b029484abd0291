"""Services for every test that speaks HTTP, and servers for every test of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from servers import Server, cluster, one_server
from serving import Service, running

from dedup.settings import Settings

SLOW = {
    "test_install.py",
    "test_schemathesis.py",
    "test_resume.py",
    "test_concurrency.py",
    "test_consume.py",
    "test_pages_for_everybody.py",
}
"""Files that take long begin first, so that no worker is left with one at the end."""

hypothesis.settings.register_profile("unhurried", deadline=None)  # no test is timed
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start services with an empty store of their own; settings may be given by name."""
    with ExitStack() as stack:

        def start(**settings: Any) -> Service:
            store = f"sqlite:///{tmp_path}/{len(list(tmp_path.iterdir()))}.db"
            return stack.enter_context(running(Settings(**{"store": store, **settings})))

        yield start


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that need nothing of their own; each uses ids of its own."""
    store = tmp_path_factory.mktemp("service") / "shared.db"
    with running(Settings(store=f"sqlite:///{store}")) as running_service:
        yield running_service


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Redis server for all tests that empty it first."""
    with one_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """A Redis Cluster of three masters for all tests that empty it first."""
    with cluster(tmp_path_factory.mktemp("cluster")) as servers:
        yield servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the slow files to the front; all others keep their order."""
    items.sort(key=lambda item: item.path.name not in SLOW)
