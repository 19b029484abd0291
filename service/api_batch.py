"""``POST /v1/batch``: articles line by line, answered line by line."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from flask import Response, copy_current_request_context, json, request
from flask_openapi3.models import RawModel

from dedup.engine import Engine
from dedup.settings import Settings
from service import answers, ndjson
from service.batch import Batch
from service.metrics import Metrics
from service.openapi import ARTICLES, Calls, refusals
from service.refusals import UnsupportedMediaType
from service.schemas import BatchQuery
from service.spool import Spool
from service.strict_json import refuse_codings, said


class NdjsonBody(RawModel):
    """A body of JSON lines."""

    mimetypes = list(ndjson.MEDIA_TYPES)  # noqa: RUF012 - read as the base class has it


def make_batch(engine: Engine, settings: Settings, metrics: Metrics) -> Calls:
    """The call that takes many articles."""
    api = Calls("batch", __name__, url_prefix="/v1", abp_tags=[ARTICLES])

    @api.post("/batch", responses={200: answers.BatchLine, **refusals(415, 422)})
    def batch(query: BatchQuery, raw: NdjsonBody) -> Response:
        """Store many articles: JSON lines in, JSON lines out.

        Every line of the body is an article as POST /v1/articles takes it; one with an id that
        is stored already replaces it. Every line that is not blank gets one line of answer, in
        order, while the body still arrives. A bad line is answered by `error` with its line
        number, and the rest goes on. A line may be as long as the body of any other call, the
        whole as long as you like. A client may read the answers while it sends, or afterwards:
        they wait for it on disk, up to WIRETWIN_MAX_UNREAD_BYTES.
        """
        if request.mimetype not in ndjson.MEDIA_TYPES:
            wanted = ndjson.MEDIA_TYPES[0]
            raise UnsupportedMediaType(f"{said(request)}; send Content-Type: {wanted}")
        refuse_codings(request)
        engine.store.ping()  # a store that is away is told by the status, not line by line
        lines = ndjson.lines(ndjson.body(request.environ), settings.max_body_bytes)
        answers = Batch(engine, metrics, settings.max_text_chars, query.detail).answers(lines)
        written = (f"{json.dumps(answer)}\n".encode() for answer in answers)
        sent = Spool(written, settings.max_unread_bytes, _in_this_request)
        return Response(sent, mimetype=ndjson.MEDIA_TYPES[0])

    return api


def _in_this_request(work: Callable[[], None]) -> None:
    """Run a function in a thread that knows which request it works for."""
    Thread(target=copy_current_request_context(work), name="batch", daemon=True).start()
