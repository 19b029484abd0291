"""``/``: the clusters, newest activity first, and what stands alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dedup.cache import Cache
from dedup.dossier import Dossiers
from dedup.engine import Engine
from dedup.errors import ClusterMoved, NotFound
from dedup.model import ClusterSummary, StoredArticle
from dedup.store.values import ClusterQuery, Page
from service import seeding
from service.pages.forms import refuse_foreign_forms
from service.schemas import ClustersQuery
from service.view import prose
from service.view.card import Card, card
from service.view.words import When, amount, headline, outlet, shorten, shown, when

PER_PAGE = 20
ALONE = 10
READ_UP_TO = 60
"""Of larger clusters the texts that most members carry are read for their cards, and no other."""
LARGE = 200
"""So many cards of larger clusters are kept in memory until the cluster changes."""
BUDGET_SECONDS = 0.7
"""How long a page may take to read clusters nobody has opened yet; later visits find the rest."""
SEARCH_SECONDS = 2.0
"""The same when only clusters with a disagreement are wanted."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


_Large = Cache[tuple[str, datetime, int], Card]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address of the same list without it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Alone:
    """An article of no cluster."""

    id: str
    outlet: str
    title: str
    when: When
    dated: bool


@dataclass(frozen=True, slots=True)
class _Listed:
    """What is shown of the clusters asked for; ``looked`` through so many to find them."""

    cards: list[Card]
    next_cursor: str | None
    total: int
    looked: int


def install(pages: Blueprint, engine: Engine, dossiers: Dossiers) -> None:
    """Serve the list of clusters."""
    large: _Large = Cache(LARGE)

    @pages.get("/", endpoint="clusters")
    def page() -> str:
        given = {name: value for name, value in request.args.items() if value}
        disagree = given.pop("disagree", None) is not None
        asked = ClustersQuery.model_validate({"limit": PER_PAGE, **_moments(given)})
        query = ClusterQuery(**asked.model_dump())
        reader = _Reader(engine, dossiers, large)
        found = reader.disagreeing(query) if disagree else reader.all(query)
        filters: dict[str, Any] = {n: v for n, v in given.items() if n not in ("cursor", "limit")}
        if disagree:
            filters["disagree"] = "1"
        plain = not (filters.keys() - {"order"}) and "cursor" not in given
        alone = engine.store.alone(ALONE) if plain and asked.order == "newest" else []
        if plain and not found.cards and not alone:
            return render_template(
                "empty.html",
                section="pages.clusters",
                address=request.host_url.rstrip("/"),
                seeds=seeding.shipped(),
            )
        return render_template(
            "clusters.html",
            section="pages.clusters",
            query=asked,
            disagree=disagree,
            dates={name: given.get(name, "")[:10] for name in ("since", "until")},
            narrowed=bool(filters.keys() & {"source", "since", "until", "min_size"}),
            total=_total(found, disagree),
            chips=_chips(filters),
            cards=found.cards,
            alone=[_alone(engine, one) for one in alone],
            live="cursor" not in given,
            first_href=url_for("pages.clusters", **filters) if "cursor" in given else "",
            next_href=url_for("pages.clusters", **filters, cursor=found.next_cursor)
            if found.next_cursor
            else "",
        )

    @pages.post("/seeds", endpoint="load_seeds")
    def load_seeds() -> ResponseReturnValue:
        refuse_foreign_forms()
        if engine.store.stats().articles:
            abort(
                409, "Articles are stored already; the seeds are loaded into an empty store only."
            )
        engine.add_many(seeding.articles())
        return redirect(url_for("pages.clusters"), code=303)


class _Reader:
    """Makes cards, reading clusters nobody has read before only within a span of time."""

    def __init__(self, engine: Engine, dossiers: Dossiers, large: _Large) -> None:
        self._engine, self._dossiers, self._large = engine, dossiers, large
        self._started = time.monotonic()

    def all(self, query: ClusterQuery) -> _Listed:
        """One page of clusters."""
        page = self._engine.clusters(query)
        cards = [one for one in self._cards(page, BUDGET_SECONDS) if one is not None]
        return _Listed(cards, page.next_cursor, page.total, len(page.items))

    def disagreeing(self, query: ClusterQuery) -> _Listed:
        """Clusters with a disagreement, looked for until there is a page of them or time is up."""
        cards: list[Card] = []
        looked = 0
        while True:
            page = self._engine.clusters(replace(query, limit=PER_PAGE // 2))
            looked += len(page.items)
            cards += [one for one in self._cards(page, None) if one is not None and one.flags]
            spent = time.monotonic() - self._started
            if page.next_cursor is None or len(cards) >= PER_PAGE or spent > SEARCH_SECONDS:
                return _Listed(cards, page.next_cursor, page.total, looked)
            query = replace(query, cursor=page.next_cursor)

    def _cards(self, page: Page, budget: float | None) -> Iterator[Card | None]:
        for cluster in page.items:
            try:
                yield self._card(cluster, budget)
            except (NotFound, ClusterMoved):  # it went while the page was made
                yield None

    def _card(self, cluster: ClusterSummary, budget: float | None) -> Card:
        title = _title(self._engine, cluster.representative)
        in_time = budget is None or time.monotonic() - self._started < budget
        if cluster.size > READ_UP_TO:
            return self._large_card(cluster, title, in_time)
        carriers = self._dossiers.carriers(cluster.id)
        read = self._dossiers.differences if in_time else self._dossiers.known_differences
        return card(cluster, title, carriers, read(carriers))

    def _large_card(self, cluster: ClusterSummary, title: str, in_time: bool) -> Card:
        key = (cluster.id, cluster.updated_at, cluster.size)
        found = self._large.get(key)
        if found is None and in_time:
            members, sample = self._dossiers.sample(cluster.id)
            found = card(cluster, title, members, self._dossiers.differences(sample))
            self._large.put(key, found)
        return found or card(cluster, title, None, None)


def _total(found: _Listed, disagree: bool) -> str:
    if not disagree:
        return amount(found.total, "cluster")
    words = amount(len(found.cards), "cluster")
    return f"{words} with a disagreement, of {found.looked:,} looked through"


def _moments(given: Mapping[str, str]) -> dict[str, str]:
    """The parameters, a day in ``since`` or ``until`` made its first or last moment in UTC."""
    moments = dict(given)
    for name, clock in (("since", "T00:00:00Z"), ("until", "T23:59:59.999999Z")):
        if _DAY.fullmatch(given.get(name, "")):
            moments[name] += clock
    return moments


def _chips(filters: Mapping[str, Any]) -> list[Chip]:
    words = {
        "q": "holds “{}”",
        "disagree": "copies disagree",
        "source": "from {}",
        "since": "since {}",
        "until": "until {}",
        "min_size": "at least {} copies",
    }
    return [
        Chip(
            template.format(shorten(shown(filters[name]), 40)),
            url_for("pages.clusters", **{n: v for n, v in filters.items() if n != name}),
        )
        for name, template in words.items()
        if name in filters and (name, filters[name]) != ("min_size", "2")
    ]


def _title(engine: Engine, stored: StoredArticle) -> str:
    article = stored.article
    opening = "" if article.title else prose.opening(engine.analysed(stored))
    return headline(article, opening)


def _alone(engine: Engine, stored: StoredArticle) -> Alone:
    article = stored.article
    return Alone(
        id=article.id,
        outlet=outlet(article),
        title=_title(engine, stored),
        when=when(article.published_at or stored.received_at),
        dated=article.published_at is not None,
    )
