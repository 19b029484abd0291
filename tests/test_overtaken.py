"""What is answered about an article that somebody else replaces or removes in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from samples import story
from servers import empty_store

from dedup.engine import Engine, open_engine
from dedup.model import Article
from dedup.settings import Settings
from dedup.store.values import Links


@pytest.fixture(params=["sqlite", "redis", "cluster"])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two engines over one store that holds an article."""
    settings = Settings(store=empty_store(request.param, request, tmp_path))
    one, other = open_engine(settings), open_engine(settings)
    one.add(Article("source", story("source")))
    yield one, other
    one.close()
    other.close()


def before_linking(
    engine: Engine, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let something happen after an article was stored and before it is linked."""
    link = engine.store.link

    def late(links: Sequence[Links]) -> dict[int, str | None]:
        monkeypatch.undo()
        act()
        return link(links)

    monkeypatch.setattr(engine.store, "link", late)


def test_a_version_that_came_in_meanwhile_is_told(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = engines
    newer = Article("copy", story("source") + " Theirs ends like this, with some more words.")
    before_linking(mine, lambda: theirs.add(newer), monkeypatch)
    outcome = mine.add(Article("copy", story("source")))
    assert (outcome.verdict, outcome.cluster_id) == ("exact", theirs.article("copy").cluster_id)
    assert outcome.cluster_id is not None
    assert [note for note in outcome.notes if "has taken its place" in note]
    assert theirs.article("copy").article == newer


def test_a_removal_meanwhile_is_told(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = engines
    before_linking(mine, lambda: theirs.delete("copy"), monkeypatch)
    outcome = mine.add(Article("copy", story("source")))
    assert (outcome.verdict, outcome.cluster_id) == ("exact", None)
    assert [note for note in outcome.notes if "was removed" in note]


def test_nothing_is_noted_of_others(engines: tuple[Engine, Engine]) -> None:
    mine, _ = engines
    outcomes = [
        mine.add(Article("copy", story("source"))),
        mine.add(Article("copy", story("source"))),
        mine.add(Article("other", story("other"))),
    ]
    assert [outcome.status for outcome in outcomes] == ["created", "unchanged", "created"]
    assert [outcome.notes for outcome in outcomes] == [(), (), ()]
