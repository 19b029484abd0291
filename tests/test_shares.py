"""Shares in words: what is not all is never called all."""

from __future__ import annotations

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from samples import story

from dedup.analyse import analyse
from dedup.compare import compare
from dedup.model import Article, Relation
from dedup.settings import Settings
from dedup.shares import hundredths, percent
from dedup.units import prepare
from service import terminal


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert [percent(share) for share in (1.0, 0.999, 0.62, 0.001, 0.0)] == [
        "100 %", "99 %", "62 %", "under 1 %", "0 %",
    ]  # fmt: skip
    assert [hundredths(share) for share in (1.0, 0.9985, 0.62)] == ["1.00", "0.99", "0.62"]


@given(st.floats(0, 1))
def test_only_all_is_called_all(share: float) -> None:
    assert (percent(share) == "100 %") == (share == 1)
    assert (percent(share) == "0 %") == (share == 0)
    assert (hundredths(share) == "1.00") == (share == 1)


def test_a_story_in_which_one_word_differs_is_not_all_of_the_other() -> None:
    text = story("one word", 100)
    words = text.split(" ")
    words[-6] = "otherwise"
    left, right = Article("a", text), Article("b", " ".join(words))
    found = compare(prepare(analyse(left)), prepare(analyse(right)), Settings())
    assert found.relation is Relation.NEAR_DUPLICATE
    assert 0.99 < found.containment.left_in_right < 1
    said = StringIO()
    terminal.show(Console(file=said, width=300), terminal.comparison_lines(left, right, found))
    assert "contained: 99 % of left in right, 99 % of right in left" in said.getvalue()
    assert "resemblance 0.99" in said.getvalue()
    assert found.reasons[0].startswith("99 % of the shorter story's words stand in the other")
