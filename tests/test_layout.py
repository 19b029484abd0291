"""Rows: whatever is claimed to belong together, every sentence has its place in reading order."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from dedup.analyse import analyse
from dedup.links import Claim, links
from dedup.model import Article
from dedup.rows import Row, rows
from dedup.units import Prepared, prepare

MOST = 7


@cache
def article(side: str, sentences: int) -> Prepared:
    """An article of which no sentence is like one of the other side's."""
    text = " ".join(f"The {side} has told number{n} of its tales." for n in range(sentences))
    return prepare(analyse(Article(side, text, language="en")))


def stretch(size: int) -> st.SearchStrategy[tuple[int, int]]:
    begin = st.integers(0, size - 1)
    return begin.flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, min(a + 2, size))))


@st.composite
def laid_out(draw: st.DrawFn) -> tuple[Prepared, Prepared, tuple[Row, ...]]:
    left, right = (article(side, draw(st.integers(1, MOST))) for side in ("crew", "fleet"))
    strength = st.floats(-2, 0)
    claim: st.SearchStrategy[Claim] = st.builds(
        lambda key, ours, theirs: (key, *ours, *theirs),
        strength,
        stretch(len(left.rows)),
        stretch(len(right.rows)),
    )
    claimed = draw(st.lists(claim, max_size=12))
    return left, right, rows(left, right, links(left, right, claimed), (), ())


@given(laid_out())
def test_every_sentence_has_its_place(
    found: tuple[Prepared, Prepared, tuple[Row, ...]],
) -> None:
    left, right, out = found
    for side, sides in ((left, [row.left for row in out]), (right, [row.right for row in out])):
        spans = [span for span in sides if span is not None]
        assert {at for span in spans for at in range(*span)} == set(range(len(side.rows)))
    alone = [row.left or row.right for row in out if row.left is None or row.right is None]
    assert all(span is not None and span[1] - span[0] == 1 for span in alone)
    for sides in ([row.left for row in out], [row.right for row in out]):
        linked = [s for s, row in zip(sides, out, strict=True) if s and row.left and row.right]
        once = [s for s, row in zip(sides, out, strict=True) if s and not (row.left and row.right)]
        assert len(set(once)) == len(once)
        assert {a for a, _ in once}.isdisjoint(at for span in linked for at in range(*span))


@given(laid_out())
def test_rows_follow_the_left_text_and_what_is_only_right_what_it_follows_there(
    found: tuple[Prepared, Prepared, tuple[Row, ...]],
) -> None:
    _, _, out = found
    begins = [row.left[0] for row in out if row.left is not None]
    assert begins == sorted(begins)
    for before, row in zip((None, *out), out, strict=False):
        if row.left is None and row.right is not None:
            assert row.right[0] == (before.right[1] if before and before.right else 0)
