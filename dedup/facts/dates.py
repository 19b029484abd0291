"""Dates in running text, as far as they are given: "2025-01-04", "--01-04", "2025", a weekday.

Written values follow ISO 8601, with ``--`` for a year left out. With the day of publication at
hand, "yesterday", "last month" and "Saturday" are resolved to it; a weekday is taken as the last
one that was. Names of months and weekdays are those of the Unicode CLDR (Babel).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from dedup.facts.numbers import entry_at, read_number
from dedup.lexicon import HAN, Entry, Lexicon
from dedup.words import Words

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?(?:\s*(am|pm|a\.m|p\.m)\b)?(?!\d)", re.I)
_OCLOCK = re.compile(r"\s*(?:uhr|hrs|gmt|utc)\b", re.I)
"""What follows a time of day and no other figure."""
_WRITTEN = re.compile(r"\d+(?:[-./:]\d|\s*[ap])", re.I)
"""What the three patterns of dates and times have in common: most figures fail here at once."""
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º|ª)?")
_BETWEEN = frozenset({"of", "de", "the"})
_BEFORE_MONTH = frozenset("in since by until of this last next early late mid during from".split())
_NO_YEAR = frozenset("$€£#")
"""What before four digits tells that they are no year."""
_PLACES = {"年": 0, "月": 1, "日": 2, "号": 2, "號": 2}


def read_figures(side: Words, at: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """The date or time that starts with the digits of word ``at``: (value, end), or None."""
    return _numeric(side, at) or _han(side, at, lexicon) or _day_first(side, at, lexicon)


def read_entry(
    side: Words, at: int, entry: Entry, lexicon: Lexicon, day: date | None
) -> tuple[str, int] | None:
    """The date that starts with a month, a weekday or a phrase such as "last week".

    Values: an ISO date, complete or partial; "weekday 5"; "day -1", "week -1", "month -1",
    "year -1" when ``day`` is not known, "week 2025-01" when it is; "vague" for "previously".
    """
    last = at + len(entry.words)
    if entry.category == "month":
        return _month_first(side, at, last, int(entry.value), lexicon)
    if entry.category == "weekday":
        return _weekday(int(entry.value), day), last
    return _relative(entry.value, day), last


def dates_agree(left: str, right: str) -> bool | None:
    """Whether two values can be the same date; None when they cannot be held against each other.

    Partial dates agree when all they both give is equal. Weekdays resolved a week apart agree,
    since a weekday may lie ahead.
    """
    if left == right:
        return True
    if left[0] == right[0] == "T":
        return False
    a, b = _parts(left), _parts(right)
    if a is not None and b is not None:
        shared = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
        if not shared:
            return None
        if all(x == y for x, y in shared):
            return True
        if left[-1] == "~" or right[-1] == "~":
            return _days_apart(a, b) in {0, 7}
        return False
    if "vague" in (left, right):
        return False
    if left.split(" ", maxsplit=1)[0] == right.split(" ", maxsplit=1)[0] and " " in left:
        return False
    return None


def _days_apart(a: tuple[int | None, ...], b: tuple[int | None, ...]) -> int | None:
    year = a[0] or b[0]
    if year is None or None in a[1:] or None in b[1:]:
        return None
    try:
        first = date(a[0] or year, a[1] or 1, a[2] or 1)
        second = date(b[0] or year, b[1] or 1, b[2] or 1)
    except ValueError:
        return None
    return abs((first - second).days)


def _parts(value: str) -> tuple[int | None, int | None, int | None] | None:
    value = value.rstrip("~").split("/")[0]
    match = re.fullmatch(r"(?:(\d{4})|-)(?:-(\d\d)(?:-(\d\d))?)?", value)
    if match is None:
        return None
    year, month, day = (int(g) if g else None for g in match.groups())
    return year, month, day


def _write(year: int | None, month: int | None, day: int | None) -> str | None:
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    out = "-" if year is None else f"{year:04}"
    if month is not None:
        out += f"-{month:02}"
        if day is not None:
            out += f"-{day:02}"
    return out


def _numeric(side: Words, at: int) -> tuple[str, int] | None:
    text, begin = side.text, side.begins[at]
    if _WRITTEN.match(text, begin) is None:
        return None
    match = _ISO.match(text, begin)
    value: str | None = None
    if match is not None:
        value = _write(int(match[1]), int(match[2]), int(match[3]))
    else:
        match = _NUMERIC.match(text, begin)
        if match is not None:
            first, second = int(match[1]), int(match[3])
            if second > 12:
                first, second = second, first
            value = _write(int(match[4]), second, first)
        else:
            match = _CLOCK.match(text, begin)
            if match is None or not (match[3] or (match[2] and _is_time(text, match))):
                return None
            hour, minute = int(match[1]), int(match[2] or 0)
            if match[3]:
                hour = hour % 12 + (12 if match[3][0] in "pP" else 0)
            if hour < 24 and minute < 60:
                value = f"T{hour:02}:{minute:02}"
    if match is None or value is None:
        return None
    last = at + 1
    while last < len(side.words) and side.begins[last] < match.end():
        last += 1
    return value, last


def _is_time(text: str, digits: re.Match[str]) -> bool:
    """Whether "20:50" or "20.50" is the time of day: by the colon, or by the word that follows."""
    return ":" in digits[0] or _OCLOCK.match(text, digits.end()) is not None


@lru_cache(maxsize=1 << 12)
def _day_number(word: str) -> int | None:
    match = _DAY.fullmatch(word)
    return int(match[1]) if match is not None and 1 <= int(match[1]) <= 31 else None


def _year_number(side: Words, at: int) -> int | None:
    if at >= len(side.words):
        return None
    word = side.words[at]
    if len(word) != 4 or not word.isdecimal() or side.ends[at] - side.begins[at] != 4:
        return None
    return int(word) if 1900 <= int(word) <= 2099 else None


def _day_first(side: Words, at: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """ "4 January 2025", "4 de enero", or a year alone."""
    words = side.words
    day = _day_number(words[at])
    if day is not None:
        i = at + 1
        if i < len(words) and words[i] in _BETWEEN:
            i += 1
        month = entry_at(words, i, lexicon.months) if i < len(words) else None
        if month is not None and _capital_fits(side, i, lexicon):
            last = i + len(month.words)
            after = last + 1 if last < len(words) and words[last] in _BETWEEN else last
            year = _year_number(side, after)
            if year is not None:
                last = after + 1
            value = _write(year, int(month.value), day)
            return (value, last) if value else None
    year = _year_number(side, at)
    if year is None or side.text[max(side.begins[at] - 1, 0) : side.begins[at]] in _NO_YEAR:
        return None
    following = entry_at(words, at + 1, lexicon.months) if at + 1 < len(words) else None
    if following is not None:  # 2025. január 4.
        end = at + 1 + len(following.words)
        found = _month_first(side, at + 1, end, int(following.value), lexicon)
        if found is not None and re.fullmatch(r"--\d\d-\d\d", found[0]):
            return f"{year}{found[0][1:]}", found[1]
    return str(year), at + 1


def _month_first(
    side: Words, at: int, last: int, month: int, lexicon: Lexicon
) -> tuple[str, int] | None:
    """ "January 4, 2025", "Jan. 3-4", "January 2025" or a month alone."""
    words = side.words
    if not _capital_fits(side, at, lexicon):
        return None
    day = None
    if last < len(words):
        day = _day_number(words[last])
        if day is None and words[at] not in lexicon.ambiguous:
            day = lexicon.numbers.get(words[last]) or None
    until = None
    if day is not None:
        last += 1
        if last < len(words) and side.text[side.ends[last - 1] : side.begins[last]] in {"-", "–"}:
            until = _day_number(words[last])
            last += until is not None
    after = last + 1 if last < len(words) and words[last] in _BETWEEN else last
    year = _year_number(side, after)
    if year is not None:
        last = after + 1
    alone = day is None and year is None
    if alone and words[at] in lexicon.ambiguous and (at == 0 or words[at - 1] not in _BEFORE_MONTH):
        return None
    value = _write(year, month, day)
    if value is None:
        return None
    return (value if until is None else f"{value}/{until:02}"), last


def _capital_fits(side: Words, at: int, lexicon: Lexicon) -> bool:
    """A month that is also a common word ("may", "march") must be written as a name."""
    return side.words[at] not in lexicon.ambiguous or side.text[side.begins[at]].isupper()


def _han(side: Words, at: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """ "2025年1月4日", "一月四日" and their parts."""
    if at + 1 >= len(side.words) or side.words[at + 1] < "\u2e80":
        return None  # no place follows, whatever the number
    values: list[int | None] = [None, None, None]
    i = at
    while i < len(side.words) and (side.words[i] in HAN or side.words[i][:1].isdecimal()):
        number = read_number(side, i, lexicon)
        if number is None or number.last >= len(side.words):
            break
        if i > at and side.begins[i] > side.ends[i - 1]:
            break
        place = _PLACES.get(side.words[number.last])
        if place is None or number.value.denominator != 1:
            break
        values[place] = int(number.value)
        i = number.last + 1
    if i == at or (values[1] is None and (values[0] or 0) < 1900):
        return None
    if values[1] is None:
        values[2] = None
    value = _write(*values)
    return (value, i) if value else None


def _weekday(number: int, day: date | None) -> str:
    if day is None:
        return f"weekday {number}"
    return (day - timedelta(days=(day.weekday() - number) % 7)).isoformat() + "~"


def _relative(value: str, day: date | None) -> str:
    if day is None or value == "vague":
        return value
    unit, offset = value.split(" ")
    if unit == "day":
        return (day + timedelta(days=int(offset))).isoformat()
    if unit == "week":
        year, week, _ = (day + timedelta(weeks=int(offset))).isocalendar()
        return f"week {year}-{week:02}"
    if unit == "month":
        months = day.year * 12 + day.month - 1 + int(offset)
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return f"{day.year + int(offset):04}"
