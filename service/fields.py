"""The kinds of value a request can hold, each checked in one place.

Strings are taken as they are or refused, never repaired: what is stored is what was sent.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_ID = 512
MAX_DEPTH = 32

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?"
    r"|x(?:-[a-z\d]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
"""A well-formed language tag, RFC 5646 section 2.1, without the grandfathered ones."""


def _wrong(message: str) -> PydanticCustomError:
    # braces would be read as a template's places
    return PydanticCustomError("invalid", "{message}", {"message": message})


def _id(value: str) -> str:
    if value in {".", ".."}:
        raise _wrong("must not be '.' or '..', which are steps in a path")
    if not value.strip():
        raise _wrong("must hold a character that is not a space")
    for char in value:
        if unicodedata.category(char) == "Cc":
            raise _wrong(f"must not hold the control character U+{ord(char):04X}")
        if char == "\ufffd":
            raise _wrong("must be valid UTF-8, without the replacement character U+FFFD")
    return value


def _line(value: str) -> str:
    for char in value:
        if unicodedata.category(char) == "Cc" and char not in "\t\n\r":
            raise _wrong(f"must not hold the control character U+{ord(char):04X}")
    return value


def _text(value: str) -> str:
    if "\0" in value:
        raise _wrong("must not hold the character NUL (U+0000)")
    if not value or value.isspace():
        raise _wrong("must not be empty")
    return value


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        known = False
    if not known or any(c.isspace() or unicodedata.category(c) == "Cc" for c in value):
        raise _wrong("must be an absolute http or https URL")
    return value


def _language(value: str) -> str:
    if _LANGUAGE.fullmatch(value) is None:
        raise _wrong("must be a language tag as BCP 47 has them, such as en or pt-BR")
    return value


def _time(value: Any) -> Any:
    """RFC 3339 section 5.6; a leap second counts as the first moment after it."""
    if value is None or isinstance(value, datetime):
        return value
    found = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    hint = "must be a date and time with zone as RFC 3339 has them, such as 2025-01-05T13:23:00Z"
    if found is None:
        if isinstance(value, str) and re.search(r" \d\d:\d\d$", value):
            hint += " (a + in a query string is written %2B)"
        raise _wrong(hint)
    day, minute, second, fraction, zone = found.groups()
    leap = second == "60"
    try:
        time = datetime.fromisoformat(
            f"{day}T{minute}:{'59' if leap else second}{(fraction or '')[:7]}{zone.upper()}"
        )
        if leap:
            time = time.replace(microsecond=0) + timedelta(seconds=1)
        time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(hint) from None
    return time


def _shallow(value: dict[str, Any]) -> dict[str, Any]:
    layer: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        inner = [v for outer in layer for v in (outer.values() if type(outer) is dict else outer)]
        layer = [v for v in inner if isinstance(v, dict | list)]
        if not layer:
            return value
    raise _wrong(f"must not be nested deeper than {MAX_DEPTH} levels")


ArticleId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_ID,
        description=f"1 to {MAX_ID} characters, no control characters, not only spaces, not '.' "
        "or '..'. In a URL path it is one segment: a slash is written %2F.",
        json_schema_extra={"example": "reuters/2025-01-05/kursk"},
    ),
    AfterValidator(_id),
]
Line = Annotated[str, Field(max_length=2000), AfterValidator(_line)]
Text = Annotated[str, AfterValidator(_text)]
Url = Annotated[
    str,
    Field(max_length=8192, json_schema_extra={"format": "uri"}),
    AfterValidator(_url),
]
Language = Annotated[str, Field(max_length=64), AfterValidator(_language)]
Time = Annotated[
    datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})
]
Metadata = Annotated[dict[str, Any], AfterValidator(_shallow)]
Share = Annotated[float, Field(ge=0, le=1)]
