"""Texts cut into runs: nothing lost, nothing doubled, two tiers kept apart."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Edit, EditKind, EditOp, Span
from service.view import marks
from service.view.disputes import Disputed
from service.view.marks import Mark, Run

LEFT = "He said some 11,000 troops are there."
RIGHT = "He alleged that 12,000 troops are there."
EDITS = (
    Edit(EditOp.EQUAL, Span(0, 2), Span(0, 2)),
    Edit(EditOp.REPLACE, Span(3, 7), Span(3, 10), EditKind.CLAIM),
    Edit(EditOp.REPLACE, Span(8, 12), Span(11, 15), EditKind.WORDING),
    Edit(EditOp.REPLACE, Span(13, 19), Span(16, 22), EditKind.NUMBER),
    Edit(EditOp.EQUAL, Span(20, 36), Span(23, 39)),
)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Span, list[Edit]]:
    """A text, a stretch of it, and changes whose left sides stand in it, in any order."""
    text = draw(st.text(st.characters(categories=["L", "N", "Z", "P"]), max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=12)))
    span = Span(cuts[0], cuts[-1])
    pairs = itertools.pairwise(cuts)
    ops = st.sampled_from([EditOp.EQUAL, EditOp.REPLACE, EditOp.DELETE, EditOp.INSERT])
    edits = [
        Edit(draw(ops), Span(b, e), Span(b, e), draw(st.sampled_from(EditKind))) for b, e in pairs
    ]
    return text, span, draw(st.permutations(edits))


@given(edited())
def test_runs_hold_the_text_once(case: tuple[str, Span, list[Edit]]) -> None:
    text, span, edits = case
    for cut in (marks.left_runs, marks.right_runs):
        runs = cut(text, span, edits)
        assert "".join(run.text for run in runs) == text[span.begin : span.end]


@given(edited())
def test_every_changed_letter_is_marked(case: tuple[str, Span, list[Edit]]) -> None:
    text, span, edits = case
    changed = {
        i for e in edits if e.op is not EditOp.EQUAL for i in range(e.left.begin, e.left.end)
    }
    at = span.begin
    for run in marks.left_runs(text, span, edits):
        for i in range(at, at + len(run.text)):
            if not text[i].isspace():
                assert (run.mark is Mark.DEL) == (i in changed)
        at += len(run.text)


def test_tiers() -> None:
    runs = marks.left_runs(LEFT, Span(0, len(LEFT)), EDITS)
    assert runs == (
        Run("He "),
        Run("said", Mark.DEL, "claim"),
        Run(" "),
        Run("some", Mark.DEL),
        Run(" "),
        Run("11,000", Mark.DEL, "number"),
        Run(" troops are there."),
    )
    right = marks.right_runs(RIGHT, Span(0, len(RIGHT)), EDITS)
    assert [(r.text, r.kind) for r in right if r.mark is Mark.INS] == [
        ("alleged", "claim"),
        ("that", ""),
        ("12,000", "number"),
    ]


def test_marks_of_one_kind_join_across_spaces() -> None:
    edits = [
        Edit(EditOp.DELETE, Span(0, 2), Span(0, 0), EditKind.WORDING),
        Edit(EditOp.DELETE, Span(3, 7), Span(0, 0), EditKind.WORDING),
    ]
    assert marks.left_runs(LEFT, Span(0, 12), edits)[0] == Run("He said", Mark.DEL)


def test_moved_words_are_no_change() -> None:
    """Edits stand in left order; a moved run is equal though its right side is elsewhere."""
    left, right = "he said that all is well", "all is well he said"
    edits = [
        Edit(EditOp.EQUAL, Span(0, 7), Span(12, 19)),
        Edit(EditOp.DELETE, Span(8, 12), Span(19, 19), EditKind.WORDING),
        Edit(EditOp.EQUAL, Span(13, 24), Span(0, 11)),
    ]
    assert marks.right_runs(right, Span(0, 19), edits) == (Run(right),)
    assert [r.text for r in marks.left_out(left, Span(0, 24), edits)] == ["that"]


def test_disputed_words_show_their_letter() -> None:
    disputed = [
        Disputed(1, "B", "number", Span(13, 19), Span(0, 36)),
        Disputed(2, "A", "claim", Span(3, 7), Span(0, 36)),
        Disputed(3, "A", "date", None, None),
    ]
    runs = marks.disputed_runs(LEFT, Span(0, len(LEFT)), disputed)
    assert [(r.text, r.kind, r.letter) for r in runs if r.mark is Mark.FACT] == [
        ("said", "claim", "A"),
        ("11,000", "number", "B"),
    ]
    assert "".join(run.text for run in runs) == LEFT


@given(edited(), st.data())
def test_disputed_words_take_the_place_of_edits(
    case: tuple[str, Span, list[Edit]], data: st.DataObject
) -> None:
    text, span, edits = case
    begin = data.draw(st.integers(span.begin, span.end))
    end = data.draw(st.integers(begin, span.end))
    disputed = [Disputed(1, "C", "name", Span(begin, end), span)]
    runs = marks.right_runs(text, span, edits, disputed)
    assert "".join(run.text for run in runs) == text[span.begin : span.end]
    assert "".join(r.text for r in runs if r.mark is Mark.FACT) == text[begin:end]
