"""Alignment of the words of two short texts: what was kept, moved, put in and left out.

The base is a longest common subsequence (rapidfuzz). Two things follow that a reader needs and a
subsequence lacks. *Moves*: a run of words that only changed place is kept, not deleted here and
inserted there. *Tidying*: a lone "of the" between two rewritten phrases is no common ground;
left in place it cuts one change into splinters, so it is given up and the whole phrases face
each other (the "semantic cleanup" of N. Fraser's diff-match-patch, on words).

Punctuation lies between words: it never cuts a word, and a change of punctuation is no edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from dedup.model import Edit, EditOp, Span

Block = tuple[int, int, int]
"""A run of words kept: where it begins left, where right, how many words."""
Pair = tuple[int, int]

_RUN = 3
"""Words from which a run found elsewhere in the sentence counts as moved."""
_GAIN = 2
"""How many more words a move must keep than the stray matches it gives up."""
_FUNCTION_LENGTH = 3
_FUNCTION_WORDS = frozenset(
    "that this with from were have been will which their they into than then there when also "
    "would about para como pero esta este desde hasta dans avec pour cette mais sont eine einer "
    "einem einen dass nach oder auch wird sind della delle degli sono anche voor niet werd deze "
    "было была были чтобы после также الذي التي على إلى".split()
)
"""Frequent words of more than three letters that hold sentences together; shorter ones are taken
as such by their length. Only tidying asks, so a word missing here costs a splinter, no error."""


@dataclass(frozen=True, slots=True)
class Words:
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


@dataclass(frozen=True, slots=True)
class WordAlignment:
    """The edits that lead from left to right and how much was kept.

    ``edits`` are in order of the left text and cover every word of both sides exactly once.
    ``kept`` is 2 * kept words / (left words + right words); ``left_kept`` and ``right_kept`` are
    the shares of each side. All 0..1; two empty texts keep 1.
    """

    edits: tuple[Edit, ...]
    kept: float
    left_kept: float
    right_kept: float


def align_words(left: Words, right: Words) -> WordAlignment:
    """Align the words of two sentences; swapping them swaps the edits and nothing else.

    Some 50 microseconds for 25 words a side, half of it to make the edits.
    """
    blocks = match_words(left.words, right.words)
    kept = sum(size for _, _, size in blocks)
    n, m = len(left.words), len(right.words)
    return WordAlignment(
        edits=tuple(_edits(left, right, blocks)),
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
    blocks = [
        (block.a, block.b, block.size)
        for block in LCSseq.editops(a, b).as_matching_blocks()
        if block.size
    ]
    blocks = _tidy(a, b, _with_moves(a, b, _slid(a, b, blocks)))
    if swapped:
        return sorted((i, j, size) for j, i, size in blocks)
    return blocks


def is_function_word(word: str) -> bool:
    """Whether a word only holds a sentence together; digits never do."""
    return (len(word) <= _FUNCTION_LENGTH and word.isalpha()) or word in _FUNCTION_WORDS


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


def _with_moves(a: list[str], b: list[str], blocks: list[Block]) -> list[Block]:
    """Add runs of three or more words that changed place, the longest first.

    A run may take words from runs of one or two (chance finds of the subsequence) when that
    keeps at least two words more.
    """
    shared = set(_triples(a)).intersection(_triples(b))
    for i, _, size in blocks:
        if size >= _RUN:
            shared.difference_update(_triples(a[i : i + size]))
    if not shared:
        return blocks
    partner, back = [-1] * len(a), [-1] * len(b)
    for i, j, size in blocks:
        partner[i : i + size] = range(j, j + size)
        back[j : j + size] = range(i, i + size)
    firm_left = {x for i, _, size in blocks if size >= _RUN for x in range(i, i + size)}
    firm_right = {y for _, j, size in blocks if size >= _RUN for y in range(j, j + size)}
    runs = _runs(a, b, firm_left, firm_right, shared)
    for i, j, size in sorted(runs, key=lambda run: (-run[2], run)):
        ours, theirs = range(i, i + size), range(j, j + size)
        lost = {x for x in ours if partner[x] >= 0} | {back[y] for y in theirs if back[y] >= 0}
        if (
            size - len(lost) < _GAIN
            or _length(a[i : i + size]) < _RUN
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
    return _blocks(partner)


def _runs(
    a: list[str],
    b: list[str],
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


def _triples(words: list[str]) -> Iterable[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)


def _run(
    a: list[str], b: list[str], firm_left: set[int], firm_right: set[int], i: int, j: int
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


def _length(words: list[str]) -> float:
    """Length in words: in scripts without spaces a token is about half a word."""
    halves = sum(1 for word in words if len(word) == 1 and word >= "\u0e00")
    return len(words) - halves / 2


def _blocks(partner: list[int]) -> list[Block]:
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


def _tidy(a: list[str], b: list[str], blocks: list[Block]) -> list[Block]:
    """Give up one or two function words kept between two larger changes of wording.

    Larger means: of at least as many letters on its larger side, before and after, and the two
    changes together touch both texts.
    """
    for k in range(len(blocks) - 1, -1, -1):
        i, j, size = blocks[k]
        if size > 2 or not all(map(is_function_word, a[i : i + size])):
            continue
        rest = blocks[:k] + blocks[k + 1 :]
        left_begin = max((x + s for x, _, s in rest if x < i), default=0)
        left_end = min((x for x, _, _ in rest if x > i), default=len(a))
        right_begin = max((y + s for _, y, s in rest if y < j), default=0)
        right_end = min((y for _, y, _ in rest if y > j), default=len(b))
        before = a[left_begin:i], b[right_begin:j]
        after = a[i + size : left_end], b[j + size : right_end]
        letters = sum(map(len, a[i : i + size]))
        if any(word[0].isdecimal() for words in (*before, *after) for word in words):
            continue  # "to" between two figures that changed leaves two changes, not one
        if (
            (before[0] or after[0])
            and (before[1] or after[1])
            and max(sum(map(len, words)) for words in before) >= letters
            and max(sum(map(len, words)) for words in after) >= letters
        ):
            blocks = rest
    return blocks


def _edits(left: Words, right: Words, blocks: list[Block]) -> Iterator[Edit]:
    """The edits between and in the runs kept, in order of the left text.

    A gap on the left faces the gap on the right that adjoins the same run kept, before it or
    after it. Words of the right text that nothing faces follow the run they follow there.
    """
    n, m, count = len(left.words), len(right.words), len(blocks)
    order = sorted(range(count), key=lambda k: blocks[k][1])
    rank = [0] * count
    for position, k in enumerate(order):
        rank[k] = position
    ends = [0, *(blocks[k][1] + blocks[k][2] for k in order)]
    begins = [*(blocks[k][1] for k in order), m]
    gaps = list(zip(ends, begins, strict=True))  # right gap g lies before the run order[g]
    left_ends = [0, *(i + size for i, _, size in blocks)]
    left_gaps = list(zip(left_ends, [*(i for i, _, _ in blocks), n], strict=True))
    facing = _facing(left_gaps, gaps, rank)
    free = set(range(count + 1)).difference(facing.values())
    for g, (b, e) in enumerate(left_gaps):
        after = rank[g - 1] + 1 if g else 0
        if after in free and gaps[after][0] < gaps[after][1]:
            yield Edit(EditOp.INSERT, span_of(left, b, b), span_of(right, *gaps[after]))
        if b < e:
            if g in facing:
                there = span_of(right, *gaps[facing[g]])
                yield Edit(EditOp.REPLACE, span_of(left, b, e), there)
            else:
                there = span_of(right, gaps[after][0], gaps[after][0])
                yield Edit(EditOp.DELETE, span_of(left, b, e), there)
        if g < count:
            i, j, size = blocks[g]
            yield Edit(EditOp.EQUAL, span_of(left, i, i + size), span_of(right, j, j + size))


def _facing(left: list[Pair], right: list[Pair], rank: list[int]) -> dict[int, int]:
    """Which left gap faces which right gap, by their places; those next to two runs first."""
    facing: dict[int, int] = {}
    taken: set[int] = set()
    count = len(rank)
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


def span_of(side: Words, first: int, last: int) -> Span:
    """The stretch of text of words first..last; of none, the place after the word before."""
    if first < last:
        return Span(side.begins[first], side.ends[last - 1])
    here = side.ends[first - 1] if first else side.begins[0] if side.words else 0
    return Span(here, here)
