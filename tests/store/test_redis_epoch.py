"""A process that has a store in Redis open whose index is rebuilt, or lost, under it.

It refuses with a clear error: what it writes would belong to another index, and what it has in
memory to articles that are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from making import HEADER, NOON, entry, postings
from redis import Redis
from servers import empty_store
from workers import add, story

from dedup.engine import Engine, open_engine
from dedup.errors import HeaderMismatch
from dedup.judgement import Judgement, Opinion
from dedup.model import Article, Header
from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.redis import RedisStore
from dedup.store.values import Links

OTHER = replace(HEADER, sketch_modulus=4)
TEXT = " ".join(f"Sentence {i} tells of harbour {i * 7} and of the ships in it." for i in range(20))


@pytest.fixture(params=["redis", "cluster"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    return empty_store(request.param, request, tmp_path)


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., RedisStore]]:
    """Opens the store as another process would."""
    stores: list[RedisStore] = []

    def one(header: Header = HEADER, **options: Any) -> RedisStore:
        stores.append(RedisStore(url, header, Settings(store=url), **options))
        return stores[-1]

    yield one
    for store in stores:
        store.close()


def refused(store: Store, ref: int, *, reading: bool = True) -> None:
    """Whatever needs the index or writes says that the process is to be started again."""
    said = Judgement.of("a", "b", Opinion.SAME, NOON)
    for call in (
        lambda: store.index([entry("new", story(1))], 10),
        lambda: store.index([entry("a", story(1))], 10),
        lambda: store.lookup([postings(story(1))], 10),
        lambda: store.link([Links(ref, ())]),
        lambda: store.by_ref([ref]),
        lambda: store.edges([ref]),
        lambda: store.add_names("a", ["another"]),
        store.ping,
        *((lambda: store.delete(["a"]), lambda: store.judge([said])) if reading else ()),
    ):
        with pytest.raises(HeaderMismatch, match="start this process again"):
            call()


def test_a_worker_of_the_old_index_writes_no_more(opened: Callable[..., RedisStore]) -> None:
    worker = opened()
    ref, _ = add(worker, "a", story(1))
    add(worker, "b", story(1))
    before = worker.stats()
    rebuilding = opened(OTHER, rebuild=True)
    work = rebuilding.reindexing()
    work.begin()
    refused(worker, ref)
    stored = {one.ref: one for one in rebuilding.scan()}
    work.post({ref: entry(one.article.id, story(2)) for ref, one in stored.items()}, 10)
    refused(worker, ref)
    work.done(max(stored))
    work.finish()
    refused(worker, ref)
    fresh = opened(OTHER)
    assert fresh.stats().articles == before.articles
    assert fresh.stats().postings == before.postings
    assert not fresh.lookup([postings(story(1))], 10)[0].candidates
    assert [c.ref for c in fresh.lookup([postings(story(2))], 10)[0].candidates] == [*stored][::-1]
    add(fresh, "c", story(2))


def test_of_two_that_rebuild_an_index_the_later_one_does_it(
    opened: Callable[..., RedisStore],
) -> None:
    [ref] = [add(opened(), "a", story(1))[0]]
    first, second = (opened(OTHER, rebuild=True).reindexing() for _ in range(2))
    first.begin()
    second.begin()
    for call in (
        lambda: first.post({ref: entry("a", story(2))}, 10),
        lambda: first.done(ref),
        first.finish,
    ):
        with pytest.raises(HeaderMismatch, match="start this process again"):
            call()
    second.post({ref: entry("a", story(2))}, 10)
    second.done(ref)
    second.finish()
    assert [c.ref for c in opened(OTHER).lookup([postings(story(2))], 10)[0].candidates] == [ref]


def test_servers_that_come_back_empty(
    url: str, opened: Callable[..., RedisStore], servers_at: Callable[[str], list[Redis]]
) -> None:
    store = opened()
    ref, _ = add(store, "a", story(1))
    add(store, "b", story(1))
    store.by_ref([ref])
    for client in servers_at(url):
        client.flushall()
    refused(store, ref, reading=False)
    assert store.get(["a"]) == {}
    fresh = opened()
    assert fresh.stats().articles == 0
    again, found = add(fresh, "c", story(1))
    assert (again, found) == (ref, []), "refs begin anew, so what is remembered would be wrong"
    refused(store, ref, reading=False)
    assert [one.article.id for one in fresh.scan()] == ["c"]


def test_an_engine_answers_nothing_from_memory(
    url: str, servers_at: Callable[[str], list[Redis]]
) -> None:
    engine = open_engine(Settings(store=url))
    engine.add_many([Article(id, TEXT, language="en") for id in "ab"])
    assert len(engine.check(Article("x", TEXT, language="en")).matches) == 2
    for client in servers_at(url):
        client.flushall()
    other: Engine = open_engine(Settings(store=url))
    other.add(Article("z", "Quite another story was told here, by other people.", language="en"))
    for call in (
        lambda: engine.check(Article("x", TEXT, language="en")),
        lambda: engine.add(Article("x", TEXT, language="en")),
        lambda: engine.add_many([Article("a", TEXT, language="en")]),
    ):
        with pytest.raises(HeaderMismatch, match="start this process again"):
            call()
    assert [one.article.id for one in other.store.scan()] == ["z"]
    other.close()
    engine.close()


def test_one_of_several_servers_that_comes_back_empty(
    url: str, opened: Callable[..., RedisStore], servers_at: Callable[[str], list[Redis]]
) -> None:
    for client in servers_at(url):
        store = opened()
        add(store, "a", story(1))
        client.flushall()
        many = [entry(f"b{i}", story(i)) for i in range(40)]  # which lie on all servers
        with pytest.raises(HeaderMismatch, match="start this process again"):
            store.index(many, 10)
        for one in servers_at(url):
            one.flushall()


@pytest.fixture
def servers_at() -> Iterator[Callable[[str], list[Redis]]]:
    """Clients of all servers of a URL."""
    clients: list[Redis] = []

    def all_of(url: str) -> list[Redis]:
        hosts = url.partition("://")[2].partition("?")[0].partition("/")[0].split(",")
        found = [Redis(*host.split(":")) for host in hosts]
        clients.extend(found)
        return found

    yield all_of
    for client in clients:
        client.close()
