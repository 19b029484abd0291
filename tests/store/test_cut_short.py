"""A text that cannot be read stops no other one of its batch, wherever that is stored."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dedup import engine as room
from dedup.analyse import analyse_all
from dedup.engine import Engine, open_engine
from dedup.model import AnalysedArticle, Article
from dedup.settings import Settings
from service.storing import stored

BAD = 60


@pytest.fixture
def picky(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading fails at one article, as an error that nobody foresaw would let it."""

    def failing(articles: Sequence[Article]) -> list[AnalysedArticle]:
        if any(article.id == str(BAD) for article in articles):
            raise LookupError("unreadable")
        return analyse_all(articles)

    monkeypatch.setattr(room, "analyse_all", failing)


@pytest.mark.usefixtures("picky")
def test_those_before_and_after_are_stored_and_told_so(url: str) -> None:
    engine = open_engine(Settings(store=url))
    told: list[Exception] = []
    articles = [
        Article(f"{i}", f"The river {i} rose by {i} metres in town {i}.") for i in range(90)
    ]
    outcomes = stored(engine, articles, told.append)
    status = [o if isinstance(o, Exception) else o.status for o in outcomes]
    assert [type(one) for one in told] == [LookupError]
    assert status[BAD] is told[0]
    assert {*status[:BAD], *status[BAD + 1 :]} == {"created"}
    assert engine.store.stats().articles == 89
    assert engine.store.pending(100) == []
    engine.close()


@pytest.mark.usefixtures("picky")
def test_one_alone_is_refused_as_it_failed(url: str) -> None:
    engine: Engine = open_engine(Settings(store=url))
    with pytest.raises(LookupError):
        engine.add(Article(str(BAD), "Nobody can read this."))
    assert engine.store.stats().articles == 0
    engine.close()
