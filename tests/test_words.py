"""The alignment of words against slow, obvious references."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.model import EditKind
from dedup.word_moves import RUN
from dedup.word_runs import common_subsequence
from dedup.words import Piece, WordAlignment, align_words, match_words

few = st.lists(
    st.sampled_from(["troops", "kursk", "lost", "the", "of", "11000", "said"]), max_size=24
)
many = st.lists(st.text("abcdefgh", min_size=1, max_size=4), max_size=24)
sentences = few | many


def align(left: str, right: str) -> WordAlignment:
    return align_words(left.split(), right.split())


def op(step: Piece) -> str:
    """What a step does, as an edit says it."""
    a, b, c, d, kind = step
    if kind is None:
        return "equal"
    assert kind is EditKind.WORDING
    return "insert" if a == b else "delete" if c == d else "replace"


def shown(left: str, right: str) -> list[tuple[str, str, str]]:
    """The steps as (op, left words, right words)."""
    return [
        (
            op(step),
            " ".join(left.split()[step[0] : step[1]]),
            " ".join(right.split()[step[2] : step[3]]),
        )
        for step in align(left, right).steps
    ]


def table_lcs(a: Sequence[str], b: Sequence[str]) -> int:
    """The textbook dynamic programme."""
    row = [0] * (len(b) + 1)
    for x in a:
        previous = row[:]
        for j, y in enumerate(b):
            row[j + 1] = previous[j] + 1 if x == y else max(previous[j + 1], row[j])
    return row[-1]


def covered(steps: Sequence[Piece], side: int) -> list[int]:
    """The positions of the words the steps cover on one side, in the order of the steps."""
    return [k for step in steps for k in range(*step[2 * side : 2 * side + 2])]


@given(sentences, sentences)
def test_the_base_is_a_longest_common_subsequence(a: list[str], b: list[str]) -> None:
    blocks = common_subsequence(a, b)
    assert sum(size for _, _, size in blocks) == table_lcs(a, b)
    assert all(a[i : i + size] == b[j : j + size] for i, j, size in blocks)


@given(sentences, sentences)
def test_every_word_is_covered_once(a: list[str], b: list[str]) -> None:
    steps = align_words(a, b).steps
    assert covered(steps, 0) == list(range(len(a)))
    assert sorted(covered(steps, 1)) == list(range(len(b)))


@given(sentences, sentences)
def test_what_is_kept_is_the_same_and_ops_say_what_they_do(a: list[str], b: list[str]) -> None:
    alignment = align_words(a, b)
    for i, end, j, until, kind in alignment.steps:
        assert i < end or j < until
        if kind is None:
            assert a[i:end] == b[j:until]
    kept = len(covered([step for step in alignment.steps if op(step) == "equal"], 0))
    assert kept == sum(size for _, _, size in alignment.blocks)
    if a and b:
        assert alignment.kept == 2 * kept / (len(a) + len(b))


@given(sentences, sentences)
def test_changes_do_not_touch_each_other(a: list[str], b: list[str]) -> None:
    steps = align_words(a, b).steps
    for one, next_one in pairwise(steps):
        ops = {op(one), op(next_one)}
        assert "equal" in ops or "insert" in ops
        if ops == {"equal"}:  # a move, or an insertion elsewhere, lies between
            end, begin = one[3], next_one[2]
            assert end > begin or any(end <= step[2] < begin for step in steps)


@given(sentences, sentences)
def test_swapping_the_sides_swaps_the_runs(a: list[str], b: list[str]) -> None:
    assert match_words(a, b) == sorted((i, j, size) for j, i, size in match_words(b, a))
    there, back = align_words(a, b), align_words(b, a)
    assert there.kept == back.kept


@given(sentences)
def test_identical_sentences_are_one_equal_edit(a: list[str]) -> None:
    alignment = align_words(a, a)
    assert alignment.kept == 1
    assert [op(step) for step in alignment.steps] == ["equal"] * bool(a)


@given(st.permutations(["alpha", "bravo", "charlie", "delta"]), st.data())
def test_runs_of_three_words_may_change_places(order: list[str], data: st.DataObject) -> None:
    sizes = {name: data.draw(st.integers(3, 6)) for name in order}
    blocks = {name: [f"{name}{k}" for k in range(size)] for name, size in sizes.items()}
    left = [word for name in sorted(order) for word in blocks[name]]
    right = [word for name in order for word in blocks[name]]
    assert align_words(left, right).kept == 1


@given(few, few, st.lists(st.sampled_from("xyz")), st.lists(st.sampled_from("uvw")))
def test_all_around_one_change_is_kept(
    before: list[str], after: list[str], gone: list[str], came: list[str]
) -> None:
    assume(max(len(before), len(after)) >= RUN)
    kept = match_words(before + gone + after, before + came + after)
    assert sum(size for _, _, size in kept) == len(before) + len(after)
    assert len(kept) <= 2


@given(few, few, few)
def test_nothing_is_lost_by_what_stands_around(a: list[str], b: list[str], c: list[str]) -> None:
    """A shared beginning keeps at least as many words, up to what tidying gives up."""
    kept = sum(size for _, _, size in common_subsequence(c + a, c + b))
    assert kept >= len(c)


def test_two_empty_sides_are_the_same() -> None:
    assert align_words([], []) == WordAlignment([], [], 1.0)


def test_one_empty_side() -> None:
    alignment = align("", "nothing was verified")
    assert [op(step) for step in alignment.steps] == ["insert"]
    assert alignment.kept == 0


def test_a_moved_run_is_kept() -> None:
    left = "the president of the republic has said that troops suffered heavy losses in the south"
    right = "troops suffered grave losses in the south the president of the republic has said"
    assert shown(left, right) == [
        (
            "equal",
            "the president of the republic has said",
            "the president of the republic has said",
        ),
        ("delete", "that", ""),
        ("equal", "troops suffered", "troops suffered"),
        ("replace", "heavy", "grave"),
        ("equal", "losses in the south", "losses in the south"),
    ]


def test_a_run_of_function_words_is_no_move() -> None:
    assert align("it is in a port", "harbour it is in a").kept == 0.8  # in order, so kept
    left, right = "it is in a very large port town here", "very large port town here as it is in a"
    assert align(left, right).kept == 10 / 19


def test_a_lone_function_word_between_changes_is_given_up() -> None:
    assert shown("officials say that some troops", "officials suggest that around troops") == [
        ("equal", "officials", "officials"),
        ("replace", "say that some", "suggest that around"),
        ("equal", "troops", "troops"),
    ]


def test_figures_are_never_run_together() -> None:
    edits = shown(
        "rose on friday to 4151 from 2727 dollars", "rose on monday to 3879 from 3467 dollars"
    )
    assert ("replace", "4151", "3879") in edits
    assert ("replace", "2727", "3467") in edits


def test_a_word_of_content_between_changes_stays() -> None:
    assert ("equal", "losses", "losses") in shown(
        "heavy losses among men", "grave losses for soldiers"
    )


def test_small_runs_close_up() -> None:
    left = "people said they were going out to avoid being held and were being shot by rebels"
    right = "people said they were being shot by rebels"
    edits = shown(left, right)
    assert [op for op, _, _ in edits] == ["equal", "delete", "equal"]
    assert edits[2][1].endswith("being shot by rebels")


@pytest.mark.parametrize(("size", "kept"), [(3, False), (6, True)])
def test_in_scripts_without_spaces_a_word_is_two_characters(size: int, kept: bool) -> None:
    run = list("朝鲜士兵部署")[:size]
    before = list("在库尔斯克地区的前线附近")
    alignment = align_words(run + before, before + run)
    assert (alignment.kept == 1) is kept
