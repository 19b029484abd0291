"""``/v1/judgements``: what people say of pairs of articles."""

from __future__ import annotations

from flask import Response, json, jsonify, request, stream_with_context

from dedup.engine import Engine
from dedup.errors import NotFound
from dedup.judgement import Opinion
from dedup.judging import Judging
from service import answers_judgements, ndjson, present_judgements
from service.openapi import JUDGEMENTS, Calls, refusals
from service.present import Json
from service.refusals import NotJudged
from service.schemas_judgements import JudgementIn, JudgementsQuery, PairQuery


def make_judgements(engine: Engine) -> Calls:
    """The calls that judge pairs of articles."""
    api = Calls("judgements", __name__, url_prefix="/v1", abp_tags=[JUDGEMENTS])
    judging = Judging(engine)

    @api.put(
        "/judgements",
        responses={200: answers_judgements.Judged, **refusals(400, 404, 413, 415, 422)},
    )
    def judge(body: JudgementIn) -> Json:
        """Say that two articles are the same story, or that they are not.

        It stands above every comparison, now and later, until it is taken back or another
        judgement on the pair takes its place. `same` joins the two into one cluster; under
        `different` their own relation holds no cluster together, though others may.
        """
        opinion = Opinion(body.judgement)
        try:
            made = judging.judge(body.left, body.right, opinion, body.by or None, body.note or None)
        except NotFound as error:
            side = "left" if error.id == body.left else "right"
            raise NotFound("article", error.id, side) from error
        return present_judgements.judged(made, engine.store.get(made.pair))

    @api.delete(
        "/judgements",
        responses={204: None, **refusals(404, 422)},
    )
    def undo(query: PairQuery) -> Response:
        """Take back what was said of two articles, in whatever order."""
        if not judging.undo([(query.left, query.right)]):
            raise NotJudged(query.left, query.right)
        return Response(status=204)

    @api.get("/judgements", responses={200: answers_judgements.Judgements, **refusals(422)})
    def list_judgements(query: JudgementsQuery) -> Response:
        """Judgements page by page, the oldest first.

        With `Accept: application/x-ndjson` the answer is all of them (`limit` and `cursor` play
        no part), a line each, as the labelled pairs that `wiretwin evaluate` reads: label 2 for
        `same`, 0 for `different`.
        """
        lines = ndjson.MEDIA_TYPES[0]
        if request.accept_mimetypes.best_match(["application/json", lines]) != lines:
            return jsonify(present_judgements.page(judging.page(query.cursor, query.limit)))
        engine.store.ping()  # a store that is away is told by the status
        pairs = map(present_judgements.labelled_pair, judging.all())
        written = (json.dumps(pair) + "\n" for pair in pairs)
        return Response(stream_with_context(written), mimetype=lines)

    return api
