"""Units: an article prepared for comparison, so that a pair costs only array arithmetic.

Everything here depends on one article alone and can be cached with it. A *row* is a sentence of
the story (furniture left out); a *stem* is what is left of a word that carries content: stop
words out, endings off. In scripts written without spaces two neighbouring characters make a stem.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.language import stem, stop_words
from dedup.model import AnalysedArticle, Hashes
from dedup.signature import shingles, story_shingles

RUN = 5
"""Words of the shortest shared run that counts."""

Ints = NDArray[np.signedinteger]
Bools = NDArray[np.bool_]
_PAIR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An analysed article in arrays; all per-token arrays run over the story's tokens only.

    ``tokens``: index of each in ``analysed.words``; ``row``: the sentence it stands in, counted
    over story sentences; ``rows``: the index in ``analysed.sentences`` of each row;
    ``starts``: first token of each row (one more at the end). ``stem``: column of the token in
    ``stems`` (sorted hashes), -1 for none; ``worded`` says of each column whether it is plain
    wording, neither name nor number. ``bigram`` and ``bigrams`` are the same for two tokens of
    one row. ``run_keys`` are the sorted hashes of runs of five words, ``run_places`` where
    each begins. ``shingles3``/``shingles5`` are distinct and sorted.
    """

    analysed: AnalysedArticle
    tokens: Ints
    hashes: Hashes
    row: Ints
    rows: Ints
    starts: Ints
    row_keys: Hashes
    speech: Bools
    number: Bools
    stem: Ints
    stems: Hashes
    worded: Bools
    bigram: Ints
    bigrams: Hashes
    run_keys: Hashes
    run_places: Ints
    shingles3: Hashes
    shingles5: Hashes

    @property
    def per_word(self) -> int:
        """Tokens that make a word."""
        return self.analysed.per_word


def prepare(analysed: AnalysedArticle) -> Prepared:
    """Prepare an analysed article. Linear in its length but for sorting."""
    tokens = np.flatnonzero(analysed.story).astype(np.int32)
    hashes = analysed.hashes[tokens]
    spans = np.array(
        [(s.first_token, s.last_token) for s in analysed.sentences], dtype=np.int32
    ).reshape(-1, 2)
    sentence = np.full(len(analysed.words), -1, dtype=np.int32)
    for index, (first, last) in enumerate(spans):
        sentence[first:last] = index
    own = sentence[tokens]
    rows, row = np.unique(own, return_inverse=True)
    row = row.astype(np.int32)
    starts = np.searchsorted(row, np.arange(len(rows) + 1)).astype(np.int32)
    raw, number, name = _raw_stems(analysed, tokens)
    if analysed.per_word == 2:
        raw = _character_pairs(raw, hashes, row, analysed, tokens)
    stems, column = np.unique(raw, return_inverse=True)
    column = column.astype(np.int32)
    if len(stems) and stems[0] == 0:
        stems, column = stems[1:], column - 1
    worded = np.ones(len(stems), dtype=np.bool_)
    special = (number | name) & (column >= 0)
    worded[column[special]] = False
    pairs = np.zeros(len(tokens), dtype=np.uint64)
    pairs[:-1] = shingles(hashes, 2)
    pairs[:-1][row[:-1] != row[1:]] = 0
    bigrams, bigram = np.unique(pairs, return_inverse=True)
    bigram = bigram.astype(np.int32)
    if len(bigrams) and bigrams[0] == 0:
        bigrams, bigram = bigrams[1:], bigram - 1
    runs = shingles(hashes, RUN * analysed.per_word)
    order = np.argsort(runs, kind="stable").astype(np.int32)
    bounds = starts.tolist()
    row_keys = np.array(
        [xxhash.xxh64_intdigest(hashes[b:e].tobytes()) for b, e in pairwise(bounds)],
        dtype=np.uint64,
    )
    return Prepared(
        analysed=analysed,
        tokens=tokens,
        hashes=hashes,
        row=row,
        rows=rows.astype(np.int32),
        starts=starts,
        row_keys=row_keys,
        speech=analysed.speech[tokens],
        number=number,
        stem=column,
        stems=stems,
        worded=worded,
        bigram=bigram,
        bigrams=bigrams,
        run_keys=runs[order],
        run_places=order,
        shingles3=np.unique(story_shingles(analysed, 3)),
        shingles5=np.unique(story_shingles(analysed, 5)),
    )


@lru_cache(maxsize=1 << 17)
def _content(word: str, language: str) -> int:
    """Hash of the word's stem, 0 for a word without content."""
    if word in stop_words(language):
        return 0
    if len(word) == 1 and word.isascii() and not word.isdigit():
        return 0
    return xxhash.xxh64_intdigest(stem(word, language).encode("utf-8", "surrogatepass")) | 1


def _raw_stems(analysed: AnalysedArticle, tokens: Ints) -> tuple[Hashes, Bools, Bools]:
    """Stem hashes of the story's tokens (0 for none), and which are numbers and names.

    A name is a word that stands with a capital inside a sentence and never without one.
    """
    language, words, text = analysed.language, analysed.words, analysed.article.text
    begins = analysed.begins[tokens].tolist()
    story = [words[i] for i in tokens.tolist()]
    raw = np.array([_content(w, language) for w in story], dtype=np.uint64)
    number = np.array([w[0].isdigit() for w in story], dtype=np.bool_)
    capital = [text[b].isupper() for b in begins]
    first = {s.first_token for s in analysed.sentences}
    lower = {w for w, c in zip(story, capital, strict=True) if not c}
    upper = {
        w for w, c, t in zip(story, capital, tokens.tolist(), strict=True) if c and t not in first
    } - lower
    name = np.array([w in upper for w in story], dtype=np.bool_)
    return raw, number, name


def _character_pairs(
    raw: Hashes, hashes: Hashes, row: Ints, analysed: AnalysedArticle, tokens: Ints
) -> Hashes:
    """Neighbouring characters of unspaced scripts as stems; other words keep theirs."""
    words = analysed.words
    single = np.array([len(words[i]) <= 2 and words[i] >= "\u0e00" for i in tokens.tolist()])
    out = np.where(single, np.uint64(0), raw)
    if len(raw) > 1:
        joined = single[:-1] & single[1:] & (row[:-1] == row[1:])
        both = (hashes[:-1] * _PAIR + hashes[1:]) | np.uint64(1)
        out[:-1][joined] = both[joined]
    return out
