"""JSON lines for schemathesis: lists are sent line by line, answers are read as lists."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

from service.ndjson import MEDIA_TYPES


@schemathesis.serializer(*MEDIA_TYPES)
def lines(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A list as its lines; anything else as one line; text as it is."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    values = value if isinstance(value, list) else [value]
    return "".join(json.dumps(one) + "\n" for one in values).encode()


@schemathesis.deserializer(*MEDIA_TYPES)
def answers(_context: schemathesis.DeserializationContext, response: Any) -> list[Any]:
    """The lines of an answer."""
    return [json.loads(line) for line in response.content.decode().splitlines()]
