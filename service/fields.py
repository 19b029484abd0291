"""The kinds of value a request can hold, each checked in one place.

Strings are taken as they are or refused, never repaired: what is stored is what was sent. Only in
a line, such as a title, every run of white space is taken for one space.
"""

from __future__ import annotations

import re
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
_CONTROL = r"\x00-\x1f\x7f-\x9f"
_ID = rf"[^{_CONTROL}\uFFFD]*[^{_CONTROL}\uFFFD\s.][^{_CONTROL}\uFFFD]*"
"""U+FFFD is what a path that is no UTF-8 decodes to; dots alone are steps in a path."""
_LINE = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*"
_BREAKS = re.compile(r"[ \t\r\n\u2028\u2029]+")
_TEXT = r"[^\x00]*[^\x00\s][^\x00]*"
_URL = rf"[Hh][Tt][Tt][Pp][Ss]?://[^{_CONTROL}\s]+"
_LANGUAGE = (
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"
    r"(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
    r"|[Xx](?:-[A-Za-z0-9]{1,8})+"
)
"""A well-formed language tag, RFC 5646 section 2.1, without the grandfathered ones."""
_REQUEST_KEY = r'"(?:[ !#-\[\]-~]|\\["\\]){1,255}"|[!#-\[\]-~]{1,255}'
"""A string of structured fields, RFC 9651 section 3.3.3, or the same without quotation marks."""


def _wrong(message: str) -> PydanticCustomError:
    # braces would be read as a template's places
    return PydanticCustomError("invalid", "{message}", {"message": message})


def _like(pattern: str, message: str) -> AfterValidator:
    """A check that the whole string is like the pattern."""
    whole = re.compile(pattern)

    def check(value: str) -> str:
        if whole.fullmatch(value) is None:
            raise _wrong(message)
        return value

    return AfterValidator(check)


def _described(pattern: str, **more: Any) -> dict[str, Any]:
    """The pattern as the schema of ``/openapi.json`` shows it."""
    return {"pattern": f"^(?:{pattern})$", **more}


def _text(value: str) -> str:
    if "\0" in value:
        raise _wrong("must not hold the character NUL (U+0000)")
    if not value or value.isspace():
        raise _wrong("must not be empty")
    return value


def _one_line(value: str) -> str:
    """The line that is meant by one that was wrapped or indented; spaces of other kinds stay."""
    return _BREAKS.sub(" ", value).strip(" ")


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or re.fullmatch(_URL, value) is None:
        raise _wrong("must be an absolute http or https URL")
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
        description=f"1 to {MAX_ID} characters without control characters, not only spaces and "
        "dots. In a URL path it is one segment: a slash is written %2F.",
        json_schema_extra=_described(_ID, example="reuters/2025-01-05/kursk"),
    ),
    _like(_ID, "must have no control characters, and something besides spaces and dots"),
]
Lines = Annotated[
    str,
    Field(max_length=2000, json_schema_extra=_described(_LINE)),
    _like(_LINE, "must not hold control characters"),
]
Line = Annotated[Lines, AfterValidator(_one_line)]
Text = Annotated[str, Field(json_schema_extra=_described(_TEXT)), AfterValidator(_text)]
Url = Annotated[
    str,
    Field(max_length=8192, json_schema_extra=_described(_URL, format="uri")),
    AfterValidator(_url),
]
Language = Annotated[
    str,
    Field(max_length=64, json_schema_extra=_described(_LANGUAGE)),
    _like(_LANGUAGE, "must be a language tag as BCP 47 has them, such as en or pt-BR"),
]
Time = Annotated[
    datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})
]
RequestKey = Annotated[
    str,
    Field(json_schema_extra=_described(_REQUEST_KEY, example='"8e03978e-40d5-43dd-bc93"')),
    _like(_REQUEST_KEY, "must have 1 to 255 characters of ASCII, in quotation marks or without"),
]
Metadata = Annotated[dict[str, Any], AfterValidator(_shallow)]
Share = Annotated[float, Field(ge=0, le=1)]
