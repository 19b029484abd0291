"""What the terminal shows: every difference by signs, colour only on top, nothing that steers."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from dedup.engine import open_engine
from dedup.model import (
    Article,
    Comparison,
    Edit,
    EditKind,
    EditOp,
    Outcome,
    SentenceStatus,
    Span,
)
from dedup.settings import Settings
from service.terminal import Line, comparison_lines, marked, outcome_lines, printable, show

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
KINDS = "|".join(kind for kind in EditKind if kind is not EditKind.WORDING)


@pytest.fixture(scope="module")
def compared() -> list[tuple[Article, Article, Comparison]]:
    articles = [Article(id=file.stem, text=file.read_bytes().decode()) for file in SEEDS]
    engine = open_engine(Settings(store="sqlite://"))
    try:
        return [(a, b, engine.compare(a, b)) for a, b in combinations(articles, 2)]
    finally:
        engine.close()


def printed(lines: Iterator[Line] | list[Line], **console: object) -> str:
    out = io.StringIO()
    show(Console(file=out, highlight=False, markup=False, **console), lines)  # type: ignore[arg-type]
    return out.getvalue()


def without_space(text: str) -> str:
    return "".join(text.split())


@given(st.text())
def test_nothing_printable_steers_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not [c for c in shown if unicodedata.category(c) == "Cc"]
    kept = [c for c in text if unicodedata.category(c) != "Cc" and not c.isspace()]
    assert [c for c in shown if c in set(kept)] == kept


def test_an_escape_sequence_is_shown_and_not_obeyed() -> None:
    assert printable("a\x1b[31mred\x07\x9b2J\n b") == "a␛[31mred␇\ufffd2J b"


def test_marks_show_what_was_left_out_and_put_in() -> None:
    left, right = "Some 11,000 men of the army came.", "About 12,000 of the army came at last."
    edits = (
        Edit(EditOp.REPLACE, Span(0, 4), Span(0, 5), EditKind.WORDING),
        Edit(EditOp.REPLACE, Span(5, 11), Span(6, 12), EditKind.NUMBER),
        Edit(EditOp.DELETE, Span(12, 15), Span(12, 12), EditKind.WORDING),
        Edit(EditOp.EQUAL, Span(16, 32), Span(13, 29)),
        Edit(EditOp.INSERT, Span(32, 32), Span(30, 37), EditKind.CLAIM),
    )
    shown = marked(left, right, Span(0, len(left)), edits).plain
    assert shown == (
        "[-Some-]{+About+} [-11,000-]{+12,000+}[number] [-men-] of the army came "
        "{+at last+}[claim]."
    )


@given(data=st.data(), words=st.lists(st.text("abc", min_size=1), min_size=1))
def test_marks_give_the_left_sentence_back(data: st.DataObject, words: list[str]) -> None:
    left, right = " ".join(words), " ".join(words[::-1])
    edits, position = [], 0
    while position < len(left):
        end = data.draw(st.integers(position, len(left)))
        begin = data.draw(st.integers(0, len(right)))
        there = Span(begin, data.draw(st.integers(begin, len(right))))
        op = data.draw(st.sampled_from([EditOp.EQUAL, EditOp.DELETE, EditOp.REPLACE]))
        if end == position:
            op, end = EditOp.INSERT, position
            edits.append(Edit(op, Span(position, position), there, EditKind.WORDING))
            end = position + 1
        else:
            there = Span(begin, begin) if op is EditOp.DELETE else there
            edits.append(Edit(op, Span(position, end), there, None))
        position = end
    shown = marked(left, right, Span(0, len(left)), edits).plain
    assert without_space(left_of(shown)) == without_space(left)


def left_of(shown: str) -> str:
    """The left sentence out of a marked one."""
    shown = re.sub(rf"\[({KINDS})\]", "", re.sub(r"\{\+.*?\+\}", "", shown))
    return re.sub(r"\[-(.*?)-\]", r"\1", shown)


def test_marks_of_real_sentences_name_both_sides(
    compared: list[tuple[Article, Article, Comparison]],
) -> None:
    seen = 0
    for left, right, comparison in compared:
        for pair in comparison.pairs:
            if pair.status is not SentenceStatus.EDITED:
                continue
            assert pair.left is not None
            assert pair.right is not None
            seen += 1
            shown = marked(left.text, right.text, pair.left, pair.edits).plain
            sentence = left.text[pair.left.begin : pair.left.end]
            assert without_space(left_of(shown)) == without_space(sentence)
            other = printable(right.text[pair.right.begin : pair.right.end])
            put_in = re.findall(r"\{\+(.*?)\+\}", shown)
            assert all(words in other for words in put_in)
            assert shown == shown.strip()
            assert "  " not in shown
    assert seen >= 8


def test_colour_adds_nothing_that_is_not_there_without_it(
    compared: list[tuple[Article, Article, Comparison]],
) -> None:
    left, right, comparison = compared[4]
    plain = printed(
        comparison_lines(left, right, comparison), force_terminal=True, width=70, no_color=True
    )
    coloured = printed(
        comparison_lines(left, right, comparison),
        force_terminal=True,
        width=70,
        color_system="standard",
    )
    escapes = re.compile(r"\x1b\[[\d;]*m")
    assert "\x1b[31" in coloured or ";31m" in coloured
    assert not re.search(r"\x1b\[[\d;]*3[1-7]m", plain)
    assert escapes.sub("", coloured) == escapes.sub("", plain)
    assert max(map(len, escapes.sub("", plain).split("\n"))) <= 70


def test_lines_are_wrapped_for_a_terminal_and_whole_for_a_pipe() -> None:
    line = (4, Text("word " * 40))
    assert printed([line], width=30) == "    " + ("word " * 40).strip() + "\n"
    wrapped = printed([line], width=30, force_terminal=True, no_color=True).splitlines()
    assert len(wrapped) == 8
    assert all(part.startswith("    word") and len(part) <= 30 for part in wrapped)


def test_furniture_is_counted_or_shown(
    compared: list[tuple[Article, Article, Comparison]],
) -> None:
    left, right, comparison = compared[4]
    count = sum(pair.status is SentenceStatus.FURNITURE for pair in comparison.pairs)
    folded = printed(comparison_lines(left, right, comparison))
    full = printed(comparison_lines(left, right, comparison, furniture=True))
    assert count > 10
    assert f"{count} sentences of page furniture not shown (--furniture shows them)" in folded
    assert "# furniture" not in folded
    assert full.count("# furniture") == count


def test_a_verdict_says_what_limited_it() -> None:
    outcome = Outcome("a", None, "unique", (), None, notes=("The story is short.",))
    assert printed(outcome_lines(outcome, 1)) == (
        "verdict: unique\nnote: The story is short.\ncompared with 1 stored article\n"
    )
