"""The topic of an article: hashes of its most telling words.

Two crops of one wire speak about the same people and places even where they share no sentence;
two stories in one round-up do not. Clusters use this to tell the one from the other.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import compress, pairwise

import xxhash

from dedup.language import stem, stop_words
from dedup.memo import Memo
from dedup.model import AnalysedArticle

_SIZE = 24


def topic(analysed: AnalysedArticle) -> frozenset[int]:
    """32-bit hashes of the up to 24 most frequent content words of the story.

    Ties go to the word that comes first. In unspaced scripts pairs of characters stand for
    words. Cost: one look-up for each word of the story.
    """
    story = list(compress(analysed.words, analysed.story.tolist()))
    if analysed.per_word > 1:
        story = [a + b for a, b in pairwise(story)]
    counts = Counter(map(_telling(analysed.language).__getitem__, story))
    counts.pop(None, None)
    most = sorted(counts, key=counts.__getitem__, reverse=True)
    return frozenset(word for word in most[:_SIZE] if word is not None)


@lru_cache(maxsize=16)
def _telling(language: str) -> Memo[str, int | None]:
    """The hash of a word's stem; None for a word without content."""
    empty = stop_words(language)

    def telling(word: str) -> int | None:
        if len(word) <= 1 or word in empty:
            return None
        return xxhash.xxh32_intdigest(stem(word, language).encode("utf-8", "surrogatepass"))

    return Memo(telling, 1 << 16)
