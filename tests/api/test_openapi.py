"""``/openapi.json``: valid, complete, with examples that are what they describe."""

from __future__ import annotations

import json
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
    ("put", "/v1/judgements"),
    ("delete", "/v1/judgements"),
    ("get", "/v1/judgements"),
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
        (f"{method} {path} {code}", media_type, media)
        for method, path, operation in operations(spec)
        for code, part in [
            ("body", operation.get("requestBody", {})),
            *operation["responses"].items(),
        ]
        for media_type, media in part.get("content", {}).items()
    ]
    found = [
        (at, read(media_type, media["example"]), media["schema"])
        for at, media_type, media in described
        if "example" in media
    ]
    return found + [
        (name, schema["example"], {"$ref": f"#/components/schemas/{name}"})
        for name, schema in spec["components"]["schemas"].items()
        if "example" in schema
    ]


def read(media_type: str, example: Any) -> Any:
    """An example as the schema describes it: JSON lines are written as they are sent."""
    if media_type.endswith("ndjson"):
        return [json.loads(line) for line in example.splitlines()]
    return example


def test_examples_are_what_they_describe(spec: dict[str, Any]) -> None:
    found = examples(spec)
    assert {"ArticleIn", "CheckIn", "CompareIn", "Outcome", "Comparison", "Cluster"} <= {
        name for name, _, _ in found
    }
    for name, example, schema in found:
        whole = {**schema, "components": spec["components"]}
        errors = list(Draft202012Validator(whole).iter_errors(example))
        assert not errors, (name, errors)


def test_everything_has_an_example(spec: dict[str, Any]) -> None:
    def shown(media: dict[str, Any]) -> bool:
        name = media["schema"].get("$ref", "").rpartition("/")[2]
        return "example" in media or "example" in spec["components"]["schemas"].get(name, {})

    for method, path, operation in operations(spec):
        for part in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for media_type, media in part.get("content", {}).items():
                assert shown(media), (method, path, media_type)
        for parameter in operation.get("parameters", []):
            assert not parameter["required"] or "example" in parameter["schema"], (path, parameter)


def test_calls_name_what_can_be_refused(spec: dict[str, Any]) -> None:
    for method, path, operation in operations(spec):
        codes = {int(code) for code in operation["responses"] if code != "default"}
        takes_json = "application/json" in operation.get("requestBody", {}).get("content", {})
        by_id = "{id}" in path and method != "put"
        is_open = path in {"/healthz", "/readyz"}
        assert is_open != ({401, 403, 429} <= codes), (method, path)
        assert (503 in codes) == (path not in {"/healthz", "/metrics"}), (method, path)
        assert ({400, 413, 415, 422} <= codes) == takes_json, (method, path)
        judges = path == "/v1/judgements" and method != "get"
        assert (404 in codes) == (by_id or judges or path == "/v1/compare"), (method, path)
        assert ("security" in operation) != is_open


def test_parameters_are_sent_or_left_out(spec: dict[str, Any]) -> None:
    for _, path, operation in operations(spec):
        for parameter in operation.get("parameters", []):
            assert "null" not in json.dumps(parameter["schema"]), (path, parameter)


def test_an_answer_says_when_it_was_given_before(spec: dict[str, Any]) -> None:
    answers = spec["paths"]["/v1/articles"]["post"]["responses"]
    assert "Idempotent-Replayed" in answers["201"]["headers"]
    assert "Idempotent-Replayed" not in spec["paths"]["/v1/check"]["post"]["responses"]["200"].get(
        "headers", {}
    )
