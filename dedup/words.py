"""Alignment of the words of two short texts: what was kept, moved, put in and left out.

The base is a longest common subsequence (rapidfuzz); runs that changed place are kept besides.
Then the alignment is tidied for a reader: a lone "of the" between two rewritten phrases is no
common ground. Left in place it cuts one change into splinters, so it is given up and the whole
phrases face each other (the "semantic cleanup" of N. Fraser's diff-match-patch, on words).
Punctuation lies between words: it never cuts a word, and a change of punctuation is no edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dedup.model import Edit, EditKind, EditOp, Span
from dedup.word_moves import with_moves
from dedup.word_runs import (
    Block,
    common_subsequence,
    facing_gaps,
    gaps_between,
    is_character,
    is_function_word,
)

__all__ = [
    "Piece",
    "Range",
    "Ranges",
    "Step",
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
Piece = tuple[Ranges, EditKind | None]
"""Some words of both sides and the kind of change between them, None for no change."""


# An enumeration's members are slow to reach, and these are asked for with every step.
_EQUAL, _REPLACE, _INSERT, _DELETE = EditOp.EQUAL, EditOp.REPLACE, EditOp.INSERT, EditOp.DELETE
_WORDING = EditKind.WORDING


class Words(NamedTuple):
    """The words of a stretch of text.

    ``text`` is what ``begins`` and ``ends`` point into (the whole article or less); ``words``
    are the normalised tokens, ``quoted`` says of each whether it stands in direct speech. The
    four sequences are equally long.
    """

    text: str
    words: Sequence[str]
    begins: Sequence[int]
    ends: Sequence[int]
    quoted: Sequence[bool]


class Step(NamedTuple):
    """An edit by word positions: what became of which words. A tuple, being made by the dozen."""

    op: EditOp
    ranges: Ranges

    @property
    def equal(self) -> bool:
        """Whether the words were kept."""
        return self.op is _EQUAL


class WordAlignment(NamedTuple):
    """The steps that lead from left to right and how much was kept.

    ``steps`` are in order of the left text and cover every word of both sides exactly once.
    ``kept`` is 2 * kept words / (left words + right words); ``left_kept`` and ``right_kept`` are
    the shares of each side. All 0..1; two empty texts keep 1.
    """

    steps: tuple[Step, ...]
    kept: float
    left_kept: float
    right_kept: float


def align_words(left: Sequence[str], right: Sequence[str]) -> WordAlignment:
    """Align the words of two sentences; swapping them swaps the steps and nothing else."""
    blocks = match_words(left, right)
    kept = sum(size for _, _, size in blocks)
    n, m = len(left), len(right)
    return WordAlignment(
        steps=tuple(_steps(n, m, blocks)),
        kept=2 * kept / (n + m) if n + m else 1.0,
        left_kept=kept / n if n else 1.0,
        right_kept=kept / m if m else 1.0,
    )


def match_words(left: Sequence[str], right: Sequence[str]) -> list[Block]:
    """The runs of words kept, in order of the left text; no word is in two of them.

    Symmetric: matching right with left gives the same runs seen from the other side.
    """
    a, b = list(left), list(right)
    if a == b:
        return [(0, 0, len(a))] if a else []
    swapped = (len(a), a) > (len(b), b)  # one fixed order: of several longest common
    if swapped:  # subsequences the same must be chosen in both directions
        a, b = b, a
    blocks = common_subsequence(a, b)
    blocks = _tidy(a, b, with_moves(a, b, _slid(a, b, blocks)))
    if swapped:
        return sorted((i, j, size) for j, i, size in blocks)
    return blocks


def _slid(a: list[str], b: list[str], blocks: list[Block]) -> list[Block]:
    """Close up: "were [taken and were] killed" keeps "were killed", in one run.

    Where words were only left out (or only put in), a small run before the gap may stand at its
    end just as well, or a small run after it at its beginning.
    """
    out: list[Block] = []
    for block in blocks:
        i, j, size = block
        while out:
            p, q, length = out[-1]
            before = out[-2] if len(out) > 1 else (0, 0, 0)
            gap = p > before[0] + before[2] or q > before[1] + before[2]
            if not gap or length > 2 or not _only_one_side(out[-1], (i, j, size)):
                break
            if a[p : p + length] == a[i - length : i] and b[q : q + length] == b[j - length : j]:
                out.pop()
                i, j, size = i - length, j - length, size + length
            else:
                break
        out.append((i, j, size))
    return out


def _only_one_side(first: Block, second: Block) -> bool:
    return first[0] + first[2] == second[0] or first[1] + first[2] == second[1]


def _tidy(a: list[str], b: list[str], blocks: list[Block]) -> list[Block]:
    """Give up one or two function words kept between two larger changes of wording.

    So for one or two characters in scripts without spaces, where they are mostly chance.

    Larger means: of at least as many letters on its larger side, before and after, and the two
    changes together touch both texts.
    """
    for k in range(len(blocks) - 1, -1, -1):
        i, j, size = blocks[k]
        if size > 2 or not all(is_function_word(w) or is_character(w) for w in a[i : i + size]):
            continue
        rest = blocks[:k] + blocks[k + 1 :]
        left_begin = max((x + s for x, _, s in rest if x < i), default=0)
        left_end = min((x for x, _, _ in rest if x > i), default=len(a))
        right_begin = max((y + s for _, y, s in rest if y < j), default=0)
        right_end = min((y for _, y, _ in rest if y > j), default=len(b))
        before = a[left_begin:i], b[right_begin:j]
        after = a[i + size : left_end], b[j + size : right_end]
        letters = sum(map(len, a[i : i + size]))
        if any(word[:1].isdecimal() for words in (*before, *after) for word in words):
            continue  # "to" between two figures that changed leaves two changes, not one
        if (
            (before[0] or after[0])
            and (before[1] or after[1])
            and max(sum(map(len, words)) for words in before) >= letters
            and max(sum(map(len, words)) for words in after) >= letters
        ):
            blocks = rest
    return blocks


def edits_of(left: Words, right: Words, pieces: Iterable[Piece]) -> tuple[Edit, ...]:
    """The edits of some words; words of no kind, or the same words of no substance, are equal."""
    _, ours, our_begins, our_ends, _ = left
    _, theirs, their_begins, their_ends, _ = right
    out: list[Edit] = []
    for ((a, b), (c, d)), kind in pieces:
        if kind is None or (kind is _WORDING and ours[a:b] == theirs[c:d]):
            op, changed = _EQUAL, None
        else:
            op, changed = _INSERT if a == b else _DELETE if c == d else _REPLACE, kind
        here = Span(our_begins[a], our_ends[b - 1]) if a < b else _gap(left, a)
        there = Span(their_begins[c], their_ends[d - 1]) if c < d else _gap(right, c)
        out.append(Edit(op, here, there, changed))
    return tuple(out)


def _steps(n: int, m: int, blocks: list[Block]) -> Iterator[Step]:
    """The steps between and in the runs kept, in order of the left text.

    A gap on the left faces the gap on the right that adjoins the same run kept, before it or
    after it. Words of the right text that nothing faces follow the run they follow there.
    """
    places = [j for _, j, _ in blocks]
    if places == sorted(places):
        yield from _in_order(n, m, blocks)
        return
    left_gaps, gaps, rank = gaps_between(blocks, n, m)
    facing = facing_gaps(left_gaps, gaps, rank)
    count = len(blocks)
    free = set(range(count + 1)).difference(facing.values())
    for g, own in enumerate(left_gaps):
        after = rank[g - 1] + 1 if g else 0
        there = gaps[after]
        if after in free and there[0] < there[1]:
            yield Step(_INSERT, ((own[0], own[0]), there))
        if own[0] < own[1]:
            if g in facing:
                yield Step(_REPLACE, (own, gaps[facing[g]]))
            else:
                yield Step(_DELETE, (own, (there[0], there[0])))
        if g < count:
            i, j, size = blocks[g]
            yield Step(_EQUAL, ((i, i + size), (j, j + size)))


def _in_order(n: int, m: int, blocks: list[Block]) -> Iterator[Step]:
    """The steps where no words moved: every gap faces the other side's."""
    i = j = 0
    for a, b, size in (*blocks, (n, m, 0)):
        if i < a:
            yield Step(_REPLACE if j < b else _DELETE, ((i, a), (j, b)))
        elif j < b:
            yield Step(_INSERT, ((i, i), (j, b)))
        i, j = a + size, b + size
        if size:
            yield Step(_EQUAL, ((a, i), (b, j)))


def _gap(side: Words, at: int) -> Span:
    """The place before a word where others are missing: after the word before it."""
    here = side.ends[at - 1] if at else side.begins[0] if side.words else 0
    return Span(here, here)
