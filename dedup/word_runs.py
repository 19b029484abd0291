"""Runs of words that two texts have in common, and the gaps between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import LCSseq

Block = tuple[int, int, int]
"""A run of words kept: where it begins left, where right, how many words."""
Pair = tuple[int, int]

_FUNCTION_WORDS = frozenset(
    "that this with from were have been will which their they into than then there when also "
    "would about para como pero esta este desde hasta dans avec pour cette mais sont eine einer "
    "einem einen dass nach oder auch wird sind della delle degli sono anche voor niet werd deze "
    "было была были чтобы после также الذي التي على إلى".split()
)
"""Frequent words of more than three letters that hold sentences together; shorter ones are taken
as such by their length. Only tidying asks, so a word missing here costs a splinter, no error."""


@lru_cache(maxsize=1 << 14)
def is_function_word(word: str) -> bool:
    """Whether a word only holds a sentence together; digits and single characters never do."""
    first = word[:1]
    if first < "\u0590":  # Latin, Greek, Cyrillic
        return (len(word) <= 3 and word.isalpha()) or word in _FUNCTION_WORDS
    if first < "\u0900":  # Hebrew, Arabic
        return len(word) <= 2 or word in _FUNCTION_WORDS
    return False


def length(words: Sequence[str]) -> float:
    """Length in words: in scripts without spaces a token is about half a word."""
    return len(words) - sum(map(is_character, words)) / 2


def is_character(word: str) -> bool:
    return len(word) == 1 and word >= "\u0e00"


@lru_cache(maxsize=1 << 14)
def is_slight(word: str) -> bool:
    """Whether a word kept may be chance: a function word, or a character where it is a word."""
    return is_function_word(word) or is_character(word)


def common_subsequence(left: Sequence[str], right: Sequence[str]) -> list[Block]:
    """The runs of one longest common subsequence, in order."""
    matched = LCSseq.editops(left, right).as_matching_blocks()
    return [(block.a, block.b, block.size) for block in matched if block.size]


def matching(blocks: list[Block], size: int) -> list[int]:
    """For each left word the right word it was kept as, or -1."""
    partner = [-1] * size
    for i, j, length_ in blocks:
        partner[i : i + length_] = range(j, j + length_)
    return partner


def runs_of(partner: list[int]) -> list[Block]:
    """The maximal runs of a matching given word by word."""
    out: list[Block] = []
    i, n = 0, len(partner)
    while i < n:
        begin = i
        i += 1
        if partner[begin] < 0:
            continue
        while i < n and partner[i] == partner[i - 1] + 1:
            i += 1
        out.append((begin, partner[begin], i - begin))
    return out


def gaps_between(blocks: list[Block], n: int, m: int) -> tuple[list[Pair], list[Pair], list[int]]:
    """The words between runs, left and right, and the place of each run on the right.

    Left gap k lies before run k; right gap k before the run whose place is k. Gaps can be empty.
    """
    order = sorted(range(len(blocks)), key=lambda k: blocks[k][1])
    rank = [0] * len(blocks)
    for place, k in enumerate(order):
        rank[k] = place
    left_begins = [0, *(i + size for i, _, size in blocks)]
    right_begins = [0, *(blocks[k][1] + blocks[k][2] for k in order)]
    return (
        list(zip(left_begins, [*(i for i, _, _ in blocks), n], strict=True)),
        list(zip(right_begins, [*(blocks[k][1] for k in order), m], strict=True)),
        rank,
    )


def facing_gaps(left: list[Pair], right: list[Pair], rank: list[int]) -> dict[int, int]:
    """Which left gap faces which right gap, by their places; those next to two runs first."""
    count = len(rank)
    if rank == list(range(count)):  # nothing moved
        return {
            g: g
            for g, ((a, b), (c, d)) in enumerate(zip(left, right, strict=True))
            if a < b and c < d
        }
    facing: dict[int, int] = {}
    taken: set[int] = set()
    sides = [
        (g, rank[g - 1] + 1 if g else 0, rank[g] if g < count else count)
        for g, (b, e) in enumerate(left)
        if b < e
    ]
    for certain in (True, False):
        for g, after, before in sides:
            for found in (after, before):
                if (
                    (found == after == before or not certain)
                    and g not in facing
                    and found not in taken
                    and right[found][0] < right[found][1]
                ):
                    facing[g] = found
                    taken.add(found)
    return facing
