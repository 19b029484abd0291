"""``/check``: a pasted text, where else it stands, and what that makes it.

Nothing is stored unless the second button is pressed, which answers with the article's page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from dedup.dossier import Dossiers
from dedup.engine import Engine
from dedup.errors import InvalidArticle
from dedup.model import UNIQUE, Article, Outcome, Relation
from dedup.settings import Settings
from service.encodings import decoded
from service.errors import field_errors, kind_of
from service.pages.forms import refuse_foreign_forms
from service.pages.matches import MatchEntry, entries
from service.refusals import TooLarge
from service.schemas import ArticleIn
from service.view.found import FoundSentence, found
from service.view.names import Names
from service.view.points import Contradiction, contradictions
from service.view.signs import QUOTATION
from service.view.words import amount, relation_words

SHOWN = 9
"""So many matches are compared sentence by sentence."""

_PAGE = re.compile(
    r"\s*(<!doctype html|<\?xml|<html|<head|<body|<(main|article|section|div|p|h1)[\s>])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with the form."""

    text: str = ""
    title: str = ""
    source: str = ""

    def article(self, settings: Settings) -> Article:
        """The article it makes; raises what ``ArticleIn.to_article`` raises."""
        fields = {"html" if _PAGE.match(self.text) else "text": self.text}
        fields |= {"title": self.title} if self.title else {}
        fields |= {"source": self.source} if self.source else {}
        return ArticleIn.model_validate(fields).to_article(max_chars=settings.max_text_chars)


@dataclass(frozen=True, slots=True)
class Result:
    """What was found out about a pasted text."""

    verdict: str
    summary: str
    notes: tuple[str, ...]
    sentences: tuple[FoundSentence, ...]
    matches: tuple[MatchEntry, ...]
    contradictions: tuple[Contradiction, ...]


def install(pages: Blueprint, engine: Engine, dossiers: Dossiers, settings: Settings) -> None:
    """Serve the form and the answers to it."""

    @pages.get("/check", endpoint="check")
    def form() -> str:
        return _page(Sent(), None, None)

    @pages.post("/check", endpoint="check_text")
    def check() -> ResponseReturnValue:
        return answered(
            lambda sent: _page(sent, _result(engine, dossiers, sent.article(settings)), None)
        )

    @pages.post("/check/store", endpoint="store_text")
    def store() -> ResponseReturnValue:
        refuse_foreign_forms()
        return answered(lambda sent: _stored(engine, sent.article(settings)))

    def answered(answer: Callable[[Sent], ResponseReturnValue]) -> ResponseReturnValue:
        # flask's own limit for fields is 500 kB
        request.max_form_memory_size = settings.max_body_bytes
        sent = _sent()
        try:
            return answer(sent)
        except (InvalidArticle, TooLarge, ValidationError) as error:
            reason = "; ".join(f"The {e['field']} {e['message']}." for e in field_errors(error))
            return _page(sent, None, reason), kind_of(error).status


def _page(sent: Sent, result: Result | None, refusal: str | None) -> str:
    return render_template(
        "check.html",
        section="pages.check",
        sent=sent,
        result=result,
        refusal=refusal,
        quotation=QUOTATION,
    )


def _stored(engine: Engine, article: Article) -> ResponseReturnValue:
    outcome = engine.add(article)
    return redirect(url_for("pages.article", id=outcome.id), code=303)


def _sent() -> Sent:
    """The file if one was sent, else the field, with the line ends that were pasted."""
    file = request.files.get("file")
    if file is not None and file.filename:
        text = decoded(file.read())
    else:
        text = request.form.get("text", "").replace("\r\n", "\n")
    return Sent(text, request.form.get("title", "").strip(), request.form.get("source", "").strip())


def _result(engine: Engine, dossiers: Dossiers, article: Article) -> Result:
    outcome = engine.check(article)
    stored = engine.store.get([match.id for match in outcome.matches])
    matches = [match for match in outcome.matches if match.id in stored][:SHOWN]
    others = [stored[match.id] for match in matches]
    comparisons, differences = dossiers.against(article, others)
    left_out = {one.begin: one.reason for one in outcome.left_out}
    sentences = found(engine.read(article), comparisons, left_out)
    # a match does not look at words, the comparison does
    told = [replace(m, changes=c.changes) for m, c in zip(matches, comparisons, strict=True)]
    entries_ = entries(told, stored, left=None)
    texts = {one.article.id: one.article.text for one in others} | {article.id: article.text}
    return Result(
        verdict=_verdict(outcome, entries_),
        summary=_summary(sentences),
        notes=outcome.notes,
        sentences=sentences,
        matches=entries_,
        contradictions=contradictions(differences, texts, Names(others, ()), article.id),
    )


def _verdict(outcome: Outcome, matches: Sequence[MatchEntry]) -> str:
    if outcome.verdict == UNIQUE or not matches:
        return "Unique: nothing stored carries it"
    name = matches[0].outlet
    return {
        Relation.EXACT: f"Same text as {name}",
        Relation.NEAR_DUPLICATE: f"Near duplicate of {name}",
        Relation.CONTAINS: f"Contains {name}",
        Relation.CONTAINED_IN: f"Contained in {name}",
        Relation.PARTIAL_COPY: f"Partial copy of {name}",
        Relation.SHARED_PASSAGE: f"Shares a passage with {name}",
        Relation.SAME_TEMPLATE: f"Same template as {name}",
    }.get(Relation(outcome.verdict), relation_words(outcome.verdict))


def _summary(sentences: Sequence[FoundSentence]) -> str:
    story = [s for s in sentences if not s.furniture]
    same = sum(s.hit == "same" for s in story)
    near = sum(s.hit == "near" for s in story)
    words = f"Of {amount(len(story), 'sentence')}, {same} stand elsewhere word for word"
    words += f" and {near} edited or rewritten" if near else ""
    page = len(sentences) - len(story)
    return words + (f"; {amount(page, 'sentence')} of page furniture left out." if page else ".")
