"""Content: the stems of a story, and which of them are names and numbers.

A *stem* is what is left of a word that carries content: stop words out, endings off. In scripts
written without spaces two neighbouring characters make a stem.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, chain, compress, pairwise

import numpy as np
import xxhash

from dedup.characters import CAPITALS, code_points
from dedup.language import stem, stop_words
from dedup.memo import Memo
from dedup.model import AnalysedArticle, Hashes
from dedup.ragged import Bools, Ints, sorted_within

_STEM = 6
"""Letters of a stem that count, so that derivations of one word agree (care, caring, careful)."""
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_PAIR = np.uint64(0x9E3779B97F4A7C15)


_CONTENT = np.dtype([("stem", ">u8"), ("figure", "?")])


@cache
def _contents(language: str) -> Memo[str, bytes]:
    """Of each word the hash of its stem, zeros if it has no content, and whether it is a number."""

    def content(word: str) -> bytes:
        figure = bytes([word[:1].isdigit()])
        if word in stop_words(language) or (len(word) == 1 and word.isascii() and word.isalpha()):
            return bytes(8) + figure
        root = stem(word, language)[:_STEM]
        return xxhash.xxh64_digest(root.encode("utf-8", "surrogatepass")) + figure

    return Memo(content, 1 << 17)


def content(
    articles: Sequence[AnalysedArticle], tokens: Sequence[Ints], inside: Bools
) -> tuple[Hashes, Bools]:
    """The stem of each token of some stories, laid end to end, as a hash, 0 for none, and which
    are names or numbers.

    ``tokens`` are the indexes of each story's in its article's words; ``inside`` says of each
    whether the next one stands in the same sentence. A name is a word that stands with a capital
    inside a sentence and never without one; where all nouns have capitals, next to another such
    word.
    """
    words = [list(compress(a.words, a.story.tolist())) for a in articles]
    known = [
        map(_contents(a.language).__getitem__, w) for a, w in zip(articles, words, strict=True)
    ]
    contents = np.frombuffer(b"".join(chain.from_iterable(known)), dtype=_CONTENT)
    stems = contents["stem"].astype(np.uint64)
    at = np.array([0, *accumulate(map(len, tokens))])
    hashes = np.concatenate([a.hashes[t] for a, t in zip(articles, tokens, strict=True)])
    for article, own, (b, e) in zip(articles, words, pairwise(at.tolist()), strict=True):
        if article.per_word > 1:
            stems[b:e] = _character_pairs(own, stems[b:e], hashes[b:e], inside[b:e])
    capitals = [_capitals(a, t) for a, t in zip(articles, tokens, strict=True)]
    capital, named = (np.concatenate(each) for each in zip(*capitals, strict=True))
    order = sorted_within(hashes, at)  # in which equal words of an article stand together
    ordered = hashes[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    new[at[at < len(new)]] = True
    first = new.nonzero()[0]
    name = np.logical_or.reduceat(named[order], first)
    name &= np.logical_and.reduceat(capital[order], first)
    special = contents["figure"].copy()
    special[order] |= name[new.cumsum() - 1]
    return stems, special


def _capitals(analysed: AnalysedArticle, tokens: Ints) -> tuple[Bools, Bools]:
    """Which tokens have a capital, and which of these may be names for where they stand."""
    firsts = code_points(analysed.article.text)[analysed.begins[tokens]]
    capital = CAPITALS.of(firsts).view(np.bool_)
    opening = np.zeros(len(analysed.words) + 1, dtype=np.bool_)
    opening[[s.first_token for s in analysed.sentences]] = True
    named = capital & ~opening[tokens]
    if analysed.language in _NOUNS_IN_CAPITALS:
        paired = named[:-1] & named[1:] & (np.diff(tokens) == 1)
        named = np.append(paired, False) | np.append(False, paired)
    return capital, named


def _character_pairs(words: Sequence[str], stems: Hashes, hashes: Hashes, inside: Bools) -> Hashes:
    """Neighbouring characters of unspaced scripts as stems; other words keep theirs."""
    single = np.array([len(word) <= 2 and word >= "\u0e00" for word in words], dtype=np.bool_)
    out = np.where(single, np.uint64(0), stems)
    joined = single[:-1] & single[1:] & inside[:-1]
    both = (hashes[:-1] * _PAIR + hashes[1:]) | np.uint64(1)
    out[:-1][joined] = both[joined]
    return out
