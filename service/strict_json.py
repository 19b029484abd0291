"""Strict JSON (RFC 8259, with the demands of RFC 7493), where Python's parser is lenient.

UTF-8 only, no ``NaN`` or ``Infinity``, no repeated member names, no lone surrogates, no numbers
beyond a double: each of them would be changed or lost on the way to the store and back.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from flask import Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import RequestEntityTooLarge

from service.refusals import InvalidBody, MalformedBody, UnsupportedMediaType

_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_MOST_DIGITS = 308
"""Longer integers are beyond a double."""


def parse(raw: bytes) -> Any:
    """The value of a JSON text. Linear.

    Raises ``MalformedBody`` for what is not JSON, and ``InvalidBody``, naming the field, for
    JSON that could not be kept as it is.
    """
    if not raw.strip():
        raise MalformedBody("the body is empty")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedBody(f"byte {error.start} is not valid UTF-8") from None
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise MalformedBody(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise MalformedBody("the body is nested too deeply") from None
    _refuse_unkept(value, strings=_SURROGATE_ESCAPE.search(raw) is not None)
    return value


class StrictRequest(Request):
    """A request whose JSON is read strictly, whoever reads it."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The JSON object of the body.

        ``silent`` is not honoured: flask-openapi3 asks for it and would report every fault in
        the body as a missing object. Raises ``UnsupportedMediaType``, ``MalformedBody`` or
        ``InvalidBody``.
        """
        if not (force or self.is_json):
            raise UnsupportedMediaType(f"{said(self)}; send Content-Type: application/json")
        refuse_codings(self)
        raw = self.get_data(cache=cache)
        if self.content_length is None and len(raw) == self.max_content_length:
            self._refuse_more()
        value = parse(raw)
        if not isinstance(value, dict):
            raise InvalidBody("body", "must be a JSON object")
        return value

    def _refuse_more(self) -> None:
        """Raise ``RequestEntityTooLarge`` if a body in chunks goes on.

        What is read of it ends at the limit, also where more would follow.
        """
        if self.environ["wsgi.input"].read(1):
            raise RequestEntityTooLarge


def said(request: Request) -> str:
    """What the request says its body is."""
    return f"the body is {request.mimetype}" if request.mimetype else "there is no Content-Type"


def refuse_codings(request: Request) -> None:
    """Raise ``UnsupportedMediaType`` for a compressed body or one in another charset."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(f"the charset is {charset}; send UTF-8")
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise UnsupportedMediaType(f"the body is coded as {coding}; send it plain")


class CompactJSON(DefaultJSONProvider):
    """Answers in compact UTF-8, text in its own script, fields in the order of the contract."""

    ensure_ascii = False
    sort_keys = False
    compact = True

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Serialise; ``ValueError`` for a number JSON does not have."""
        kwargs.setdefault("separators", (",", ":"))
        return super().dumps(obj, allow_nan=False, **kwargs)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise InvalidBody(name, "appears more than once in one object")
            seen.add(name)
    return made


def _constant(name: str) -> NoReturn:
    raise MalformedBody(f"{name} is not JSON")


def _integer(digits: str) -> float:
    """Too long an integer becomes infinite here, to be refused where its field is known."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _refuse_unkept(value: Any, strings: bool) -> None:
    """Refuse infinite numbers and, if ``strings``, lone surrogates; iterative, for any depth."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                here = f"{path}.{name}" if path else name
                if strings and _SURROGATE.search(name):
                    raise InvalidBody(here, "has a name with a lone surrogate")
                waiting.append((here, inner))
        elif isinstance(value, list):
            waiting.extend((f"{path}.{i}" if path else str(i), v) for i, v in enumerate(value))
        elif isinstance(value, str):
            if strings and _SURROGATE.search(value):
                raise InvalidBody(path or "body", "holds a lone surrogate, which is no character")
        elif isinstance(value, float) and math.isinf(value):
            raise InvalidBody(path or "body", "is a number beyond the range of a double")
