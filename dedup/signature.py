"""Shingles, the MinHash signature with its bands, and the passage sketch.

* A *shingle* is k consecutive tokens of the story (Broder, *On the resemblance and containment
  of documents*, 1997), here as a 64-bit hash.
* The *signature* is MinHash over the shingles (datasketch). b bands of r rows make two articles
  of resemblance s candidates with probability 1 - (1 - s^r)^b (Leskovec et al., MMDS, 3.4).
* The *sketch* keeps the shingles whose hash is 0 modulo m (Broder's mod-p sampling): two
  articles that share n shingles share n / m postings on average, however long they are, so
  partial copies are found where whole-article resemblance is near zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.minhash import SCHEME, MinHash, best_bands, signatures
from dedup.model import AnalysedArticle, Hashes, Header, Keys, Postings
from dedup.ragged import Ints, offsets, ranges
from dedup.settings import Settings
from dedup.tokens import NORMALISER

FORMAT = 1
"""Version of what a store keeps."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)
_MARK_WORDS = 4
"""A sentence with fewer words is no mark of its source."""


def shingles(hashes: Hashes, k: int) -> Hashes:
    """Hashes of all runs of ``k`` tokens, in order; empty if there are fewer tokens.

    A polynomial over 2^64 with a final avalanche: equal runs give equal hashes, and unequal
    ones collide with probability about 2^-64 a pair. Vectorised; O(k n).
    """
    n = len(hashes) - k + 1
    if n <= 0:
        return np.empty(0, dtype=np.uint64)
    total = hashes[:n].copy() if k else np.zeros(n, dtype=np.uint64)
    for i in range(1, k):
        total *= _MULTIPLIER
        total += hashes[i : i + n]
    total ^= total >> np.uint64(33)
    total *= _MIX
    total ^= total >> np.uint64(33)
    return total


def shingles_of(hashes: Hashes, at: Ints, k: int) -> tuple[Hashes, Ints]:
    """The shingles of pieces of tokens laid end to end, and where those of each begin.

    ``at`` is where the pieces begin. None goes over the end of a piece.
    """
    found = shingles(hashes, k)
    if len(at) == 2:
        return found, np.array([0, len(found)])
    sizes = np.maximum(np.diff(at) - (k - 1), 0)
    return found[ranges(at[:-1], sizes)], offsets(sizes)


def candidate_probability(resemblance: float, bands: int, rows: int) -> float:
    """Chance that two articles of this resemblance share a band: 1 - (1 - s^r)^b."""
    return float(1.0 - (1.0 - resemblance**rows) ** bands)


