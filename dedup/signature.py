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

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.minhash import MinHash, best_bands
from dedup.model import AnalysedArticle, Hashes, Header, Keys, Postings
from dedup.settings import Settings
from dedup.tokens import NORMALISER

FORMAT = 1
"""Version of what a store keeps."""
SCHEME = "affine32"
"""datasketch's permutation scheme."""

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
    total = np.zeros(n, dtype=np.uint64)
    for i in range(k):
        total *= _MULTIPLIER
        total += hashes[i : i + n]
    total ^= total >> np.uint64(33)
    total *= _MIX
    total ^= total >> np.uint64(33)
    return total


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
        return self._signature(analysed.hashes[analysed.story], analysed.per_word)

    def _signature(self, story: Hashes, per_word: int) -> NDArray[np.uint32]:
        found = shingles(story, self.settings.article_shingle * per_word)
        if not len(found):  # shorter than a shingle: the whole story is one
            found = shingles(story, len(story))
        minhash = copy(self._empty)  # which an update replaces the values of, and does not change
        # datasketch hashes a batch item by item: an array of hashes is one item, made ready
        minhash.update_batch([(found >> _HALF).astype(np.uint32)])
        return np.asarray(minhash.hashvalues, dtype=np.uint32)

    def postings(self, analysed: AnalysedArticle) -> Postings:
        """Bands, sketch and source marks of one article."""
        story = analysed.hashes[analysed.story]
        return Postings(
            bands=self._bands(self._signature(story, analysed.per_word)),
            sketch=self._sketch(story, analysed.per_word),
            marks=np.array(list(marked(analysed)), dtype=np.uint32),
        )

    def _bands(self, signature: NDArray[np.uint32]) -> Keys:
        bands, rows = self.bands
        grid = signature[: bands * rows].reshape(bands, rows).astype(np.uint64)
        total = np.arange(bands, dtype=np.uint64)
        for column in range(rows):
            total = total * _MULTIPLIER + grid[:, column]
        total ^= total >> np.uint64(29)
        total *= _MIX
        return (total >> _HALF).astype(np.uint32)

    def _sketch(self, story: Hashes, per_word: int) -> Keys:
        found = shingles(story, self.settings.sketch_shingle * per_word)
        kept = found[found % np.uint64(self.settings.sketch_modulus) == 0]
        return np.unique((kept >> _HALF).astype(np.uint32))


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
    for index, s in enumerate(analysed.sentences):
        if s.last_token - s.first_token >= _MARK_WORDS * analysed.per_word:
            key = xxhash.xxh32_intdigest(
                analysed.hashes[s.first_token : s.last_token].tobytes(), seed
            )
            out.setdefault(key, []).append(index)
    return out
