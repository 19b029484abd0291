"""What a text states, and what an edit changed, in short."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import settings

from dedup.facts import Fact, beginnings, classify, facts_in
from dedup.model import Edit, EditKind
from dedup.quotations import quotations
from dedup.tokens import tokenise
from dedup.words import Words, align_words

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pt", "ru", "zh")
SUNDAY = date(2025, 1, 5)
unhurried = settings(deadline=None)  # the first look into a calendar takes its time


def words(text: str) -> Words:
    tokens, begins, ends, _ = tokenise(text)
    speech = quotations(text, 0, len(text))
    quoted = [any(b <= at < e for b, e in speech) for at in begins.tolist()]
    return Words(text, tokens, begins.tolist(), ends.tolist(), quoted)


def facts(text: str, language: str = "en", day: date | None = None) -> list[Fact]:
    return list(facts_of(words(text), language, day))


def facts_of(side: Words, language: str, day: date | None = None) -> tuple[Fact, ...]:
    begins = np.array(side.begins, dtype=np.int64)
    marks = beginnings(side.text, side.words, begins, language=language)
    return facts_in(side, marks, language=language, day=day)


def classified(a: Words, b: Words, language: str = "en") -> tuple[Edit, ...]:
    found = (facts_of(a, language), facts_of(b, language))
    return classify(align_words(a.words, b.words), a, b, found, language=language)


def values(text: str, kind: str, language: str = "en", day: date | None = None) -> list[str]:
    return [fact.value for fact in facts(text, language, day) if fact.kind == kind]


def changes(
    left: str,
    right: str,
    language: str = "en",
    left_day: date | None = None,
    right_day: date | None = None,
) -> list[tuple[str, str, str]]:
    """The changes of substance: (kind, words left, words right)."""
    a, b = words(left), words(right)
    found = (
        facts_of(a, language, left_day),
        facts_of(b, language, right_day),
    )
    edits = classify(align_words(a.words, b.words), a, b, found, language=language)
    return [
        (
            edit.kind.value,
            left[edit.left.begin : edit.left.end],
            right[edit.right.begin : edit.right.end],
        )
        for edit in edits
        if edit.kind not in {None, EditKind.WORDING}
    ]
