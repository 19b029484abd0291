"""Tokens: whole words with their offsets, normalised so that typography does not matter.

A token is a run of letters and digits with the marks that belong to them; inner apostrophes stay,
hyphens separate, and the separators of a number ("11,000", "1.5") belong to it. In scripts
written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) every character is a token.

Normal form: Unicode NFKC and full case folding (Unicode Standard, sections 3.13 and 5.18),
accents kept; invisible characters, Arabic tatweel and vowel marks removed; English possessive
's removed; thousands separators removed and the decimal sign written as a point.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
import regex
import xxhash
from numpy.typing import NDArray

from dedup.model import Hashes

NORMALISER = 1
"""Version of the normal form; a change of it changes every hash, so it stands in the header."""

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_LETTER = rf"[\p{{L}}\p{{N}}--[{_UNSPACED}]]"
_INNER = rf"[\p{{L}}\p{{N}}\p{{M}}{_INVISIBLE}--[{_UNSPACED}]]"
_TOKEN = regex.compile(
    rf"\p{{Nd}}{{1,3}}(?:[,.'’\u00a0\u2009\u202f]\p{{Nd}}{{3}})+(?![\p{{Nd}}])(?:[.,]\p{{Nd}}+)?"
    rf"|\p{{Nd}}+[.,]\p{{Nd}}+(?![.,]?\p{{Nd}})"
    rf"|{_LETTER}{_INNER}*+(?:['’ʼ]{_INNER}++)*"
    rf"|[{_UNSPACED}]\p{{M}}*",
    regex.V1,
)
_REMOVED = regex.compile(rf"[{_INVISIBLE}\u0640\u064b-\u0652]")
_THOUSANDS = regex.compile(r"(?<=\d)[,.'\s](?=\d{3}(?!\d))")
_UNSPACED_TOKEN = regex.compile(rf"[{_UNSPACED}]")


@lru_cache(maxsize=1 << 18)
def fold(raw: str) -> tuple[str, int]:
    """The normal form of one raw token and its 64-bit hash (XXH64 of the UTF-8 bytes)."""
    word = raw
    if not raw.isascii():
        word = _REMOVED.sub("", unicodedata.normalize("NFKC", raw)).replace("’", "'")
        word = word.replace("ʼ", "'")
    word = word.casefold()
    if not word.isascii():  # folding can decompose
        word = unicodedata.normalize("NFC", word)
    if word.endswith("'s"):
        word = word[:-2]
    if word[:1].isdigit() and not word.isdigit():
        word = _THOUSANDS.sub("", word).replace(",", ".")
    return word, xxhash.xxh64_intdigest(word.encode("utf-8", "surrogatepass"))


def tokenise(
    text: str,
) -> tuple[tuple[str, ...], NDArray[np.int32], NDArray[np.int32], Hashes]:
    """Normalised words, their begins and ends (code points, half-open) and 64-bit hashes.

    Linear in the length of the text.
    """
    spans = [m.span() for m in _TOKEN.finditer(text)]
    folded = [fold(text[begin:end]) for begin, end in spans]
    bounds = np.array(spans, dtype=np.int32).reshape(-1, 2)
    hashes = np.fromiter((h for _, h in folded), dtype=np.uint64, count=len(folded))
    words = tuple(word for word, _ in folded)
    return words, np.ascontiguousarray(bounds[:, 0]), np.ascontiguousarray(bounds[:, 1]), hashes


def tokens_per_word(words: tuple[str, ...]) -> int:
    """2 when most tokens are single characters of an unspaced script, else 1.

    A Chinese or Japanese word is a little under two characters long on average, so lengths
    measured in words are doubled for such texts.
    """
    singles = sum(1 for word in words if len(word) <= 2 and _UNSPACED_TOKEN.match(word))
    return 2 if singles * 2 > len(words) else 1
