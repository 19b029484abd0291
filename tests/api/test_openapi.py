"""``/openapi.json``: valid, complete, with examples that are what they describe."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from serving import Service

CALLS = {
    ("post", "/v1/check"),
    ("put", "/v1/articles/{id}"),
    ("post", "/v1/articles"),
    ("get", "/v1/articles/{id}"),
    ("delete", "/v1/articles/{id}"),
    ("get", "/v1/articles/{id}/matches"),
    ("post", "/v1/batch"),
    ("get", "/v1/compare"),
    ("post", "/v1/compare"),
    ("get", "/v1/clusters"),
    ("get", "/v1/clusters/{id}"),
    ("get", "/v1/clusters/{id}/synopsis"),
    ("get", "/v1/events"),
    ("get", "/healthz"),
    ("get", "/metrics"),
    ("get", "/readyz"),
}


@pytest.fixture(scope="module")
def spec(service: Service) -> dict[str, Any]:
    """The description the service gives of itself."""
    answer = service.client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    document: dict[str, Any] = answer.json()
    return document


def operations(spec: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every method, path and operation described."""
    return [
        (method, path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    ]


def test_document_is_openapi(spec: dict[str, Any]) -> None:
    validate(spec)
    assert spec["openapi"].startswith("3.1")


def test_every_call_is_described(spec: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in operations(spec)} == CALLS
    names = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(set(names)) == len(names)
    for _, _, operation in operations(spec):
        assert operation["summary"]
        assert operation["tags"]
        assert "<br/>" not in operation.get("description", "")


def test_every_refusal_is_a_problem_document(spec: dict[str, Any]) -> None:
    for method, path, operation in operations(spec):
        responses = operation["responses"]
        assert "default" in responses, (method, path)
        for code, response in responses.items():
            if code == "default" or int(code) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (path, code)
        if "requestBody" in operation:
            assert {"415", "422"} <= set(responses)


def examples(spec: dict[str, Any]) -> list[tuple[str, Any, dict[str, Any]]]:
    """Every example with its place and its schema."""
    described = [
        (f"{method} {path} {code}", media)
        for method, path, operation in operations(spec)
        for code, response in operation["responses"].items()
        for media in response.get("content", {}).values()
    ]
    found = [
        (at, media["example"], media["schema"]) for at, media in described if "example" in media
    ]
    return found + [
        (name, schema["example"], {"$ref": f"#/components/schemas/{name}"})
        for name, schema in spec["components"]["schemas"].items()
        if "example" in schema
    ]


def test_examples_are_what_they_describe(spec: dict[str, Any]) -> None:
    found = examples(spec)
    assert {"ArticleIn", "CheckIn", "CompareIn", "Outcome", "Comparison", "Cluster"} <= {
        name for name, _, _ in found
    }
    for name, example, schema in found:
        whole = {**schema, "components": spec["components"]}
        errors = list(Draft202012Validator(whole).iter_errors(example))
        assert not errors, (name, errors)
