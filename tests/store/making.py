"""Entries, edges and stores for the tests of the stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import numpy as np

from dedup.model import (
    Article,
    Containment,
    Edge,
    Header,
    Keys,
    Match,
    Postings,
    Relation,
    SentenceStatus,
)
from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.values import Entry, Links

HEADER = Header(
    format=1,
    permutations=128,
    seed=1,
    scheme="affine32",
    bands=3,
    rows=5,
    article_shingle=3,
    sketch_shingle=4,
    sketch_modulus=8,
    normaliser=1,
)
LIMIT = 10
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class OpenAgain(Protocol):
    """Opens the test's store once more, as another process would."""

    def __call__(self, header: Header = HEADER, settings: Settings | None = None) -> Store: ...


def keys(values: Iterable[int]) -> Keys:
    """Keys in the order given."""
    return np.array(list(values), dtype=np.uint32)


def postings(
    sketch: Iterable[int] = (), bands: Sequence[int] = (), marks: Iterable[int] = ()
) -> Postings:
    """Postings of one article."""
    return Postings(keys(bands), keys(sorted(set(sketch))), keys(dict.fromkeys(marks)))


def entry(
    id: str,
    sketch: Iterable[int] = (),
    *,
    bands: Sequence[int] = (),
    marks: Iterable[int] = (),
    text: str = "",
    fingerprint: str | None = None,
    published_at: datetime | None = None,
    **article: Any,
) -> Entry:
    """An entry whose fingerprint follows from its id and text, unless it is given."""
    text = text or f"The text of {id}."
    return Entry(
        Article(id=id, text=text, published_at=published_at, **article),
        fingerprint or f"{id} {text}",
        postings(sketch, bands, marks),
    )


def edge(
    left: int,
    right: int,
    right_id: str,
    relation: Relation = Relation.PARTIAL_COPY,
    *,
    score: float = 0.75,
    left_coverage: int = 0b111,
    right_coverage: int = 0b111,
) -> Edge:
    """An edge with a match as the comparison would give it."""
    match = Match(
        id=right_id,
        relation=relation,
        score=score,
        resemblance=0.25,
        containment=Containment(0.5, 0.625),
        narrative_reuse=0.375,
        quotation_reuse=0.125,
        sentences={SentenceStatus.IDENTICAL: 7, SentenceStatus.EDITED: 2},
        reasons=("7 of 12 sentences are the same – “word for word”.",),
        changes={},
    )
    return Edge(left, right, match, left_coverage, right_coverage)


def save(store: Store, *entries: Entry) -> list[int]:
    """Index entries; their refs."""
    return [one.ref for one in store.index(entries, LIMIT)]


def chain(store: Store, *ids: str) -> list[int]:
    """Save articles of which each is a partial copy of the one before; their refs."""
    refs = save(store, *(entry(id) for id in ids))
    link(store, refs[0])
    for i in range(1, len(refs)):
        link(store, refs[i], edge(refs[i], refs[i - 1], ids[i - 1]))
    return refs


def link(
    store: Store, ref: int, *edges: Edge, topics: Mapping[int, Iterable[int]] | None = None
) -> str | None:
    """Link one article, telling the topics of some; its cluster."""
    told = {end: frozenset(topic) for end, topic in (topics or {}).items()}
    return store.link([Links(ref, edges, told)]).get(ref)


def cluster_of(store: Store, id: str) -> str | None:
    """The cluster of an article."""
    return store.get([id])[id].cluster_id


def member_ids(store: Store, cluster_id: str | None) -> list[str]:
    """The articles of a cluster, earliest first."""
    assert cluster_id is not None
    return [member.article.id for member in store.members(cluster_id)]


def told(store: Store, after: int = 0) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and articles of every event after a cursor."""
    return [(str(e.kind), e.article_ids) for e in store.events(after, 1000)]


def everything(store: Store) -> Any:
    """All that can be read from a store, to see whether anything changed."""
    articles = list(store.scan())
    return articles, store.edges([a.ref for a in articles]), store.events(0, 1000)
