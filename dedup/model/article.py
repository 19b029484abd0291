"""An article as it came, as it was read, and as the index knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


Keys = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was sent, reduced to story text if it came as HTML.

    ``id_given`` is false for an id that was made here, by which nobody will ask for the article.
    """

    id: str
    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    id_given: bool = field(default=True, compare=False)


class Sentence(NamedTuple):
    """One sentence: where it stands and which tokens it holds.

    ``furniture`` says why the sentence belongs to the page and not to the story, or is None.
    ``quotation`` is true when most of its words are direct speech.
    """

    begin: int
    end: int
    first_token: int
    last_token: int
    paragraph: int
    furniture: str | None = None
    quotation: bool = False


@dataclass(frozen=True, slots=True)
class AnalysedArticle:
    """An article and all that is known from its text alone.

    ``words`` are normalised tokens, ``begins``/``ends`` their offsets, ``hashes`` their 64-bit
    hashes. ``quoted`` marks tokens between quotation marks, ``speech`` those that are a person's
    words (a quotation of some length, or unmarked speech in the first person), ``story`` those
    outside furniture.
    ``per_word`` is the number of tokens that make one word: 1, or 2 in scripts written without
    spaces, where a token is one character.
    """

    article: Article
    language: str
    per_word: int
    words: tuple[str, ...]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    hashes: Hashes
    quoted: NDArray[np.bool_]
    speech: NDArray[np.bool_]
    story: NDArray[np.bool_]
    sentences: tuple[Sentence, ...]

    @property
    def story_words(self) -> int:
        """How many words of story there are, furniture left out."""
        return int(np.count_nonzero(self.story)) // self.per_word


@dataclass(frozen=True, slots=True)
class Header:
    """Every parameter that shapes the index; two stores with other headers never mix."""

    format: int
    permutations: int
    seed: int
    scheme: str
    bands: int
    rows: int
    article_shingle: int
    sketch_shingle: int
    sketch_modulus: int
    normaliser: int


@dataclass(frozen=True, slots=True)
class Postings:
    """What the index stores of one article; every array is sorted or positional uint32.

    ``bands``: one bucket hash per band of the MinHash signature, by position.
    ``sketch``: the sampled shingles of the passage index, distinct.
    ``marks``: sentences as this source prints them (hashed with the source), distinct; empty
    without a source, distinct. They tell which sentences a source repeats on unrelated pages.
    """

    bands: Keys
    sketch: Keys
    marks: Keys
