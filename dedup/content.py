"""Content: the stems of a story, and which of them are names and numbers.

A *stem* is what is left of a word that carries content: stop words out, endings off. In scripts
written without spaces two neighbouring characters make a stem.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import compress

import numpy as np
import xxhash

from dedup.language import stem, stop_words
from dedup.memo import Memo
from dedup.model import AnalysedArticle, Hashes
from dedup.ragged import Bools, Ints

_STEM = 6
"""Letters of a stem that count, so that derivations of one word agree (care, caring, careful)."""
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_PAIR = np.uint64(0x9E3779B97F4A7C15)


@cache
def _contents(language: str) -> Memo[str, bytes]:
    """The hash of each word's stem (8 bytes, big-endian), zeros for a word without content."""

    def content(word: str) -> bytes:
        if word in stop_words(language) or (len(word) == 1 and word.isascii() and word.isalpha()):
            return bytes(8)
        root = stem(word, language)[:_STEM]
        return xxhash.xxh64_digest(root.encode("utf-8", "surrogatepass"))

    return Memo(content, 1 << 17)


def content(analysed: AnalysedArticle, tokens: Ints, inside: Bools) -> tuple[Hashes, Bools]:
    """The stem of each of the story's tokens as a hash, 0 for none, and which are names or numbers.

    ``tokens`` are their indexes in ``analysed.words``; ``inside`` says of each whether the next one
    stands in the same sentence. A name is a word that stands with a capital inside a sentence and
    never without one; where all nouns have capitals, next to another such word.
    """
    text, words = analysed.article.text, list(compress(analysed.words, analysed.story.tolist()))
    contents = _contents(analysed.language)
    stems = np.frombuffer(b"".join(map(contents.__getitem__, words)), dtype=">u8").astype(np.uint64)
    if analysed.per_word > 1:
        stems = _character_pairs(words, stems, analysed.hashes[tokens], inside)
    firsts = map(text.__getitem__, analysed.begins[tokens].tolist())
    capital = np.fromiter(map(str.isupper, firsts), dtype=np.bool_, count=len(words))
    opening = np.zeros(len(analysed.words) + 1, dtype=np.bool_)
    opening[[s.first_token for s in analysed.sentences]] = True
    named = capital & ~opening[tokens]
    if analysed.language in _NOUNS_IN_CAPITALS:
        paired = named[:-1] & named[1:] & (np.diff(tokens) == 1)
        named = np.append(paired, False) | np.append(False, paired)
    names = set(compress(words, named.tolist())) - set(compress(words, (~capital).tolist()))
    special = names | {word for word in set(words) if word[0].isdigit()}
    return stems, np.fromiter(map(special.__contains__, words), dtype=np.bool_, count=len(words))


def _character_pairs(words: Sequence[str], stems: Hashes, hashes: Hashes, inside: Bools) -> Hashes:
    """Neighbouring characters of unspaced scripts as stems; other words keep theirs."""
    single = np.array([len(word) <= 2 and word >= "\u0e00" for word in words], dtype=np.bool_)
    out = np.where(single, np.uint64(0), stems)
    joined = single[:-1] & single[1:] & inside[:-1]
    both = (hashes[:-1] * _PAIR + hashes[1:]) | np.uint64(1)
    out[:-1][joined] = both[joined]
    return out
