"""Figures of two articles: whether two numbers can be held against each other, and whether both
can be true.

Numbers of one size and one unit may count one thing; a number that is only bounded agrees with
whatever keeps the bound.
"""

from __future__ import annotations

from fractions import Fraction

from dedup.facts import Fact
from dedup.lexicon import BOUNDS
from dedup.model import EditKind
from dedup.passages import Passages
from dedup.readings import Reading

_FACTOR = 20
"""Figures further apart than by this factor count different things."""


def of_age(article: Passages, years: Fact) -> bool:
    """Whether a number is an age ("58-year-old"), and not any other span of years."""
    return "old" in article.analysed.words[years.last : years.last + 3]


def count_one_thing(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether two words of content that follow are the same ("North Korean")."""
    ours, theirs = reading.left.following(gone.last, 2), reading.right.following(came.last, 2)
    return gone.kind is EditKind.NUMBER and len(ours) == 2 and ours == theirs


def measured_alike(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether two numbers are of comparable size and in one unit as far as one is attached."""
    measures = {fact.value.partition(" ")[2] for fact in (gone, came)} - {"over"}
    if len(measures - {""}) > 1:  # pounds and dollars, kilometres and per cent
        return False
    units = [
        (side.attached(fact.last), next(iter(side.following(fact.last, 1)), ""))
        for side, fact in ((reading.left, gone), (reading.right, came))
    ]
    if any(unit for unit, _ in units) and units[0][1] != units[1][1]:
        return False
    x, y = _amount(gone), _amount(came)
    return max(x, y) <= _FACTOR * min(x, y) or min(x, y) == 0 or _alone(reading, gone, came)


def _alone(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether nothing but a number changed in its sentence ("3 million", "3 billion")."""
    if gone.value.partition(" ")[2] != came.value.partition(" ")[2]:
        return False
    first, last = reading.left.within(reading.left.sentence(gone.first))
    begin, end = reading.right.within(reading.right.sentence(came.first))
    kept = reading.kept
    return kept[first : gone.first] == list(range(begin, came.first)) and kept[
        gone.last : last
    ] == list(range(came.last, end))


def compatible(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether one of two numbers is only bounded ("more than 10") and the other keeps the bound.

    Two bounds are two statements: who writes "at least 14" has not heard of "at least 19".
    """
    ours, theirs = _bound(reading.left, gone), _bound(reading.right, came)
    if ours is not None and theirs is not None:
        return False
    bounded, other = _amount(gone), _amount(came)
    if theirs is not None:
        bounded, other = other, bounded
    bound = ours or theirs
    return (bound == "at_least" and other >= bounded) or (bound == "at_most" and other <= bounded)


def _bound(article: Passages, number: Fact) -> str | None:
    """Whether a number is said to be the least or the most ("at_least", "at_most"), or neither."""
    before = article.facts(max(number.first - 2, 0), number.first, EditKind.CLAIM)
    bound = next((f.value for f in before if f.value in BOUNDS), None)
    return None if bound == "approximate" else bound


def _amount(number: Fact) -> Fraction:
    return Fraction(number.value.partition(" ")[0])
