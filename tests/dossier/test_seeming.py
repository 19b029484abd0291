"""What only looks like a disagreement is none, and what is one next to it still is."""

from __future__ import annotations

import pytest
from telling import article, differences, told

from dedup.seeming import one_name

QUOTED = '"We saw nothing but {} in the fog near the village that night," the pilot said.'


def disputed(left: str, right: str, beside: str = "") -> list[str]:
    """The kinds of what two articles disagree on that differ in one sentence."""
    articles = article("1", left, beside), article("2", right, beside)
    return [kind for kind, _ in told(differences(*articles), articles)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (QUOTED.format("[the ferry's] light"), QUOTED.format("its (the ferry's) light")),
        (QUOTED.format("one damned small light"), QUOTED.format("one … light")),
        (QUOTED.format("one damned light"), QUOTED.format("one d***ed light")),
        (
            '"I was shaking all over," he told reporters at the harbour on Friday.',
            '"First I felt sick," he told reporters at the harbour on Friday.',
        ),
        (
            "The 58-year-old master was appointed by the line in the spring.",
            "The master, a 29-year veteran, was appointed by the line in the spring.",
        ),
        (
            "The line offered a million pesos ($75,000) for the log of the ship.",
            "The line offered a million pesos (£47,000) for the log of the ship.",
        ),
        (
            "A spokesman of Homeland Security declined to speak of the radar.",
            "A spokesman of DHS declined to speak of the radar.",
        ),
        (
            "Clips that purported to show the radar were passed around on Tuesday.",
            "Clips that purport to show the radar were passed around on Tuesday.",
        ),
    ],
)
def test_what_is_no_disagreement(left: str, right: str) -> None:
    assert disputed(left, right) == []
    assert disputed(right, left) == []


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        (QUOTED.format("one small light"), QUOTED.format("one huge light"), "quotation"),
        (
            "The 58-year-old master was appointed by the line in the spring.",
            "The 59-year-old master was appointed by the line in the spring.",
            "number",
        ),
        (
            "The line offered a reward of $75,000 for the log of the ship.",
            "The line offered a reward of $57,000 for the log of the ship.",
            "number",
        ),
        (
            "The clips show the radar, and were passed around on Tuesday.",
            "The clips reportedly show the radar, and were passed around on Tuesday.",
            "claim",
        ),
    ],
)
def test_what_still_is_one(left: str, right: str, kind: str) -> None:
    assert disputed(left, right) == [kind]


@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        ("homeland security", "dhs", True),
        ("shia", "shiite", True),
        ("syria", "syrian", True),
        ("maria", "mariam", False),
        ("marshal", "marshall", False),
        ("ana lima", "anna lima", False),
        ("mohammed", "mohammad", False),
    ],
)
def test_one_name_and_two(left: str, right: str, one: bool) -> None:
    assert one_name(left, right) is one
    assert one_name(right, left) is one
