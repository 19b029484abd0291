"""The panel of disagreements: each point with its versions and who says what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from dedup.findings import Differences, Disagreement, Rewording, Saying, Variant
from dedup.model import EditKind, Span
from service.view.disputes import letters
from service.view.names import Names
from service.view.words import shorten, shown

AROUND = 36
"""Characters shown on either side of disputed words."""
LONGEST = 90
"""Disputed words longer than this are cut in the middle."""
SUBJECT = 3
"""So many words after a disputed one tell what it is about."""
_FACTS = frozenset({EditKind.NUMBER, EditKind.DATE, EditKind.NAME})
_MARKS = "\"'“”‘’„«»"
_SUBJECT_WORD = re.compile(r"[\s\-–]*([^\W_][\w'’\-]*)")


@dataclass(frozen=True, slots=True)
class Quote:
    """Who says something, and the words around what they say; all empty where they say nothing."""

    names: str
    beside: bool
    before: str
    words: str
    after: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a disputed fact; ``words`` is empty where it is left out."""

    letter: str
    words: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One disagreement: ``values`` and ``subject`` name it in short, ``before``/``after`` show
    where in the story it stands."""

    number: int
    kind: str
    values: str
    subject: str
    before: str
    after: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two wordings of one fact, and who has the second."""

    left: str
    right: str
    kind: str
    names: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact of one text, and what others have in its place: their names and words."""

    kind: str
    words: str
    subject: str
    others: tuple[tuple[str, str], ...]


def points(
    differences: Differences, texts: Mapping[str, str], names: Names, beside: Set[str]
) -> tuple[Point, ...]:
    """The panel; ``texts`` holds the articles' texts by id."""
    view = _View(texts, names, beside)
    return tuple(
        view.point(number, one) for number, one in enumerate(differences.disagreements, start=1)
    )


def flag(point: Disagreement, texts: Mapping[str, str]) -> tuple[str, str]:
    """A disagreement in a few words: ``11,000 / 12,000`` and ``North Korean troops``."""
    first = next((s for v in point.variants for s in v.sayings if s.words), None)
    values = [_value(v, texts) for v in point.variants]
    if point.kind is EditKind.QUOTATION:
        values = [f"“{value}”" for value in values]
    shown_values = " / ".join(shorten(v, 30) for v in values[:3])
    if len(values) > 3:
        shown_values += " …"
    if first is None or first.words is None:
        return shown_values, ""
    if any(v.value == "caveat" for v in point.variants):
        return shown_values, ""
    return shown_values, _subject(texts[first.article_id], first)


def contradictions(
    differences: Differences, texts: Mapping[str, str], names: Names, own: str
) -> tuple[Contradiction, ...]:
    """Figures, dates and names in which the article ``own`` differs from others."""
    found = []
    for point in differences.disagreements:
        mine = next((v for v in point.variants if own in {s.article_id for s in v.sayings}), None)
        if point.kind not in _FACTS or mine is None:
            continue
        others = tuple(
            (names.listed([s.article_id for s in v.sayings]), _value(v, texts))
            for v in point.variants
            if v is not mine
        )
        words = next(_words(texts, s) for s in mine.sayings if s.article_id == own)
        first = next(s for s in mine.sayings if s.article_id == own)
        found.append(Contradiction(str(point.kind), words, _subject(texts[own], first), others))
    return tuple(found)


def alikes(rewordings: Sequence[Rewording], texts: Mapping[str, str], names: Names) -> list[Alike]:
    """The wordings that say the same."""
    return [
        Alike(
            _words(texts, one.left),
            _words(texts, one.right[0]),
            str(one.kind),
            names.listed([s.article_id for s in one.right]),
        )
        for one in rewordings
    ]


class _View:
    def __init__(self, texts: Mapping[str, str], names: Names, beside: Set[str]) -> None:
        self.texts, self.names, self.beside = texts, names, beside

    def point(self, number: int, one: Disagreement) -> Point:
        values, subject = flag(one, self.texts)
        first = next((s for v in one.variants for s in v.sayings if s.words), None)
        before, after = self._around(first) if first else ("", "")
        repeated = self.names.repeated([s.article_id for s in v.sayings] for v in one.variants)
        return Point(
            number=number,
            kind=str(one.kind),
            values=values,
            subject=subject,
            before=before,
            after=after,
            versions=tuple(
                Version(letter, _value(v, self.texts, absent=""), self._quotes(v, repeated))
                for letter, v in zip(letters(), one.variants, strict=False)
            ),
        )

    def _quotes(self, variant: Variant, repeated: Set[str]) -> tuple[Quote, ...]:
        """Who says it; those who say it in the same words together, and by their ids those
        ``repeated`` outlets that say something else, too."""
        found: dict[tuple[bool, str, str, str], list[str]] = {}
        for saying in variant.sayings:
            before, after = self._around(saying)
            words = _words(self.texts, saying)
            key = saying.article_id in self.beside, before, words, after
            found.setdefault(key, []).append(saying.article_id)
        return tuple(
            Quote(
                self.names.listed(ids, repeated),
                beside,
                before,
                words,
                after,
                self.names.language(ids[0]),
            )
            for (beside, before, words, after), ids in found.items()
        )

    def _around(self, saying: Saying) -> tuple[str, str]:
        if saying.words is None or saying.passage is None:
            return "", ""
        text = self.texts[saying.article_id]
        before = text[saying.passage.begin : saying.words.begin]
        after = text[saying.words.end : saying.passage.end]
        return _tail(before), _head(after)


def _tail(text: str) -> str:
    """The end of what stands before, from a word on."""
    line = " ".join(shown(text).split()).lstrip(_MARKS)
    space = " " if text[-1:].isspace() else ""
    if len(line) <= AROUND:
        return line + space
    _, _, cut = line[-AROUND:].partition(" ")
    return f"… {cut}{space}" if cut else "… "


def _head(text: str) -> str:
    """The beginning of what follows, up to a word."""
    space = " " if text[:1].isspace() else ""
    return space + shorten(shown(text), AROUND)


def _words(texts: Mapping[str, str], saying: Saying) -> str:
    return _between(texts[saying.article_id], saying.words) if saying.words else ""


def _between(text: str, span: Span) -> str:
    line = " ".join(shown(text[span.begin : span.end]).split())
    if len(line) <= LONGEST:
        return line
    half = LONGEST // 2
    return f"{line[:half].rsplit(' ', 1)[0]} … {line[-half:].split(' ', 1)[-1]}"


def _value(variant: Variant, texts: Mapping[str, str], absent: str = "not said") -> str:
    """The words of a version as its first article has them."""
    first = next((s for s in variant.sayings if s.words), None)
    return _words(texts, first) if first else absent


def _subject(text: str, saying: Saying) -> str:
    """A few words that follow the disputed ones: what is counted, named or qualified."""
    if saying.words is None or saying.passage is None:
        return ""
    at = saying.words.end
    words: list[str] = []
    while len(words) < SUBJECT:
        match = _SUBJECT_WORD.match(text, at, saying.passage.end)
        if match is None:
            break
        words.append(match[1])
        at = match.end()
    while words and len(words[-1]) <= 3 and words[-1].islower():
        words.pop()
    return shorten(shown(" ".join(words)), 40)


def kinds(differences: Differences) -> dict[EditKind, int]:
    """How many disagreements there are of each kind."""
    counts: dict[EditKind, int] = {}
    for one in differences.disagreements:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return counts
