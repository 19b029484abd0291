"""``/v1/articles``: store, replace, read and remove articles."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, url_for

from dedup.engine import Engine
from dedup.errors import AlreadyStored, ArticleMoved
from dedup.model import Article
from dedup.settings import Settings
from service import answers, matched, present
from service.idempotency import Answer as Stored
from service.idempotency import Idempotency
from service.metrics import Metrics
from service.openapi import ARTICLES, Calls, moved, refusals
from service.present import Json
from service.refusals import AlreadyExists, InvalidBody
from service.schemas import ArticleIn, ArticlePath, StoringHeader

_OTHER = "The id is another name of an article; Location is the article."


def make_articles(engine: Engine, settings: Settings, metrics: Metrics) -> Calls:
    """The calls that store articles and read them back."""
    api = Calls("articles", __name__, url_prefix="/v1/articles", abp_tags=[ARTICLES])

    idempotency = Idempotency(engine.store, settings)

    def stored(article: Article, *, fresh_only: bool = False) -> Stored:
        outcome = engine.add(article, fresh_only=fresh_only)
        metrics.outcomes([outcome])
        code = 201 if outcome.status == "created" else 200
        location = url_for("articles.get_article", id=outcome.id)
        return matched.outcome(engine, outcome), code, {"Location": location}

    @api.post(
        "",
        responses={
            200: answers.Outcome,
            201: answers.Outcome,
            **refusals(400, 409, 413, 415, 422),
        },
    )
    def post_article(header: StoringHeader, body: ArticleIn) -> Stored:
        """Store a new article.

        Without an id one is made; Location tells it. An article whose URL is stored already, by
        whichever of its addresses (parameters that track readers, AMP, http and https), is a new
        version of that one: it is answered 200 with the id of the one stored, and `notes` say so.
        An id that is stored already is refused:
        PUT replaces an article. Of several who send the same id at once, one creates it. Sent
        again with the same `Idempotency-Key` and body, it gets the first answer, with
        `Idempotent-Replayed: true`; with another body it is refused (422), and while the first is
        being answered as well (409). Only answers of success are kept.
        """

        def store(id: str | None = None, inherited: bool = False) -> Stored:
            article = body.to_article(id, settings.max_text_chars, id_given=False)
            known = engine.store.get([article.id]).get(article.id) if inherited else None
            ours = known and known.article == replace(article, id=known.article.id)
            try:
                return stored(article, fresh_only=not ours)
            except AlreadyStored as error:
                raise AlreadyExists(f"{error}; PUT replaces it") from error

        key = header.idempotency_key
        return store() if key is None else idempotency.answer(key, body, store)

    @api.put(
        "/<id:id>",
        responses={
            200: answers.Outcome,
            201: answers.Outcome,
            **refusals(400, 413, 415, 422),
        },
    )
    def put_article(path: ArticlePath, body: ArticleIn) -> Stored:
        """Store an article, or replace the one with this id.

        The same content again changes nothing and answers `unchanged`. An id in the body must
        be the one in the path. If another article with this URL is stored, both are one: the
        answer has the id of that one, and this id leads there.
        """
        if body.id not in {None, path.id}:
            # 422 and not 409: the request contradicts itself, whatever is stored
            raise InvalidBody("id", "must be the id in the path, or left out")
        return stored(body.to_article(path.id, max_chars=settings.max_text_chars))

    @api.get("/<id:id>", responses={200: answers.Article, **moved(_OTHER), **refusals(404, 422)})
    def get_article(path: ArticlePath) -> Json:
        """A stored article."""
        stored = engine.article(path.id)
        if stored.article.id != path.id:
            raise ArticleMoved(path.id, stored.article.id)
        return present.article(stored)

    @api.delete("/<id:id>", responses={204: None, **moved(_OTHER), **refusals(404, 422)})
    def delete_article(path: ArticlePath) -> Response:
        """Remove an article, its relations and its traces in the index, for good."""
        engine.delete(path.id)
        return Response(status=204)

    @api.get(
        "/<id:id>/matches",
        responses={200: answers.Matches, **moved(_OTHER), **refusals(404, 422)},
    )
    def get_matches(path: ArticlePath) -> Json:
        """What a stored article is related to, strongest first."""
        matches = engine.matches(path.id)
        known = matched.matched(engine, matches)
        return {"items": [present.match(match, known) for match in matches]}

    return api
