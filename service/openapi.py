"""What every call says of itself beyond its models: tags, refusals; the head of the document.

flask-openapi3 makes the description from the very models that check the requests. It was chosen
because it needs only flask and pydantic, which are here anyway, and leaves Flask's routing,
errors and streaming as they are; APIFlask and flask-smorest are built on marshmallow.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ParametersTuple, ResponseDict

from service.answers import Problem
from service.errors import MEDIA_TYPE

ARTICLES = Tag(name="articles", description="Store articles and learn what they copy.")
COMPARING = Tag(name="comparing", description="Compare articles without storing them.")
CLUSTERS = Tag(name="clusters", description="Groups of copies.")
JUDGEMENTS = Tag(name="judgements", description="What people say of pairs of articles.")
OPERATIONS = Tag(name="operations", description="Whether the service is well.")

DESCRIPTION = """Finds copies of wire stories: whole, cropped, reworded or wrapped in furniture.

Offsets count Unicode code points, half open, into the text as it was sent (for an article sent
as HTML: into the text that `GET /v1/articles/{id}` returns). An id in a path is one segment: a
slash in it is written `%2F`. Every refusal is a problem document (RFC 9457) that names the wrong
fields. Every answer carries `X-Request-Id`: the one sent, or one made here.
"""

_WHEN = {
    400: "The body is not valid JSON.",
    401: "No key was sent, or one that is not known.",
    403: "The key is not good for this call.",
    404: "There is no such article or cluster.",
    409: "An article with this id is stored already.",
    410: "The events after this cursor are no longer kept.",
    413: "The body or a field of it is too large.",
    415: "The body is in a format, charset or coding that is not supported.",
    422: "The request is understood but not valid; `errors` names the fields.",
    429: "The caller asks too often; try again after the time in Retry-After.",
    503: "The store does not answer, or the service is about to stop; try again after the time "
    "in Retry-After.",
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}


_CHALLENGE = {"WWW-Authenticate": {"description": "What to send.", "schema": {"type": "string"}}}
_HEADERS = {401: _CHALLENGE, 429: _RETRY_AFTER, 503: _RETRY_AFTER}


def refusals(*codes: int, store: bool = True, open: bool = False) -> ResponseDict:
    """The refusals of a call: these codes, 503 if it needs the store, and any other.

    An ``open`` call needs no key.
    """
    wanted = {*codes, *((503,) if store else ()), *(() if open else (401, 403, 429))}
    made: ResponseDict = {code: _refusal(code) for code in sorted(wanted)}
    made["default"] = {
        "description": "Any other refusal, such as 405 for a method a path does not know.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return made


def moved(why: str) -> ResponseDict:
    """A redirect to the same call for what an id leads to."""
    return {308: {"description": why}}


class Calls(APIBlueprint):
    """Calls that belong together, described only when somebody asks for their description.

    To describe all calls takes longer than to make all else of the application.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._noted: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []
        super().__init__(*args, **options)

    def _collect_openapi_info(
        self, rule: str, func: Callable[..., Any], **options: Any
    ) -> ParametersTuple:
        """Note what a call says of itself; returns what its parameters are checked by."""
        self._noted.append((rule, func, options))
        return super()._collect_openapi_info(rule, func, **{**options, "doc_ui": False})

    def describe(self, app: OpenAPI) -> None:
        """Add the description to that of the application that has these calls; to be done once."""
        for rule, func, options in self._noted:
            super()._collect_openapi_info(rule, func, **options)
        for tag in self.tags:
            if tag.name not in app.tag_names:
                app.tags.append(tag)
                app.tag_names.append(tag.name)
        app.paths.update(self.paths)
        app.components_schemas.update(self.components_schemas)


def make_openapi_app(import_name: str, **flask_options: Any) -> OpenAPI:
    """A Flask application that describes itself, without any viewer."""
    return OpenAPI(
        import_name,
        info=Info(title="wiretwin", version=version("wiretwin"), description=DESCRIPTION),
        doc_ui=False,
        # every call names its refusals; this makes the library add none of its own shape
        validation_error_status="default",
        validation_error_model=Problem,
        validation_error_callback=_raise,
        **flask_options,
    )


def _refusal(code: int) -> dict[str, Any]:
    return {
        "description": _WHEN[code],
        "headers": _HEADERS.get(code, {}),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _raise(error: Exception) -> None:
    raise error
