"""What depends on the language: guessing it, stop words, stems, the first person.

Stop words come from stopwords-iso (57 languages), stems from Snowball (Porter 2001; 30
languages). A language that neither knows has no stop words and its words are their own stems,
which makes a verdict more careful, never wrong in kind. For scripts without spaces, where a
token is a character, neither applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import snowballstemmer
import stopwordsiso
from numpy.typing import NDArray

from dedup.ragged import Ints

_SAMPLE = 150
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_REPORTING = {
    "en": "said says say told tell tells reported report reports according added adding mr mrs ms"
    " monday tuesday wednesday thursday friday saturday sunday",
}
_NOT_EMPTY = {
    "en": "world state states home group member members area areas case cases problem problems"
    " room rooms side sides system work works working thousand million billion trillion"
    " number numbers place places point points order web www com net org information page"
    " pages research result results section volume index test use website",
}
"""Words that stopwords-iso lists but that carry news."""
_FIRST_PERSON = {
    "en": "i i'm i've i'd i'll me my myself",
    "de": "ich mich mir mein meine meinen meinem meiner",
    "es": "yo mi mis",
    "fr": "je j'ai moi mon ma mes",
    "it": "io mio mia miei mie",
    "pt": "eu meu minha meus minhas",
    "nl": "ik mij mijn",
    "ru": "я меня мне мой моя мое моё мои",
    "ar": "أنا",
}
"""The singular only: "we" is also how a newsroom speaks of itself and of its country."""


def base_language(tag: str) -> str:
    """The primary language of a BCP 47 tag, lower case: ``pt`` of ``pt-BR``."""
    return tag.replace("_", "-").split("-")[0].lower()


@cache
def _languages() -> tuple[str, ...]:
    """Those with stop words, last in the alphabet first: of two as likely it is the choice."""
    return tuple(sorted(stopwordsiso.langs(), reverse=True))


@cache
def _votes() -> tuple[dict[str, int], NDArray[np.float64]]:
    """For each stop word its row in a table of votes, with one column for each language.

    A row gives 1 / n to each of the n languages that share a word, twice that to one whose list
    has two spellings of it ("daß" and "dass").
    """
    sharing: dict[str, list[int]] = {}
    for column, language in enumerate(_languages()):
        for word in stopwordsiso.stopwords(language):
            sharing.setdefault(word.casefold(), []).append(column)
    rows = {columns: row for row, columns in enumerate(dict.fromkeys(map(tuple, sharing.values())))}
    table = [np.bincount(c, minlength=len(_languages())) / len(c) for c in rows]
    return {word: rows[tuple(columns)] for word, columns in sharing.items()}, np.array(table)


def ballot(word: str) -> int:
    """A number for the languages of which a normalised word is a stop word; -1 for none."""
    return _votes()[0].get(word, -1)


def guess_languages(ballots: Ints, at: Sequence[int]) -> list[str]:
    """For each of some texts the language whose stop words are most frequent among its first
    words, else ``und``.

    ``ballots`` are those of all tokens, ``at`` says where the tokens of each text begin and the
    last ones end. A word shared by many languages counts less. Needs only to be good enough to
    choose stop words and a stemmer.
    """
    table = _votes()[1]
    return [_most_votes(ballots[b : min(e, b + _SAMPLE)], table) for b, e in pairwise(at)]


def _most_votes(rows: Ints, table: NDArray[np.float64]) -> str:
    found = rows[rows >= 0]
    if not len(found):
        return "und"
    votes = np.add.reduce(table.take(found, axis=0), axis=0)
    best = int(votes.argmax())
    return _languages()[best] if votes[best] >= 0.02 * len(rows) else "und"


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words of a language too common to tell anything, case-folded; empty if unknown."""
    if not stopwordsiso.has_lang(language):
        return frozenset()
    words = {word.casefold() for word in stopwordsiso.stopwords(language)}
    words |= set(_REPORTING.get(language, "").split())
    return frozenset(words - set(_NOT_EMPTY.get(language, "").split()))


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer | None:
    name = _SNOWBALL.get(language)
    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a normalised word, or the word itself."""
    stemmer = _stemmer(language)
    return stemmer.stemWord(word) if stemmer is not None and not word[:1].isdigit() else word


@cache
def first_person(language: str) -> frozenset[str]:
    """Pronouns of the first person singular, by which unmarked speech gives itself away."""
    return frozenset(_FIRST_PERSON.get(language, "").split())
