"""A pasted text with, for each sentence, where else it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedup.model import AnalysedArticle, Comparison, SentencePair, SentenceStatus
from service.view.signs import REWRITTEN_BELOW
from service.view.words import shown


@dataclass(frozen=True, slots=True)
class Ref:
    """One match that has the sentence: its number on the page and how it has it."""

    number: int
    same: bool
    word: str


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """One sentence of the pasted text."""

    text: str
    refs: tuple[Ref, ...]
    quotation: bool
    furniture: str | None

    @property
    def hit(self) -> str:
        """``same`` if it stands somewhere word for word, ``near`` if edited, else empty."""
        if not self.refs:
            return ""
        return "same" if any(ref.same for ref in self.refs) else "near"


def found(
    analysed: AnalysedArticle, comparisons: Sequence[Comparison], left_out: dict[int, str]
) -> tuple[FoundSentence, ...]:
    """The sentences of a text; ``comparisons`` have it on the left and are numbered from one.

    ``left_out`` gives the reasons for sentences (by where they begin) that are page furniture.
    """
    text = analysed.article.text
    places = [_places(c.pairs) for c in comparisons]
    out = []
    for sentence in analysed.sentences:
        refs = tuple(
            _ref(number, pair)
            for number, pairs in enumerate(places, start=1)
            for pair in _covering(pairs, sentence.begin, sentence.end)
        )
        reason = left_out.get(sentence.begin)
        out.append(
            FoundSentence(
                shown(text[sentence.begin : sentence.end]),
                () if reason else refs,
                sentence.quotation,
                reason,
            )
        )
    return tuple(out)


def _places(pairs: Sequence[SentencePair]) -> list[SentencePair]:
    return [p for p in pairs if p.left and p.right and p.status is not SentenceStatus.FURNITURE]


def _covering(pairs: Sequence[SentencePair], begin: int, end: int) -> Iterator[SentencePair]:
    """The first pair whose left side covers the sentence, if there is one."""
    for pair in pairs:
        if pair.left and pair.left.begin < end and begin < pair.left.end:
            yield pair
            return


def _ref(number: int, pair: SentencePair) -> Ref:
    if pair.similarity >= 1 or pair.status is SentenceStatus.IDENTICAL:
        return Ref(number, True, "word for word")
    return Ref(number, False, "rewritten" if pair.similarity < REWRITTEN_BELOW else "edited")
