"""What holds of facts in any text."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stating import LANGUAGES, classified, facts, facts_of, unhurried, values, words

from dedup.facts import FIGURE, agree, beginnings
from dedup.lexicon import lexicon
from dedup.model import EditKind, EditOp

VOCABULARY = (
    "the of army troops Kursk Sumy Zelensky said claimed reportedly not no some about 11,000"
    ' 12,000 five Saturday Jan. 4 were killed wounded village sole key only " " .'
).split()
prose = st.lists(st.sampled_from(VOCABULARY), max_size=22).map(" ".join)


@unhurried
@given(prose, prose, st.sampled_from(LANGUAGES))
def test_cutting_loses_no_word(left: str, right: str, language: str) -> None:
    a, b = words(left), words(right)
    edits = classified(a, b, language)
    for side, which in ((a, "left"), (b, "right")):
        spans = [getattr(edit, which) for edit in edits]
        held = [at for s in spans for at in side.begins if s.begin <= at < s.end]
        assert sorted(held) == side.begins
    for edit in edits:
        assert (edit.kind is None) == (edit.op is EditOp.EQUAL)
        ours = a.text[edit.left.begin : edit.left.end]
        theirs = b.text[edit.right.begin : edit.right.end]
        assert (edit.op is EditOp.INSERT) == (not ours)
        assert (edit.op is EditOp.DELETE) == (not theirs)


anything = st.text(
    st.sampled_from("aZ0159 .,'\"“”-/%$€:\nـ零一万千年月日不ก٣٫½Ⅳßİ한é\u200d\ud800")
    | st.characters(),
    max_size=40,
)


@unhurried
@given(anything, anything, st.sampled_from([*LANGUAGES, "ja", "und", "xx", "../x", ""]))
def test_no_text_is_too_odd(left: str, right: str, language: str) -> None:
    a, b = words(left), words(right)
    edits = classified(a, b, language)
    held = [at for e in edits for at in a.begins if e.left.begin <= at < e.left.end]
    assert sorted(held) == a.begins


@pytest.mark.parametrize(
    "text", ["9" * 5000, "一" * 5000, "123 " * 2000, "1万" * 2000, "million " * 999]
)
def test_endless_numbers_are_no_trouble(text: str) -> None:
    assert all(len(fact.value) < 100 for fact in facts(text) if fact.kind is EditKind.NUMBER)


@pytest.mark.parametrize("language", ["de", "nl", "it"])
def test_endless_compounds_are_no_trouble(language: str) -> None:
    pieces = sorted(lexicon(language).pieces)
    assert facts("".join(pieces * 20) + "x", language) == []
    assert facts(pieces[0] * 2000, language) == []


@unhurried
@given(prose, st.sampled_from(LANGUAGES))
def test_a_sentence_does_not_differ_from_itself(text: str, language: str) -> None:
    side = words(text)
    edits = classified(side, side, language)
    assert [edit.kind for edit in edits] == [None] * len(edits)


@unhurried
@given(prose, st.sampled_from(LANGUAGES))
def test_facts_stand_where_they_say(text: str, language: str) -> None:
    side = words(text)
    found = facts_of(side, language)
    for fact in found:
        assert fact.begin == side.begins[fact.first]
        assert fact.end == side.ends[fact.last - 1]
        assert agree(fact, fact)
    for one, other in pairwise(found):
        assert one.last <= other.first


@unhurried
@given(prose, prose)
def test_agreement_is_mutual(left: str, right: str) -> None:
    for one in facts(left):
        for other in facts(right):
            assert agree(one, other) is agree(other, one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_complete(language: str) -> None:
    table = lexicon(language)
    classes = {
        entry.value
        for opening in table.entries.values()
        for group in (opening.alone, *opening.before.values())
        for entry in group
    }
    for name in ("absolute", "softer", "hedge", "doubting", "reporting", "approximate", "at_least"):
        assert name in classes
    assert table.caveat_words


def test_a_language_without_a_table_still_has_figures() -> None:
    assert values("11 000 personer den 4 januari 2025", "number", "sv") == ["11000"]
    assert values("11 000 personer den 4 januari 2025", "date", "sv") == ["2025-01-04"]
    assert facts("whatever", "und") == []
    assert Fraction(values("1.5", "number", "xx")[0]) == Fraction(3, 2)


@pytest.mark.parametrize("language", [*LANGUAGES, "und"])
@unhurried
@given(st.data())
def test_without_a_word_that_may_begin_a_figure_there_is_none(
    language: str, data: st.DataObject
) -> None:
    table = lexicon(language)
    telling = [*table.entries, *table.numbers, *table.scales, *table.ordinals, *table.vague]
    some = [*sorted(telling), *"5 60,000 ١١ 1st 4-Jan 三百 didn't drei-zehn fünfundzwanzig".split()]
    text = " ".join(data.draw(st.lists(st.sampled_from([*some, "Berlin", "the"]), max_size=8)))
    figures = [f for f in facts(text, language) if f.kind in {EditKind.NUMBER, EditKind.DATE}]
    side = words(text)
    begins = np.array(side.begins, dtype=np.int64)
    marks = beginnings(text, side.words, begins, language=language)
    assert any(mark & FIGURE for mark in marks) or not figures
