"""``reindex`` on every store: another index over the same articles, however often it is killed."""

from __future__ import annotations

import json
import multiprocessing
import signal
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from racing import corpus
from redis import Redis
from reindexing import reindex_and_die
from servers import Server, empty_store
from test_commands import in_terminal, wiretwin

from dedup.analyse import analyse
from dedup.engine import Engine, open_engine
from dedup.errors import HeaderMismatch
from dedup.rebuild import open_rebuilder
from dedup.settings import Settings
from dedup.signature import Signer

ARTICLES = 60
OLD = {"sketch_modulus": 4, "seed": 3}
"""Parameters of the index before; afterwards they are the defaults."""
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["dedup.rebuild", "dedup.store.redis", "dedup.store.sqlite"])


@pytest.fixture(params=["sqlite", "redis", "cluster"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of every kind, filled under the old parameters."""
    url = empty_store(request.param, request, tmp_path)
    fill(url, **OLD)
    return url


@pytest.fixture
def opened() -> Iterator[Callable[..., Engine]]:
    """Opens engines, which are closed at the end."""
    engines: list[Engine] = []

    def one(url: str, **settings: Any) -> Engine:
        engines.append(open_engine(Settings(store=url, **settings)))
        return engines[-1]

    yield one
    for engine in engines:
        engine.close()


def fill(url: str, **settings: Any) -> None:
    """Articles with copies among them; versions, a deletion, a renamed cluster, one pending."""
    engine = open_engine(Settings(store=url, **settings))
    articles = corpus(ARTICLES)
    engine.add_many(articles)
    engine.add(replace(articles[3], text=articles[3].text + " A sentence was put in later."))
    engine.delete(articles[0].id)
    first = next(one for one in engine.store.scan() if one.cluster_id)
    engine.store.rename(first.cluster_id or "", "0123456789ab", ["ba9876543210"])
    late = replace(articles[1], id="late", text=articles[1].text + " One more sentence.")
    engine.store.index(engine._entries([analyse(late)]), 10)
    engine.close()


def content(engine: Engine) -> Any:
    """Articles, pairs and clusters of a store, by article id."""
    stored = {one.ref: one for one in engine.store.scan()}
    edges = {
        (stored[e.left].article.id, stored[e.right].article.id): (e.match, e.binding)
        for e in engine.store.edges(list(stored))
    }
    clusters: dict[str, set[str]] = {}
    for one in stored.values():
        clusters.setdefault(one.cluster_id or "", set()).add(one.article.id)
    return stored, edges, set(map(frozenset, clusters.values()))


def candidates(engine: Engine) -> dict[str, Any]:
    """What the index answers about every article, by article id."""
    stored = {one.ref: one for one in engine.store.scan()}
    signer = Signer(engine.settings)
    found = engine.store.lookup(
        [signer.postings(analyse(one.article)) for one in stored.values()],
        1000,
        at=[one.article.published_at for one in stored.values()],
    )
    return {
        one.article.id: {(stored[c.ref].article.id, c.bands, c.shingles) for c in hits.candidates}
        for one, hits in zip(stored.values(), found, strict=True)
    }


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store that was made under the new parameters."""
    url = f"sqlite:///{tmp_path_factory.mktemp('fresh')}/store.db"
    fill(url)
    engine = open_engine(Settings(store=url))
    engine.finish_pending()
    yield engine
    engine.close()


def check(engine: Engine, before: Any, last: int, fresh: Engine) -> None:
    """The store is what it was, and its index that of a store made under the new parameters."""
    articles, *found = content(engine)
    there, _, _ = before
    assert articles.keys() == there.keys()
    for ref, one in there.items():
        if one.article.id != "late":
            assert articles[ref] == one
    assert found == [*content(fresh)[1:]]
    assert candidates(engine) == candidates(fresh)
    assert engine.store.pending(10) == []
    assert engine.store.stats().postings == fresh.store.stats().postings
    assert [e.article_ids for e in engine.store.events(last, 100)] == [("late",)]
    assert "ba9876543210" in engine.store.aliases("0123456789ab")
    again = replace(corpus(ARTICLES)[1], id="again")
    assert engine.add(again).matches[0].score == 1.0


def test_another_index_over_the_same_articles(
    url: str, opened: Callable[..., Engine], fresh: Engine, tmp_path: Path
) -> None:
    with pytest.raises(HeaderMismatch, match="seed is 3 there and 1 here"):
        opened(url)
    refused = wiretwin(tmp_path, "stats", "--store", url)
    assert refused.exit_code == 1
    assert "sketch_modulus is 4 there and 8 here" in refused.stderr
    assert "`wiretwin reindex`" in refused.stderr
    old = opened(url, **OLD)
    before, last = content(old), old.store.last_event()
    done = wiretwin(tmp_path, "reindex", "--store", url)
    assert done.exit_code == 0
    assert done.stdout.endswith(f": {ARTICLES:,} articles indexed anew\n")
    check(opened(url), before, last, fresh)
    done = wiretwin(tmp_path, "reindex", "--store", url)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith(": the index is as the settings say\n")
    before, last = content(opened(url)), opened(url).store.last_event()
    assert wiretwin(tmp_path, "reindex", "--store", url, "--force").exit_code == 0
    after = opened(url)
    assert content(after) == before
    assert after.store.last_event() == last
    with pytest.raises(HeaderMismatch):
        opened(url, **OLD)


def test_killed_again_and_again_it_comes_to_its_end(
    url: str, opened: Callable[..., Engine], fresh: Engine
) -> None:
    old = opened(url, **OLD)
    before, last = content(old), old.store.last_event()
    kills = 0
    while True:
        # a little further each time, so that every step is cut short by some run
        process = processes.Process(target=reindex_and_die, args=(url, 2 + 17 * kills))
        process.start()
        process.join(60)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        kills += 1
        if kills > 1:
            for settings in ({}, OLD):
                with pytest.raises(HeaderMismatch, match="wiretwin reindex"):
                    opened(url, **settings)
    assert kills > 1
    check(opened(url), before, last, fresh)


def test_under_another_header_it_begins_anew(
    url: str, opened: Callable[..., Engine], fresh: Engine, tmp_path: Path
) -> None:
    old = opened(url, **OLD)
    before, last = content(old), old.store.last_event()
    engine = open_rebuilder(Settings(store=url, seed=99))
    for _ in zip(range(4), engine.reindex(8), strict=False):
        pass
    engine.close()
    with pytest.raises(HeaderMismatch):
        opened(url, seed=99)
    assert wiretwin(tmp_path, "reindex", "--store", url).exit_code == 0
    check(opened(url), before, last, fresh)


def test_a_process_that_had_the_file_open_writes_no_more(
    tmp_path: Path, opened: Callable[..., Engine]
) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    fill(url, **OLD)
    old = opened(url, **OLD)
    assert wiretwin(tmp_path, "reindex", "--store", url).exit_code == 0
    with pytest.raises(HeaderMismatch, match="start this process again"):
        old.add(replace(corpus(ARTICLES)[1], id="new"))
    with pytest.raises(HeaderMismatch, match="start this process again"):
        old.delete("late")


def test_a_terminal_sees_how_far_it_is(tmp_path: Path) -> None:
    fill(f"sqlite:///{tmp_path}/wiretwin.db", **OLD)
    written = in_terminal(tmp_path, "reindex")
    assert f"{ARTICLES} of {ARTICLES} articles" in written
    assert "100%" in written


def test_without_a_store_none_is_made(tmp_path: Path) -> None:
    done = wiretwin(tmp_path, "reindex")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: there is no store './wiretwin.db' yet")
    assert not list(tmp_path.iterdir())


def test_a_store_of_another_layout_is_to_be_moved(
    tmp_path: Path, redis_server: Server, request: pytest.FixtureRequest
) -> None:
    open_engine(Settings(store=f"sqlite:///{tmp_path}/wiretwin.db")).close()
    with sqlite3.connect(tmp_path / "wiretwin.db") as db:
        db.execute("UPDATE header SET value = 0 WHERE name = 'schema'")
    db.close()
    url = empty_store("redis", request, tmp_path)
    open_engine(Settings(store=url)).close()
    with Redis(port=redis_server.port) as client:
        [key] = client.keys("*header")
        client.set(key, json.dumps({**json.loads(client.get(key) or ""), "redis_format": 0}))
    for store in ("sqlite:///wiretwin.db", url):
        for command in ("stats", "reindex"):
            done = wiretwin(tmp_path, command, "--store", store)
            assert done.exit_code == 1
            assert "laid out in version 0, and this wiretwin reads version" in done.stderr
            assert "`wiretwin export`" in done.stderr
    assert asdict(Signer(Settings()).header)["format"]
