"""Names, times and amounts as the pages write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Article
from service.view import words


def test_times_are_utc_unless_they_have_no_zone() -> None:
    east = timezone(timedelta(hours=-5))
    assert words.when(datetime(2025, 1, 5, 8, 23, tzinfo=east)).full == "5 Jan 2025, 13:23 UTC"
    assert words.when(datetime(2025, 1, 4, 21, 33)).full == "4 Jan 2025, 21:33 no zone given"
    assert words.when(datetime(2025, 1, 5)).full == "5 Jan 2025, time not given"
    # midnight sharp stands for a time that nobody gave
    assert words.when(datetime(2025, 1, 5, tzinfo=UTC)).full == "5 Jan 2025, time not given"
    assert words.when(datetime(2025, 1, 5, 0, 1, tzinfo=UTC)).full == "5 Jan 2025, 00:01 UTC"
    assert words.when(datetime(2025, 1, 5, 8, 23, tzinfo=east)).machine == "2025-01-05T13:23Z"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(hours=15, minutes=50), "15 h 50 min"),
        (timedelta(days=2, hours=3, minutes=4), "2 d 3 h"),
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=59, seconds=45), "1 h"),
    ],
)
def test_durations(span: timedelta, expected: str) -> None:
    assert words.duration(span) == expected


@given(st.text(), st.integers(min_value=10, max_value=80))
def test_shortened_text_is_one_line_that_fits(text: str, limit: int) -> None:
    short = words.shorten(text, limit)
    assert "\n" not in short
    assert len(short) <= limit + 1
    if short.endswith(" …") and not text.rstrip().endswith("…"):
        assert " ".join(text.split()).startswith(short.removesuffix(" …"))


@given(st.text())
def test_shown_text_holds_no_control(text: str) -> None:
    found = words.shown(text)
    assert not any(c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for c in found)
    assert not any(ord(c) < 0x20 and c not in "\t\n\r\f\v" for c in found)
    found.encode("utf-8")


def test_an_article_without_a_name() -> None:
    bare = Article(id="1", text="The first sentence stands here. The second does not.")
    assert words.outlet(bare) == "Outlet not given"
    assert words.headline(bare, "The first sentence stands here.") == (
        "The first sentence stands here."
    )
    assert words.headline(bare).startswith("The first sentence stands here.")
    assert words.headline(Article(id="1", text="\n \n")) == "Untitled"


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, linked: bool) -> None:
    assert (words.web_address(url) is not None) is linked


@pytest.mark.parametrize(
    ("code", "tag"), [("pt-BR", "pt-BR"), ("und", None), ('en" onload="', None), (None, None)]
)
def test_only_languages_become_lang(code: str | None, tag: str | None) -> None:
    assert words.language_tag(code) == tag
