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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.characters import Characters, Kinds, KindTable
from dedup.model import Hashes
from dedup.ragged import Ints
from dedup.vocabulary import Read, Vocabulary

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


def _fold(raw: str) -> tuple[str, int]:
    """The normal form of one raw token and its hash (XXH64 of the UTF-8 bytes)."""
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
    return word, xxhash.xxh64_intdigest(word.encode("utf-8", "surrogatepass"))


_VOCABULARY = Vocabulary(_fold, 1 << 18)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of many texts, laid end to end.

    ``words`` are their normal forms, ``hashes`` those of the words, with 64 bits. ``begins`` and
    ``ends`` count over the joined characters, ``at`` is where the tokens of each text begin,
    ``per_word`` how many of them make a word in it. ``read`` tells more of every word.
    """

    words: tuple[str, ...]
    hashes: Hashes
    begins: Ints
    ends: Ints
    at: Ints
    per_word: Sequence[int]
    read: Read

    def places(self, characters: Characters) -> tuple[Offsets, Offsets]:
        """Where each token begins and ends in its own text."""
        origins = characters.at[:-1].repeat(np.diff(self.at))
        return (self.begins - origins).astype(np.int32), (self.ends - origins).astype(np.int32)


def tokens(characters: Characters) -> Tokens:
    """The tokens of texts. Linear in their length."""
    kinds = _KINDS.of(characters.points)
    begins, ends, apart = _bounds(kinds, characters.at)
    at = begins.searchsorted(characters.at)
    several = len(characters.at) > 2
    read = _VOCABULARY.read((_blanked if several and apart else _cut)(characters, begins, ends))
    per_word = [1] * (len(at) - 1) if apart else _per_word(kinds, characters.at, at)
    return Tokens(read.words, read.hashes, begins, ends, at, per_word, read)


def tokenise(text: str) -> tuple[tuple[str, ...], Offsets, Offsets, Hashes]:
    """Normalised words, their begins and ends (code points, half-open) and 64-bit hashes.

    Linear in the length of the text.
    """
    found = tokens(Characters([text]))
    return found.words, found.begins.astype(np.int32), found.ends.astype(np.int32), found.hashes


def words_of(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """The normalised words of each of some texts."""
    found = tokens(Characters(list(texts)))
    return [found.words[b:e] for b, e in pairwise(found.at.tolist())]


def bounds(text: str) -> tuple[Offsets, Offsets]:
    """Where the tokens of a text begin and end. Vectorised over characters."""
    characters = Characters([text])
    begins, ends, _ = _bounds(_KINDS.of(characters.points), characters.at)
    return begins.astype(np.int32), ends.astype(np.int32)


def _bounds(kinds: Kinds, at: Ints) -> tuple[Ints, Ints, bool]:
    """Where tokens begin and end, and whether there is a character between any two."""
    padded = np.zeros(len(kinds) + 2, dtype=np.uint8)  # nothing before the first and after the last
    padded[1:-1] = kinds
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
        begins, ends = _by_character(kinds, begins, ends, at)
    if present & _MARK and len(begins):  # a run of marks alone is no word
        worded = np.add.reduceat((kinds & (_LETTER | _DIGIT)) != 0, begins) > 0
        begins, ends = begins[worded], ends[worded]
    return begins, ends, not present & _UNSPACED


def _blanked(characters: Characters, begins: Ints, ends: Ints) -> list[str]:
    """Tokens as they are written, with a character after each, by blanking out what is none."""
    inside = np.zeros(len(characters.points) + 1, dtype=np.int8)
    inside[begins] = 1
    inside[ends] = -1
    written = inside[:-1].cumsum(dtype=np.int8).view(np.bool_)
    blanked = np.where(written, characters.points, np.uint32(ord(" ")))
    written[ends] = True
    return blanked[written].tobytes().decode("utf-32-le", "surrogatepass").split(" ")[:-1]


def _cut(characters: Characters, begins: Ints, ends: Ints) -> list[str]:
    """Tokens as they are written, one by one."""
    text = characters.joined
    return [text[b:e] for b, e in zip(begins.tolist(), ends.tolist(), strict=True)]


def _per_word(kinds: Kinds, at: Ints, tokens_at: Ints) -> list[int]:
    """For each text 2 when most tokens are single characters of an unspaced script, else 1.

    A Chinese or Japanese word is a little under two characters long on average, so lengths
    measured in words are doubled for such texts.
    """
    unspaced = (kinds & _UNSPACED).nonzero()[0]
    mostly = 2 * np.diff(unspaced.searchsorted(at)) > np.diff(tokens_at)
    return [1 + one for one in mostly.tolist()]


def _outer_gaps(kinds: Kinds) -> NDArray[np.bool_]:
    """Narrow or hard spaces, but for those followed by exactly three digits, as in "11 000"."""
    n = len(kinds)
    digit = np.concatenate(((kinds & _DIGIT) != 0, np.zeros(4, dtype=np.bool_)))
    inner = digit[1 : n + 1] & digit[2 : n + 2] & digit[3 : n + 3] & ~digit[4 : n + 4]
    outer: NDArray[np.bool_] = ((kinds & _GAP) != 0) & ~inner
    return outer


def _by_character(kinds: Kinds, begins: Ints, ends: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Runs cut before every letter that is of an unspaced script or comes after one that is."""
    letters = np.flatnonzero(kinds & (_LETTER | _DIGIT))
    unspaced = (kinds[letters] & _UNSPACED) != 0
    after = np.zeros(len(letters) + 1, dtype=np.bool_)
    after[1:] = unspaced
    after[letters.searchsorted(at)] = False  # the first letter of a text comes after none
    cut = np.union1d(begins, letters[unspaced | after[:-1]])
    stops = ends[np.searchsorted(ends, cut, side="right")]
    return cut, np.minimum(stops, np.append(cut[1:], len(kinds)))


def _kinds(points: range) -> Kinds:
    categories = map(unicodedata.category, map(chr, points))
    kinds = np.fromiter(map(_BY_CATEGORY.get, categories, repeat(0)), dtype=np.uint8)
    for low, high in _UNSPACED_RANGES:
        part = kinds[max(low - points.start, 0) : max(high + 1 - points.start, 0)]
        part[(part & _LETTER) != 0] |= _UNSPACED
    for characters, kind in _BY_CHARACTER:
        for point in map(ord, characters):
            if point in points:
                kinds[point - points.start] = kind
    return kinds


_KINDS = KindTable(_kinds)
