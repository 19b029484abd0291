"""Dates and times as far as they are given."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st
from stating import SUNDAY, facts, unhurried, values

from dedup.facts import agree

CALENDARS = "en en_GB es de fr it pt nl ru ar zh ja tr pl uk sv da fi cs hu el id vi ro hi".split()


@pytest.mark.parametrize("locale", CALENDARS)
def test_long_dates_of_many_locales(locale: str) -> None:
    for month in range(1, 13):
        day = date(2025, month, 1 + 2 * month)
        text = format_date(day, "long", locale=locale)
        assert values(text, "date", locale.partition("_")[0]) == [day.isoformat()], text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Jan. 4", "--01-04"),
        ("on January 4th, 2025", "2025-01-04"),
        ("4 January", "--01-04"),
        ("2025-01-04", "2025-01-04"),
        ("13/01/2025", "2025-01-13"),
        ("January 3-4", "--01-03/04"),
        ("in March", "--03"),
        ("in May 2024", "2024-05"),
        ("in 2014", "2014"),
        ("Saturday", "weekday 5"),
        ("yesterday", "day -1"),
        ("at 9:33 PM", "T21:33"),
    ],
)
def test_dates_as_far_as_they_are_given(text: str, expected: str) -> None:
    assert values(text, "date") == [expected]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Um 20.50 Uhr fiel der Strom aus.", "de", ["T20:50"]),
        ("Um 20:50 Uhr fiel der Strom aus.", "de", ["T20:50"]),
        ("It began at 09.30 GMT.", "en", ["T09:30"]),
        ("Der Kurs lag bei 20.50 Euro.", "de", []),
    ],
)
def test_a_time_of_day_may_be_written_with_a_point(
    text: str, language: str, expected: list[str]
) -> None:
    assert values(text, "date", language) == expected


def test_words_that_are_months_too() -> None:
    assert values("they may march on", "date") == []
    assert values("The march went on. May they win.", "date") == []


def test_the_day_of_publication_resolves_what_is_relative() -> None:
    assert values("yesterday", "date", day=SUNDAY) == ["2025-01-04"]
    assert values("last year", "date", day=SUNDAY) == ["2024"]
    assert values("last month", "date", day=SUNDAY) == ["2024-12"]


@unhurried
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_the_last_one_that_was(today: date, back: int) -> None:
    meant = today - timedelta(days=back)
    [fact] = facts(f"{meant:%A}", day=today)
    written = facts(f"{meant:%B} {meant.day}, {meant.year}")[0]
    assert agree(fact, written) is True
    other = facts(f"{meant + timedelta(days=3):%d %B %Y}")[0]
    assert agree(fact, other) is False


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("Jan. 4", "4 January 2025", True),
        ("January", "Jan. 4", True),
        ("Jan. 4", "Jan. 5", False),
        ("2024", "2025", False),
        ("Saturday", "Friday", False),
        ("Saturday", "Jan. 4", None),
        ("last week", "previously", False),
    ],
)
def test_dates_agree_as_far_as_they_go(left: str, right: str, verdict: bool | None) -> None:
    assert agree(facts(left)[0], facts(right)[0]) is verdict
