"""``/articles/{id}``: one article with its sentences, and what it is related to."""

from __future__ import annotations

from flask import Blueprint, render_template

from dedup.engine import Engine
from dedup.judgement import pair_of
from dedup.model import AnalysedArticle, StoredArticle
from service.pages import matches
from service.view import prose
from service.view.judged import Said, said
from service.view.words import (
    amount,
    headline,
    language_tag,
    outlet,
    shown,
    web_address,
    when,
)


def install(pages: Blueprint, engine: Engine) -> None:
    """Serve the page of an article."""

    def judged(stored: StoredArticle) -> tuple[Said, ...]:
        found = engine.store.judgements_on([stored.ref])
        known = engine.store.get(list({id for one in found for id in one.pair}))
        ties = (
            {
                pair_of(stored.article.id, m.id): m.relation
                for m in engine.matches(stored.article.id)
            }
            if found
            else {}
        )
        return said(found, known, ties)

    @pages.get("/articles/<id:id>", endpoint="article")
    def page(id: str) -> str:
        stored = engine.article(id)
        analysed = engine.analysed(stored)
        found = engine.matches(id)
        others = engine.store.get([match.id for match in found])
        article = stored.article
        return render_template(
            "article.html",
            title=headline(article, prose.opening(analysed)),
            outlet=outlet(article),
            language=language_tag(article.language or analysed.language),
            when=when(article.published_at or stored.received_at),
            dated=article.published_at is not None,
            cluster_id=stored.cluster_id,
            quotes=bool(analysed.quoted.any()),
            counts=_counts(analysed),
            blocks=prose.blocks(analysed),
            matches=matches.entries(found, others, left=id),
            known=_known(stored, analysed),
            address=web_address(article.url),
            judged=judged(stored),
        )


def _counts(analysed: AnalysedArticle) -> str:
    page = sum(s.furniture is not None for s in analysed.sentences)
    parts = [
        amount(len(analysed.sentences) - page, "sentence"),
        amount(analysed.story_words, "word"),
    ]
    if page:
        parts.append(f"{amount(page, 'sentence')} of page furniture folded")
    return " · ".join(parts)


def _known(stored: StoredArticle, analysed: AnalysedArticle) -> list[tuple[str, str]]:
    article = stored.article
    language = article.language or f"{analysed.language} (recognised)"
    known = [
        ("Id", shown(article.id)),
        ("Outlet", outlet(article)),
        ("Language", language),
        ("Received", when(stored.received_at).full),
        ("Version", str(stored.version)),
    ]
    if article.published_at:
        known.insert(2, ("Published", when(article.published_at).full))
    if stored.pending:
        known.append(("State", "not compared yet"))
    return known
