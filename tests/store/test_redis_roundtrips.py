"""How often a store in Redis goes to the servers for one article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from servers import empty_store

from benchmarks.generate import articles
from dedup.analyse import analyse
from dedup.engine import Engine, open_engine
from dedup.model import Article, Outcome
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store.values import Found

MOST = 4
HANDFUL = 25
ARTICLES = 40


@pytest.fixture(params=["redis", "cluster"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of an empty store."""
    return Settings(store=empty_store(request.param, request, tmp_path))


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine over the store."""
    engine = open_engine(settings)
    yield engine
    engine.close()


def corpus() -> list[Article]:
    """Articles of which one in four is a copy of an earlier one."""
    return [made.article for made in articles(ARTICLES, seed=3, words=80, copies=4)]


def other_corpus() -> list[Article]:
    """Articles unlike those of ``corpus``, more than there are tags in a cluster."""
    return [made.article for made in articles(40, seed=4, words=80, copies=4)]


def trips(engine: Engine, action: Callable[[], object]) -> int:
    """How many exchanges with the servers something takes."""
    seen: list[float] = []
    engine.store.watch(seen.append)
    action()
    return len(seen)


def test_an_article_takes_four_round_trips_at_most(engine: Engine, settings: Settings) -> None:
    other = open_engine(settings)  # as another worker: each changes what the other has seen
    some = corpus()
    other.add_many(other_corpus())
    for one in some[:12]:  # servers have learnt the scripts, some of them with a copy
        other.add(one)
    engine.store.get([some[0].id])
    taken: Counter[tuple[bool, int]] = Counter()
    for i, one in enumerate(some[12:]):
        worker = (engine, other)[i % 2]
        told: list[Outcome] = []
        count = trips(worker, lambda add=worker.add, one=one, told=told: told.append(add(one)))
        taken[bool(told[0].matches), count] += 1
    other.close()
    assert max(count for copied, count in taken if copied) <= MOST
    assert {count for copied, count in taken if not copied} == {MOST - 1}
    assert sum(number for (copied, _), number in taken.items() if copied) > 5, "no copies"


def test_round_trips_do_not_grow_with_bands_or_postings(engine: Engine) -> None:
    some = corpus()
    engine.add_many(some)
    more = [replace(one, id=f"{one.id}-again", source="Another") for one in some]
    assert trips(engine, lambda: engine.add_many(more[:HANDFUL])) <= MOST
    long = replace(some[0], id="long", text="\n\n".join(one.text for one in some))
    assert trips(engine, lambda: engine.add_many([long])) <= MOST


def test_a_batch_takes_a_round_trip_more_for_each_further_handful(engine: Engine) -> None:
    engine.add_many(corpus())
    made = (one.article for one in articles(10 * HANDFUL, seed=5, words=80, copies=4))
    many = [replace(one, id=f"many-{one.id}") for one in made]
    assert trips(engine, lambda: engine.add_many(many)) <= MOST + 9


def test_a_check_takes_two_round_trips(engine: Engine) -> None:
    some = corpus()
    engine.add_many(some)
    assert trips(engine, lambda: engine.store.lookup([], 10)) == 0
    found: list[Found] = []
    signed = [Signer(engine.settings).postings(analyse(one)) for one in some]
    assert trips(engine, lambda: found.extend(engine.store.lookup(signed, 10))) == 1
    refs = sorted({c.ref for one in found for c in one.candidates})
    assert trips(engine, lambda: engine.store.by_ref(refs)) == 1
