"""The topic of an article: hashes of its most telling words.

Two crops of one wire speak about the same people and places even where they share no sentence;
two stories in one round-up do not. Clusters use this to tell the one from the other.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import xxhash

from dedup.language import stem, stop_words
from dedup.model import AnalysedArticle

_SIZE = 24


def topic(analysed: AnalysedArticle) -> frozenset[int]:
    """32-bit hashes of the up to 24 most frequent content words of the story.

    Ties go to the word that comes first. In unspaced scripts pairs of characters stand for
    words. Cost: one pass over the story.
    """
    story = [w for w, kept in zip(analysed.words, analysed.story.tolist(), strict=True) if kept]
    if analysed.per_word > 1:
        story = [a + b for a, b in pairwise(story)]
    stop = stop_words(analysed.language)
    counts: Counter[str] = Counter()
    for word, count in Counter(story).items():
        if len(word) > 1 and word not in stop:
            counts[stem(word, analysed.language)] += count
    common = (word for word, _ in counts.most_common(_SIZE))
    return frozenset(xxhash.xxh32_intdigest(w.encode("utf-8", "surrogatepass")) for w in common)
