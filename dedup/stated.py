"""What an article states: the facts of its sentences, each sentence read when first asked for."""

from __future__ import annotations

from functools import cached_property
from operator import itemgetter

from dedup.counts import Counted, countable, counted
from dedup.facts import FIGURE, FIGURES, Fact, beginnings, facts_in
from dedup.model import AnalysedArticle
from dedup.words import Words

Range = tuple[int, int]
"""Half-open indexes into ``AnalysedArticle.sentences``."""
_DIGITS = frozenset("0123456789")
_IS_FIGURE = bytes([mark & FIGURE == FIGURE for mark in range(256)])
_FIRST = itemgetter(slice(1))


class Stated:
    """The words and facts of one article by sentences, remembered: reading a sentence costs more
    than all else that is done with it, and every comparison asks again. Safe in several threads.
    """

    def __init__(self, analysed: AnalysedArticle) -> None:
        published = analysed.article.published_at
        self._analysed = analysed
        self._day = published.date() if published is not None else None
        self._figures: dict[Range, tuple[Fact, ...]] = {}
        self._words: dict[Range, Words] = {}
        self._facts: dict[Range, tuple[Fact, ...]] = {}
        self._countable: dict[int, frozenset[Counted]] = {}

    @property
    def language(self) -> str:
        """The language it is read in."""
        return self._analysed.language

    def plain(self, sentences: Range) -> tuple[str, ...]:
        """The words of some sentences, without their places."""
        first, last = self._tokens(sentences)
        return self._analysed.words[first:last]

    def words(self, sentences: Range) -> Words:
        """The words of some sentences."""
        found = self._words.get(sentences)
        if found is None:
            first, last = self._tokens(sentences)
            text, words, begins, ends, quoted = self._all
            found = self._words[sentences] = Words(
                text, words[first:last], begins[first:last], ends[first:last], quoted[first:last]
            )
        return found

    def facts(self, sentences: Range) -> tuple[Fact, ...]:
        """The facts of some sentences in order; their words count from the first one's first."""
        found = self._facts.get(sentences)
        if found is None:
            found = self._facts[sentences] = self._read(sentences)
        return found

    def figures(self, sentences: Range) -> tuple[Fact, ...]:
        """The numbers and dates of some sentences that are no doubtful ones."""
        found = self._figures.get(sentences)
        if found is None:
            facts = self.facts(sentences) if self.has_figures(sentences) else ()
            found = tuple(fact for fact in facts if fact.kind in FIGURES and not fact.weak)
            self._figures[sentences] = found
        return found

    def has_figures(self, sentences: Range) -> bool:
        """Whether some sentences may state a number or a date, found without their facts."""
        begin, end = sentences
        return self._figured[begin] if end == begin + 1 else any(self._figured[begin:end])

    def counted(self, sentence: int) -> tuple[Counted, ...]:
        """What a sentence puts numbers to."""
        here = (sentence, sentence + 1)
        return tuple(counted(self.plain(here), self.facts(here), self.language))

    def in_digits(self, sentence: int) -> bool:
        """Whether a sentence has a number in digits."""
        return not _DIGITS.isdisjoint(map(_FIRST, self.plain((sentence, sentence + 1))))

    def countable(self, sentence: int) -> frozenset[Counted]:
        """What it may put numbers to, if it has any, found without its facts."""
        found = self._countable.get(sentence)
        if found is None:
            words = self.plain((sentence, sentence + 1))
            found = self._countable[sentence] = frozenset(countable(words, self.language))
        return found

    @cached_property
    def _all(self) -> Words:
        """The words of the whole article."""
        own = self._analysed
        return Words(
            own.article.text,
            own.words,
            own.begins.tolist(),
            own.ends.tolist(),
            own.quoted.tobytes(),
        )

    @cached_property
    def _marks(self) -> bytes:
        """What can begin with each word of the article."""
        own = self._analysed
        return beginnings(own.article.text, own.words, own.begins, language=own.language)

    @cached_property
    def _figured(self) -> list[bool]:
        """Of each sentence whether a number or a date can begin with a word of it."""
        figured = self._marks.translate(_IS_FIGURE)
        return [1 in figured[s.first_token : s.last_token] for s in self._analysed.sentences]

    def _read(self, sentences: Range) -> tuple[Fact, ...]:
        begin, end = sentences
        if end == begin + 1:
            first, last = self._tokens(sentences)
            words, marks = self.words(sentences), self._marks[first:last]
            return facts_in(words, marks, language=self.language, day=self._day)
        found = self.facts((begin, begin + 1))
        for at in range(begin + 1, end):
            first, last = self._tokens((begin, at))
            found += tuple(
                fact._replace(first=fact.first + last - first, last=fact.last + last - first)
                for fact in self.facts((at, at + 1))
            )
        return found

    def _tokens(self, sentences: Range) -> tuple[int, int]:
        found = self._analysed.sentences
        return found[sentences[0]].first_token, found[sentences[1] - 1].last_token
