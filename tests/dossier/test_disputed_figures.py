"""Which figures disagree: bounds, sizes and what is written behind a zero."""

from __future__ import annotations

import pytest
from telling import article, differences, told

ABOARD = "It had {} passengers and a crew of nine aboard when it struck the rocks."
COST = "The ferry had cost {} when it was built, the company wrote."
LEAKED = "Of its fuel {} had leaked by noon, the coast guard wrote."


@pytest.mark.parametrize(
    ("sentence", "left", "right"),
    [
        (ABOARD, "at least {14}", "at least {19}"),
        (ABOARD, "at least {14}", "at least {140}"),
        (ABOARD, "at least {14}", "{12}"),
        (ABOARD, "more than {1,000}", "more than {10,000}"),
        (ABOARD, "up to {40}", "up to {60}"),
        (ABOARD, "up to {40}", "{60}"),
        (ABOARD, "at least {14}", "up to {40}"),
        (ABOARD, "{3}", "{3,000}"),
        (COST, "{3 million euros}", "{3 billion euros}"),
        (COST, "{$3 million}", "{$3 billion}"),
        (LEAKED, "{0.125 percent}", "{125 percent}"),
    ],
)
def test_figures_that_cannot_both_be_right(sentence: str, left: str, right: str) -> None:
    """Braces hold the figures in dispute."""
    plain = [sentence.format(words.replace("{", "").replace("}", "")) for words in (left, right)]
    articles = article("1", plain[0]), article("2", plain[1])
    [(kind, said)] = told(differences(*articles), articles)
    assert kind == "number"
    assert set(said) == {words[words.index("{") + 1 : -1] for words in (left, right)}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ABOARD.format("more than 200"), ABOARD.format("214")),
        (ABOARD.format("more than 200"), ABOARD.format("about 214")),
        (ABOARD.format("up to 250"), ABOARD.format("214")),
        (ABOARD.format("at least 14"), ABOARD.format("at least fourteen")),
        (ABOARD.format("3"), "It had 3,000 crates of fish aboard when it struck the rocks."),
        ("The ferry had cost 3.5 million euros.", "The ferry had cost 3."),
        (LEAKED.format("0.500 percent"), LEAKED.format("0.5 percent")),
        (LEAKED.format("0.125 percent"), LEAKED.format("0,125 percent")),
    ],
)
def test_figures_that_can_both_be_right(left: str, right: str) -> None:
    assert differences(article("1", left), article("2", right)) == []
    assert differences(article("1", right), article("2", left)) == []
