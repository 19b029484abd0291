"""Alignment of the words of two short texts: what was kept, moved, put in and left out.

The base is a longest common subsequence (rapidfuzz); runs that changed place are kept besides.
Then the alignment is tidied for a reader: a lone "of the" between two rewritten phrases is no
common ground. Left in place it cuts one change into splinters, so it is given up and the whole
phrases face each other (the "semantic cleanup" of N. Fraser's diff-match-patch, on words).
Punctuation lies between words: it never cuts a word, and a change of punctuation is no edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from dedup.model import Edit, EditKind, EditOp, Span
from dedup.word_moves import RUN, may_move, with_moves
from dedup.word_runs import (
    Block,
    common_subsequence,
    facing_gaps,
    gaps_between,
    is_function_word,
    is_slight,
)

__all__ = [
    "Piece",
    "Range",
    "Ranges",
    "WordAlignment",
    "Words",
    "align_words",
    "edits_of",
    "is_function_word",
    "match_words",
]

Range = tuple[int, int]
"""Half-open word positions on one side."""
Ranges = tuple[Range, Range]
Piece = tuple[int, int, int, int, EditKind | None]
"""Some words of both sides, from where to where on the left and on the right, and the kind of
change between them, None for no change."""


# An enumeration's members are slow to reach, and these are asked for with every step.
_EQUAL, _REPLACE, _INSERT, _DELETE = EditOp.EQUAL, EditOp.REPLACE, EditOp.INSERT, EditOp.DELETE
_WORDING = EditKind.WORDING

# Made by the hundred: to call the class of a named tuple takes twice as long as this.
_span = partial(tuple.__new__, Span)
_edit = partial(tuple.__new__, Edit)


class Words(NamedTuple):
    """The words of a stretch of text.

    ``text`` is what ``begins`` and ``ends`` point into (the whole article or less); ``words``
    are the normalised tokens, ``quoted`` says of each whether it stands in direct speech, 1 or 0.
    The four sequences are equally long.
    """

    text: str
    words: Sequence[str]
    begins: Sequence[int]
    ends: Sequence[int]
    quoted: Sequence[int]


class WordAlignment(NamedTuple):
    """What was kept of the words of two texts, and the steps that lead from left to right.

    ``blocks`` are the runs of words kept, in order of the left text. ``steps`` are in that order
    too and cover every word of both sides exactly once: words kept are of kind None, others of
    kind wording. ``kept`` is 2 * kept words / (left words + right words), 0..1; two empty texts
    keep 1.
    """

    blocks: list[Block]
    steps: list[Piece]
    kept: float


def align_words(left: Sequence[str], right: Sequence[str]) -> WordAlignment:
    """Align the words of two sentences; swapping them swaps the steps and nothing else."""
    blocks = match_words(left, right)
    kept = sum([size for _, _, size in blocks])
    n, m = len(left), len(right)
    steps = _in_order(n, m, blocks)
    if steps is None:
        steps = _around_moves(n, m, blocks)
    return WordAlignment(blocks, steps, 2 * kept / (n + m) if n + m else 1.0)


def match_words(left: Sequence[str], right: Sequence[str]) -> list[Block]:
    """The runs of words kept, in order of the left text; no word is in two of them.

    Symmetric: matching right with left gives the same runs seen from the other side.
    """
    a, b = tuple(left), tuple(right)
    if a == b:
        return [(0, 0, len(a))] if a else []
    swapped = (len(a), a) > (len(b), b)  # one fixed order: of several longest common
    if swapped:  # subsequences the same must be chosen in both directions
        a, b = b, a
    blocks = common_subsequence(a, b)
    if not _one_change(len(a), len(b), blocks) and (_any_short(blocks) or may_move(a, b, blocks)):
        blocks = _tidy(a, b, with_moves(a, b, _slid(a, b, blocks)))
    if swapped:
        blocks = [(i, j, size) for j, i, size in blocks]
        blocks.sort()
    return blocks


def _one_change(n: int, m: int, blocks: list[Block]) -> bool:
    """Whether texts of so many words differ in one place, as every other pair of sentences does.

    A run of three words there at least leaves nothing to move, to close up or to give up.
    """
    if len(blocks) == 1:
        i, j, size = blocks[0]
        return size >= RUN and (i == j == 0 or (i + size == n and j + size == m))
    if len(blocks) == 2:
        (i, j, first), (x, y, last) = blocks
        return (first >= RUN or last >= RUN) and i == j == 0 and x + last == n and y + last == m
    return False


def _any_short(blocks: list[Block]) -> bool:
    """Whether a run is so short that it might be closed up or given up."""
    return min([size for _, _, size in blocks], default=0) < RUN


def _slid(a: Sequence[str], b: Sequence[str], blocks: list[Block]) -> list[Block]:
    """Close up: "were [taken and were] killed" keeps "were killed", in one run.

    Where words were only left out (or only put in), a small run before the gap may stand at its
    end just as well, or a small run after it at its beginning.
    """
    out: list[Block] = []
    for block in blocks:
        i, j, size = block
        while out:
            p, q, length = out[-1]
            if length > 2 or (p + length != i and q + length != j):
                break
            x, y, before = out[-2] if len(out) > 1 else (0, 0, 0)
            if p == x + before and q == y + before:
                break
            if a[p : p + length] != a[i - length : i] or b[q : q + length] != b[j - length : j]:
                break
            out.pop()
            i, j, size = i - length, j - length, size + length
        out.append((i, j, size))
    return out


def _tidy(a: Sequence[str], b: Sequence[str], blocks: list[Block]) -> list[Block]:
    """Give up one or two function words kept between two larger changes of wording.

    So for one or two characters in scripts without spaces, where they are mostly chance.
    """
    for k in range(len(blocks) - 1, -1, -1):
        i, _, size = blocks[k]
        if size <= 2 and all(map(is_slight, a[i : i + size])) and _is_splinter(a, b, blocks, k):
            blocks = blocks[:k] + blocks[k + 1 :]
    return blocks


def _is_splinter(a: Sequence[str], b: Sequence[str], blocks: list[Block], k: int) -> bool:
    """Whether the run kept at ``k`` cuts a larger change of wording in two.

    Larger means: of at least as many letters on its larger side, before and after, and the two
    changes together touch both texts.
    """
    i, j, size = blocks[k]
    i_end, j_end = i + size, j + size
    left_begin = blocks[k - 1][0] + blocks[k - 1][2] if k else 0
    left_end = blocks[k + 1][0] if k + 1 < len(blocks) else len(a)
    right_begin = max([y + s for _, y, s in blocks if y < j], default=0)
    right_end = min([y for _, y, _ in blocks if y > j], default=len(b))
    if (left_begin == i and left_end == i_end) or (right_begin == j and right_end == j_end):
        return False
    before = a[left_begin:i], b[right_begin:j]
    after = a[i_end:left_end], b[j_end:right_end]
    letters = _letters(a[i:i_end])
    if max(map(_letters, before)) < letters or max(map(_letters, after)) < letters:
        return False
    # "to" between two figures that changed leaves two changes, not one
    return not any(word[:1].isdecimal() for words in (*before, *after) for word in words)


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))


def edits_of(left: Words, right: Words, pieces: Iterable[Piece]) -> tuple[Edit, ...]:
    """The edits of some words; words of no kind, or the same words of no substance, are equal."""
    _, ours, our_begins, our_ends, _ = left
    _, theirs, their_begins, their_ends, _ = right
    out: list[Edit] = []
    for a, b, c, d, kind in pieces:
        here = _span((our_begins[a], our_ends[b - 1])) if a < b else _gap(left, a)
        there = _span((their_begins[c], their_ends[d - 1])) if c < d else _gap(right, c)
        if kind is None or (kind is _WORDING and ours[a:b] == theirs[c:d]):
            out.append(_edit((_EQUAL, here, there, None)))
        else:
            op = _INSERT if a == b else _DELETE if c == d else _REPLACE
            out.append(_edit((op, here, there, kind)))
    return tuple(out)


def _in_order(n: int, m: int, blocks: list[Block]) -> list[Piece] | None:
    """The steps where no words moved: every gap faces the other side's. None where some did."""
    out: list[Piece] = []
    i = j = 0
    for a, b, size in (*blocks, (n, m, 0)):
        if b < j:
            return None
        if i < a or j < b:
            out.append((i, a, j, b, _WORDING))
        i, j = a + size, b + size
        if size:
            out.append((a, i, b, j, None))
    return out


def _around_moves(n: int, m: int, blocks: list[Block]) -> list[Piece]:
    """The steps between and in the runs kept, in order of the left text.

    A gap on the left faces the gap on the right that adjoins the same run kept, before it or
    after it. Words of the right text that nothing faces follow the run they follow there.
    """
    left_gaps, gaps, rank = gaps_between(blocks, n, m)
    facing = facing_gaps(left_gaps, gaps, rank)
    count = len(blocks)
    free = set(range(count + 1)).difference(facing.values())
    out: list[Piece] = []
    for g, own in enumerate(left_gaps):
        after = rank[g - 1] + 1 if g else 0
        there = gaps[after]
        if after in free and there[0] < there[1]:
            out.append((own[0], own[0], *there, _WORDING))
        if own[0] < own[1]:
            facing_it = gaps[facing[g]] if g in facing else (there[0], there[0])
            out.append((*own, *facing_it, _WORDING))
        if g < count:
            i, j, size = blocks[g]
            out.append((i, i + size, j, j + size, None))
    return out


def _gap(side: Words, at: int) -> Span:
    """The place before a word where others are missing: after the word before it."""
    here = side.ends[at - 1] if at else side.begins[0] if side.words else 0
    return Span(here, here)
