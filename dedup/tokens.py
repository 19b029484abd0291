"""Tokens: whole words with their offsets, normalised so that typography does not matter.

A token is a run of letters and digits with the marks that belong to them; an apostrophe between
letters stays inside, hyphens separate, and the separators of a number ("11,000", "1.5") belong to
it. In scripts written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) every
character is a token.

Normal form: Unicode NFKC and full case folding (Unicode Standard, sections 3.13 and 5.18),
accents kept; invisible characters, Arabic tatweel and vowel marks removed; English possessive
's removed; decimal digits of all scripts written as 0 to 9, thousands separators removed and the
decimal sign written as a point.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.memo import Memo
from dedup.model import Hashes

NORMALISER = 2
"""Version of the normal form; a change of it changes every hash, so it stands in the header."""

Offsets = NDArray[np.int32]

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_REMOVED = re.compile(f"[{_INVISIBLE}\u0640\u064b-\u0652]")
_THOUSANDS = re.compile(r"(?<=\d)[,.'’٬\s](?=\d{3}(?!\d))")
_DECIMAL_SIGNS = str.maketrans(",٫", "..")

# Kinds of characters, as bits. A character that joins has its bits two above those it joins.
_LETTER, _DIGIT, _JOINS_LETTERS, _JOINS_DIGITS, _MARK, _UNSPACED, _GAP = (1 << i for i in range(7))
_WORD = _LETTER | _DIGIT | _MARK
_JOINS = _JOINS_LETTERS | _JOINS_DIGITS
_APOSTROPHES = "'’ʼ"
_POINTS = ".,٫٬"
_GAPS = "\u00a0\u2009\u202f"
_BY_CHARACTER = (
    (_APOSTROPHES, _JOINS),
    (_POINTS, _JOINS_DIGITS),
    (_GAPS, _JOINS_DIGITS | _GAP),
    ("\u0640\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e", _MARK),
    ("\u2060\u2061\u2062\u2063\u2064\ufeff", _MARK),
)
_BY_CATEGORY = {
    "Nd": _DIGIT,
    **dict.fromkeys(("Mn", "Mc", "Me"), _MARK),
    **dict.fromkeys(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "No"), _LETTER),
}
_UNSPACED_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3040, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x20000, 0x3FFFF),
)


def _fold(raw: str) -> tuple[str, bytes]:
    """The normal form of one raw token and its hash (XXH64 of the UTF-8 bytes, big-endian)."""
    word = raw
    if not raw.isascii():
        word = _REMOVED.sub("", unicodedata.normalize("NFKC", raw))
        word = word.replace("’", "'").replace("ʼ", "'")
    word = word.casefold()
    if not word.isascii():  # folding can decompose
        word = unicodedata.normalize("NFC", word)
        if any(map(str.isdecimal, word)):
            word = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in word)
    if word.endswith("'s"):
        word = word[:-2]
    if word[:1].isdigit() and not word.isdigit():
        word = _THOUSANDS.sub("", word).translate(_DECIMAL_SIGNS)
    return word, xxhash.xxh64_digest(word.encode("utf-8", "surrogatepass"))


_FOLDED = Memo(_fold, 1 << 18)


def tokenise(text: str) -> tuple[tuple[str, ...], Offsets, Offsets, Hashes]:
    """Normalised words, their begins and ends (code points, half-open) and 64-bit hashes.

    Linear in the length of the text.
    """
    begins, ends = bounds(text)
    if not len(begins):
        return (), begins, ends, np.empty(0, dtype=np.uint64)
    raw = [text[b:e] for b, e in zip(begins.tolist(), ends.tolist(), strict=True)]
    words, hashes = zip(*map(_FOLDED.__getitem__, raw), strict=True)
    return words, begins, ends, np.frombuffer(b"".join(hashes), dtype=">u8").astype(np.uint64)


def bounds(text: str) -> tuple[Offsets, Offsets]:
    """Where the tokens of a text begin and end. Vectorised over characters."""
    padded = np.zeros(len(text) + 2, dtype=np.uint8)  # nothing before the first and after the last
    kinds = padded[1:-1]
    kinds[:] = _kinds(text)
    present = int(np.bitwise_or.reduce(kinds))
    around = padded[:-2] & padded[2:]
    held = kinds & (_WORD | around << 2 & _JOINS)
    if present & _GAP:
        held[_outer_gaps(kinds)] = 0
    in_word = np.zeros(len(padded), dtype=np.bool_)
    np.not_equal(held, 0, out=in_word[1:-1])
    edges = np.flatnonzero(in_word[1:] != in_word[:-1])
    begins, ends = edges[::2], edges[1::2]
    if present & _UNSPACED:
        begins, ends = _by_character(kinds, begins, ends)
    if present & _MARK and len(begins):  # a run of marks alone is no word
        worded = np.add.reduceat((kinds & (_LETTER | _DIGIT)) != 0, begins) > 0
        begins, ends = begins[worded], ends[worded]
    return begins.astype(np.int32), ends.astype(np.int32)


def tokens_per_word(text: str, count: int) -> int:
    """2 when most tokens are single characters of an unspaced script, else 1.

    A Chinese or Japanese word is a little under two characters long on average, so lengths
    measured in words are doubled for such texts.
    """
    if text.isascii():
        return 1
    return 2 if 2 * np.count_nonzero(_kinds(text) & _UNSPACED) > count else 1


def _outer_gaps(kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Narrow or hard spaces, but for those followed by exactly three digits, as in "11 000"."""
    n = len(kinds)
    digit = np.concatenate(((kinds & _DIGIT) != 0, np.zeros(4, dtype=np.bool_)))
    inner = digit[1 : n + 1] & digit[2 : n + 2] & digit[3 : n + 3] & ~digit[4 : n + 4]
    outer: NDArray[np.bool_] = ((kinds & _GAP) != 0) & ~inner
    return outer


def _by_character(
    kinds: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs cut before every letter that is of an unspaced script or comes after one that is."""
    letters = np.flatnonzero(kinds & (_LETTER | _DIGIT))
    unspaced = (kinds[letters] & _UNSPACED) != 0
    unspaced[1:] |= unspaced[:-1].copy()
    cut = np.union1d(begins, letters[unspaced])
    stops = ends[np.searchsorted(ends, cut, side="right")]
    return cut, np.minimum(stops, np.append(cut[1:], len(kinds)))


def _kinds(text: str) -> NDArray[np.uint8]:
    """The kind of every character, by table; the few beyond the first plane one by one."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _table()
    kinds = table.take(points, mode="clip")
    if len(points) and int(points.max()) >= len(table):
        for i in np.flatnonzero(points >= len(table)).tolist():
            kinds[i] = _kind(int(points[i]))
    return kinds


@cache
def _table() -> NDArray[np.uint8]:
    """The kind of every character of the first plane."""
    return _kinds_of(range(0x10000))


@lru_cache(maxsize=1 << 12)
def _kind(point: int) -> int:
    return int(_kinds_of(range(point, point + 1))[0])


def _kinds_of(points: range) -> NDArray[np.uint8]:
    kinds = np.fromiter(
        (_BY_CATEGORY.get(unicodedata.category(chr(p)), 0) for p in points), dtype=np.uint8
    )
    for low, high in _UNSPACED_RANGES:
        part = kinds[max(low - points.start, 0) : max(high + 1 - points.start, 0)]
        part[(part & _LETTER) != 0] |= _UNSPACED
    for characters, kind in _BY_CHARACTER:
        for point in map(ord, characters):
            if point in points:
                kinds[point - points.start] = kind
    return kinds
