"""Units: an article prepared for comparison, so that a pair costs only array arithmetic.

Everything here depends on one article alone and can be cached with it. A *row* is a sentence of
the story (furniture left out); a *stem* is what is left of a word that carries content: stop
words out, endings off. In scripts written without spaces two neighbouring characters make a stem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import compress, pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.language import stem, stop_words
from dedup.memo import Memo
from dedup.model import AnalysedArticle, Hashes
from dedup.ragged import Ints
from dedup.signature import shingles
from dedup.stated import Stated
from dedup.terms import Terms, terms

RUN = 3
"""Words of the shortest shared run that is looked for."""
MOST_ROWS = 1000
"""Sentences of a story that are compared by their wording; later ones only word for word."""
_STEM = 6
"""Letters of a stem that count, so that derivations of one word agree (care, caring, careful)."""

Bools = NDArray[np.bool_]
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_PAIR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An analysed article in arrays; all per-token arrays run over the story's tokens only.

    ``tokens``: index of each in ``analysed.words``; ``row``: the sentence it stands in, counted
    over story sentences; ``rows``: the index in ``analysed.sentences`` of each row; ``starts``:
    first token of each row (one more at the end); ``row_keys``: a hash of each row's tokens.
    ``terms`` are content stems and phrases (two tokens of one row); ``worded`` says of each
    whether it is plain wording, a stem that is neither name nor number. ``run_keys`` are the
    sorted hashes of runs of three words, ``run_places`` where each begins. ``shingles3`` and
    ``shingles5`` are distinct and sorted. ``stated`` reads the facts when they are asked for.
    """

    analysed: AnalysedArticle
    tokens: Ints
    hashes: Hashes
    row: Ints
    rows: Ints
    starts: Ints
    row_keys: Hashes
    speech: Bools
    terms: Terms
    worded: Bools
    run_keys: Hashes
    run_places: Ints
    shingles3: Hashes
    shingles5: Hashes
    stated: Stated

    @property
    def per_word(self) -> int:
        """Tokens that make a word."""
        return self.analysed.per_word


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
    starts = np.append(heads.nonzero()[0], len(tokens))
    row = heads.cumsum() - 1
    raw, special = _raw_stems(analysed, tokens)
    inside = np.append(~heads[1:], np.zeros(min(len(tokens), 1), dtype=np.bool_))
    if analysed.per_word > 1:
        raw = _character_pairs(raw, hashes, inside, analysed, tokens)
    phrases = np.zeros(len(tokens), dtype=np.uint64)
    phrases[:-1] = shingles(hashes, 2)
    phrases[~inside] = 0
    raw[row >= MOST_ROWS] = phrases[row >= MOST_ROWS] = 0
    found = terms(raw, phrases, row)
    worded = ~found.phrase
    worded[found.term[found.cell[special[found.token]]]] = False
    per_word = analysed.per_word
    runs = shingles(hashes, RUN * per_word)
    order = runs.argsort(kind="stable")
    run_keys = runs[order]
    return Prepared(
        analysed=analysed,
        tokens=tokens,
        hashes=hashes,
        row=row,
        rows=sentence[heads],
        starts=starts,
        row_keys=_row_keys(hashes, starts),
        speech=analysed.speech[tokens],
        terms=found,
        worded=worded,
        run_keys=run_keys,
        run_places=order,
        shingles3=_distinct(run_keys),
        shingles5=_distinct(np.sort(shingles(hashes, 5 * per_word))),
        stated=Stated(analysed),
    )


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


@cache
def _contents(language: str) -> Memo[str, bytes]:
    """The hash of each word's stem (8 bytes, big-endian), zeros for a word without content."""

    def content(word: str) -> bytes:
        if word in stop_words(language) or (len(word) == 1 and word.isascii() and word.isalpha()):
            return bytes(8)
        root = stem(word, language)[:_STEM]
        return xxhash.xxh64_digest(root.encode("utf-8", "surrogatepass"))

    return Memo(content, 1 << 17)


def _raw_stems(analysed: AnalysedArticle, tokens: Ints) -> tuple[Hashes, Bools]:
    """Stem hashes of the story's tokens (0 for none), and which are numbers or names.

    A name is a word that stands with a capital inside a sentence and never without one; where
    all nouns have capitals, next to another such word.
    """
    text, words = analysed.article.text, list(compress(analysed.words, analysed.story.tolist()))
    contents = _contents(analysed.language)
    raw = np.frombuffer(b"".join(map(contents.__getitem__, words)), dtype=">u8").astype(np.uint64)
    firsts = map(text.__getitem__, analysed.begins[tokens].tolist())
    capital = np.fromiter(map(str.isupper, firsts), dtype=np.bool_, count=len(words))
    first = np.zeros(len(analysed.words) + 1, dtype=np.bool_)
    first[[s.first_token for s in analysed.sentences]] = True
    inside = capital & ~first[tokens]
    if analysed.language in _NOUNS_IN_CAPITALS:
        paired = inside[:-1] & inside[1:] & (np.diff(tokens) == 1)
        inside = np.append(paired, False) | np.append(False, paired)
    names = set(compress(words, inside.tolist())) - set(compress(words, (~capital).tolist()))
    special = names | {word for word in set(words) if word[0].isdigit()}
    return raw, np.fromiter(map(special.__contains__, words), dtype=np.bool_, count=len(words))


def _character_pairs(
    raw: Hashes, hashes: Hashes, inside: Bools, analysed: AnalysedArticle, tokens: Ints
) -> Hashes:
    """Neighbouring characters of unspaced scripts as stems; other words keep theirs."""
    words = analysed.words
    single = np.array(
        [len(words[i]) <= 2 and words[i] >= "\u0e00" for i in tokens.tolist()], dtype=np.bool_
    )
    out = np.where(single, np.uint64(0), raw)
    joined = single[:-1] & single[1:] & inside[:-1]
    both = (hashes[:-1] * _PAIR + hashes[1:]) | np.uint64(1)
    out[:-1][joined] = both[joined]
    return out


def _places(analysed: AnalysedArticle) -> Ints:
    """The sentence of each story token when sentences do not cover all tokens."""
    sentence = np.full(len(analysed.words), -1, dtype=np.int64)
    for index, s in enumerate(analysed.sentences):
        sentence[s.first_token : s.last_token] = index
    return sentence[analysed.story]


def _distinct(ordered: Hashes) -> Hashes:
    keep = np.ones(len(ordered), dtype=np.bool_)
    keep[1:] = ordered[1:] != ordered[:-1]
    return ordered[keep]


def _row_keys(hashes: Hashes, starts: Ints) -> Hashes:
    keys = [xxhash.xxh64_intdigest(hashes[b:e].tobytes()) for b, e in pairwise(starts.tolist())]
    return np.array(keys, dtype=np.uint64)
