"""The OpenAPI document: what the models say, completed by what they cannot say.

Bodies of JSON lines are described as OpenAPI 3.2 describes sequential media types: as an array of
their lines. A parameter is sent or left out, so none of them may be null.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from flask_openapi3.openapi import OpenAPI

from service import examples, examples_judgements, idempotency, ndjson
from service.errors import KINDS, MEDIA_TYPE, OF_FIELDS, TYPE_PREFIX
from service.logs import described
from service.openapi import Calls

Node = dict[str, Any]

_LOCATION = {
    "Location": {
        "description": "Where it is.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/v1/articles/001",
    }
}
_REPLAYED = {
    idempotency.REPLAYED: {
        "description": "Whether it was answered before, to a request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "Any name, the key as password: what browsers ask for on the pages.",
    },
}
_DETAIL = {
    400: ("body", "line 1, column 9: Expecting value"),
    401: ("", "there is no key in the request"),
    403: ("", "this needs a key with the scope write; this one has read"),
    409: ("id", "there is an article '001' already; PUT replaces it"),
    410: ("after", "the events after 12 are no longer kept; the oldest one is 4077"),
    413: ("text", "has 6000000 characters; at most 5000000 are taken"),
    415: ("", "the body is text/plain; send Content-Type: application/json"),
    429: ("", "10 requests a second are allowed; wait 1 s"),
    503: ("", "the store did not answer in time"),
}
_OF_A_CLUSTER = ("get_cluster", "get_synopsis")
_METRICS = """# HELP wiretwin_articles Articles stored.
# TYPE wiretwin_articles gauge
wiretwin_articles 5.0
"""


class Description:
    """The description of an application, made when it is first asked for."""

    def __init__(self, app: OpenAPI) -> None:
        self._app = app
        self._making = threading.Lock()

    @property
    def document(self) -> Node:
        """The OpenAPI 3.1 document."""
        with self._making:
            return self._document

    @cached_property
    def _document(self) -> Node:
        for calls in self._app.blueprints.values():
            if isinstance(calls, Calls):
                calls.describe(self._app)
        return _document(self._app)


def _document(app: OpenAPI) -> Node:
    spec: Node = app.api_doc
    names = _names(app)
    for path, method, operation in operations(spec):
        operation["operationId"] = names[path, method]
        _complete(path, operation)
    spec["components"]["securitySchemes"] = _SCHEMES
    paths = spec["paths"]
    _describe_lines(paths["/v1/batch"]["post"])
    _link(paths["/v1/clusters"]["get"], "id", "$response.body#/items/0/id", _OF_A_CLUSTER)
    _also_lines(paths["/v1/judgements"]["get"])
    event = "id: {cursor}\nevent: {kind}\n".format(**examples.EVENT)
    _is_text(paths["/v1/events"]["get"], "text/event-stream", f"{event}data: {{...}}\n\n")
    _is_text(paths["/metrics"]["get"], "text/plain", _METRICS)
    return spec


def operations(spec: Node) -> Iterator[tuple[str, str, Node]]:
    """Path, method and operation of every call."""
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _names(app: OpenAPI) -> dict[tuple[str, str], str]:
    """The name of the function behind every path and method."""
    return {
        (described(rule.rule), method.lower()): rule.endpoint.rpartition(".")[2]
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _complete(path: str, operation: Node) -> None:
    if "description" in operation:
        operation["description"] = operation["description"].replace("<br/>", "\n").strip()
    for parameter in operation.get("parameters", ()):
        _send_or_leave_out(parameter)
    responses = operation["responses"]
    keyed = any(p["name"] == idempotency.HEADER for p in operation.get("parameters", ()))
    for code, response in responses.items():
        if code in {"201", "308"}:
            response.setdefault("headers", {}).update(_LOCATION)
        if keyed and code.startswith("2"):
            response.setdefault("headers", {}).update(_REPLAYED)
        if MEDIA_TYPE in response.get("content", {}):
            number = 405 if code == "default" else int(code)
            response["content"][MEDIA_TYPE]["example"] = _refused(number, path, operation)
    if "401" in responses:
        operation["security"] = [{name: []} for name in _SCHEMES]
        operation["security"].append({})  # where no keys are set, none is needed


def _send_or_leave_out(parameter: Node) -> None:
    schema = parameter["schema"]
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) > 1:
        schema["anyOf"] = kinds
    for kind in kinds[:1]:
        schema.update(kind)
    if schema.get("default", 0) is None:
        del schema["default"]


def _refused(code: int, path: str, operation: Node) -> Node:
    """An example of a refusal by this call."""
    known = (kind for kind in KINDS.values() if kind.status == code)
    kind = next(known, None)
    field, message = _detail(code, path, operation)
    return {
        "type": TYPE_PREFIX + (kind.slug if kind else "method-not-allowed"),
        "title": kind.title if kind else "Method Not Allowed",
        "status": code,
        "detail": f"{field}: {message}" if code in OF_FIELDS else message,
        "instance": path.replace("{id}", "005"),
        "errors": [{"field": field, "message": message}] if field else [],
    }


def _detail(code: int, path: str, operation: Node) -> tuple[str, str]:
    parameters = operation.get("parameters", [])
    by_path = any(parameter["in"] == "path" for parameter in parameters)
    if code == 404:
        what = "cluster" if path.startswith("/v1/clusters") else "article"
        return "id" if by_path else "left", f"there is no {what} '005'"
    if code == 405:
        return "", "The method is not allowed for the requested URL."
    if code == 422:
        if "requestBody" in operation and path != "/v1/batch":
            return "text", "must not be empty"
        if any(parameter["in"] == "query" for parameter in parameters):
            return "colour", "there is no such field"
        return "id", "must have no control characters, and something besides spaces and dots"
    return _DETAIL[code]


def _describe_lines(batch: Node) -> None:
    """Bodies of JSON lines: the array of their lines, and an example as it is sent."""
    article = {"$ref": "#/components/schemas/ArticleIn"}
    sent = {"id": "001", "text": "Rain fell all night and two roads were closed, they said."}
    lines = {
        "schema": {"type": "array", "items": article, "description": "An article a line."},
        "example": json.dumps(sent) + "\n" + json.dumps({**sent, "id": "002"}) + "\n",
    }
    batch["requestBody"]["required"] = True
    batch["requestBody"]["content"] = {ndjson.MEDIA_TYPES[0]: lines}
    others = ", ".join(f"`{name}`" for name in ndjson.MEDIA_TYPES[1:])
    batch["requestBody"]["description"] = f"The same may be sent as {others}."
    content = batch["responses"]["200"]["content"]
    line = content.pop("application/json")["schema"]
    content[ndjson.MEDIA_TYPES[0]] = {
        "schema": {"type": "array", "items": line, "description": "An answer a line."},
        "example": json.dumps(examples.BATCH_LINE) + "\n",
    }


def _also_lines(listing: Node) -> None:
    """The judgements as labelled pairs."""
    pair = {"type": "object", "example": examples_judgements.LABELLED_PAIR}
    listing["responses"]["200"]["content"][ndjson.MEDIA_TYPES[0]] = {
        "schema": {"type": "array", "items": pair, "description": "A labelled pair a line."},
        "example": json.dumps(examples_judgements.LABELLED_PAIR) + "\n",
    }


def _link(operation: Node, parameter: str, value: str, targets: tuple[str, ...]) -> None:
    """Say which calls a part of the answer is a parameter of."""
    operation["responses"]["200"]["links"] = {
        name: {"operationId": name, "parameters": {parameter: value}} for name in targets
    }


def _is_text(operation: Node, media_type: str, example: str) -> None:
    content = operation["responses"]["200"].setdefault("content", {})
    content[media_type] = {"schema": {"type": "string"}, "example": example}
