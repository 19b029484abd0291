"""Refusals as pages: the same problem documents as the calls answer, in the same design."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dedup.errors import ArticleMoved, ClusterMoved
from service import errors

CALLS = "/v1/"


def install(pages: Blueprint) -> None:
    """Answer what goes wrong on a page, or at an address that nothing answers, with a page."""
    pages.register_error_handler(ArticleMoved, errors.moved)
    pages.register_error_handler(ClusterMoved, errors.moved)
    pages.register_error_handler(Exception, answer)
    pages.app_errorhandler(404)(_astray)
    pages.app_errorhandler(405)(_astray)


def answer(error: Exception) -> ResponseReturnValue:
    """The page for an exception, with the status and the headers that the call would have."""
    plain = make_response(errors.answer(error))
    if plain.mimetype != errors.MEDIA_TYPE:
        return plain  # a redirect, or a response that is ready
    page: Response = make_response(render_template("problem.html", problem=plain.get_json()))
    page.status_code = plain.status_code
    for name, value in plain.headers.items():
        if name.lower() not in {"content-type", "content-length"}:
            page.headers[name] = value
    return page


def _astray(error: HTTPException) -> ResponseReturnValue:
    """No such address, or not with this method: a page for browsers, a document for programs."""
    wants_page = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if request.path.startswith(CALLS) or wants_page != "text/html":
        return errors.answer(error)
    return answer(error)
