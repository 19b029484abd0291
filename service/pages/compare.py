"""``/compare``: two stored articles side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request

from dedup.engine import Engine
from dedup.errors import NotFound
from dedup.judging import Judging
from dedup.model import Comparison, EditKind, Relation, StoredArticle
from dedup.shares import hundredths, percent
from service import present
from service.pages import takeaway
from service.schemas import CompareQuery
from service.view import prose
from service.view.judged import Said, said
from service.view.row_kinds import Text
from service.view.rows import rows
from service.view.words import KIND_ORDER, headline, language_tag, outlet, relation_words, when


@dataclass(frozen=True, slots=True)
class SideText(Text):
    """One article of the pair, with what the page's head says of it.

    ``shown_id`` is empty where outlet and title are enough to know it by.
    """

    id: str
    title: str
    shown_id: str
    language: str | None
    when: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """A share as a bar with its words."""

    words: str
    share: float
    shown: str


def install(pages: Blueprint, engine: Engine) -> None:
    """Serve the comparison, and the form that asks for one."""
    judging = Judging(engine)

    def side(name: str, id: str) -> StoredArticle:
        try:
            return engine.article(id)
        except NotFound as error:
            raise NotFound("article", error.id, name) from error

    def asked(given: Mapping[str, str]) -> tuple[StoredArticle, StoredArticle, Comparison]:
        query = CompareQuery.model_validate(given)
        left, right = side("left", query.left), side("right", query.right)
        return left, right, engine.compare(left.article, right.article)

    def judged(left: StoredArticle, right: StoredArticle, relation: Relation) -> tuple[Said, ...]:
        found = judging.of(left.article.id, right.article.id)
        known = {one.article.id: one for one in (left, right)}
        return said([found], known, {found.pair: relation}) if found else ()

    def rendered(left: StoredArticle, right: StoredArticle, comparison: Comparison) -> str:
        texts = _texts(engine, left, right)
        return render_template(
            "compare.html",
            section="pages.compare",
            left=texts[0],
            right=texts[1],
            verdict=_verdict(comparison.relation, texts[0].name, texts[1].name),
            reasons=comparison.reasons,
            gauges=_gauges(comparison, texts[0].name, texts[1].name),
            facts=_facts(comparison),
            rows=rows(comparison, *texts),
            cluster_id=left.cluster_id if left.cluster_id == right.cluster_id else None,
            judged=judged(left, right, comparison.relation),
        )

    @pages.get("/compare", endpoint="compare")
    def page() -> str:
        given = {name: value for name, value in request.args.items() if value}
        if not {"left", "right"} <= given.keys():
            return render_template("compare_form.html", section="pages.compare", **given)
        return rendered(*asked(given))

    @pages.get("/compare/comparison.html", endpoint="compare_file")
    def as_html() -> Response:
        left, right, comparison = asked(request.args)
        return takeaway.page(rendered(left, right, comparison), _name(left, right))

    @pages.get("/compare/comparison.csv", endpoint="compare_csv")
    def as_csv() -> Response:
        left, right, comparison = asked(request.args)
        pairs = takeaway.pair_rows(left.article, right.article, comparison)
        return takeaway.table(pairs, _name(left, right))

    @pages.get("/compare/comparison.json", endpoint="compare_json")
    def as_json() -> Response:
        left, right, comparison = asked(request.args)
        told = present.comparison(left.article, right.article, comparison)
        both = {"left": present.article_ref(left), "right": present.article_ref(right)}
        return takeaway.document({**both, "comparison": told}, _name(left, right))


def _name(left: StoredArticle, right: StoredArticle) -> str:
    return f"compare-{left.article.id[:30]}-{right.article.id[:30]}"


def _texts(engine: Engine, left: StoredArticle, right: StoredArticle) -> tuple[SideText, SideText]:
    """Both sides, by names that differ."""
    one, other = _text(engine, left), _text(engine, right)
    if one.name != other.name:
        return one, other
    if one.title == other.title:
        one, other = replace(one, shown_id=one.id), replace(other, shown_id=other.id)
    return replace(one, name=f"{one.name} (left)"), replace(other, name=f"{other.name} (right)")


def _text(engine: Engine, stored: StoredArticle) -> SideText:
    article = stored.article
    analysed = engine.analysed(stored)
    known = article.source and article.title
    return SideText(
        text=article.text,
        sentences=analysed.sentences,
        name=outlet(article),
        id=article.id,
        title=headline(article, prose.opening(analysed)),
        shown_id="" if known else article.id,
        language=language_tag(article.language or analysed.language),
        when=when(article.published_at).full if article.published_at else "no date given",
    )


def _verdict(relation: Relation, left: str, right: str) -> str:
    if relation is Relation.CONTAINS:
        return f"{left} contains {right}"
    if relation is Relation.CONTAINED_IN:
        return f"{left} is contained in {right}"
    return relation_words(relation)


def _gauges(comparison: Comparison, left: str, right: str) -> tuple[Gauge, Gauge]:
    inside = comparison.containment
    return (
        Gauge(f"of {left} stands in {right}", inside.left_in_right, percent(inside.left_in_right)),
        Gauge(f"of {right} stands in {left}", inside.right_in_left, percent(inside.right_in_left)),
    )


def _facts(comparison: Comparison) -> list[tuple[str, str]]:
    kinds = [k for k in KIND_ORDER if comparison.changes.get(k) or k is EditKind.WORDING]
    return [
        ("Jaccard, 3-word shingles", hundredths(comparison.resemblance)),
        ("Reused as narrative", percent(comparison.narrative_reuse)),
        ("as direct speech", percent(comparison.quotation_reuse)),
        *((f"{kind} changes", str(comparison.changes.get(kind, 0))) for kind in kinds),
    ]
