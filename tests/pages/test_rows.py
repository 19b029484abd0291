"""A comparison laid out side by side: what folds, what points, and the ways between changes."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.model import (
    Comparison,
    Edit,
    EditKind,
    EditOp,
    Relation,
    Sentence,
    SentencePair,
    SentenceStatus,
    Span,
)
from service.view.row_kinds import FoldRow, MovedRow, PairRow, QuietRow, Rows, Text
from service.view.rows import rows

SAME, EDITED = SentenceStatus.IDENTICAL, SentenceStatus.EDITED
ADDED, REMOVED, PAGE = (
    SentenceStatus.ADDED,
    SentenceStatus.REMOVED,
    SentenceStatus.FURNITURE,
)


def text(name: str, count: int) -> Text:
    """A text of sentences ``s00. s01. ...``, each five characters from the next."""
    words = " ".join(f"{name}{i:02}." for i in range(count))
    step = len(name) + 4
    sentences = [Sentence(i * step, i * step + step - 1, i, i + 1, 0) for i in range(count)]
    return Text(words, sentences, name)


def span(at: int | None) -> Span | None:
    """Where sentence number ``at`` stands."""
    return None if at is None else Span(at * 5, at * 5 + 4)


def pair(
    left: int | None,
    right: int | None,
    status: SentenceStatus,
    kind: EditKind | None = None,
    **more: object,
) -> SentencePair:
    """A pair of sentences by number, changed as a whole if ``kind`` is given."""
    here, there = span(left) or Span(0, 0), span(right) or Span(0, 0)
    edits = (Edit(EditOp.REPLACE, here, there, kind),) if kind else ()
    similarity = 1.0 if status is SAME else 0.6
    return SentencePair(
        span(left),
        span(right),
        status,
        similarity,
        edits=edits,
        **more,  # type: ignore[arg-type]
    )


def laid(pairs: Sequence[SentencePair]) -> Rows:
    """The rows of these pairs between two texts of twenty sentences."""
    comparison = Comparison(Relation.PARTIAL_COPY, 0.5, pairs=tuple(pairs))
    return rows(comparison, text("a", 20), text("b", 20))


def test_unchanged_runs_fold_and_short_ones_stay() -> None:
    run = [pair(i, i, SAME) for i in range(3)]
    change = pair(3, 3, EDITED, EditKind.WORDING)
    found = laid([*run, change, pair(4, 4, SAME)]).rows
    assert isinstance(found[0], FoldRow)
    assert found[0].summary == (("3 sentences", "unchanged"),)
    assert found[0].left == ("a00.", "a01.", "a02.")
    assert not found[0].changed
    assert isinstance(found[2], PairRow)
    assert not found[2].changed


def test_furniture_folds_with_its_reasons() -> None:
    found = laid(
        [
            pair(None, 0, PAGE, furniture="menu"),
            pair(None, 1, PAGE, furniture="menu"),
            pair(0, None, PAGE, furniture="credit line"),
            pair(1, 2, EDITED, EditKind.NUMBER),
        ]
    ).rows
    assert isinstance(found[0], FoldRow)
    assert found[0].summary == (
        ("1 sentence of page furniture", "in a: credit line"),
        ("2 sentences of page furniture", "in b: menu"),
    )
    assert isinstance(found[1], PairRow)
    # furniture is not counted
    assert found[1].left is not None
    assert found[1].right is not None
    assert (found[1].left.number, found[1].right.number) == ("1", "1")


def test_a_moved_sentence_leaves_a_pointer_where_it_stood() -> None:
    found = laid(
        [
            pair(0, 3, SAME, moved=True),
            pair(1, 1, EDITED, EditKind.WORDING),
            pair(2, 2, EDITED, EditKind.WORDING),
            pair(3, 4, EDITED, EditKind.WORDING),
        ]
    ).rows
    shapes = [row.shape for row in found]
    assert shapes == ["pair", "pair", "pair", "moved", "pair", "quiet"]
    moved, pointer = found[0], found[3]
    assert isinstance(moved, PairRow)
    assert isinstance(pointer, MovedRow)
    assert moved.changed
    assert [tag.word for tag in moved.tags] == ["Kept", "Moved: 1 → 4"]
    assert moved.tags[1].link == pointer.anchor
    assert pointer.target == moved.anchor
    assert (pointer.number, pointer.beside) == ("4", "1")


def test_two_sentences_that_moved_to_one_place_leave_a_pointer_each() -> None:
    found = laid(
        [
            pair(0, 3, SAME, moved=True),
            pair(1, 3, SAME, moved=True),
            pair(2, 2, EDITED, EditKind.WORDING),
        ]
    ).rows
    pointers = [row for row in found if isinstance(row, MovedRow)]
    assert [row.target for row in pointers] == [found[0].anchor, found[1].anchor]


def test_one_sided_sentences_fold_unless_a_fact_is_touched() -> None:
    folded = laid([pair(None, i, ADDED) for i in range(3)]).rows
    assert [row.shape for row in folded] == ["fold"]
    assert folded[0].changed
    claim = laid([*(pair(None, i, ADDED) for i in range(2)), pair(None, 2, ADDED, EditKind.CLAIM)])
    shown = [row for row in claim.rows if isinstance(row, PairRow)]
    assert [row.substance for row in shown] == [False, False, True]
    assert shown[2].left is None
    assert shown[2].kinds == ("claim",)


def test_hops_are_rings_over_the_changes() -> None:
    kinds = [EditKind.WORDING, EditKind.NUMBER, EditKind.WORDING, EditKind.CLAIM, EditKind.NAME]
    found = laid([pair(i, i, EDITED, kind) for i, kind in enumerate(kinds)])
    for ring in (found.hops, found.loud):
        start = at = next(iter(ring))
        seen = []
        while True:
            seen.append(at)
            assert ring[ring[at].next].previous == at
            at = ring[at].next
            if at == start:
                break
        assert sorted(seen) == sorted(ring)
    assert len(found.hops) == 5
    assert len(found.loud) == 3


def test_quiet_lines_count_what_they_stand_for() -> None:
    kinds = [EditKind.WORDING, EditKind.WORDING, EditKind.NUMBER, EditKind.WORDING]
    found = laid([pair(i, i, EDITED, kind) for i, kind in enumerate(kinds)]).rows
    assert [row.count for row in found if isinstance(row, QuietRow)] == [2, 1]


def test_a_pair_below_half_is_rewritten() -> None:
    low = SentencePair(span(0), span(0), EDITED, 0.49)
    row = laid([low]).rows[0]
    assert isinstance(row, PairRow)
    assert row.tags[0].word == "Rewritten"
    assert row.kept == "49 % kept"


def test_nothing_to_compare() -> None:
    found = laid([])
    assert found.rows == ()
    assert found.hops == {}
