"""Every refusal as an HTTP answer: one table from exception to status, one document format.

An error answer is a problem document (RFC 9457, ``application/problem+json``): ``type``,
``title``, ``status``, ``detail``, ``instance`` and ``errors``, a list of ``field`` and ``message``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, json, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.urls import iri_to_uri

from dedup.errors import (
    ArticleMoved,
    ClusterMoved,
    HeaderMismatch,
    InvalidArticle,
    InvalidQuery,
    NotFound,
    StoreUnavailable,
)
from service.refusals import (
    AboutToStop,
    AlreadyExists,
    Busy,
    EventsGone,
    Forbidden,
    InvalidBody,
    KeyReused,
    MalformedBody,
    StillAnswering,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:wiretwin:problem:"
RETRY_AFTER_SECONDS = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of refusal: its HTTP status, the last part of its type URI, its title."""

    status: int
    slug: str
    title: str


KINDS: dict[type[Exception], Kind] = {
    MalformedBody: Kind(400, "malformed-body", "The body is not valid JSON"),
    Unauthorized: Kind(401, "unauthorized", "A key is needed"),
    Forbidden: Kind(403, "forbidden", "The key is not good for this"),
    NotFound: Kind(404, "not-found", "There is no such thing"),
    AlreadyExists: Kind(409, "already-exists", "The article exists already"),
    StillAnswering: Kind(409, "still-answering", "The first request is not answered yet"),
    EventsGone: Kind(410, "events-gone", "The events are no longer kept"),
    TooLarge: Kind(413, "too-large", "The content is too large"),
    RequestEntityTooLarge: Kind(413, "too-large", "The content is too large"),
    UnsupportedMediaType: Kind(415, "unsupported-media-type", "The format is not supported"),
    ValidationError: Kind(422, "invalid-request", "The request is not valid"),
    InvalidBody: Kind(422, "invalid-request", "The request is not valid"),
    InvalidArticle: Kind(422, "invalid-request", "The request is not valid"),
    InvalidQuery: Kind(422, "invalid-request", "The request is not valid"),
    KeyReused: Kind(422, "key-reused", "The key belongs to another request"),
    TooManyRequests: Kind(429, "too-many-requests", "There are too many requests"),
    StoreUnavailable: Kind(503, "store-unavailable", "The store does not answer"),
    HeaderMismatch: Kind(503, "store-changed", "The store is another one than was opened"),
    Busy: Kind(503, "busy", "There is no room for this now"),
    AboutToStop: Kind(503, "draining", "The service is about to stop"),
}
"""The table: the first entry in the exception's line of classes counts."""

OF_FIELDS = {413, 422}
"""Statuses of refusals whose messages say what is wrong with a field, and not with which."""
_MOST_NAMED = 5

_UNEXPECTED = Kind(500, "internal-error", "Something went wrong here")

_MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "there is no such field",
    "string_type": "must be a string",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_too_short": "must not be empty",
}
"""Wordings of our own for pydantic's kinds of errors; any other keeps pydantic's."""


def kind_of(error: Exception) -> Kind:
    """The kind of an exception; anything unforeseen is an internal error."""
    for cls in type(error).__mro__:
        if cls in KINDS:
            return KINDS[cls]
    if isinstance(error, HTTPException) and error.code is not None:
        title = HTTPStatus(error.code).phrase
        return Kind(error.code, title.lower().replace(" ", "-"), title)
    return _UNEXPECTED


def field_errors(error: Exception) -> list[dict[str, str]]:
    """Which fields are wrong, as ``field`` and ``message``; empty when none can be named."""
    if isinstance(error, ValidationError):
        return [
            {"field": field_path(e["loc"]), "message": _MESSAGES.get(e["type"], e["msg"])}
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    if isinstance(error, MalformedBody | RequestEntityTooLarge):
        return [{"field": "body", "message": _detail(error)}]
    field = getattr(error, "field", None)
    return [{"field": _printable(field), "message": str(error)}] if field is not None else []


def field_path(loc: Iterable[int | str]) -> str:
    """A pydantic location as a dotted path; the parenthesised tags of unions are left out."""
    path = ".".join(_printable(str(part)) for part in loc if not str(part).startswith("("))
    return path or "body"


def problem(error: Exception) -> dict[str, Any]:
    """The problem document of an exception, without ``instance``."""
    kind = kind_of(error)
    errors = field_errors(error)
    detail = _detail(error)
    if kind.status in OF_FIELDS:
        named = (f"{e['field']}: {e['message']}" for e in errors[:_MOST_NAMED])
        detail = "; ".join(named) or detail
    elif kind is _UNEXPECTED:
        detail = "The error was logged under this request's id."
    return {
        "type": TYPE_PREFIX + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": _printable(detail),
        "errors": errors,
    }


def answer(error: Exception) -> ResponseReturnValue:
    """The HTTP answer to an exception."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return error  # a redirect, or a response that is ready
    document = problem(error)
    if document["status"] == 500:
        log_unforeseen(error)
    elif document["status"] > 500:
        log.warning("%s", error, extra={"request_id": g.get("request_id", "-")})
    document["instance"] = iri_to_uri(request.path)
    response = _json(document)
    response.status_code = document["status"]
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
    if isinstance(error, StoreUnavailable):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers.update(getattr(error, "headers", {}))
    return response


def log_unforeseen(error: Exception) -> None:
    """Log an error that is ours to mend, under the id of the request."""
    log.error("request failed", exc_info=error, extra={"request_id": g.get("request_id", "-")})


def moved(error: ArticleMoved | ClusterMoved) -> ResponseReturnValue:
    """A permanent redirect to the same call for what the id leads to."""
    assert request.endpoint is not None
    values = {**request.args.to_dict(flat=False), **(request.view_args or {}), "id": error.into}
    return redirect(url_for(request.endpoint, **values), code=308)


def install_errors(app: Flask) -> None:
    """Make the app answer every exception by the table."""
    app.register_error_handler(ArticleMoved, moved)
    app.register_error_handler(ClusterMoved, moved)
    app.register_error_handler(Exception, answer)


def _json(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document), mimetype=MEDIA_TYPE)


def _detail(error: Exception) -> str:
    if isinstance(error, RequestEntityTooLarge):
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        return f"has more than {limit} bytes, the limit that WIRETWIN_MAX_BODY_BYTES sets"
    if isinstance(error, HTTPException):
        return error.description or ""
    return str(error)


def _printable(text: str) -> str:
    """The text with anything UTF-8 cannot carry written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode()
