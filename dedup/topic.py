"""The topic of an article: hashes of its most telling words.

Two crops of one wire speak about the same people and places even where they share no sentence;
two stories in one round-up do not. Clusters use this to tell the one from the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress, pairwise

import numpy as np
import xxhash

from dedup.language import stem, stop_words
from dedup.learned import REASON
from dedup.memo import Memo
from dedup.model import AnalysedArticle, Hashes
from dedup.ragged import Bools, offsets, pieces
from dedup.signature import shingles

_SIZE = 24
_NOTHING = -1


def topics(articles: Sequence[AnalysedArticle]) -> list[frozenset[int]]:
    """Of each article 32-bit hashes of the up to 24 most frequent content words of its story.

    Ties go to the word that comes first. In unspaced scripts pairs of characters stand for words.
    Sentences that were learned to be furniture count, so that it follows from the text alone.
    Cost: sorting the hashes of all words, and one look-up for each distinct one.
    """
    out: dict[int, frozenset[int]] = {}
    for language in {a.language for a in articles}:
        which = [i for i, a in enumerate(articles) if a.language == language]
        out |= zip(which, _topics([articles[i] for i in which], language), strict=True)
    return [out[i] for i in range(len(articles))]


def _topics(articles: Sequence[AnalysedArticle], language: str) -> list[frozenset[int]]:
    words, parts, story = zip(*map(_words, articles), strict=True)
    every, hashes = list(chain.from_iterable(words)), np.concatenate(parts)
    size, at = len(hashes), offsets([len(part) for part in parts])
    order = hashes.argsort()
    distinct = pieces(hashes[order], 0)
    some = map(every.__getitem__, order[distinct[:-1]].tolist())
    known = np.fromiter(map(_telling(language).__getitem__, some), dtype=np.int64)
    roots, root = np.unique(known, return_inverse=True)
    rooted = np.empty(size, dtype=np.int64)
    rooted[order] = root.repeat(np.diff(distinct))
    place = (np.concatenate(story) & (roots[rooted] != _NOTHING)).nonzero()[0]
    article = at.searchsorted(place, side="right") - 1
    # article, root and place in one number, since sorting one array is many times faster
    found = (article * len(roots) + rooted[place]) * size + place
    found.sort()
    group, place = np.divmod(found, max(size, 1))
    begins = pieces(group, 0)
    article, root = np.divmod(group[begins[:-1]], max(len(roots), 1))
    first, times = place[begins[:-1]], np.diff(begins)
    best = ((article * size + size - times) * size + first).argsort()
    bounds = pairwise(offsets(np.bincount(article, minlength=len(articles))).tolist())
    return [frozenset(roots[root[best[b : min(e, b + _SIZE)]]].tolist()) for b, e in bounds]


def _words(analysed: AnalysedArticle) -> tuple[Sequence[str], Hashes, Bools]:
    """What stands for words, the hash of each, and which of them are of the story."""
    story = analysed.story.copy()
    for sentence in analysed.sentences:
        if sentence.furniture == REASON:
            story[sentence.first_token : sentence.last_token] = True
    if analysed.per_word == 1:
        return analysed.words, analysed.hashes, story
    pairs = [a + b for a, b in pairwise(compress(analysed.words, story.tolist()))]
    found = shingles(analysed.hashes[story], 2)
    return pairs, found, np.ones(len(pairs), dtype=np.bool_)


@lru_cache(maxsize=16)
def _telling(language: str) -> Memo[str, int]:
    """The hash of a word's stem; of a word without content nothing."""
    empty = stop_words(language)

    def telling(word: str) -> int:
        if len(word) <= 1 or word in empty:
            return _NOTHING
        return xxhash.xxh32_intdigest(stem(word, language).encode("utf-8", "surrogatepass"))

    return Memo(telling, 1 << 16)
