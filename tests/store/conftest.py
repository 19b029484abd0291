"""A store of every kind, empty, on a real server or file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from making import HEADER, OpenAgain
from servers import empty_store

from dedup.model import Header
from dedup.settings import Settings
from dedup.store import open_store
from dedup.store.base import Store


@pytest.fixture(params=["sqlite", "redis", "cluster"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store that several processes may open."""
    return empty_store(request.param, request, tmp_path)


@pytest.fixture
def open_again(url: str) -> Iterator[OpenAgain]:
    """Open the store as often as wanted; all handles are closed after the test."""
    opened: list[Store] = []

    def open_one(header: Header = HEADER, settings: Settings | None = None) -> Store:
        opened.append(open_store(url, header, settings or Settings(store=url)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def store(open_again: OpenAgain) -> Store:
    """The empty store, opened once."""
    return open_again()
