"""Sentences that count the same thing stand side by side, however they are worded."""

from __future__ import annotations

from dedup.analyse import analyse
from dedup.compare import compare
from dedup.model import Article, Comparison, EditKind
from dedup.settings import Settings
from dedup.units import prepare

LEFT = (
    "Officials met on Sunday in the capital to talk about the winter. "
    "Western assessments say that some 11,000 North Korean troops are deployed in the region. "
    "Nothing else was decided, and the talks go on next week."
)
RIGHT = (
    "A bakery in the old town has won a prize for its rye bread. "
    "Russia has stationed approximately 12,000 North Korean soldiers there, the paper writes. "
    "The mayor ate three slices and asked for more."
)


def compared(left: str, right: str) -> Comparison:
    a, b = (
        prepare(analyse(Article(id, text, language="en")))
        for id, text in (("l", left), ("r", right))
    )
    return compare(a, b, Settings())


def numbers(left: str, right: str) -> list[tuple[str, str]]:
    return [
        (left[e.left.begin : e.left.end], right[e.right.begin : e.right.end])
        for pair in compared(left, right).pairs
        for e in pair.edits
        if e.kind is EditKind.NUMBER
    ]


def test_a_count_of_the_same_thing_is_shown_beside_the_other() -> None:
    assert numbers(LEFT, RIGHT) == [("11,000", "12,000")]


def test_a_count_of_another_thing_is_not() -> None:
    assert numbers(LEFT, RIGHT.replace("North Korean soldiers", "loaves of bread")) == []


def test_what_is_counted_twice_tells_nothing() -> None:
    again = RIGHT + " Another 900 North Korean soldiers are said to be on their way."
    assert numbers(LEFT, again) == []
