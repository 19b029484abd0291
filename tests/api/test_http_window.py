"""The window over HTTP: what was published too far apart is not compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from samples import story
from serving import Service

from dedup.model import Article


def related(answer: dict[str, Any]) -> list[str]:
    """The ids of the matches."""
    return [match["id"] for match in answer["matches"]]


def test_copies_within_the_window_are_found(start_service: Callable[..., Service]) -> None:
    service = start_service(window_days=30)
    text = story("window")

    def stored(id: str, at: str | None) -> list[str]:
        body = {"text": text, "published_at": at}
        return related(service.client.put(f"/v1/articles/{id}", json=body).json())

    def checked(at: str | None) -> list[str]:
        body = {"text": text, "published_at": at}
        return related(service.client.post("/v1/check", json=body).json())

    assert stored("march", "2024-03-01T12:00:00Z") == []
    assert stored("april", "2024-03-31T12:00:00Z") == ["march"]
    assert stored("may", "2024-04-20T12:00:00Z") == ["april"]
    assert stored("undated", None) == []
    assert checked("2024-03-01T00:00:00+23:59") == ["march"]
    assert sorted(checked("2024-03-25T00:00:00Z")) == ["april", "march", "may"]
    assert checked(None) == ["undated"]


def test_a_pending_article_is_finished_in_the_window_of_its_own_time(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(window_days=3)
    engine, text = service.engine, story("window, pending")
    for id, at in (("then", "2024-03-01T12:00:00Z"), ("now", None)):
        service.client.put(f"/v1/articles/{id}", json={"text": text, "published_at": at})
    stored = engine.article("then").article
    late = Article("late", stored.text, published_at=stored.published_at)
    engine.store.index(engine._entries([engine.read(late)]), 10)
    assert engine.finish_pending() == 1
    assert related({"matches": [{"id": m.id} for m in engine.matches("late")]}) == ["then"]
