"""docs/client.md, run from top to bottom; only the address is that of the test."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from apart import apart
from serving import Service

from service import client, seeding

PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def test_every_example_does_what_it_says(start_service: Callable[..., Service]) -> None:
    service = start_service()
    service.engine.add_many(seeding.articles())
    names: dict[str, Any] = {}
    printed = []
    try:
        for code, expected in BLOCK.findall(PAGE):
            out = io.StringIO()
            example = compile(code.replace("http://127.0.0.1:8080", service.url), "example", "exec")
            with contextlib.redirect_stdout(out):
                apart(partial(exec, example, names))
            if expected:
                assert out.getvalue() == expected
            elif "print(" in code:
                printed.append(out.getvalue())
    finally:
        for value in names.values():
            if isinstance(value, client.Client):
                value.close()
    reading, edits, events = printed
    assert reading.splitlines()[0] == "The Independent 1"
    assert "['001', '002']" in reading
    assert "The Independent does not have:" in edits
    assert len(events.splitlines()) == 3


@pytest.mark.parametrize("name", client.__all__)
def test_every_name_is_explained(name: str) -> None:
    assert name in PAGE
