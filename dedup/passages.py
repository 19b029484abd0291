"""An article read for its facts: where each stands, by the article's own words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from dedup.facts import Fact
from dedup.language import stem
from dedup.model import EditKind, Span
from dedup.units import Prepared
from dedup.words import Words, is_function_word

Range = tuple[int, int]
"""Half-open positions in ``AnalysedArticle.words``."""

_CLAUSE = frozenset(',.;:!?()[]“”„»«"\n…')
"""Marks at which a clause ends."""
_SIGNS_BEFORE, _SIGNS_AFTER = frozenset("$€£¥₽"), frozenset("%٪€$£")
"""Signs that belong to the number beside them."""
_FIGURES = "0123456789.,"


class Passages:
    """One article's sentences and the facts in them, each sentence read when it is asked for."""

    def __init__(self, prepared: Prepared) -> None:
        self.analysed = analysed = prepared.analysed
        self._stated = prepared.stated
        self._firsts = [s.first_token for s in analysed.sentences]
        self._begins: list[int] = analysed.begins.tolist()
        self._ends: list[int] = analysed.ends.tolist()
        self._quoted: list[bool] = analysed.quoted.tolist()
        self._read: dict[int, tuple[Fact, ...]] = {}

    @property
    def id(self) -> str:
        """The article's id."""
        return self.analysed.article.id

    def within(self, span: Span) -> Range:
        """The words that stand in a stretch of the text."""
        return bisect_left(self._begins, span.begin), bisect_left(self._begins, span.end)

    def words(self, first: int, last: int) -> Words:
        """Some words with their places."""
        return Words(
            text=self.analysed.article.text,
            words=self.analysed.words[first:last],
            begins=self._begins[first:last],
            ends=self._ends[first:last],
            quoted=self._quoted[first:last],
        )

    def span(self, first: int, last: int) -> Span:
        """The stretch of text from the first word to the last; ``first`` < ``last``."""
        return Span(self._begins[first], self._ends[last - 1])

    def around(self, words: Range) -> Range:
        """From the end of the word before some words to the beginning of the one after them."""
        first, last = words
        begin = self._ends[first - 1] if first else 0
        return begin, self._begins[last] if last < len(self._begins) else self._ends[-1]

    def figure(self, first: int, last: int) -> Span:
        """The stretch of text of a number, with the sign of its currency or of per cent."""
        text, span = self.analysed.article.text, self.span(first, last)
        begin, end = span.begin, span.end
        while begin and text[begin - 1] in _SIGNS_BEFORE:
            begin -= 1
        return Span(begin, end + (text[end : end + 1] in _SIGNS_AFTER and end < len(text)))

    def quoted(self, first: int, last: int) -> float:
        """The share of some words that stands in quotation marks."""
        return sum(self._quoted[first:last]) / (last - first) if first < last else 0.0

    def sentence(self, word: int) -> Span:
        """The sentence in which a word stands."""
        one = self.analysed.sentences[bisect_right(self._firsts, word) - 1]
        return Span(one.begin, one.end)

    def content(self, at: int) -> bool:
        """Whether a word carries content."""
        return not is_function_word(self.analysed.words[at])

    def tied(self, at: int) -> bool:
        """Whether a word is tied to the one before it by a hyphen (1,000-km)."""
        if not 0 < at < len(self._begins):
            return False
        return self.analysed.article.text[self._ends[at - 1] : self._begins[at]] == "-"

    def bracketed(self, at: int) -> bool:
        """Whether a bracket opens before a word: an editor's gloss in a quotation."""
        begin = self._begins[at]
        return self.analysed.article.text[max(begin - 1, 0) : begin] in {"(", "["}

    def attached(self, at: int) -> str:
        """The unit written onto the figures before a word ("ft" of 2ft), if there is one."""
        figures = self.analysed.words[at - 1] if at else ""
        unit = figures.lstrip(_FIGURES)
        return unit if unit != figures and unit.isalpha() else ""

    def following(self, at: int, limit: int) -> list[str]:
        """Stems of up to so many words of content from a word on, within its clause."""
        text, words = self.analysed.article.text, self.analysed.words
        unit = self.attached(at)
        out = [unit] if unit else []
        while at < len(words) and len(out) < limit:
            if at and not _CLAUSE.isdisjoint(text[self._ends[at - 1] : self._begins[at]]):
                break
            if self.content(at):
                out.append(stem(words[at], self.analysed.language))
            at += 1
        return out

    def facts(self, first: int, last: int, kind: EditKind) -> Iterator[Fact]:
        """The facts of a kind that have a word in a range of the story, in order."""
        at = max(bisect_right(self._firsts, first) - 1, 0)
        while at < len(self._firsts) and self._firsts[at] < max(last, first + 1):
            for fact in self._in_sentence(at):
                if fact.kind is kind and fact.first < last and first < fact.last:
                    yield fact
            at += 1

    def story(self, kind: EditKind) -> Iterator[Fact]:
        """All facts of a kind in the story."""
        for at, sentence in enumerate(self.analysed.sentences):
            if sentence.furniture is None:
                yield from (fact for fact in self._in_sentence(at) if fact.kind is kind)

    def _in_sentence(self, at: int) -> tuple[Fact, ...]:
        found = self._read.get(at)
        if found is None:
            first = self._firsts[at]
            found = self._read[at] = tuple(
                fact._replace(first=fact.first + first, last=fact.last + first)
                for fact in self._stated.facts((at, at + 1))
            )
        return found
