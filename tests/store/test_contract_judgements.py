"""What people say of pairs of articles, in every store."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from making import (
    NOON,
    OpenAgain,
    chain,
    cluster_of,
    edge,
    entry,
    everything,
    link,
    member_ids,
    save,
    told,
)

from dedup.errors import InvalidQuery, NotFound
from dedup.judgement import Judgement, Opinion, pair_of
from dedup.model import Relation
from dedup.store.base import Store
from dedup.store.values import Links

SAME, DIFFERENT = Opinion.SAME, Opinion.DIFFERENT


def said(one: str, other: str, opinion: Opinion, minute: int = 0, **more: str) -> Judgement:
    """A judgement."""
    return Judgement.of(one, other, opinion, NOON + timedelta(minutes=minute), **more)


def judge(store: Store, one: str, other: str, opinion: Opinion) -> None:
    """Let a person say something of a pair."""
    store.judge([said(one, other, opinion)])


def refs(store: Store, *ids: str) -> list[int]:
    """The refs of articles."""
    stored = store.get(ids)
    return [stored[id].ref for id in ids]


def test_same_joins_what_no_edge_joins(store: Store) -> None:
    for ref in save(store, entry("a"), entry("b"), entry("c")):
        link(store, ref)
    last = store.last_event()
    judge(store, "b", "a", SAME)
    home = cluster_of(store, "a")
    assert member_ids(store, home) == ["a", "b"]
    assert cluster_of(store, "c") is None
    assert told(store, last) == [("judgement.same", ("a", "b")), ("cluster.created", ("a", "b"))]
    assert store.unjudge([pair_of("b", "a")]) == 1
    assert cluster_of(store, "a") is None
    assert cluster_of(store, "b") is None
    assert told(store, last)[2:] == [
        ("judgement.undone", ("a", "b")),
        ("cluster.split", ("a", "b")),
    ]
    assert store.unjudge([("a", "b")]) == 0


def test_different_overrules_an_edge_which_stays(store: Store) -> None:
    chain(store, "a", "b", "c")
    home = cluster_of(store, "a")
    last = store.last_event()
    judge(store, "c", "b", DIFFERENT)
    assert member_ids(store, home) == ["a", "b"]
    assert cluster_of(store, "c") is None
    assert told(store, last) == [("judgement.different", ("b", "c")), ("cluster.split", ("c",))]
    [overruled] = [e for e in store.edges(refs(store, "c")) if e.relation is not Relation.NONE]
    assert not overruled.binding
    store.unjudge([("b", "c")])
    assert cluster_of(store, "c") == home
    assert member_ids(store, home) == ["a", "b", "c"]


def test_a_part_without_the_representative_gets_a_new_id(store: Store) -> None:
    chain(store, "a", "b", "c", "d")
    home = cluster_of(store, "a")
    judge(store, "b", "c", DIFFERENT)
    assert member_ids(store, home) == ["a", "b"]
    other = cluster_of(store, "c")
    assert other not in (None, home)
    assert member_ids(store, other) == ["c", "d"]
    judge(store, "a", "d", SAME)
    assert member_ids(store, home) == ["a", "b", "c", "d"]
    judge(store, "a", "d", DIFFERENT)
    assert member_ids(store, home) == ["a", "b"]


def test_different_is_of_no_weight_where_others_hold_together(store: Store) -> None:
    one, two, three = save(store, entry("a"), entry("b"), entry("c"))
    link(store, one)
    link(store, two, edge(two, one, "a"))
    home = link(store, three, edge(three, one, "a"), edge(three, two, "b"))
    judge(store, "a", "b", DIFFERENT)
    assert member_ids(store, home) == ["a", "b", "c"]
    store.judge([said("c", "a", DIFFERENT), said("c", "b", DIFFERENT)])
    assert cluster_of(store, "a") is None
    assert cluster_of(store, "c") is None


def test_an_overruled_edge_leads_no_more(store: Store) -> None:
    # the strongest edge of c covers another part than the weaker one, which did not bind
    one, two, three = save(store, entry("a"), entry("b"), entry("c"))
    link(store, one)
    link(store, two)
    strong = edge(three, one, "a", Relation.CONTAINS, left_coverage=0b000111)
    weak = edge(three, two, "b", left_coverage=0b111000)
    home = link(store, three, strong, weak)
    assert member_ids(store, home) == ["a", "c"]
    judge(store, "a", "c", DIFFERENT)
    assert cluster_of(store, "a") is None
    assert member_ids(store, cluster_of(store, "c")) == ["b", "c"]
    store.unjudge([("a", "c")])
    assert member_ids(store, cluster_of(store, "a")) == ["a", "c"]


def test_it_survives_being_compared_again(store: Store) -> None:
    one, two, three = chain(store, "a", "b", "c")
    judge(store, "a", "b", DIFFERENT)
    judge(store, "a", "c", SAME)
    before = everything(store)
    store.link([Links(two, (edge(two, one, "a"),)), Links(three, (edge(three, two, "b"),))])
    assert everything(store) == before
    link(store, two, edge(two, one, "a", Relation.NEAR_DUPLICATE, score=1.0))
    assert member_ids(store, cluster_of(store, "a")) == ["a", "b", "c"]
    judge(store, "a", "c", DIFFERENT)
    assert cluster_of(store, "a") is None
    assert member_ids(store, cluster_of(store, "b")) == ["b", "c"]


def test_it_stands_for_a_new_version(store: Store) -> None:
    one, *_ = chain(store, "a", "b", "c")
    home = cluster_of(store, "a")
    store.judge([said("b", "c", DIFFERENT), said("a", "c", SAME, 1)])
    [new] = save(store, entry("c", text="Another text of c."))
    assert store.judgements_on([new]) == [said("b", "c", DIFFERENT), said("a", "c", SAME, 1)]
    assert member_ids(store, home) == ["a", "b", "c"]
    [two] = refs(store, "b")
    assert link(store, new, edge(new, two, "b", Relation.EXACT)) == home
    store.unjudge([("a", "c")])
    assert cluster_of(store, "c") is None
    [newer] = save(store, entry("b", text="Another text of b."))
    link(store, newer, edge(newer, one, "a"), edge(newer, new, "c", Relation.EXACT))
    assert member_ids(store, home) == ["a", "b"]
    store.unjudge([("b", "c")])
    assert member_ids(store, home) == ["a", "c", "b"]


def test_it_goes_with_the_article(store: Store) -> None:
    chain(store, "a", "b", "c")
    store.judge([said("a", "b", DIFFERENT), said("a", "c", SAME), said("b", "c", SAME)])
    store.delete(["a"])
    assert store.judgements(None, 10).items == (said("b", "c", SAME),)
    assert store.judgements_on(refs(store, "b")) == [said("b", "c", SAME)]
    [again] = save(store, entry("a"))
    link(store, again, edge(again, refs(store, "b")[0], "b"))
    assert cluster_of(store, "a") == cluster_of(store, "b") is not None
    store.delete(["a", "b", "c"])
    assert store.judgements(None, 10).items == ()


def test_it_may_be_repeated_and_replaced(store: Store) -> None:
    chain(store, "a", "b")
    one = said("a", "b", DIFFERENT, by="Ana", note="Two fires, not one.")
    store.judge([one])
    before = everything(store)
    store.judge([replace(one, at=one.at + timedelta(hours=1))])
    assert everything(store) == before
    assert store.judgements_on(refs(store, "a")) == [one]
    store.judge([replace(one, note="Two fires.")])
    assert store.judgements(None, 5).items == (replace(one, note="Two fires."),)
    judge(store, "a", "b", SAME)
    assert store.judgements(None, 5).items == (said("a", "b", SAME),)
    assert cluster_of(store, "a") == cluster_of(store, "b") is not None


def test_all_of_a_call_or_nothing(store: Store) -> None:
    chain(store, "a", "b")
    before = everything(store)
    with pytest.raises(NotFound, match="'nobody'"):
        store.judge([said("a", "b", DIFFERENT), said("a", "nobody", SAME)])
    assert everything(store) == before
    assert store.judgements(None, 5).items == ()
    assert store.unjudge([("a", "nobody"), ("a", "b")]) == 0
    assert store.judgements_on([]) == []


def test_pages_hold_all_in_order_of_time(store: Store, open_again: OpenAgain) -> None:
    ids = [f"article {i}" for i in range(6)]
    for ref in save(store, *map(entry, ids)):
        link(store, ref)
    made = [said(a, b, SAME, minute) for minute, (a, b) in enumerate(pairwise(ids))]
    for one in reversed(made):
        store.judge([one])
    found, cursor = [], None
    for _ in made:
        page = open_again().judgements(cursor, 2)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == made
    assert len(page.items) == 1
    for nonsense in ("x", "00", "e30="):
        with pytest.raises(InvalidQuery):
            store.judgements(nonsense, 2)


def race(*acts: Callable[[], None]) -> None:
    """Do all of it at the same time."""
    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(act) for act in acts]:
            future.result()


def test_judging_and_linking_at_once_lose_nothing(store: Store, open_again: OpenAgain) -> None:
    ids = [f"a{i}" for i in range(12)]
    first, *others = save(store, *map(entry, ids))
    link(store, first)
    handles = [open_again(), open_again()]

    def linking() -> None:
        for ref in others:
            link(handles[0], ref, edge(ref, first, ids[0]))

    def judging() -> None:
        for id in ids[1:]:
            judge(handles[1], ids[0], id, DIFFERENT)

    race(linking, judging)
    assert [cluster_of(store, id) for id in ids] == [None] * len(ids)
    assert len(store.judgements_on([first])) == len(others)

    def joining() -> None:
        for id in ids[1:]:
            judge(handles[0], id, ids[0], SAME)

    def linking_again() -> None:
        for ref in others:
            link(handles[1], ref)

    race(joining, linking_again)
    assert member_ids(store, cluster_of(store, ids[0])) == ids
    assert store.edges(others) == []
