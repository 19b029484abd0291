"""Numbers in running text: digits, number words and what they count, as exact values.

"60,000", "60 000" and "sixty thousand" are one value; so are "1.5m" and "1,500,000". Values are
``Fraction``, so that nothing is rounded. Number words add and multiply in the usual way (units to
tens, tens to hundreds, scales such as thousand multiply); Chinese numerals work by place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import regex

from dedup.lexicon import HAN, Entry, Lexicon
from dedup.words import Words

_SEPARATOR = regex.compile(r"[.,٫]")
_NUMERAL = regex.compile(r"(\p{Nd}+(?:[.,٫]\p{Nd}+)*)(\p{L}*)")
_FRACTION = regex.compile(r"(?:(\d+)[- ])?(\d{1,2})/(\d{1,2})(?![\d/])")
_JOINED = regex.compile(r"[\s\-–‑]*")
_SIGNS = {
    "%": "%", "٪": "%", "％": "%",
    "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₽": "rouble",
}  # fmt: skip
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000}
_HAN_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sequence of words: its value, what it counts and where it ends.

    ``unit`` is "%", a currency, "ordinal", "over" (a vague quantity of at least ``value``) or "".
    ``weak`` numbers double as articles or pronouns ("one"). ``last`` is exclusive.
    """

    value: Fraction
    unit: str
    last: int
    weak: bool = False


def read_number(
    side: Words,
    at: int,
    lexicon: Lexicon,
) -> Number | None:
    """The number that starts at word ``at``, as long as it goes, or None."""
    words = side.words
    word = words[at]
    if word[0].isdecimal():
        number = _digits(side, at, lexicon)
    elif word in HAN:
        number = _han(words, at, Fraction(0))
    elif word in lexicon.vague:
        number = _vague(words, at, lexicon)
    elif word in lexicon.ordinals:
        number = Number(Fraction(lexicon.ordinals[word]), "ordinal", at + 1)
    else:
        number = _spelled(side, at, lexicon)
    if number is None or number.unit:
        return number
    return Number(
        number.value,
        _unit(side, at, number.last, lexicon),
        number.last,
        number.weak,
    )


def entry_at(
    words: Sequence[str], at: int, entries: Mapping[str, tuple[Entry, ...]]
) -> Entry | None:
    """The longest of some phrases that starts at word ``at``, or None."""
    for entry in entries.get(words[at], ()):
        size = len(entry.words)
        if size == 1 or tuple(words[at : at + size]) == entry.words:
            return entry
    return None


def _digits(
    side: Words,
    at: int,
    lexicon: Lexicon,
) -> Number | None:
    words, begins, ends, text = side.words, side.begins, side.ends, side.text
    match = _NUMERAL.fullmatch(words[at])
    if match is None:
        return None
    value, suffix, last = _decimal(match[1]), match[2], at + 1
    mixed = _FRACTION.match(text, begins[at])
    if mixed is not None and int(mixed[3]):
        while last < len(words) and begins[last] < mixed.end():
            last += 1
        return Number(int(mixed[1] or 0) + Fraction(int(mixed[2]), int(mixed[3])), "", last)
    if not suffix and len(words[at]) <= 3 and value:  # 60 000: groups with spaces between
        while (
            last < len(words)
            and len(words[last]) == 3
            and words[last].isdecimal()
            and text[ends[last - 1] : begins[last]] in {" ", "\u00a0", "\u2009", "\u202f"}
        ):
            value = value * 1000 + int(words[last])
            last += 1
    if suffix in _ORDINAL:
        return Number(value, "ordinal", last)
    if suffix in lexicon.scales:
        return Number(value * lexicon.scales[suffix], "", last)
    if last < len(words) and not suffix:
        following = words[last]
        if following in _HAN_LARGE or following in _HAN_SMALL:
            return _han(words, last, value)
        joined = _JOINED.fullmatch(text, ends[last - 1], begins[last]) is not None
        if len(following) == 1:  # "5m", but not "5 m"
            joined = ends[last - 1] == begins[last]
        if following in lexicon.scales and joined:
            return Number(value * lexicon.scales[following], "", last + 1)
    return Number(value, "", last)


def _decimal(digits: str) -> Fraction:
    """The value of digits with separators: the last one is the decimal sign unless it groups."""
    parts = _SEPARATOR.split(digits)
    plain = [str(int(part)).zfill(len(part)) for part in parts]
    if len(parts) == 1 or all(len(part) == 3 for part in parts[1:]):
        return Fraction("".join(plain))
    return Fraction("".join(plain[:-1]) + "." + plain[-1])


