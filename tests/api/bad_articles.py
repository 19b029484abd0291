"""Bodies that are no article, each with the status and the fields of its refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from samples import story

TEXT = story("bad input")
JSON = {"Content-Type": "application/json"}
DEEP = 100_000


@dataclass(frozen=True)
class Case:
    """A body, and the status and the fields that its refusal names."""

    name: str
    body: Any
    status: int = 422
    fields: tuple[str, ...] = ("text",)
    headers: dict[str, str] = field(default_factory=lambda: JSON)

    def content(self) -> bytes:
        """The bytes sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def article(**fields: Any) -> dict[str, Any]:
    """A good article with some fields of its own."""
    return {"text": TEXT, **fields}


ARTICLES = [
    Case("no body", b"", 400, ("body",)),
    Case("spaces only", b"  \n", 400, ("body",)),
    Case("broken JSON", b'{"text": "a', 400, ("body",)),
    Case("trailing comma", b'{"text": "a",}', 400, ("body",)),
    Case("two documents", b'{"text": "a"} {"text": "b"}', 400, ("body",)),
    Case("not UTF-8", b'{"text": "\xff"}', 400, ("body",)),
    Case("UTF-16", '{"text": "a"}'.encode("utf-16"), 400, ("body",)),
    Case("NaN", b'{"text": "a", "metadata": {"x": NaN}}', 400, ("body",)),
    Case("Infinity", b'{"text": "a", "metadata": {"x": -Infinity}}', 400, ("body",)),
    Case("nested without end", b"[" * DEEP + b"]" * DEEP, 400, ("body",)),
    Case(
        "metadata nested without end",
        b'{"text":"a","metadata":{"x":' + b"[" * DEEP + b"]" * DEEP + b"}}",
        400,
        ("body",),
    ),
    Case("control character in a string", b'{"text": "a\x01b"}', 400, ("body",)),
    Case("a list", [], fields=("body",)),
    Case("a string", "text", fields=("body",)),
    Case("a string that holds JSON", json.dumps({"text": "a"}), fields=("body",)),
    Case("null", None, fields=("body",)),
    Case("nothing in it", {}),
    Case("no text", {"title": "only a title"}),
    Case("text null", {"text": None}),
    Case("text empty", {"text": ""}),
    Case("text of spaces", {"text": " \n\t\u00a0\u2003"}),
    Case("text a number", {"text": 5}),
    Case("text a list", {"text": ["a"]}),
    Case("text an object", {"text": {"a": "b"}}),
    Case("text true", {"text": True}),
    Case("text with NUL", {"text": "a\0b"}),
    Case("lone high surrogate", b'{"text": "a\\ud800b"}'),
    Case("lone low surrogate", b'{"text": "\\udc00"}'),
    Case("surrogates the wrong way round", b'{"text": "\\udc00\\ud83d"}'),
    Case("text twice", b'{"text": "a", "text": "b"}'),
    Case("html and text", article(html="<p>a</p>"), fields=("html",)),
    Case("html empty", {"html": ""}, fields=("html",)),
    Case("html without text", {"html": "<html><body><img src=x></body></html>"}, fields=("html",)),
    Case("html a number", {"html": 5}, fields=("html",)),
    Case("html with NUL", {"html": "<p>a\0</p>"}, fields=("html",)),
    Case("unknown field", article(colour="red"), fields=("colour",)),
    Case("field in capitals", {"TEXT": TEXT}, fields=("TEXT",)),
    Case(
        "unknown field with a lone surrogate", b'{"text": "a", "\\ud800": 1}', fields=("\\ud800",)
    ),
    Case("two wrong fields", article(title=1, source=2), fields=("title", "source")),
    Case("title a number", article(title=1), fields=("title",)),
    Case("title with NUL", article(title="a\0"), fields=("title",)),
    Case("title with an escape character", article(title="\x1b[31m"), fields=("title",)),
    Case("title too long", article(title="x" * 2001), fields=("title",)),
    Case("source a list", article(source=["a"]), fields=("source",)),
    Case("url not absolute", article(url="/a"), fields=("url",)),
    Case("url a script", article(url="javascript:alert(1)"), fields=("url",)),
    Case("url of data", article(url="data:text/html,x"), fields=("url",)),
    Case("url without host", article(url="https:///a"), fields=("url",)),
    Case("url with a space", article(url="https://a.example/ b"), fields=("url",)),
    Case("url with a wrong port", article(url="https://a.example:x/"), fields=("url",)),
    Case("url with half an address", article(url="https://[::1/"), fields=("url",)),
    Case("url empty", article(url=""), fields=("url",)),
    Case("url too long", article(url="https://a.example/" + "x" * 8192), fields=("url",)),
    *(
        Case(f"published_at {value!r}", article(published_at=value), fields=("published_at",))
        for value in (
            "",
            "yesterday",
            "2025-01-05",
            "2025-01-05T08:23:00",
            "2025-13-05T08:23:00Z",
            "2025-02-29T08:23:00Z",
            "2025-01-05T25:00:00Z",
            "2025-01-05T08:23:00+25:00",
            "2025-01-05T08:23Z",
            "20250105T082300Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:60Z",
            "9999-12-31T23:59:59-12:00",
            "٢٠٢٥-٠١-٠٥T08:23:00Z",
            "10000-01-01T00:00:00Z",
            1736065380,
            True,
            ["x"],
            {},
        )
    ),
    *(
        Case(f"language {value!r}", article(language=value), fields=("language",))
        for value in ("", "e", "english language", "en_US", "en-", "-en", "en-US-", "x" * 65, 7)
    ),
    Case("metadata a list", article(metadata=[]), fields=("metadata",)),
    Case("metadata a string", article(metadata="a"), fields=("metadata",)),
    Case(
        "metadata nested too deeply",
        b'{"text":"a","metadata":{"x":' + b"[" * 40 + b"]" * 40 + b"}}",
        fields=("metadata",),
    ),
    Case(
        "metadata with a lone surrogate",
        b'{"text":"a","metadata":{"a":[1,"\\ud83d"]}}',
        fields=("metadata.a.1",),
    ),
    Case(
        "metadata with a lone surrogate in a name",
        b'{"text":"a","metadata":{"\\ud83d":1}}',
        fields=("metadata.\\ud83d",),
    ),
    Case(
        "metadata with a name twice", b'{"text":"a","metadata":{"a":{"b":1,"b":2}}}', fields=("b",)
    ),
    Case(
        "metadata with a number beyond a double",
        b'{"text":"a","metadata":{"n":1e999}}',
        fields=("metadata.n",),
    ),
    Case(
        "metadata with an integer of 5,000 digits",
        b'{"text":"a","metadata":{"n":' + b"9" * 5000 + b"}}",
        fields=("metadata.n",),
    ),
    Case("text a number of 5,000 digits", b'{"text":' + b"9" * 5000 + b"}"),
    Case("no content type", article(), 415, (), {}),
    Case("a form", b"text=a", 415, (), {"Content-Type": "application/x-www-form-urlencoded"}),
    Case("plain text", b"some text", 415, (), {"Content-Type": "text/plain"}),
    Case("a broken content type", article(), 415, (), {"Content-Type": ";;;"}),
    Case("another charset", article(), 415, (), {"Content-Type": "application/json; charset=l1"}),
    Case("gzip", article(), 415, (), JSON | {"Content-Encoding": "gzip"}),
]
