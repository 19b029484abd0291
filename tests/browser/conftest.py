"""One browser and one service for all tests in a browser; every test gets pages of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from chromium import WAIT_MS, Complaints, Open, launched
from playwright.sync_api import Browser, Page
from serving import Service, running

from dedup.settings import Settings
from service import seeding


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser."""
    with launched() as one:
        yield one


@pytest.fixture(scope="package")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that holds the five seeds."""
    store = tmp_path_factory.mktemp("browser") / "seeds.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        service.engine.add_many(seeding.articles())
        yield service


@pytest.fixture
def cluster_path(seeds: Service) -> str:
    """The address of the only cluster of the seeds."""
    [cluster] = seeds.client.get("/v1/clusters").json()["items"]
    return f"/clusters/{cluster['id']}"


@pytest.fixture
def open_page(browser: Browser, start_service: Callable[..., Service]) -> Iterator[Open]:
    """Open pages of a service; at the end none of them may have complained.

    They are closed before a service started for the test is: it waits for its connections.
    """
    complaints = []
    with ExitStack() as stack:

        def opened(service: Service, path: str = "/", width: int = 1280, **options: Any) -> Page:
            size = {"width": width, "height": 900}
            context = browser.new_context(base_url=service.url, viewport=size, **options)
            stack.callback(context.close)
            context.set_default_timeout(WAIT_MS)
            complaints.append(Complaints(context))
            page = context.new_page()
            page.goto(path)
            return page

        yield opened
    assert [line for one in complaints for line in one.said] == []