def _spelled(
    side: Words,
    at: int,
    lexicon: Lexicon,
) -> Number | None:
    """A number in words, as far as its words fit together ("two hundred and five")."""
    words, begins, ends, text = side.words, side.begins, side.ends, side.text
    total = current = 0
    i = last = at
    while i < len(words):
        word = words[i]
        if i > at and not _JOINED.fullmatch(text, ends[i - 1], begins[i]):
            break
        if word in lexicon.joins and last == i > at:
            i += 1
            continue
        value = lexicon.numbers.get(word)
        if value is None and lexicon.compound is not None:
            value = _compound(word, lexicon)
        if value is not None and value < 100 and _fits(current, value, i == at, lexicon):
            current = 80 if (current, value) == (4, 20) else current + value
        elif value is not None and value >= 100 and current == 0:
            current = value
        elif word in lexicon.scales and (total or current or i == at) and len(word) > 2:
            scale = lexicon.scales[word]
            if scale == 100:
                current = max(current, 1) * scale
            else:
                total += max(current, 1) * scale
                current = 0
        else:
            break
        i += 1
        last = i
    if last == at:
        return None
    if last - at > 1 and words[at] in lexicon.weak and total + current == 1:
        return None
    return Number(Fraction(total + current), "", last, last - at == 1 and words[at] in lexicon.weak)


def _fits(current: int, value: int, first: bool, lexicon: Lexicon) -> bool:
    if first or current == 0:
        return True
    if current % 100 == 0:
        return True
    if current == 4 and value == 20:  # quatre-vingts
        return lexicon.language == "fr"
    if (
        current % 100 >= 20
        and current % 10 == 0
        and value < (20 if lexicon.language == "fr" else 10)
    ):
        return True
    return lexicon.language == "ar" and 0 < current % 100 < 10 and value >= 20


def _compound(word: str, lexicon: Lexicon) -> int | None:
    """The value of number words written together ("fünfundzwanzig", "zweihundert")."""
    if lexicon.compound is None or not lexicon.compound.fullmatch(word):
        return None
    return _split(word, lexicon, 0, 0)


def _split(word: str, lexicon: Lexicon, total: int, current: int) -> int | None:
    if not word:
        return total + current
    for piece in lexicon.pieces:
        if not word.startswith(piece) or len(piece) < 2:
            continue
        rest = word[len(piece) :]
        scale = lexicon.scales.get(piece)
        if scale == 100:
            found = _split(rest, lexicon, total, max(current, 1) * 100)
        elif scale is not None:
            found = _split(rest, lexicon, total + max(current, 1) * scale, 0)
        elif piece in lexicon.joins:
            found = _split(rest, lexicon, total, current) if current and rest else None
        else:
            found = _split(rest, lexicon, total, current + lexicon.numbers[piece])
        if found is not None:
            return found
    return None


def _vague(words: Sequence[str], at: int, lexicon: Lexicon) -> Number:
    """ "hundreds", "tens of thousands": at least the value, of the same order."""
    value, last = lexicon.vague[words[at]], at + 1
    if last + 1 < len(words) and words[last + 1] in lexicon.vague and len(words[last]) <= 3:
        value *= lexicon.vague[words[last + 1]]
        last += 2
    return Number(Fraction(value), "over", last)


def _han(words: Sequence[str], at: int, head: Fraction) -> Number:
    """Chinese numerals by place value, or digit by digit (二〇二五)."""
    total, section, digit = Fraction(0), head, Fraction(0)
    started_with = head
    if started_with:
        section, digit = Fraction(0), head
    i = at
    digits = 0
    while i < len(words) and words[i] in HAN:
        character = words[i]
        if character in _HAN_DIGITS:
            value = _HAN_DIGITS[character]
            digit = digit * 10 + value if digits else Fraction(value)
            digits += 1
        else:
            digits = 0
            if character in _HAN_SMALL:
                section += (digit or Fraction(1)) * _HAN_SMALL[character]
            else:
                total += (section + digit or Fraction(1)) * _HAN_LARGE[character]
                section = Fraction(0)
            digit = Fraction(0)
        i += 1
    weak = i - at == 1 and not head and words[at] in {"一", "十", "千", "万", "百", "两", "亿"}
    return Number(total + section + digit, "", i, weak)


def _unit(
    side: Words,
    first: int,
    last: int,
    lexicon: Lexicon,
) -> str:
    """A percent or currency sign beside the number, or the unit word that follows."""
    begins, ends, text = side.begins, side.ends, side.text
    sign = text[ends[last - 1] : ends[last - 1] + 2].strip()[:1]
    if sign in _SIGNS and sign:
        return _SIGNS[sign]
    sign = text[max(begins[first] - 2, 0) : begins[first]].strip()[-1:]
    if sign in _SIGNS and sign and sign not in "%٪％":
        return _SIGNS[sign]
    if last < len(side.words):
        unit = entry_at(side.words, last, lexicon.units)
        if unit is not None:
            return unit.value
    return ""
