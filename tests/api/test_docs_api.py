"""docs/api.md: every call is there, every command does what stands below it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from documents import SERVICE, page, run
from serving import Service

from service import seeding
from service.errors import KINDS

PAGE = page("docs/api.md")
EXAMPLE = re.compile(r"^```sh\n(.*?)^```\n(?:\n```json\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def read(text: str) -> list[Any]:
    """The JSON values in a text, one behind the other."""
    decoder, values, at = json.JSONDecoder(), [], 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        at += len(text[at:]) - len(text[at:].lstrip())
    return values


def holds(answer: Any, excerpt: Any) -> bool:
    """Whether an answer has what the excerpt shows; ids of clusters and shares are its own."""
    if isinstance(excerpt, dict):
        return isinstance(answer, dict) and all(
            name in answer and holds(answer[name], value) for name, value in excerpt.items()
        )
    if isinstance(excerpt, list):
        return len(answer) >= len(excerpt) and all(map(holds, answer, excerpt))
    if isinstance(excerpt, float) or excerpt == "f5ac60de1e41":
        return type(answer) is type(excerpt)
    return bool(answer == excerpt)


def test_every_command_answers_as_it_says(
    start_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = start_service()
    service.engine.add_many(seeding.articles())
    cluster = service.engine.article("001").cluster_id
    assert cluster is not None
    checked = 0
    for command, excerpt in EXAMPLE.findall(PAGE):
        printed = run(tmp_path, command, {SERVICE: service.url}, CLUSTER=cluster)
        if excerpt:
            answers, excerpts = read(printed), read(excerpt)
            assert len(answers) == len(excerpts), printed
            for answer, shown in zip(answers, excerpts, strict=True):
                assert holds(answer, shown), (command, shown, answer)
            checked += 1
    assert checked > 12


def test_every_call_has_its_example(service: Service) -> None:
    spec = service.client.get("/openapi.json").json()
    described = {(m.upper(), path) for path, methods in spec["paths"].items() for m in methods}
    sections = re.findall(
        r"^### `(\w+) (\S+)`\n(.*?)(?=^##|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL
    )
    assert {(method, path) for method, path, _ in sections} == described
    assert all("curl -s" in text and SERVICE in text for _, _, text in sections)


def test_every_refusal_is_listed() -> None:
    listed = re.findall(r"^\| (\d{3}) \| `([\w-]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert {(int(status), slug, title) for status, slug, title in listed} == {
        (kind.status, kind.slug, kind.title) for kind in KINDS.values()
    } | {(500, "internal-error", "Something went wrong here")}
