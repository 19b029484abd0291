"""Resemblance and containment of many pairs at once are those of each pair by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.analyse import analyse
from dedup.model import Article
from dedup.resemblance import shares
from dedup.units import prepare

WORDS = st.lists(st.sampled_from("one two three four five six".split()), max_size=30)


def shingles(words: list[str], k: int) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + k]) for i in range(len(words) - k + 1)}


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5), st.integers(1, 5))
def test_shares_are_those_of_the_sets_of_shingles(
    texts: list[tuple[list[str], list[str]]], k: int
) -> None:
    pairs = [
        tuple(prepare(analyse(Article(id, " ".join(words), language="en"))) for id, words in ab)
        for ab in (zip("lr", pair, strict=True) for pair in texts)
    ]
    _, found = shares([(left, right) for left, right in pairs], 3, k)
    for (left, right), shared in zip(texts, found, strict=True):
        a, b = shingles(left, k), shingles(right, k)
        both = len(a & b)
        assert shared == pytest.approx(
            [both / max(len(a), 1), both / max(len(b), 1), both / max(len(a | b), 1)]
        )
