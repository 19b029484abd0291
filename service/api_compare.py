"""``/v1/check`` and ``/v1/compare``: verdicts that store nothing."""

from __future__ import annotations

from dedup.engine import Engine
from dedup.errors import InvalidArticle, NotFound
from dedup.model import Article
from dedup.settings import Settings
from service import answers, matched, present
from service.metrics import Metrics
from service.openapi import COMPARING, Calls, refusals
from service.present import Json
from service.refusals import TooLarge
from service.schemas import ArticleIn, CheckIn, CompareIn, CompareQuery, Thresholds


def make_comparing(engine: Engine, settings: Settings, metrics: Metrics) -> Calls:
    """The calls that compare articles without storing them."""
    api = Calls("comparing", __name__, url_prefix="/v1", abp_tags=[COMPARING])

    def with_thresholds(thresholds: Thresholds | None) -> Settings | None:
        return thresholds.over(settings) if thresholds is not None else None

    def side(name: str, given: ArticleIn | str) -> Article:
        """One side of a comparison; what is wrong with it is named ``left...`` or ``right...``."""
        try:
            if isinstance(given, str):
                return engine.article(given).article
            return given.to_article(name, max_chars=settings.max_text_chars)
        except NotFound as error:
            raise NotFound("article", error.id, name) from error
        except TooLarge as error:
            raise TooLarge(f"{name}.{error.field}", str(error)) from error
        except InvalidArticle as error:
            raise InvalidArticle(f"{name}.{error.field}", str(error)) from error

    @api.post("/check", responses={200: answers.Outcome, **refusals(400, 413, 415, 422)})
    def check(body: CheckIn) -> Json:
        """Compare an article with everything stored, storing nothing."""
        article = body.to_article(max_chars=settings.max_text_chars)
        outcome = engine.check(article, with_thresholds(body.thresholds))
        metrics.outcomes([outcome])
        return matched.outcome(engine, outcome, named=body.id is not None)

    def compared(left: Article, right: Article, settings: Settings | None) -> Json:
        return present.comparison(left, right, engine.compare(left, right, settings))

    @api.get("/compare", responses={200: answers.Comparison, **refusals(404, 422)})
    def compare_stored(query: CompareQuery) -> Json:
        """Compare two stored articles sentence by sentence."""
        return compared(side("left", query.left), side("right", query.right), None)

    @api.post("/compare", responses={200: answers.Comparison, **refusals(400, 404, 413, 415, 422)})
    def compare_sent(body: CompareIn) -> Json:
        """Compare two articles sentence by sentence.

        Each side is an article sent in full, which is not stored, or the id of a stored one.
        """
        return compared(
            side("left", body.left), side("right", body.right), with_thresholds(body.thresholds)
        )

    return api
