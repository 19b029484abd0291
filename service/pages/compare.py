"""``/compare``: two stored articles side by side."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from dedup.engine import Engine
from dedup.errors import NotFound
from dedup.model import Comparison, EditKind, Relation, StoredArticle
from service.errors import MissingSide
from service.schemas import CompareQuery
from service.view.row_kinds import Text
from service.view.rows import rows
from service.view.words import KIND_ORDER, language_tag, outlet, percent, relation_words, when


@dataclass(frozen=True, slots=True)
class SideText(Text):
    """One article of the pair, with what the page's head says of it."""

    id: str
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

    def side(name: str, id: str) -> StoredArticle:
        try:
            return engine.article(id)
        except NotFound as error:
            raise MissingSide(name, error.id) from error

    @pages.get("/compare", endpoint="compare")
    def page() -> str:
        given = {name: value for name, value in request.args.items() if value}
        if not {"left", "right"} <= given.keys():
            return render_template("compare_form.html", section="pages.compare", **given)
        query = CompareQuery.model_validate(given)
        stored = side("left", query.left), side("right", query.right)
        left, right = (_text(engine, one) for one in stored)
        comparison = engine.compare(stored[0].article, stored[1].article)
        together = stored[0].cluster_id == stored[1].cluster_id
        return render_template(
            "compare.html",
            section="pages.compare",
            left=left,
            right=right,
            verdict=_verdict(comparison.relation, left.name, right.name),
            reasons=comparison.reasons,
            gauges=(
                _gauge("reused as narrative", comparison.narrative_reuse),
                _gauge("reused as direct speech", comparison.quotation_reuse),
            ),
            facts=_facts(comparison),
            rows=rows(comparison, left, right),
            cluster_id=stored[0].cluster_id if together else None,
        )


def _text(engine: Engine, stored: StoredArticle) -> SideText:
    article = stored.article
    analysed = engine.analysed(stored)
    return SideText(
        text=article.text,
        sentences=analysed.sentences,
        name=outlet(article),
        id=article.id,
        language=language_tag(article.language or analysed.language),
        when=when(article.published_at).full if article.published_at else "no date given",
    )


def _verdict(relation: Relation, left: str, right: str) -> str:
    if relation is Relation.CONTAINS:
        return f"{left} contains {right}"
    if relation is Relation.CONTAINED_IN:
        return f"{left} is contained in {right}"
    return relation_words(relation)


def _gauge(words: str, share: float) -> Gauge:
    return Gauge(words, share, percent(share))


def _facts(comparison: Comparison) -> list[tuple[str, str]]:
    inside = comparison.containment
    kinds = [k for k in KIND_ORDER if comparison.changes.get(k) or k is EditKind.WORDING]
    return [
        ("Resemblance, 3-word shingles", f"{comparison.resemblance:.2f}"),
        ("Left in right, 5-word shingles", f"{inside.left_in_right:.2f}"),
        ("Right in left", f"{inside.right_in_left:.2f}"),
        *((f"{kind} changes", str(comparison.changes.get(kind, 0))) for kind in kinds),
    ]
