"""What a running service does on its own: it finishes, expires and tidies up."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from processes import started
from servers import empty_store, wait_for

from dedup.engine import Engine, open_engine
from dedup.model import Article
from dedup.settings import Settings
from dedup.store.values import Links
from service.draining import Draining
from service.housekeeping import Housekeeper

TEXT = "The river rose by two metres overnight and three villages were cleared, officials said. "
OLD = datetime.now(UTC) - timedelta(days=40)


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    return empty_store(request.param, request, tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine of the test's own over the store."""
    engine = open_engine(Settings(store=url))
    yield engine
    engine.close()


def index_only(engine: Engine, *ids: str) -> list[int]:
    """Index articles as a worker does that dies before it has linked them."""
    entries = engine._entries([engine.read(Article(id, f"{TEXT} {TEXT}")) for id in ids])
    refs = [one.ref for one in engine.store.index(entries, 10)]
    time.sleep(0.01)  # longer than the shortest sweep below
    return refs


def test_a_service_finishes_what_is_pending_and_expires_what_is_old(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    environ = {
        "WIRETWIN_STORE": url,
        "WIRETWIN_SWEEP_SECONDS": "0.5",
        "WIRETWIN_RETENTION_DAYS": "30",
        "WIRETWIN_KEEP_EVENTS_DAYS": "0.01",
    }
    command = ("serve", "--port", "0", "--workers", "2")
    with started(tmp_path, *command, **environ) as (process, address, _):
        old = {"text": TEXT, "published_at": OLD.isoformat()}
        assert httpx.put(f"{address}/v1/articles/old", json=old).json()["status"] == "created"
        index_only(engine, "one", "two")

        def is_done() -> bool:
            stored = engine.store.get(["one", "two"])
            gone = not engine.store.get(["old"])
            return gone and all(one.cluster_id and not one.pending for one in stored.values())

        wait_for(is_done, "the sweep")
        events = httpx.get(f"{address}/v1/events").json()["items"]
        told = [(event["kind"], *event["article_ids"]) for event in events]
        assert ("article.deleted", "old") in told, "the feed outlives the articles"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        logged = [json.loads(line) for line in process.stderr.read().splitlines()]
        assert {one["level"] for one in logged} == {"info"}, logged
        told = [one["message"] for one in logged if "housekeeping" in one["logger"]]
        assert "expired 1 articles" in told


@pytest.fixture
def sweeping(engine: Engine) -> Callable[..., Housekeeper]:
    """Makes housekeepers over the engine."""
    return lambda **settings: Housekeeper(engine, Settings(**settings), Draining())


def test_a_sweep_goes_on_to_the_end_and_leaves_what_is_young(
    engine: Engine, sweeping: Callable[..., Housekeeper]
) -> None:
    times = [OLD] * 250 + [None] * 10
    articles = [Article(f"{i}", f"Story {i}.", published_at=at) for i, at in enumerate(times)]
    engine.add_many(articles)
    [late] = index_only(engine, "late")
    sweeping(retention_days=39, sweep_seconds=60).sweep()
    assert [one.article.id for one in engine.store.scan()] == [*map(str, range(250, 260)), "late"]
    assert engine.store.pending(10) == [late], "somebody may still be at it"
    assert engine.store.last_event() == engine.store.events(0, 10_000)[-1].cursor
    assert not engine.store.tidy()
    sweeping(sweep_seconds=0.001).sweep()
    assert engine.store.pending(10) == []


def test_an_article_that_cannot_be_finished_holds_up_no_other(
    engine: Engine, sweeping: Callable[..., Housekeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *good = index_only(engine, "bad", "one", "two")
    link = engine.store.link

    def fail(links: list[Links]) -> list[str | None]:
        if any(one.ref == bad for one in links):
            raise ZeroDivisionError
        return link(links)

    monkeypatch.setattr(engine.store, "link", fail)
    housekeeper = sweeping(sweep_seconds=0.001)
    housekeeper.sweep()
    assert engine.store.pending(10) == [bad]
    more = index_only(engine, "three")
    housekeeper.sweep()
    assert engine.store.pending(10) == [bad]
    monkeypatch.undo()
    sweeping(sweep_seconds=0.001).sweep()
    assert engine.store.pending(10) == []
    assert {one.cluster_id for one in engine.store.by_ref([bad, *good, *more]).values()} == {
        engine.store.get(["bad"])["bad"].cluster_id
    }


def test_the_workers_take_turns(
    engine: Engine, sweeping: Callable[..., Housekeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    housekeeper = sweeping(sweep_seconds=0.01)
    swept: list[float] = []
    monkeypatch.setattr(housekeeper, "sweep", lambda: swept.append(time.monotonic()))
    read, write = os.pipe()
    child = os.fork()
    if not child:  # another worker, in the middle of its turn
        with housekeeper._turn.alone(0):
            os.write(write, b".")
            signal.pause()
        os._exit(0)
    os.read(read, 1)
    housekeeper.start()
    time.sleep(0.2)
    assert swept == []
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    wait_for(lambda: bool(swept), "a turn")
    housekeeper.stop()
    count = len(swept)
    time.sleep(0.1)
    assert len(swept) == count
