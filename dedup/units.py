"""Units: an article prepared for comparison, so that a pair costs only array arithmetic.

Everything here depends on one article alone and can be cached with it. A *row* is a sentence of
the story (furniture left out).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import accumulate, pairwise

import numpy as np
import xxhash

from dedup.characters import Characters
from dedup.content import content
from dedup.lexicon import lexicon
from dedup.model import AnalysedArticle, Hashes
from dedup.ragged import Bools, Ints
from dedup.signature import shingles
from dedup.stated import Stated
from dedup.terms import Terms, terms
from dedup.tokens import tokens

RUN = 3
"""Words of the shortest shared run that is looked for."""
MOST_ROWS = 1000
"""Sentences of a story that are compared by their wording; later ones only word for word."""


@dataclass(frozen=True)
class Prepared:
    """An analysed article in arrays; all per-token arrays run over the story's tokens only.

    ``tokens``: index of each in ``analysed.words``; ``row``: the sentence it stands in, counted
    over story sentences; ``rows``: the index in ``analysed.sentences`` of each row; ``starts``:
    first token of each row (one more at the end). ``run_keys`` are the sorted hashes of runs of
    three words, numbers in words as if in digits, ``run_places`` where each begins. ``stated``
    reads the facts when asked for them. What only articles with something in common are asked for
    is worked out then, and kept.
    """

    analysed: AnalysedArticle
    tokens: Ints
    hashes: Hashes
    row: Ints
    rows: Ints
    starts: Ints
    speech: Bools
    run_keys: Hashes
    run_places: Ints
    stated: Stated

    @property
    def per_word(self) -> int:
        """Tokens that make a word."""
        return self.analysed.per_word

    @cached_property
    def terms(self) -> Terms:
        """Content stems and phrases (two tokens of one row) of the first ``MOST_ROWS`` rows."""
        [found] = _terms([self])
        return found

    @cached_property
    def row_keys(self) -> list[int]:
        """A hash of each row's tokens."""
        bounds = pairwise(self.starts.tolist())
        return [xxhash.xxh64_intdigest(self.hashes[b:e].tobytes()) for b, e in bounds]


def prepare(analysed: AnalysedArticle) -> Prepared:
    """Prepare an analysed article. Linear in its length but for sorting; under a millisecond
    for 600 words."""
    tokens = analysed.story.nonzero()[0]
    hashes = analysed.hashes[tokens]
    sizes = [s.last_token - s.first_token for s in analysed.sentences]
    sentence = np.arange(len(sizes)).repeat(sizes)
    sentence = sentence[tokens] if len(sentence) == len(analysed.words) else _places(analysed)
    heads = np.ones(len(tokens), dtype=np.bool_)
    heads[1:] = sentence[1:] != sentence[:-1]
    runs = shingles(_in_digits(hashes, analysed.language), RUN * analysed.per_word)
    order = runs.argsort(kind="stable")
    return Prepared(
        analysed=analysed,
        tokens=tokens.astype(np.int32),
        hashes=hashes,
        row=(heads.cumsum() - 1).astype(np.int32),
        rows=sentence[heads],
        starts=np.append(heads.nonzero()[0], len(tokens)),
        speech=analysed.speech[tokens],
        run_keys=runs[order],
        run_places=order.astype(np.int32),
        stated=Stated(analysed),
    )


def terms_of(articles: Sequence[Prepared]) -> list[Terms]:
    """``Prepared.terms`` of each, at a lower cost than one by one where they are not known yet."""
    unknown = {id(a): a for a in articles if "terms" not in vars(a)}
    some = list(unknown.values())
    for article, found in zip(some, _terms(some) if some else (), strict=True):
        vars(article)["terms"] = found  # where the cached property keeps it
    return [a.terms for a in articles]


def _terms(articles: Sequence[Prepared]) -> list[Terms]:
    at = np.array([0, *accumulate(len(a.tokens) for a in articles)])
    row = np.concatenate([a.row for a in articles])
    inside = np.zeros(len(row), dtype=np.bool_)  # the next token is in the same row
    inside[:-1] = row[1:] == row[:-1]
    inside[at[1:][at[1:] > 0] - 1] = False
    stems, special = content([a.analysed for a in articles], [a.tokens for a in articles], inside)
    phrases = np.zeros(len(row), dtype=np.uint64)
    phrases[:-1] = shingles(np.concatenate([a.hashes for a in articles]), 2)
    phrases[~inside] = 0
    beyond = row >= MOST_ROWS
    stems[beyond] = phrases[beyond] = 0
    return terms(stems, phrases, row, special, at)


def _in_digits(hashes: Hashes, language: str) -> Hashes:
    """The hashes of words, numbers in words as if they were written in digits: house style."""
    spelled, figures = _spelled(language)
    if not len(spelled) or not len(hashes):
        return hashes
    at = spelled.searchsorted(hashes)
    at[at == len(spelled)] = 0
    out: Hashes = np.where(spelled[at] == hashes, figures[at], hashes)
    return out


@cache
def _spelled(language: str) -> tuple[Hashes, Hashes]:
    """The sorted hashes of a language's number words, and those of their digits.

    Words that are articles or pronouns as well stay what they are.
    """
    table = lexicon(language)
    words = {w: str(n) for w, n in table.numbers.items() if w not in table.weak and w.isalpha()}
    hashes = tokens(Characters([*words, *words.values()])).hashes
    assert len(hashes) == 2 * len(words), "a word for a number is one token, and so are its digits"
    spelled, figures = hashes[: len(words)], hashes[len(words) :]
    order = spelled.argsort()
    return spelled[order], figures[order]


def commensurable(left: Prepared, right: Prepared) -> tuple[Prepared, Prepared]:
    """The two articles read in one language and one way of counting words.

    Where a guess of the language differs, that of the longer article holds for both.
    """
    a, b = left.analysed, right.analysed
    if a.language == b.language and a.per_word == b.per_word:
        return left, right
    if (len(a.words), a.language) >= (len(b.words), b.language):
        return left, prepare(replace(b, language=a.language, per_word=a.per_word))
    return prepare(replace(a, language=b.language, per_word=b.per_word)), right


def _places(analysed: AnalysedArticle) -> Ints:
    """The sentence of each story token when sentences do not cover all tokens."""
    sentence = np.full(len(analysed.words), -1, dtype=np.int64)
    for index, s in enumerate(analysed.sentences):
        sentence[s.first_token : s.last_token] = index
    return sentence[analysed.story]
