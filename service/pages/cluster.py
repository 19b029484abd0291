"""``/clusters/{id}``: who carries a story, and what each changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from dedup.engine import Engine
from dedup.model import AnalysedArticle, Cluster, StoredArticle, Synopsis
from service.schemas import SynopsisQuery
from service.view import members, prose
from service.view.signs import kind_words
from service.view.strip import Strip, strips
from service.view.table import table
from service.view.table_kinds import Table
from service.view.words import (
    amount,
    headline,
    instant,
    language_tag,
    listed,
    outlet,
    relation_words,
    when,
)

COLUMNS = 5
"""So many columns are shown unless others are chosen."""
STRIPS = 60
"""Up to so many members every one is read against the base, beyond only those shown."""
UPFRONT = 8
"""So many members are listed at once, the others behind a fold."""
LISTED = 200
"""So many members are listed at all."""


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    name: str
    note: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An article that can be the base or a column."""

    id: str
    label: str
    base: bool
    shown: bool


def install(pages: Blueprint, engine: Engine) -> None:
    """Serve the page of a cluster."""

    @pages.get("/clusters/<id:id>", endpoint="cluster")
    def page(id: str) -> str:
        query = SynopsisQuery(
            base=request.args.get("base") or None,
            columns=request.args.getlist("columns") or None,
        )
        cluster = engine.cluster(id)
        carriers = [*cluster.members, *cluster.beside]
        base = query.base or cluster.representative_id
        columns = query.columns or _first(carriers, base)
        everyone = [m.article.id for m in carriers] if len(carriers) <= STRIPS else columns
        synopsis = engine.synopsis(id, base, everyone)
        shown = _only(synopsis, columns)
        analysed = {c.article.id: engine.analysed(c) for c in shown.columns}
        beside = frozenset(m.article.id for m in cluster.beside)
        laid = table(shown, analysed, beside)
        fates = strips(synopsis)
        times = sorted(map(members.time_of, carriers), key=instant)
        first = next(m for m in carriers if m.article.id == cluster.representative_id)
        return render_template(
            "cluster.html",
            section="pages.clusters",
            title=headline(first.article, prose.opening(engine.analysed(first))),
            language=language_tag(first.article.language),
            size=amount(len(cluster.members), "copy", "copies"),
            summary=_summary(cluster),
            first=when(times[0]),
            last=when(times[-1]),
            glance=_glance(cluster, laid, fates),
            id=id,
            upfront=UPFRONT,
            members=members.members(cluster, fates)[:LISTED],
            more_members=max(0, len(cluster.members) - LISTED),
            neighbours=members.neighbours(cluster, fates)[:LISTED],
            weakest=members.weakest_link(cluster),
            bridges=_bridges(cluster),
            table=laid,
            columns={c.article.id: _column(c, cluster, base, analysed) for c in shown.columns},
            choices=[_choice(m, base, laid) for m in carriers[:LISTED]],
        )


def _first(carriers: Sequence[StoredArticle], base: str) -> list[str]:
    others = [m.article.id for m in carriers if m.article.id != base]
    return [base, *others[: COLUMNS - 1]]


def _only(synopsis: Synopsis, columns: Sequence[str]) -> Synopsis:
    wanted = {synopsis.base_id, *columns}
    return Synopsis(
        synopsis.cluster_id,
        synopsis.base_id,
        tuple(c for c in synopsis.columns if c.article.id in wanted),
        synopsis.rows,
    )


def _summary(cluster: Cluster) -> str:
    words = amount(len(cluster.members), "copy", "copies") + " in one cluster"
    if cluster.beside:
        words += f", {amount(len(cluster.beside), 'article')} beside it that "
        words += "shares a passage" if len(cluster.beside) == 1 else "share a passage"
    return words + "."


def _glance(
    cluster: Cluster, laid: Table, fates: Mapping[str, Strip]
) -> list[tuple[str, str, str]]:
    names = list(dict.fromkeys(outlet(m.article) for m in cluster.members))
    who = listed(names) if len(names) <= 3 else f"{listed(names[:2])}, and {len(names) - 2} others"
    if len(names) < len(cluster.members):
        who += f", in {amount(len(cluster.members), 'article')}"
    kinds = kind_words(laid.changes)
    return [
        ("who", "Who carries it", who),
        ("changes", "What did each change", _outline(cluster, laid, fates)),
        (
            "changes",
            "Where do they differ in substance",
            f"{amount(laid.differing, 'sentence')}: {listed(kinds)}" if kinds else "Nowhere",
        ),
    ]


def _outline(cluster: Cluster, laid: Table, fates: Mapping[str, Strip]) -> str:
    others = [m for m in cluster.members if m.article.id != laid.columns[0]]
    if len(others) == 1 and others[0].article.id in fates:
        return f"{outlet(others[0].article)}: {fates[others[0].article.id].label.lower()}"
    return f"{laid.alike} of {amount(laid.sentences, 'sentence')} are the same in all texts shown"


def _bridges(cluster: Cluster) -> str:
    names = {m.article.id: outlet(m.article) for m in cluster.members}
    found = [names.get(id, id) for id in cluster.bridges]
    return f"{listed(found)}: holds parts of more than one story." if found else ""


def _column(
    stored: StoredArticle, cluster: Cluster, base: str, analysed: dict[str, AnalysedArticle]
) -> Column:
    article = stored.article
    relation = members.relation_to(cluster, article.id, base)
    at = when(article.published_at).full if article.published_at else "no date given"
    role = relation_words(relation).lower() if relation else ""
    if article.id == base:
        role = "read against"
    elif article.id not in {m.article.id for m in cluster.members}:
        role = f"beside, {role}" if role else "beside"
    return Column(
        name=outlet(article),
        note=" · ".join(filter(None, (at, role))),
        language=language_tag(article.language or analysed[article.id].language),
    )


def _choice(stored: StoredArticle, base: str, laid: Table) -> Choice:
    article = stored.article
    return Choice(
        id=article.id,
        label=f"{outlet(article)}: {headline(article)}"[:90]
        if article.source is None
        else outlet(article),
        base=article.id == base,
        shown=article.id in laid.columns,
    )
