"""The facts a stretch of words states: its numbers, dates, names, negations and claims.

Each fact has a normalised value, so that "60,000" and "sixty thousand" are one, and knows its
words. ``agree`` says whether two facts can stand side by side in truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dedup.facts_dates import dates_agree, read_date
from dedup.facts_names import names_agree, read_name, sets_in_capitals
from dedup.facts_numbers import phrase_at, read_number
from dedup.lexicon import Lexicon, lexicon
from dedup.model import EditKind, Span
from dedup.words import Words

_CAVEAT_REACH = 5
"""Within how many words after a negation "verified" makes the two a caveat."""
_QUANTIFIED = frozenset({"approximate", "at_least", "at_most"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact and where it stands.

    ``kind`` is number, date, name, negation or claim. ``value`` by kind: "11000", "5 %",
    "5000000 dollar", "3 ordinal", "100 over" (hundreds); a date as in ``facts_dates``; a name in
    normal form; "not"; the class of a claim ("absolute", "hedge", "caveat", ...). ``first`` and
    ``last`` are word positions (half-open), ``span`` the same in code points. A ``weak`` fact
    may be none ("one", a capital at the beginning of a sentence) and proves nothing alone.
    """

    kind: EditKind
    value: str
    first: int
    last: int
    span: Span
    weak: bool = False


def facts_in(side: Words, *, language: str, day: date | None = None) -> tuple[Fact, ...]:
    """All facts of some sentences in order; no word belongs to two of them.

    ``language`` is a primary subtag ("en"); ``day`` the day of publication, by which
    "yesterday" and "Saturday" become dates. One look-up per word, more for words that matter.
    """
    words = side.words
    table = lexicon(language)
    starts, text, begins = table.starts, side.text, side.begins
    capitals = not sets_in_capitals(side)
    found: list[Fact] = []
    i, n = 0, len(words)
    while i < n:
        word = words[i]
        fact = None
        if word in starts or word[0].isnumeric() or table.compounds or "'" in word:
            fact = _listed(side, i, table, day)
        if fact is None and capitals and text[begins[i]].isupper():
            name = read_name(side, i, table)
            if name is not None:
                fact = _fact(side, EditKind.NAME, name.value, i, name.last, weak=name.weak)
        if fact is None:
            i += 1
            continue
        if fact.value != "spent":
            found.append(fact)
        i = fact.last
    return tuple(_settled(side, found, table))


def agree(left: Fact, right: Fact) -> bool | None:
    """Whether two facts of one kind say the same; None when that cannot be told.

    Different notations of one value agree; so do a date and a part of it, a full name and its
    surname, "hundreds" and 340.
    """
    if left.kind is not right.kind:
        return None
    if left.value == right.value:
        return True
    if left.kind is EditKind.NUMBER:
        return _numbers_agree(left.value, right.value)
    if left.kind is EditKind.DATE:
        return dates_agree(left.value, right.value)
    if left.kind is EditKind.NAME:
        return names_agree(left.value, right.value)
    return False


def _listed(side: Words, at: int, table: Lexicon, day: date | None) -> Fact | None:
    words = side.words
    dated = read_date(side, at, table, day)
    if dated is not None:
        return _fact(side, EditKind.DATE, dated[0], at, dated[1])
    claim = _claim(side, at, table)
    if claim is not None:
        return claim
    found = phrase_at(words, at, table.negations)
    if found is not None:
        return _fact(side, EditKind.NEGATION, found[1], at, found[0])
    if table.negation_suffixes and words[at].endswith(table.negation_suffixes):
        return _fact(side, EditKind.NEGATION, "not", at, at + 1)
    return _number(side, at, table)


def _number(side: Words, at: int, table: Lexicon) -> Fact | None:
    number = read_number(side, at, table)
    if number is None:
        return None
    value = str(number.value) + (f" {number.unit}" if number.unit else "")
    return _fact(side, EditKind.NUMBER, value, at, number.last, weak=number.weak)


def _claim(side: Words, at: int, table: Lexicon) -> Fact | None:
    """The longest phrase that makes a claim; "about" or "up to" only with a number after it."""
    words = side.words
    for phrase, value in table.claims.get(words[at], ()):
        end = at + len(phrase)
        if tuple(words[at:end]) != phrase:
            continue
        if value not in _QUANTIFIED:
            return _fact(side, EditKind.CLAIM, value, at, end)
        after = end + (end + 1 < len(words) and words[end] in table.weak)
        if end < len(words) and (read_number(side, end, table) or read_number(side, after, table)):
            return _fact(side, EditKind.CLAIM, value, at, end)
    return None


def _settled(side: Words, found: list[Fact], table: Lexicon) -> list[Fact]:
    """Join a negation and "verified" after it into a caveat."""
    out: list[Fact] = []
    until = -1
    for fact in found:
        if fact.first < until:
            continue
        if fact.kind is EditKind.NEGATION and table.caveat_words:
            reach = side.words[fact.last : fact.last + _CAVEAT_REACH]
            distance = next((k for k, word in enumerate(reach) if word in table.caveat_words), None)
            if distance is not None:
                until = fact.last + distance + 1
                out.append(_fact(side, EditKind.CLAIM, "caveat", fact.first, until))
                continue
        out.append(fact)
    return out


def _numbers_agree(left: str, right: str) -> bool:
    a, _, unit = left.partition(" ")
    b, _, other = right.partition(" ")
    x, y = Fraction(a), Fraction(b)
    if "over" in (unit, other):
        if unit == other:
            return False
        low, exact = (x, y) if unit == "over" else (y, x)
        return low <= exact < low * 100
    return x == y and (not unit or not other or unit == other)


def _fact(
    side: Words, kind: EditKind, value: str, first: int, last: int, *, weak: bool = False
) -> Fact:
    span = Span(int(side.begins[first]), int(side.ends[last - 1]))
    return Fact(kind, value, first, last, span, weak)
