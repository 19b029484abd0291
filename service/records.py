"""What the bytes of a file hold: articles, each with its place, or the reason why it is none.

A bad record never stops the ones after it.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from pydantic import ValidationError

from dedup.errors import WiretwinError
from dedup.model import Article
from dedup.settings import Settings
from service import ndjson, strict_json
from service.encodings import decoded
from service.errors import field_errors
from service.refusals import TooLarge
from service.schemas import ArticleIn

NO_ARTICLE = (UnicodeDecodeError, WiretwinError, ValidationError)
"""What is raised for something that is no article."""
_WHITE = " \t\r\n"
_BEGIN = rb"(?:\xef\xbb\xbf)?\s*"
_JSON = re.compile(_BEGIN + rb"(?:\{|\[\s*\{)")
_HTML = re.compile(
    _BEGIN + rb"(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html\b|\?xml\b|(?:"
    rb"html|head|body|meta|link|base|title|style|script|noscript|"
    rb"article|section|main|header|footer|nav|aside|div|p|h[1-6]|hgroup|pre|blockquote|"
    rb"ul|ol|dl|table|figure|picture|img|form|center|hr|br|a|b|i|em|strong|span|font"
    rb")(?:\s[^<>]*)?/?>)",
    re.DOTALL | re.IGNORECASE,
)
"""How a page begins, or a piece of one, comments passed over. Plain text may begin with ``<``,
too: only what stands first in pages, and as a whole tag, tells."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An article, where it stood and how many bytes of input it took."""

    location: str
    bytes: int
    article: Article


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is no article, and why."""

    location: str
    bytes: int
    reason: str

    def read(self) -> Record:
        """There is nothing more to it."""
        return self


Record = Taken | Refused


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that was found but not yet made into an article, which is what takes time."""

    location: str
    bytes: int
    article: Callable[[], Article]

    def read(self) -> Record:
        """What becomes of it; every refusal of an article ends here."""
        try:
            return Taken(self.location, self.bytes, self.article())
        except NO_ARTICLE as error:
            # the place names the line
            return Refused(self.location, self.bytes, reason(error).removeprefix("line 1, "))


Found = Unread | Refused


def records(
    name: str, data: bytes, kind: str | None, id: str, settings: Settings
) -> Iterator[Found]:
    """Every record of a file's content: JSON, also one object a line, HTML or plain text.

    ``name`` is what a place is called, ``kind`` one of json, html and text; without one the
    first characters tell. HTML and plain text get ``id``; an object without one gets a hash of
    all that it says, so that the same record always has the same id.
    """
    kind = kind or _sniff(data)
    if kind == "json" and _is_by_lines(data):
        yield from lines(name, io.BytesIO(data.removeprefix(codecs.BOM_UTF8)), settings)
    elif kind == "json":
        yield from _values(name, data, settings)
    else:
        yield Unread(name, len(data), lambda: _document(data, kind, id, settings))


def lines(name: str, stream: IO[bytes], settings: Settings) -> Iterator[Found]:
    """NDJSON: one object a line; empty lines are passed over."""
    for number, line in ndjson.lines(stream, settings.max_body_bytes):
        place = f"{name}:{number}"
        if isinstance(line, TooLarge):
            yield Refused(place, 0, str(line))
        else:
            yield Unread(place, len(line), partial(_object, line.rstrip(), settings))


def _values(name: str, data: bytes, settings: Settings) -> Iterator[Found]:
    """JSON: one object, or an array of objects each of which stands for itself.

    An element of an array is named by the line it begins in and by its number, from 1.
    """
    line, counted = 1, 0
    try:
        text = data.decode("utf-8-sig")
        for number, (begin, end) in enumerate(_spans(text), _first(text)):
            line += text.count("\n", counted, begin)
            counted = begin
            value = text[begin:end].encode()
            article = partial(_object, value, settings)
            place = f"{name}:{line}, item {number}" if number else f"{name}:{line}"
            yield Unread(place, len(value), article)
    except UnicodeDecodeError as error:
        yield Refused(name, len(data), reason(error))
    except json.JSONDecodeError as error:
        why = f"column {error.colno}: {error.msg}"
        yield Refused(f"{name}:{error.lineno}", len(data) - counted, why)
    except RecursionError:
        yield Refused(f"{name}:{line}", len(data) - counted, "is nested too deeply")


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the objects stand: the whole text, or each element of the array that it is.

    Raises ``JSONDecodeError`` where the array cannot be read any further.
    """
    position = _past_white(text, 0)
    if not text.startswith("[", position):
        yield position, len(text)
        return
    decoder = json.JSONDecoder()
    position = _past_white(text, position + 1)
    while not text.startswith("]", position):
        _, end = decoder.raw_decode(text, position)
        yield position, end
        position = _past_white(text, end)
        if text.startswith("]", position):
            break
        if not text.startswith(",", position):
            raise json.JSONDecodeError("Expecting ',' or ']'", text, position)
        position = _past_white(text, position + 1)
        if text.startswith("]", position):
            raise json.JSONDecodeError("Expecting value after ','", text, position)
    end = _past_white(text, position + 1)
    if end < len(text):
        raise json.JSONDecodeError("Extra data", text, end)


def _first(text: str) -> int:
    """The number of the first object: 1 in an array, 0 for one that stands alone."""
    return int(text.startswith("[", _past_white(text, 0)))


def _past_white(text: str, position: int) -> int:
    while position < len(text) and text[position] in _WHITE:
        position += 1
    return position


def article_of(fields: Any, settings: Settings) -> Article:
    """The article that an object's fields make. Raises ``WiretwinError`` or ``ValidationError``.

    One without an id gets a hash of all that it says, so that the same always has the same id.
    """
    article = ArticleIn.model_validate(fields)
    canonical = json.dumps(fields, sort_keys=True).encode()
    made = hashlib.sha256(canonical).hexdigest()[:24]
    return article.to_article(made, settings.max_text_chars, id_given=False)


def _object(data: bytes, settings: Settings) -> Article:
    """The article of one JSON object. Raises ``WiretwinError`` or ``ValidationError``."""
    return article_of(strict_json.parse(data), settings)


def _document(data: bytes, kind: str, id: str, settings: Settings) -> Article:
    """The article of a text or HTML file.

    Text must be UTF-8. Of HTML the encoding is found out, as pages name it or get it wrong.
    """
    text = decoded(data) if kind == "html" else data.decode("utf-8-sig")
    fields = {"id": id, "html" if kind == "html" else "text": text}
    article = ArticleIn.model_validate(fields)
    return article.to_article(max_chars=settings.max_text_chars)


def reason(error: Exception) -> str:
    """Why something is no article, on one line, the fields that are wrong by name."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not valid UTF-8"
    wrong = (
        e["message"] if e["field"] == "body" else f"{e['field']}: {e['message']}"
        for e in field_errors(error)
    )
    return "; ".join(wrong) or str(error)


def _sniff(data: bytes) -> str:
    """The kind of a content without a telling name: JSON, HTML or plain text."""
    if _JSON.match(data):
        return "json"
    return "html" if _HTML.match(data) else "text"


def _is_by_lines(data: bytes) -> bool:
    """Whether JSON is one object a line: the first line is a whole one, and more follows."""
    first, _, rest = data.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    if not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
