"""Moves: runs of words that only changed place within a sentence.

A subsequence keeps words in order and so loses a clause that moved to the front. A run of three
or more words found elsewhere is kept all the same; a shorter one proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from dedup.word_runs import (
    Block,
    common_subsequence,
    facing_gaps,
    gaps_between,
    is_function_word,
    length,
    matching,
    runs_of,
)

RUN = 3
"""Words from which a run found elsewhere in the sentence counts as moved."""
_GAIN = 2
"""How many more words a move must keep than the stray matches it gives up."""


def with_moves(a: Sequence[str], b: Sequence[str], blocks: list[Block]) -> list[Block]:
    """Add runs of three or more words that changed place, the longest first.

    A run may take words from runs of one or two (chance finds of the subsequence) when that
    keeps at least two words more.
    """
    if not may_move(a, b, blocks):
        return blocks
    shared = set(_triples(a)).intersection(_triples(b))
    for i, _, size in blocks:
        if size >= RUN:
            shared.difference_update(_triples(a[i : i + size]))
    if not shared:
        return blocks
    partner = matching(blocks, len(a))
    back = matching([(j, i, size) for i, j, size in blocks], len(b))
    firm_left = {x for i, _, size in blocks if size >= RUN for x in range(i, i + size)}
    firm_right = {y for _, j, size in blocks if size >= RUN for y in range(j, j + size)}
    runs = _runs(a, b, firm_left, firm_right, shared)
    for i, j, size in sorted(runs, key=lambda run: (-run[2], run)):
        ours, theirs = range(i, i + size), range(j, j + size)
        lost = {x for x in ours if partner[x] >= 0} | {back[y] for y in theirs if back[y] >= 0}
        if (
            size - len(lost) < _GAIN
            or length(a[i : i + size]) < RUN
            or all(map(is_function_word, a[i : i + size]))
            or not firm_left.isdisjoint(ours)
            or not firm_right.isdisjoint(theirs)
        ):
            continue
        for x in lost:
            back[partner[x]] = -1
            partner[x] = -1
        partner[i : i + size] = theirs
        back[j : j + size] = ours
        firm_left.update(ours)
        firm_right.update(theirs)
    return _filled(a, b, runs_of(partner))


def may_move(a: Sequence[str], b: Sequence[str], blocks: list[Block]) -> bool:
    """Whether three words in a row stand on both sides between runs that stay where they are.

    Where they do not, nothing can have moved; and a longest subsequence leaves nothing to fill.
    """
    left: list[Sequence[str]] = []
    right: list[Sequence[str]] = []
    i = j = 0
    for x, y, size in (*blocks, (len(a), len(b), RUN)):
        if size >= RUN:
            if x - i >= RUN:
                left.append(a[i:x])
            if y - j >= RUN:
                right.append(b[j:y])
            i, j = x + size, y + size
    if not left or not right:
        return False
    shared = set(chain.from_iterable(map(_triples, left)))
    return not shared.isdisjoint(chain.from_iterable(map(_triples, right)))


def _filled(a: Sequence[str], b: Sequence[str], blocks: list[Block]) -> list[Block]:
    """Keep what is common in gaps that face each other.

    A subsequence that kept one of two runs which changed places lost what stood around the other.
    """
    left, right, rank = gaps_between(blocks, len(a), len(b))
    partner = matching(blocks, len(a))
    for ours, theirs in facing_gaps(left, right, rank).items():
        (i, end), (j, until) = left[ours], right[theirs]
        for x, y, size in common_subsequence(a[i:end], b[j:until]):
            partner[i + x : i + x + size] = range(j + y, j + y + size)
    return runs_of(partner)


def _runs(
    a: Sequence[str],
    b: Sequence[str],
    firm_left: set[int],
    firm_right: set[int],
    shared: set[tuple[str, str, str]],
) -> list[Block]:
    """The longest common runs through shared triples, outside of firm matches."""
    places = [(j, triple) for j, triple in enumerate(_triples(b)) if triple in shared]
    runs: list[Block] = []
    reached: dict[int, int] = {}  # by diagonal: how far a run found there goes
    for i, triple in enumerate(_triples(a)):
        if triple in shared:
            for j, other in places:
                if other == triple and i >= reached.get(i - j, 0):
                    runs.append(_run(a, b, firm_left, firm_right, i, j))
                    reached[i - j] = runs[-1][0] + max(runs[-1][2], 1)
    return runs


def _triples(words: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)


def _run(
    a: Sequence[str], b: Sequence[str], firm_left: set[int], firm_right: set[int], i: int, j: int
) -> Block:
    """The longest common run through left word i and right word j outside of firm matches."""
    begin = 0
    while (
        i > begin
        and j > begin
        and a[i - begin - 1] == b[j - begin - 1]
        and i - begin - 1 not in firm_left
        and j - begin - 1 not in firm_right
    ):
        begin += 1
    i, j = i - begin, j - begin
    size = 0
    while (
        i + size < len(a)
        and j + size < len(b)
        and a[i + size] == b[j + size]
        and i + size not in firm_left
        and j + size not in firm_right
    ):
        size += 1
    return i, j, size
