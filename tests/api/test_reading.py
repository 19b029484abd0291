"""The readers of bodies and paths against slow, obvious references."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from service.handfuls import handfuls
from service.ndjson import lines
from service.paths import IdConverter, KeepEncodedSlashes
from service.refusals import InvalidBody, MalformedBody, TooLarge
from service.strict_json import parse

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values, st.booleans())
def test_what_is_json_is_read_as_it_is(value: Any, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=60) | values.map(lambda v: json.dumps(v).encode()[:-1]))
def test_nothing_is_read_that_python_would_not_read(raw: bytes) -> None:
    try:
        value = parse(raw)
    except (MalformedBody, InvalidBody):
        return
    assert json.loads(raw.decode("utf-8-sig")) == value


@given(values, st.text(st.characters(categories=["Cs"]), min_size=1, max_size=1), texts)
def test_a_lone_surrogate_is_found_anywhere(value: Any, surrogate: str, name: str) -> None:
    raw = json.dumps({"a": [value, {name: [surrogate]}]}).encode()
    with pytest.raises(InvalidBody) as caught:
        parse(raw)
    assert caught.value.field == f"a.1.{name}.0"


@given(st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b""))), st.integers(1, 40))
def test_lines_are_those_of_a_split(parts: list[bytes], limit: int) -> None:
    body = b"\n".join(parts)
    expected: list[tuple[int, bytes | None]] = [
        (number, None if len(line) > limit else line)
        for number, line in enumerate(body.split(b"\n"), start=1)
        if len(line) > limit or line.strip(b" \t\r\n\v\f")
    ]
    found = [
        (number, None if isinstance(line, TooLarge) else line.rstrip(b"\n"))
        for number, line in lines(io.BytesIO(body), limit)
    ]
    assert found == expected


ids = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def path_info(sent: str, key: str) -> str:
    """The path a WSGI application behind the middleware sees for a path as sent."""
    environ = EnvironBuilder(path=sent).get_environ()
    for name in ("REQUEST_URI", "RAW_URI"):
        if name != key:
            del environ[name]
    seen: list[str] = []

    def application(environ: Any, _: Any) -> list[bytes]:
        seen.append(environ["PATH_INFO"].encode("latin-1").decode())
        return []

    list(KeepEncodedSlashes(application)(environ, lambda *_: lambda _: None))
    return seen[0]


@pytest.mark.parametrize("key", ["REQUEST_URI", "RAW_URI"])
@given(id=ids)
def test_any_id_makes_the_way_through_a_url(key: str, id: str) -> None:
    converter = IdConverter(None)  # type: ignore[arg-type]
    assert converter.to_url(id) == quote(id, safe="")
    *before, segment, after = path_info(f"/v1/articles/{quote(id, safe='')}/matches", key).split(
        "/"
    )
    assert (before, after) == (["", "v1", "articles"], "matches")
    assert converter.to_python(segment) == id


@pytest.mark.parametrize("id", ["100%", "%2F", "%252F", "plain"])
def test_without_the_path_as_sent_only_slashes_are_lost(id: str) -> None:
    *_, segment = path_info("/v1/articles/" + quote(id, safe=""), "neither").split("/")
    assert IdConverter(None).to_python(segment) == id  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 20)), st.integers(1, 5), st.integers(1, 40))
def test_handfuls_are_the_items_in_order(items: list[int], most: int, most_size: int) -> None:
    taken = list(handfuls(iter(items), most, most_size, lambda item: item))
    assert [item for handful in taken for item in handful] == items
    for handful in taken:
        assert 1 <= len(handful) <= most
        assert sum(handful[:-1]) < most_size


def test_handfuls_read_no_further_than_they_may() -> None:
    read: list[int] = []
    pause = threading.Event()

    def items() -> Iterator[int]:
        for item in range(100):
            read.append(item)
            if item == 10:
                pause.set()
            yield item

    taken = handfuls(items(), 10, 1000, lambda _: 1)
    first = next(taken)
    pause.wait(5)
    assert max(read) <= len(first) + 10
    taken.close()
    assert len(read) < 100


def test_handfuls_give_what_was_read_before_an_error() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ConnectionError("gone")

    taken: list[int] = []

    def take() -> None:
        for handful in handfuls(items(), 10, 1000, lambda _: 1):
            taken.extend(handful)

    with pytest.raises(ConnectionError, match="gone"):
        take()
    assert taken == [1, 2]
