"""From an article to an ``AnalysedArticle``: all that is known from its text alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dedup.furniture import CALL, Paragraph, furniture
from dedup.language import base_language, first_person, guess_language
from dedup.model import AnalysedArticle, Article, LeftOut, Sentence
from dedup.phrases import is_call
from dedup.quotations import quotations
from dedup.sentences import paragraphs, sentences
from dedup.tokens import tokenise, tokens_per_word

_SPEECH = 5
"""Words from which a quotation is a person's words and not a borrowed term."""
_MOSTLY = 0.5
_CALL = 25
"""Words; a longer sentence inside a full paragraph is no call to the reader."""


def analyse(article: Article) -> AnalysedArticle:
    """Read one article: tokens, sentences, quotations, furniture. Linear in its length."""
    text = article.text
    words, begins, ends, hashes = tokenise(text)
    per_word = tokens_per_word(text, len(words))
    language = base_language(article.language) if article.language else guess_language(words)
    bounds = paragraphs(text)
    places = begins.tolist()  # numpy would convert the whole array with every look-up
    first = [bisect_left(places, b) for b, _ in bounds]
    last = [bisect_left(places, e) for _, e in bounds]
    reasons = furniture(
        [
            Paragraph(text[b:e], words[i:j])
            for (b, e), i, j in zip(bounds, first, last, strict=True)
        ],
        article.title,
        per_word,
    )
    quoted, speech, story = bytearray(len(words)), bytearray(len(words)), bytearray(len(words))
    found: list[Sentence] = []
    pronouns = first_person(language)
    speaks = not pronouns.isdisjoint(words)
    calls = is_call(words)
    for number, ((begin, end), i, j, why) in enumerate(
        zip(bounds, first, last, reasons, strict=True)
    ):
        if why is None:
            _mark(story, i, j)
        for b, e in quotations(text, begin, end):
            q, r = bisect_left(places, b), bisect_left(places, e)
            _mark(quoted, q, r)
            if r - q >= _SPEECH * per_word:
                _mark(speech, q, r)
        for b, e in sentences(text, begin, end, language):
            f, g = bisect_left(places, b), bisect_left(places, e)
            if speaks and _voice(text, words[f:g], places[f:g], quoted[f:g], pronouns):
                _mark(speech, f, g)
            mostly = speech.count(1, f, g) > _MOSTLY * (g - f)
            short = g - f <= _CALL * per_word
            call = calls and why is None and not mostly and short and is_call(words[f:g])
            if call:
                story[f:g] = bytes(g - f)
            found.append(Sentence(b, e, f, g, number, CALL if call else why, mostly))
    return AnalysedArticle(
        article=article,
        language=language,
        per_word=per_word,
        words=words,
        begins=begins,
        ends=ends,
        hashes=hashes,
        quoted=np.frombuffer(quoted, dtype=np.bool_),
        speech=np.frombuffer(speech, dtype=np.bool_),
        story=np.frombuffer(story, dtype=np.bool_),
        sentences=tuple(found),
    )


def without(analysed: AnalysedArticle, repeated: dict[int, str]) -> AnalysedArticle:
    """The same article with further sentences (by index) taken as furniture, and why.

    Never takes the last of the story away.
    """
    story = analysed.story.copy()
    changed = list(analysed.sentences)
    for index, why in repeated.items():
        sentence = changed[index]
        if sentence.furniture is None:
            changed[index] = replace(sentence, furniture=why)
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
