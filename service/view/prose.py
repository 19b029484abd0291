"""One article as blocks of prose: paragraphs of sentences, page furniture apart and folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from dedup.model import AnalysedArticle, Sentence
from service.view.words import shown


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; ``speech`` if it stands between quotation marks."""

    text: str
    speech: bool


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence with its number in the story; ``quotation`` if it is mostly direct speech."""

    number: int
    pieces: tuple[Piece, ...]
    quotation: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the story."""

    sentences: tuple[SentenceView, ...]
    shape: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Furniture:
    """Neighbouring sentences that belong to the page; ``reasons`` distinct, in order."""

    reasons: tuple[str, ...]
    sentences: tuple[str, ...]
    shape: str = "furniture"


Block = Paragraph | Furniture


def blocks(analysed: AnalysedArticle) -> tuple[Block, ...]:
    """The article from its first to its last sentence."""
    return tuple(_blocks(analysed))


def _blocks(analysed: AnalysedArticle) -> Iterator[Block]:
    text = analysed.article.text
    number = 0
    for is_page, group in groupby(analysed.sentences, key=lambda s: s.furniture is not None):
        if is_page:
            yield furniture(text, list(group))
            continue
        for _, paragraph in groupby(group, key=lambda s: s.paragraph):
            sentences = []
            for sentence in paragraph:
                number += 1
                pieces = tuple(_pieces(analysed, sentence))
                sentences.append(SentenceView(number, pieces, sentence.quotation))
            yield Paragraph(tuple(sentences))


def furniture(text: str, sentences: Sequence[Sentence]) -> Furniture:
    """A run of furniture."""
    return Furniture(
        tuple(dict.fromkeys(s.furniture for s in sentences if s.furniture)),
        tuple(shown(text[s.begin : s.end]) for s in sentences),
    )


def _pieces(analysed: AnalysedArticle, sentence: Sentence) -> Iterator[Piece]:
    """Cut a sentence where its words begin or cease to be quoted."""
    text, at = analysed.article.text, sentence.begin
    quoted = analysed.quoted[sentence.first_token : sentence.last_token]
    # +1 where a quoted run begins, -1 behind its last token
    turns = np.diff(quoted.astype(np.int8), prepend=0, append=0)
    for first, last in zip(np.flatnonzero(turns == 1), np.flatnonzero(turns == -1), strict=True):
        begin = int(analysed.begins[sentence.first_token + first])
        end = int(analysed.ends[sentence.first_token + last - 1])
        if at < begin:
            yield Piece(shown(text[at:begin]), False)
        yield Piece(shown(text[begin:end]), True)
        at = end
    if at < sentence.end:
        yield Piece(shown(text[at : sentence.end]), False)


def opening(analysed: AnalysedArticle) -> str:
    """The first sentence of the story, which names an article that has no title."""
    first = next((s for s in analysed.sentences if s.furniture is None), None)
    return analysed.article.text[first.begin : first.end] if first else ""
