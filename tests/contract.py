"""Holds every answer of a service against its own ``/openapi.json``."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

PROBLEM = "application/problem+json"


class Contract:
    """An httpx response hook that fails on any answer the description does not foresee."""

    def __init__(self, url: str) -> None:
        self.spec: dict[str, Any] = httpx.get(f"{url}/openapi.json").json()
        for schema in self.spec["components"]["schemas"].values():
            if schema.get("type") == "object" and "properties" in schema:
                schema["additionalProperties"] = False
        self.paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), methods)
            for path, methods in self.spec["paths"].items()
        ]

    def __call__(self, response: httpx.Response) -> None:
        """Check status, media type and body of an answer of the API."""
        request = response.request
        path = request.url.raw_path.decode().partition("?")[0]
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if request.method in {"HEAD", "OPTIONS"} or path == "/openapi.json":
            return
        if media_type in {"text/html", "text/css", "text/javascript", "text/event-stream"}:
            return
        response.read()
        methods = next((m for p, m in self.paths if p.fullmatch(path)), {})
        responses = methods.get(request.method.lower(), {}).get("responses", {})
        described = responses.get(str(response.status_code))
        if described is None:
            assert response.status_code >= 400, (path, response.status_code)
            assert response.status_code < 500, response.text
            self._problem(response)
            return
        content = described.get("content", {})
        if not content:
            assert response.status_code in {204, 308}
            return
        assert media_type in content, (path, media_type)
        if media_type == PROBLEM:
            self._problem(response)
        elif media_type.startswith("text/"):
            return
        elif media_type.endswith("ndjson"):
            lines = [json.loads(line) for line in response.text.splitlines()]
            self._validator(content[media_type]["schema"]).validate(lines)
        else:
            self._validator(content[media_type]["schema"]).validate(response.json())

    def _problem(self, response: httpx.Response) -> None:
        assert response.headers["content-type"] == PROBLEM
        document = response.json()
        self._validator({"$ref": "#/components/schemas/Problem"}).validate(document)
        assert document["status"] == response.status_code
        assert document["title"]
        assert document["detail"]

    def _validator(self, schema: dict[str, Any]) -> Validator:
        return Draft202012Validator({**schema, "components": self.spec["components"]})
