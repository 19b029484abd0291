"""``/``: the clusters, newest activity first, and what stands alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from dedup.engine import Engine
from dedup.model import ClusterSummary, StoredArticle
from dedup.store.base import ClusterQuery
from service.schemas import ClustersQuery
from service.view import prose
from service.view.timeline import Line, line
from service.view.words import (
    When,
    amount,
    duration,
    headline,
    instant,
    language_tag,
    outlet,
    shorten,
    shown,
    when,
)

PER_PAGE = 20
ALONE = 10
NAMED = 3
"""So many outlets of a cluster are named."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Card:
    """One cluster of the list."""

    id: str
    size: int
    title: str
    language: str | None
    outlets: tuple[str, ...]
    others: int
    first: When
    lasted: str
    line: Line | None


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


def install(pages: Blueprint, engine: Engine) -> None:
    """Serve the list of clusters."""

    @pages.get("/", endpoint="clusters")
    def page() -> str:
        given = {name: value for name, value in request.args.items() if value}
        query = ClustersQuery.model_validate({"limit": PER_PAGE, **_moments(given)})
        found = engine.clusters(ClusterQuery(**query.model_dump()))
        filters: dict[str, Any] = {n: v for n, v in given.items() if n not in ("cursor", "limit")}
        narrowed = filters.keys() - {"order"}
        plain = not narrowed and "cursor" not in given
        alone = engine.store.alone(ALONE) if plain and query.order == "newest" else []
        if plain and not found.items and not alone:
            return render_template(
                "empty.html", section="pages.clusters", address=request.host_url.rstrip("/")
            )
        newest = max((c.last_at for c in found.items), key=instant, default=None)
        return render_template(
            "clusters.html",
            section="pages.clusters",
            query=query,
            dates={name: given.get(name, "")[:10] for name in ("since", "until")},
            narrowed=bool(narrowed & {"source", "since", "until", "min_size"}),
            total=amount(found.total, "cluster"),
            chips=_chips(filters),
            cards=[_card(engine, c) for c in found.items],
            alone=[_alone(engine, one) for one in alone],
            first_href=url_for("pages.clusters", **filters) if "cursor" in given else "",
            next_href=url_for("pages.clusters", **filters, cursor=found.next_cursor)
            if found.next_cursor
            else "",
            newest=when(newest) if newest and plain else None,
        )


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


def _card(engine: Engine, cluster: ClusterSummary) -> Card:
    names = [shorten(shown(name), 60) for name in cluster.sources]
    lasted = instant(cluster.last_at) - instant(cluster.first_at)
    return Card(
        id=cluster.id,
        size=cluster.size,
        title=_title(engine, cluster.representative),
        language=language_tag(cluster.representative.article.language),
        outlets=tuple(names[:NAMED]) or ("Outlets not given",),
        others=max(0, len(names) - NAMED),
        first=when(cluster.first_at),
        lasted=duration(lasted) if lasted else "",
        line=line(cluster.first_at, cluster.last_at) if lasted else None,
    )


def _alone(engine: Engine, stored: StoredArticle) -> Alone:
    article = stored.article
    return Alone(
        id=article.id,
        outlet=outlet(article),
        title=_title(engine, stored),
        when=when(article.published_at or stored.received_at),
        dated=article.published_at is not None,
    )
