"""The facts a stretch of words states: its numbers, dates, names, negations and claims.

Each fact has a normalised value, so that "60,000" and "sixty thousand" are one, and knows its
words. ``agree`` says whether two facts can stand side by side in truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from itertools import compress
from typing import NamedTuple

from dedup.facts.beginnings import CAPITAL, FORMED, LISTED, telling
from dedup.facts.dates import dates_agree, read_entry, read_figures
from dedup.facts.names import names_agree, read_name
from dedup.facts.numbers import read_number, read_vague
from dedup.facts.spelled import Rational
from dedup.lexicon import BOUNDS, HAN, Entry, Lexicon, lexicon
from dedup.model import EditKind, Span
from dedup.words import Words

_CAVEAT_REACH = 5
"""Within how many words after a negation "verified" makes the two a caveat."""
NUMBER, DATE, NAME = EditKind.NUMBER, EditKind.DATE, EditKind.NAME
NEGATION, CLAIM = EditKind.NEGATION, EditKind.CLAIM
"""Kinds by names of their own, for what runs per fact: to reach a member through its enumeration
costs as much as ten such looks. For the same reason kinds are told apart by identity and looked
for in tuples, for to hash one is as dear."""
FIGURES = (NUMBER, DATE)
"""Kinds of facts that state a figure."""
_STATED = {"claim": CLAIM, "caveat": CLAIM, "negation": NEGATION}


class Fact(NamedTuple):
    """One fact and where it stands. A tuple, being made by the hundred.

    ``kind`` is number, date, name, negation or claim. ``value`` by kind: "11000", "5 %",
    "5000000 dollar", "3 ordinal", "100 over" (hundreds); a date as in ``dates``; a name in
    normal form; "not"; the class of a claim ("absolute", "hedge", "caveat", ...). ``first`` and
    ``last`` are word positions, ``begin`` and ``end`` code points, both half-open. A ``weak``
    fact may be none ("one", a capital at the beginning of a sentence) and proves nothing alone.
    """

    kind: EditKind
    value: str
    first: int
    last: int
    begin: int
    end: int
    weak: bool = False

    @property
    def words(self) -> tuple[int, int]:
        """The positions of its words, half-open."""
        return self.first, self.last

    @property
    def span(self) -> Span:
        """The stretch of text it stands in."""
        return Span(self.begin, self.end)


_made = partial(tuple.__new__, Fact)
"""To call the class of a named tuple takes twice as long."""


def facts_in(
    side: Words, marks: bytes, *, language: str, day: date | None = None
) -> tuple[Fact, ...]:
    """All facts of a sentence in order; no word belongs to two of them.

    ``marks`` says of each word what can begin with it (``beginnings``). ``language`` is a primary
    subtag ("en"); ``day`` the day of publication, by which "yesterday" and "Saturday" become dates.
    """
    words = side.words
    table = lexicon(language)
    found: list[Fact] = []
    until = 0
    marks = telling(marks, words)
    for i in compress(range(len(marks)), marks):
        if i < until:
            continue
        fact, mark = None, marks[i]
        if mark & LISTED:
            phrases = table.entries[words[i]].of(words[i + 1] if i + 1 < len(words) else None)
            if phrases:
                fact, until = _listed(side, i, phrases, table, day)
        if mark & FORMED and i >= until:
            fact = _unlisted(side, i, table)
        if mark & CAPITAL and fact is None and i >= until:
            fact = _name(side, i, marks, table)
        if fact is not None:
            found.append(fact)
            until = fact.last
    if table.caveat_words and [fact for fact in found if fact.kind is NEGATION]:
        found = _with_caveats(side, found, table)
    return tuple(found)


def agree(left: Fact, right: Fact) -> bool | None:
    """Whether two facts of one kind say the same; None when that cannot be told.

    Different notations of one value agree; so do a date and a part of it, a full name and its
    surname, "hundreds" and 340.
    """
    if left.kind is not right.kind:
        return _year_agrees(left, right)
    if left.value == right.value:
        return True
    if left.kind is NUMBER:
        return _numbers_agree(left.value, right.value)
    if left.kind is DATE:
        return dates_agree(left.value, right.value)
    if left.kind is NAME:
        return names_agree(left.value, right.value)
    return False


def _listed(
    side: Words, at: int, phrases: Sequence[Entry], table: Lexicon, day: date | None
) -> tuple[Fact | None, int]:
    """The fact that a listed phrase states at word ``at``, and where it ends; (None, 0) if none.

    ``phrases`` are those that the first two words allow. One that only looks like a fact yields
    none, and its end.
    """
    words = side.words
    for entry in phrases:
        end = at + len(entry.words)
        if end > at + 2 and tuple(words[at:end]) != entry.words:
            continue
        fact = None
        category = entry.category
        if category == "spent":
            return None, end
        if category in _STATED:
            if entry.value not in BOUNDS or _number_follows(side, end, table):
                fact = _fact(side, _STATED[category], entry.value, at, end)
        elif category == "number":
            fact = (_figure if words[at] in HAN else _number)(side, at, table)
        elif category == "vague":
            number = read_vague(side, at, entry, table)
            fact = _fact(side, NUMBER, f"{number.value} over", at, number.last)
        else:
            dated = read_entry(side, at, entry, table, day)
            if dated is not None:
                fact = _fact(side, DATE, dated[0], at, dated[1])
        if fact is not None:
            return fact, fact.last
    return None, 0


def _unlisted(side: Words, at: int, table: Lexicon) -> Fact | None:
    """The fact of a word known by its form: digits, "didn't", "zweihundert"."""
    word = side.words[at]
    if word[:1].isdecimal():
        return _figure(side, at, table)
    if table.negation_suffixes and word.endswith(table.negation_suffixes):
        return _fact(side, NEGATION, "not", at, at + 1)
    return _number(side, at, table) if table.compound is not None else None


def _name(side: Words, at: int, marks: bytes, table: Lexicon) -> Fact | None:
    name = read_name(side, at, marks, table)
    if name is None:
        return None
    value, last, weak = name
    return _fact(side, NAME, value, at, last, weak)


def _number_follows(side: Words, at: int, table: Lexicon) -> bool:
    """Whether a number follows, or an article and then a number ("about a hundred")."""
    for k in (at, at + 1):
        if k < len(side.words) and _number(side, k, table) is not None:
            return True
        if k < len(side.words) and side.words[k] not in table.weak:
            return False
    return False


def _figure(side: Words, at: int, table: Lexicon) -> Fact | None:
    """The date or else the number that digits state."""
    dated = read_figures(side, at, table)
    if dated is not None:
        return _fact(side, DATE, dated[0], at, dated[1])
    return _number(side, at, table)


def _number(side: Words, at: int, table: Lexicon) -> Fact | None:
    number = read_number(side, at, table)
    if number is None:
        return None
    value = str(number.value) + (f" {number.unit}" if number.unit else "")
    return _fact(side, NUMBER, value, at, number.last, number.weak)


def _with_caveats(side: Words, found: list[Fact], table: Lexicon) -> list[Fact]:
    """Join a negation and "verified" after it into a caveat."""
    out: list[Fact] = []
    until = -1
    for fact in found:
        if fact.first < until:
            continue
        if fact.kind is NEGATION:
            reach = side.words[fact.last : fact.last + _CAVEAT_REACH]
            distance = next((k for k, word in enumerate(reach) if word in table.caveat_words), None)
            if distance is not None:
                until = fact.last + distance + 1
                out.append(_fact(side, CLAIM, "caveat", fact.first, until))
                continue
        out.append(fact)
    return out


def _year_agrees(left: Fact, right: Fact) -> bool | None:
    """A year alone may be a number after all ("2000 people" beside "2,100 people")."""
    if left.kind not in FIGURES or right.kind not in FIGURES:
        return None
    year, number = (right, left) if left.kind is NUMBER else (left, right)
    if len(year.value) != 4 or not year.value.isdecimal() or number.weak:
        return None
    return _numbers_agree(str(int(year.value)), number.value)


@lru_cache(maxsize=1 << 14)
def _numbers_agree(left: str, right: str) -> bool:
    """Whether two numbers, each written in the one way that a value has, can be the same."""
    a, _, unit = left.partition(" ")
    b, _, other = right.partition(" ")
    if "over" in (unit, other):
        if unit == other:
            return False
        x, y = _exact(a), _exact(b)
        low, exact = (x, y) if unit == "over" else (y, x)
        return low <= exact < low * 100
    return a == b and (not unit or not other or unit == other)


def _exact(value: str) -> Rational:
    """A written value; an ``int`` where it can be one, for to read a fraction is dear."""
    return int(value) if value.isdecimal() else Fraction(value)


def _fact(
    side: Words, kind: EditKind, value: str, first: int, last: int, weak: bool = False
) -> Fact:
    return _made((kind, value, first, last, side.begins[first], side.ends[last - 1], weak))
