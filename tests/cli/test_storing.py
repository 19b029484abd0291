"""An article that cannot be stored for a reason nobody foresaw does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dedup.engine import Engine, open_engine
from dedup.errors import StoreUnavailable
from dedup.model import Article, Outcome
from dedup.settings import Settings
from service.storing import Answered, documents, stored

ARTICLES = [Article(str(n), f"A ferry with {n} cars ran aground near the port.") for n in range(4)]


class Failing(Engine):
    """An engine over a real store that fails as a fault in reading a text would."""

    def add_many(self, articles: Sequence[Article], *, changes: bool = False) -> list[Outcome]:
        """Fail when article 2 is among them."""
        if any(article.id == "2" for article in articles):
            raise ZeroDivisionError("division by zero")
        return super().add_many(articles, changes=changes)


class Away(Engine):
    """An engine whose store has gone."""

    def add_many(self, articles: Sequence[Article], *, changes: bool = False) -> list[Outcome]:
        """Fail."""
        raise StoreUnavailable("the store is busy")


@pytest.fixture
def engine() -> Engine:
    """An engine with an empty store."""
    return open_engine(Settings(store="sqlite://"))


def test_the_others_are_stored_and_answered(engine: Engine) -> None:
    told: list[Exception] = []
    failing = Failing(engine.store, engine.settings)
    outcomes = stored(failing, ARTICLES, told.append)
    assert [getattr(one, "status", None) for one in outcomes] == ["created"] * 2 + [None, "created"]
    assert isinstance(outcomes[2], ZeroDivisionError)
    assert told == [outcomes[2]]
    assert set(engine.store.get([a.id for a in ARTICLES])) == {"0", "1", "3"}
    answered = [Answered(n, str(n), one) for n, one in enumerate(outcomes)]
    written = list(documents(engine, answered, "ids"))
    assert [one["line"] for one in written] == [0, 1, 2, 3]
    assert [one["error"] and one["error"]["status"] for one in written] == [None, None, 500, None]


def test_a_store_that_is_away_is_told_of_each_article_and_to_nobody_else(engine: Engine) -> None:
    told: list[Exception] = []
    outcomes = stored(Away(engine.store, engine.settings), ARTICLES, told.append)
    assert [str(one) for one in outcomes] == ["the store is busy"] * 4
    assert not told
