"""Numbers in running text: digits, number words and what they count, as exact values.

"60,000", "60 000" and "sixty thousand" are one value; so are "1.5m" and "1,500,000". Values are
exact, so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

import regex

from dedup.facts.spelled import HAN_SCALES, LONGEST, Rational, read_han, read_spelled
from dedup.lexicon import HAN, Entry, Lexicon
from dedup.words import Words

_SEPARATOR = regex.compile(r"[.,٫]")
_NUMERAL = regex.compile(r"(\p{Nd}+(?:[.,٫]\p{Nd}+)*)(\p{L}*)")
_FRACTION = regex.compile(r"(?:(\d+)[- ])?(\d{1,2})/(\d{1,2})(?![\d/])")
_FRACTION_REACH = 4
"""Characters after the first digits of a mixed number within which its slash stands."""
_GROUPING = frozenset({" ", "\u00a0", "\u2009", "\u202f", "٬", "'", "’"})
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₽": "rouble"}
_SIGNS = {"%": "%", "٪": "%", "％": "%"} | _CURRENCIES
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_OF = frozenset({"de", "di"})
_PER_HUNDRED = ("百", "分", "之")
_OFTEN_NO_NUMBER = frozenset("一十百千万两亿")


class Number(NamedTuple):
    """A number in a sequence of words: its value, what it counts and where it ends.

    ``unit`` is "%", a currency, "ordinal", "over" (a vague quantity of at least ``value``) or "".
    ``weak`` numbers double as articles or pronouns ("one"). ``last`` is exclusive.
    """

    value: Rational
    unit: str
    last: int
    weak: bool = False


def read_number(side: Words, at: int, lexicon: Lexicon) -> Number | None:
    """The number that starts at word ``at``, its unit included, or None."""
    word = side.words[at]
    if word[:1].isdecimal():
        number = _digits(side, at, lexicon)
    elif word in HAN:
        number = _han(side, at)
    elif word in lexicon.ordinals:
        number = Number(lexicon.ordinals[word], "ordinal", at + 1)
    else:
        spelled = read_spelled(side, at, lexicon)
        if spelled is None:
            return None
        weak = spelled[1] == at + 1 and word in lexicon.weak
        number = Number(spelled[0], "", spelled[1], weak)
    return number if number is None or number.unit else _unit(side, number, at, lexicon)


def read_vague(side: Words, at: int, entry: Entry, lexicon: Lexicon) -> Number:
    """ "hundreds", "tens of thousands": at least the value, and of its order."""
    value, last = int(entry.value), at + len(entry.words)
    for after in (last, last + 1):  # "tens thousands", "tens of thousands"
        further = lexicon.vague.get(side.words[after]) if after < len(side.words) else None
        scale = lexicon.scales.get(side.words[after]) if after < len(side.words) else None
        if further or scale:
            return Number(value * (further or scale or 1), "over", after + 1)
    return Number(value, "over", last)


def entry_at(
    words: Sequence[str], at: int, entries: Mapping[str, tuple[Entry, ...]]
) -> Entry | None:
    """The longest of some phrases that starts at word ``at``, or None."""
    for entry in entries.get(words[at], ()):
        size = len(entry.words)
        if size == 1 or tuple(words[at : at + size]) == entry.words:
            return entry
    return None


def _digits(side: Words, at: int, lexicon: Lexicon) -> Number | None:
    words, begins, text = side.words, side.begins, side.text
    word = words[at]
    plain = side.ends[at] - begins[at] == len(word)
    numeral = None if plain else _ungrouped(side, at, lexicon)
    numeral = numeral or _numeral(word)
    if numeral is None:
        return None
    digits, suffix = numeral
    slash = text.find("/", begins[at], begins[at] + LONGEST + _FRACTION_REACH) >= 0
    mixed = _FRACTION.match(text, begins[at]) if slash else None
    if mixed is not None and int(mixed[3]):
        last = at + 1
        while last < len(words) and begins[last] < mixed.end():
            last += 1
        return Number(int(mixed[1] or 0) + Fraction(int(mixed[2]), int(mixed[3])), "", last)
    if suffix:
        value = _decimal(digits)
        if suffix in _ORDINAL:
            return Number(value, "ordinal", at + 1)
        return Number(value * lexicon.scales.get(suffix, 1), "", at + 1)
    value, last = _grouped(side, at, digits)
    if last < len(words) and words[last] in HAN_SCALES:
        value, last = read_han(words, last, value)
    else:
        value, last = _scaled(side, value, last, lexicon)
    return Number(value, "", last)


def _ungrouped(side: Words, at: int, lexicon: Lexicon) -> tuple[str, str] | None:
    """The digits and letters of a word whose normal form leaves a decimal sign out.

    "0.125" is no "0125" and, in English, "2.875 billion" no "2875 billion"; else None.
    """
    numeral = _numeral(_written(side, at))
    if numeral is None:
        return None
    digits, suffix = numeral
    if digits[0] == "0":
        return numeral
    if lexicon.language != "en" or digits.count(".") != 1 or "," in digits:
        return None
    after = side.words[at + 1] if at + 1 < len(side.words) else ""
    share = _unit(side, Number(0, "", at + 1), at, lexicon).unit == "%"
    if not share and suffix not in lexicon.scales and (suffix or after not in lexicon.scales):
        return None
    return digits + "0", suffix  # no group has four digits


def _written(side: Words, at: int) -> str:
    """A word with the separators that its normal form leaves out."""
    written = side.text[side.begins[at] : side.ends[at]]
    return normalize("NFKC", written).casefold() if len(written) <= LONGEST else ""


@lru_cache(maxsize=1 << 12)
def _numeral(word: str) -> tuple[str, str] | None:
    """The digits of a word and the letters behind them ("1.5", "m"); None for other words."""
    match = _NUMERAL.fullmatch(word) if len(word) <= LONGEST else None
    return (match[1], match[2]) if match is not None else None


def _grouped(side: Words, at: int, digits: str) -> tuple[Rational, int]:
    """Digits and the groups that follow: 60 000, or with Arabic separators ١١٬٠٠٠ and ٣٫٥."""
    words, last = side.words, at + 1
    value = _decimal(digits)
    short = len(digits) <= 3 and value != 0
    while last < min(len(words), at + LONGEST // 3) and words[last].isdecimal():
        between = side.text[side.ends[last - 1] : side.begins[last]]
        if short and len(words[last]) == 3 and between in _GROUPING:
            value = value * 1000 + int(words[last])
        elif between == "٫" and len(words[last]) <= LONGEST:
            value += Fraction(int(words[last]), 10 ** len(words[last]))
            short = False
        else:
            break
        last += 1
    return value, last


def _scaled(side: Words, value: Rational, last: int, lexicon: Lexicon) -> tuple[Rational, int]:
    """Times the scales that follow digits: "1.5 million", "5m" but not "5 m", "5 mil millones"."""
    words, factor = side.words, 1
    while last < len(words) and lexicon.scales.get(words[last], 0) > factor:
        between = side.text[side.ends[last - 1] : side.begins[last]]
        if between.strip(" -\u00a0\u202f") or (between and len(words[last]) == 1):
            break
        factor *= lexicon.scales[words[last]]
        last += 1
    return (value * factor if factor > 1 else value), last


def _han(side: Words, at: int) -> Number:
    """Chinese numerals, or a percentage said as 百分之五."""
    words = side.words
    share = tuple(words[at : at + 3]) == _PER_HUNDRED and at + 3 < len(words)
    if share and words[at + 3] in HAN:
        value, last = read_han(words, at + 3)
        return Number(value, "%", last)
    value, last = read_han(words, at)
    weak = last == at + 1 and words[at] in _OFTEN_NO_NUMBER
    return Number(value, "", last, weak)


@lru_cache(maxsize=1 << 12)
def _decimal(digits: str) -> Rational:
    """The value of digits with separators: the last one is the decimal sign unless it groups.

    A zero at the beginning never stands before a group: "0.125" is an eighth.
    """
    parts = _SEPARATOR.split(digits)
    grouped = len(parts) > 2 or int(parts[0][0]) != 0
    if len(parts) == 1 or (grouped and all(len(part) == 3 for part in parts[1:])):
        return int("".join(parts))
    return Fraction("".join(parts[:-1]) + "." + parts[-1])


def _unit(side: Words, number: Number, at: int, lexicon: Lexicon) -> Number:
    """The number with the percent or currency sign beside it, or the unit word after it."""
    text, last = side.text, number.last
    after = text[side.ends[last - 1] : side.ends[last - 1] + 2].strip()[:1]
    before = text[max(side.begins[at] - 2, 0) : side.begins[at]].strip()[-1:]
    sign = _SIGNS.get(after) or _CURRENCIES.get(before)
    if sign is not None:
        return Number(number.value, sign, last, number.weak)
    if last + 1 < len(side.words) and side.words[last] in _OF:
        last += 1
    unit = entry_at(side.words, last, lexicon.units) if last < len(side.words) else None
    if unit is None:
        return number
    return Number(number.value, unit.value, last + len(unit.words), number.weak)
