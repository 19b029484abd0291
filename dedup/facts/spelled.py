"""Numbers in words: "two hundred and five", "fünfundzwanzig", "mil millones", "一万一千".

Number words add (units to tens, tens to hundreds) and scales multiply what stands before them;
Chinese numerals work by place in the same way. The words are in the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from dedup.lexicon import HAN, Lexicon
from dedup.words import Words

Rational = int | Fraction
"""An exact value; whole ones are mostly written as ``int``, which is cheaper and equal."""

LONGEST = 30
"""Digits of the longest number worth reading; what is longer is an identifier or noise."""
_COMPOUND = 80
"""Letters of the longest compound worth taking apart."""
_JOINED = re.compile(r"[\s\-–‑]*")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
HAN_SCALES = {
    "十": 10, "百": 100, "千": 1000,
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip


def read_spelled(side: Words, at: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The number in words that starts at word ``at``: (value, end), or None."""
    words = side.words
    sofar: tuple[int, int] | None = None
    i = last = at
    while i < len(words):
        joins = last == i > at and words[i] in lexicon.joins
        grown = None if joins else _grown(sofar, words[i], lexicon)
        if not joins and grown is None:
            break
        if i > at and not _JOINED.fullmatch(side.text, side.ends[i - 1], side.begins[i]):
            break
        i += 1
        if grown is not None:
            sofar, last = grown, i
    return None if sofar is None else (sum(sofar), last)


def read_han(words: Sequence[str], at: int, head: Rational | None = None) -> tuple[Rational, int]:
    """The number in Chinese numerals from word ``at`` on: (value, end).

    ``head`` is what digits before it stand for (1.1万). Numerals without scales are read digit by
    digit (二〇二五).
    """
    total: Rational = 0
    section: Rational = 0
    digit = head
    i = at
    while i < min(len(words), at + LONGEST) and (
        words[i] in HAN or (words[i].isdecimal() and not section and len(words[i]) <= LONGEST)
    ):
        scale = HAN_SCALES.get(words[i])
        if words[i].isdecimal():  # 1万1000
            if i == at or HAN_SCALES.get(words[i - 1], 0) < 10**4:
                break
            section = int(words[i])
        elif scale is None:
            digit = (digit or 0) * 10 + _HAN_DIGITS[words[i]]
        elif scale < 10**4:
            section += (1 if digit is None else digit) * scale
            digit = None
        else:
            total += (section + (digit or 0) or 1) * scale
            section, digit = 0, None
        i += 1
    return total + section + (digit or 0), i


def _grown(sofar: tuple[int, int] | None, word: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """A number so far and one word more, or None if it does not fit.

    The number is what the scales closed off and what the next scale will multiply.
    """
    total, current = sofar or (0, 0)
    scale = lexicon.scales.get(word) if len(word) > 2 else None
    if scale == 100:
        return total, max(current, 1) * scale
    if scale is not None:
        if total and not current and total < scale:  # mil millones
            return total * scale, 0
        return total + max(current, 1) * scale, 0
    value = lexicon.numbers.get(word)
    if value is None:
        value = _compound(word, lexicon)
    if value is None or not (sofar is None or _fits(current, value, lexicon)):
        return None
    if (current, value) == (4, 20):  # quatre-vingts
        return total, 80
    return total, current + value


def _fits(current: int, value: int, lexicon: Lexicon) -> bool:
    """Whether a number word can add to those before it: five to twenty, not twenty to five."""
    if value >= 100:
        return current == 0
    if current % 100 == 0:
        return True
    french = lexicon.language == "fr"
    if french and ((current == 4 and value == 20) or (current % 100 == 10 and value < 10)):
        return True
    if current % 100 >= 20 and current % 10 == 0:
        return value < (20 if french else 10)
    return lexicon.language == "ar" and current % 100 < 10 and value >= 20


def is_compound(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is made of number words alone."""
    compound = lexicon.compound
    return compound is not None and len(word) <= _COMPOUND and bool(compound.fullmatch(word))


def _compound(word: str, lexicon: Lexicon) -> int | None:
    """The value of number words written together ("fünfundzwanzig", "zweihundert")."""
    return _split(word, lexicon, 0, 0) if is_compound(word, lexicon) else None


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