@dataclass(frozen=True)
class Signer:
    """Makes the postings of articles, after one set of parameters."""

    settings: Settings

    @cached_property
    def bands(self) -> tuple[int, int]:
        """Number of bands and rows a band that datasketch finds best for the threshold."""
        return best_bands(self.settings.band_threshold, self.settings.permutations)

    @cached_property
    def _empty(self) -> MinHash:
        return MinHash(
            num_perm=self.settings.permutations,
            seed=self.settings.seed,
            hashfunc=_as_they_are,
            scheme=SCHEME,
        )

    @cached_property
    def header(self) -> Header:
        """Everything that shapes the index."""
        bands, rows = self.bands
        s = self.settings
        return Header(
            format=FORMAT,
            permutations=s.permutations,
            seed=s.seed,
            scheme=SCHEME,
            bands=bands,
            rows=rows,
            article_shingle=s.article_shingle,
            sketch_shingle=s.sketch_shingle,
            sketch_modulus=s.sketch_modulus,
            normaliser=NORMALISER,
        )

    def signature(self, analysed: AnalysedArticle) -> NDArray[np.uint32]:
        """The MinHash signature of the story, one uint32 a permutation."""
        story = analysed.hashes[analysed.story]
        signature: NDArray[np.uint32]
        [signature] = self._signatures(story, offsets([len(story)]), analysed.per_word)
        return signature

    def postings(self, analysed: AnalysedArticle) -> Postings:
        """Bands, sketch and source marks of one article."""
        [postings] = self.postings_of([analysed])
        return postings

    def postings_of(self, articles: Sequence[AnalysedArticle]) -> list[Postings]:
        """Bands, sketch and source marks of each article: at a lower cost than one by one."""
        out: dict[int, Postings] = {}
        for per_word in {a.per_word for a in articles}:
            which = [i for i, a in enumerate(articles) if a.per_word == per_word]
            some = [articles[i] for i in which]
            stories = [a.hashes[a.story] for a in some]
            story, at = np.concatenate(stories), np.array([0, *accumulate(map(len, stories))])
            bands = self._bands(self._signatures(story, at, per_word))
            sketches = self._sketches(story, at, per_word)
            for i, article, own, sketch in zip(which, some, bands, sketches, strict=True):
                marks = np.array(list(marked(article)), dtype=np.uint32)
                out[i] = Postings(bands=own, sketch=sketch, marks=marks)
        return [out[i] for i in range(len(articles))]

    def _signatures(self, story: Hashes, at: Ints, per_word: int) -> NDArray[np.uint32]:
        """The signatures of stories laid end to end."""
        found, found_at = shingles_of(story, at, self.settings.article_shingle * per_word)
        short = found_at[1:] == found_at[:-1]
        if short.any():  # the whole story is one shingle
            bounds = zip(at[:-1][short].tolist(), at[1:][short].tolist(), strict=True)
            whole = np.concatenate([shingles(story[b:e], e - b) for b, e in bounds])
            found = np.insert(found, found_at[:-1][short], whole)
            found_at[1:] += short.cumsum()
        return signatures(self._empty, (found >> _HALF).astype(np.uint32), found_at.tolist())

    def _bands(self, signatures: NDArray[np.uint32]) -> Keys:
        """The bands of signatures, one row each."""
        bands, rows = self.bands
        grid = signatures[:, : bands * rows].reshape(-1, bands, rows).astype(np.uint64)
        total = np.arange(bands, dtype=np.uint64)
        for row in range(rows):
            total = total * _MULTIPLIER + grid[:, :, row]
        total ^= total >> np.uint64(29)
        total *= _MIX
        return (total >> _HALF).astype(np.uint32)

    def _sketches(self, story: Hashes, at: Ints, per_word: int) -> list[Keys]:
        """The sketch of each of the stories laid end to end."""
        found, found_at = shingles_of(story, at, self.settings.sketch_shingle * per_word)
        kept = (found % np.uint64(self.settings.sketch_modulus) == 0).nonzero()[0]
        number = found_at.searchsorted(kept, side="right") - 1
        keys = np.unique((found[kept] >> _HALF) | number.astype(np.uint64) << _HALF)
        begins = keys.searchsorted(np.arange(len(at), dtype=np.uint64) << _HALF)
        sketch = keys.astype(np.uint32)
        return [sketch[b:e] for b, e in pairwise(begins.tolist())]


def _as_they_are(hashes: Keys) -> Keys:
    return hashes


def marked(analysed: AnalysedArticle) -> dict[int, list[int]]:
    """Hashes of sentences as this source prints them, each with the sentences it stands for.

    Empty without a source; sentences of fewer than four words are left out.
    """
    source = analysed.article.source
    if not source:
        return {}
    seed = xxhash.xxh32_intdigest(source.casefold().strip().encode("utf-8", "surrogatepass"))
    out: dict[int, list[int]] = {}
    hashes = analysed.hashes.tobytes()
    size = analysed.hashes.itemsize
    for index, s in enumerate(analysed.sentences):
        if s.last_token - s.first_token >= _MARK_WORDS * analysed.per_word:
            tokens = hashes[s.first_token * size : s.last_token * size]
            key = xxhash.xxh32_intdigest(tokens, seed)
            out.setdefault(key, []).append(index)
    return out
