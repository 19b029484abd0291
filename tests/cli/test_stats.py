"""``stats`` on every store: the numbers are those of what was stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import empty_store
from test_commands import in_terminal, wiretwin

from dedup.engine import open_engine
from dedup.model import Article
from dedup.settings import Settings

STORY = (
    "The river beside the harbour rose by two metres overnight and three villages were cleared, "
    "the mayor said on Monday. Engineers from four counties brought pumps to the harbour."
)
OTHER = "A ferry ran aground off the northern coast before dawn, its owner said; nobody was hurt."
NAMES = ["articles", "clusters", "postings", "bytes", "pending", "oldest", "newest"]


@pytest.fixture(params=["sqlite", "redis", "cluster"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of every kind that holds three articles, two of them copies."""
    url = empty_store(request.param, request, tmp_path)
    engine = open_engine(Settings(store=url))
    engine.add_many(
        [
            Article("a", STORY, published_at=datetime(2026, 1, 1, tzinfo=UTC)),
            Article("b", STORY, published_at=datetime(2026, 2, 1, 12, tzinfo=UTC)),
            Article("c", OTHER, published_at=datetime(2025, 12, 1, tzinfo=UTC)),
        ]
    )
    engine.close()
    return url


def test_stats_are_those_of_the_store(url: str, tmp_path: Path) -> None:
    done = wiretwin(tmp_path, "stats", "--store", url, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == NAMES
    assert (found["articles"], found["clusters"], found["pending"]) == (3, 1, 0)
    assert found["postings"] > 3 * 25
    assert found["bytes"] > 10_000
    assert found["oldest"] == "2025-12-01T00:00:00Z"
    assert found["newest"] == "2026-02-01T12:00:00Z"
    table = wiretwin(tmp_path, "stats", "--store", url).stdout.splitlines()
    assert [line.split()[0] for line in table] == NAMES
    assert table[0].split() == ["articles", "3"]
    assert table[2].split() == ["postings", f"{found['postings']:,}"]
    assert table[5].split() == ["oldest", "2025-12-01T00:00:00Z"]


def test_an_empty_store_has_no_oldest_article(tmp_path: Path) -> None:
    open_engine(Settings(store=f"sqlite:///{tmp_path}/wiretwin.db")).close()
    found = json.loads(wiretwin(tmp_path, "stats", "--json").stdout)
    assert [found[name] for name in NAMES if name != "bytes"] == [0, 0, 0, 0, None, None]
    assert "oldest" in in_terminal(tmp_path, "stats")


def test_stats_of_no_store_make_none(tmp_path: Path) -> None:
    done = wiretwin(tmp_path, "stats")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: there is no store './wiretwin.db' yet")
    assert not list(tmp_path.iterdir())
