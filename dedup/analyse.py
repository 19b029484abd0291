"""From an article to an ``AnalysedArticle``: all that is known from its text alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dedup.characters import Characters
from dedup.furniture import CALL, Paragraph, furniture
from dedup.language import ballot, base_language, first_person, guess_languages
from dedup.model import AnalysedArticle, Article, LeftOut, Sentence
from dedup.paragraphs import paragraphs
from dedup.phrases import Calls, is_call_word
from dedup.quotations import quotations
from dedup.sentences import sentences
from dedup.tokens import Tokens, tokens

_SPEECH = 5
"""Words from which a quotation is a person's words and not a borrowed term."""
_MOSTLY = 0.5
_CALL = 25
"""Words; a longer sentence inside a full paragraph is no call to the reader."""


def analyse(article: Article) -> AnalysedArticle:
    """Read one article: tokens, sentences, quotations, furniture. Linear in its length."""
    [analysed] = analyse_all([article])
    return analysed


def analyse_all(articles: Sequence[Article]) -> list[AnalysedArticle]:
    """Read articles together: the same as one by one, at a lower cost."""
    characters = Characters([article.text for article in articles])
    found = tokens(characters)
    begins, ends = found.places(characters)
    words = found.words
    places = begins.tolist()
    telling = found.read.told(is_call_word).nonzero()[0]
    told, at = telling.searchsorted(found.at).tolist(), found.at.tolist()
    out: list[AnalysedArticle] = []
    for number, (article, language) in enumerate(
        zip(articles, _languages(articles, found), strict=True)
    ):
        own = slice(at[number], at[number + 1])
        calls = Calls(words[own], (telling[told[number] : told[number + 1]] - own.start).tolist())
        reading = _read(article, language, words[own], places[own], found.per_word[number], calls)
        out.append(
            AnalysedArticle(
                article=article,
                language=language,
                per_word=found.per_word[number],
                words=words[own],
                begins=begins[own].copy(),  # a view would hold the whole batch
                ends=ends[own].copy(),
                hashes=found.hashes[own].copy(),
                quoted=np.frombuffer(reading.quoted, dtype=np.bool_),
                speech=np.frombuffer(reading.speech, dtype=np.bool_),
                story=np.frombuffer(reading.story, dtype=np.bool_),
                sentences=tuple(reading.sentences),
            )
        )
    return out


def _languages(articles: Sequence[Article], found: Tokens) -> list[str]:
    """The language of each article: as it says, else guessed."""
    said = [base_language(a.language) if a.language else None for a in articles]
    guessed: list[str] = []
    if None in said:
        guessed = guess_languages(found.read.told(ballot), found.at.tolist())
    return [guessed[i] if own is None else own for i, own in enumerate(said)]


def _read(
    article: Article,
    language: str,
    words: tuple[str, ...],
    places: list[int],
    per_word: int,
    calls: Calls,
) -> _Reading:
    """The sentences of an article by where its words begin, and which words are what."""
    text = article.text
    bounds = [(b, e, bisect_left(places, b), bisect_left(places, e)) for b, e in paragraphs(text)]
    reasons = furniture(
        [Paragraph(text[b:e], words[i:j], calls.within(i, j)) for b, e, i, j in bounds],
        article.title,
        per_word,
    )
    quoted, speech, story = bytearray(len(words)), bytearray(len(words)), bytearray(len(words))
    found: list[Sentence] = []
    pronouns = first_person(language)
    speaks = not pronouns.isdisjoint(words)
    for number, ((begin, end, i, j), why) in enumerate(zip(bounds, reasons, strict=True)):
        if why is None:
            _mark(story, i, j)
        for b, e in quotations(text, begin, end):
            q, r = bisect_left(places, b), bisect_left(places, e)
            _mark(quoted, q, r)
            if r - q >= _SPEECH * per_word:
                _mark(speech, q, r)
        for b, e in sentences(text, begin, end, language):
            f, g = bisect_left(places, b, i, j), bisect_left(places, e, i, j)
            if speaks and _voice(text, words[f:g], places[f:g], quoted[f:g], pronouns):
                _mark(speech, f, g)
            mostly = speech.count(1, f, g) > _MOSTLY * (g - f)
            if why is None and not mostly and g - f <= _CALL * per_word and calls.within(f, g):
                story[f:g] = bytes(g - f)
                found.append(Sentence(b, e, f, g, number, CALL, mostly))
            else:
                found.append(Sentence(b, e, f, g, number, why, mostly))
    return _Reading(quoted, speech, story, found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What became of an article's words: one byte each, and its sentences."""

    quoted: bytearray
    speech: bytearray
    story: bytearray
    sentences: list[Sentence]


def without(analysed: AnalysedArticle, repeated: dict[int, str]) -> AnalysedArticle:
    """The same article with further sentences (by index) taken as furniture, and why.

    Never takes the last of the story away.
    """
    story = analysed.story.copy()
    changed = list(analysed.sentences)
    for index, why in repeated.items():
        sentence = changed[index]
        if sentence.furniture is None:
            changed[index] = sentence._replace(furniture=why)
            story[sentence.first_token : sentence.last_token] = False
    if not story.any():
        return analysed
    return replace(analysed, sentences=tuple(changed), story=story)


def left_out(analysed: AnalysedArticle) -> tuple[LeftOut, ...]:
    """The sentences the verdict does not count, with the reasons."""
    return tuple(
        LeftOut(s.begin, s.end, s.furniture) for s in analysed.sentences if s.furniture is not None
    )


def _mark(marked: bytearray, first: int, last: int) -> None:
    marked[first:last] = b"\1" * (last - first)


def _voice(
    text: str,
    words: Sequence[str],
    begins: Sequence[int],
    quoted: Sequence[int],
    pronouns: frozenset[str],
) -> bool:
    """Whether a sentence is somebody's words: in the first person outside quotation marks.

    An abbreviation in capitals or an initial ("ME", "I. Smith") is no pronoun.
    """
    if pronouns.isdisjoint(words):
        return False
    for word, begin, inside in zip(words, begins, quoted, strict=True):
        if word in pronouns and not inside:
            second = text[begin + 1 : begin + 2]
            if not second.isupper() and second != ".":
                return True
    return False
