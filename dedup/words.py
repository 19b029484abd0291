"""Alignment of the words of two short texts: what was kept, moved, put in and left out.

The base is a longest common subsequence (rapidfuzz). Two things follow that a reader needs and a
subsequence lacks. *Moves*: a run of words that only changed place is kept, not deleted here and
inserted there. *Tidying*: a lone "of the" between two rewritten phrases is no common ground;
left in place it cuts one change into splinters, so it is given up and the whole phrases face
each other (the "semantic cleanup" of N. Fraser's diff-match-patch, on words).

Punctuation lies between words: it never cuts a word, and a change of punctuation is no edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from dedup.model import Edit, EditOp, Span

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

    Some 25 microseconds for 25 words a side; grows with the product of the lengths / 64.
    """
    partner = match_words(left.words, right.words)
    kept = len(partner) - partner.count(-1)
    n, m = len(left.words), len(right.words)
    return WordAlignment(
        edits=_edits(left, right, partner),
        kept=2 * kept / (n + m) if n + m else 1.0,
        left_kept=kept / n if n else 1.0,
        right_kept=kept / m if m else 1.0,
    )


def match_words(left: Sequence[str], right: Sequence[str]) -> list[int]:
    """For each left word the position of the right word it was kept as, or -1.

    One to one, equal words only. Symmetric: matching right with left gives the inverse.
    """
    a, b = list(left), list(right)
    if a == b:
        return list(range(len(a)))
    swapped = (len(a), a) > (len(b), b)  # one fixed order, since a text has several longest
    if swapped:  # common subsequences and the choice must not depend on the direction
        a, b = b, a
    partner, back = [-1] * len(a), [-1] * len(b)
    for block in LCSseq.editops(a, b).as_matching_blocks():
        for i, j in zip(
            range(block.a, block.a + block.size),
            range(block.b, block.b + block.size),
            strict=True,
        ):
            partner[i], back[j] = j, i
    _keep_moves(a, b, partner, back)
    _tidy(a, b, partner, back)
    return back if swapped else partner


def is_function_word(word: str) -> bool:
    """Whether a word only holds a sentence together; digits never do."""
    return (len(word) <= _FUNCTION_LENGTH and word.isalpha()) or word in _FUNCTION_WORDS


def _keep_moves(a: list[str], b: list[str], partner: list[int], back: list[int]) -> None:
    """Match runs of three or more words that changed place, the longest first.

    A run may break up matches of one or two words (chance finds of the subsequence) when that
    keeps at least two words more.
    """
    shared = set(zip(b, b[1:], b[2:], strict=False)).intersection(
        zip(a, a[1:], a[2:], strict=False)
    )
    if not shared:
        return
    places: dict[tuple[str, str, str], list[int]] = {}
    for j, triple in enumerate(zip(b, b[1:], b[2:], strict=False)):
        if triple in shared:
            places.setdefault(triple, []).append(j)
    starts = [
        (i, places[triple])
        for i, triple in enumerate(zip(a, a[1:], a[2:], strict=False))
        if triple in shared and not _in_place(partner, i)
    ]
    while starts:
        best = max(
            (_run(a, b, partner, back, i, j) for i, found in starts for j in found),
            key=lambda run: (run[2], -run[0], -run[1]),
        )
        i, j, size = best
        if not size:
            return
        for k in range(size):
            _part(partner, back, i + k, j + k)
        for k in range(size):
            partner[i + k], back[j + k] = j + k, i + k


def _in_place(partner: list[int], i: int) -> bool:
    j = partner[i]
    return j >= 0 and partner[i + 1] == j + 1 and partner[i + 2] == j + 2


def _run(
    a: list[str], b: list[str], partner: list[int], back: list[int], i: int, j: int
) -> tuple[int, int, int]:
    """The run starting at i and j that may be taken as moved: (i, j, its size or 0)."""
    size = lost = 0
    telling = 0
    limit = min(len(a) - i, len(b) - j)
    while size < limit and a[i + size] == b[j + size]:
        x, y = i + size, j + size
        if partner[x] != y:
            if not (_loose(partner, x) and _loose(back, y)):
                break
            lost += (partner[x] >= 0) + (back[y] >= 0)
        elif size == 0:
            break
        else:
            lost += 1  # already kept
        telling += not is_function_word(a[x])
        size += 1
    if _length(a, i, size) < _RUN or size - lost < _GAIN or not telling:
        return i, j, 0
    return i, j, size


def _length(words: list[str], begin: int, size: int) -> float:
    """Size of a run in words: in scripts without spaces a token is about half a word."""
    halves = sum(1 for w in words[begin : begin + size] if len(w) == 1 and w >= "\u0e00")
    return size - halves / 2


def _loose(match: list[int], i: int) -> bool:
    """Whether a word is free or matched in a run of at most two."""
    j = match[i]
    if j < 0:
        return True
    size = 1
    for step in (-1, 1):
        k = 1
        while (
            0 <= i + step * k < len(match) and match[i + step * k] == j + step * k and size <= _RUN
        ):
            size += 1
            k += 1
    return size < _RUN


def _part(partner: list[int], back: list[int], i: int, j: int) -> None:
    """Undo the matches of left word i and of right word j."""
    if partner[i] >= 0:
        back[partner[i]] = -1
    if back[j] >= 0:
        partner[back[j]] = -1
    partner[i] = back[j] = -1


def _tidy(a: list[str], b: list[str], partner: list[int], back: list[int]) -> None:
    """Give up one or two function words kept between two larger changes.

    Larger means: of at least as many letters on the larger side, before and after, and the two
    changes together touch both texts.
    """
    n, m = len(a), len(b)
    i = 0
    while i < n:
        j = partner[i]
        if j < 0:
            i += 1
            continue
        end = i + 1
        while end < n and partner[end] == partner[end - 1] + 1:
            end += 1
        size = end - i
        if size <= 2 and all(is_function_word(w) for w in a[i:end]):
            before = _free(partner, i - 1, -1), _free(back, j - 1, -1)
            after = _free(partner, end, 1), _free(back, j + size, 1)
            letters = sum(map(len, a[i:end]))
            if (
                before[0] + after[0]
                and before[1] + after[1]
                and i - before[0] > -1
                and _letters(a[i - before[0] : i], b[j - before[1] : j]) >= letters
                and _letters(a[end : end + after[0]], b[j + size : j + size + after[1]]) >= letters
                and (i + j + before[0] + before[1] or end < n or j + size < m)
            ):
                for k in range(size):
                    _part(partner, back, i + k, j + k)
        i = end


def _free(match: list[int], i: int, step: int) -> int:
    """How many unmatched words follow each other from i on in the direction of step."""
    count = 0
    while 0 <= i < len(match) and match[i] < 0:
        count += 1
        i += step
    return count


def _letters(left: list[str], right: list[str]) -> int:
    return max(sum(map(len, left)), sum(map(len, right)))


def _edits(left: Words, right: Words, partner: list[int]) -> tuple[Edit, ...]:
    """The edits of a matching, in order of the left text.

    Words of the right text that nothing on the left faces follow the partner of the word before
    them.
    """
    n, m = len(left.words), len(right.words)
    back = [-1] * m
    for i, j in enumerate(partner):
        if j >= 0:
            back[j] = i
    gaps = _gaps(partner)
    facing = _facing(gaps, _gaps(back), partner, back, n, m)
    inserts: dict[int, list[tuple[int, int]]] = {}
    taken = set(facing.values())
    for gap in _gaps(back):
        if gap not in taken:
            at = back[gap[0] - 1] + 1 if gap[0] else (back[gap[1]] if gap[1] < m else 0)
            inserts.setdefault(at, []).append(gap)
    edits: list[Edit] = []
    i = 0
    while True:
        for b, e in inserts.get(i, ()):
            here = left.ends[i - 1] if i else (left.begins[0] if n else 0)
            edits.append(Edit(EditOp.INSERT, Span(int(here), int(here)), _span(right, b, e)))
        if i == n:
            return tuple(edits)
        begin = i
        if partner[i] < 0:
            while i < n and partner[i] < 0:
                i += 1
            gap_right = facing.get((begin, i))
            if gap_right is None:
                there = _beside(right, partner, begin, i)
                edits.append(Edit(EditOp.DELETE, _span(left, begin, i), Span(there, there)))
            else:
                edits.append(Edit(EditOp.REPLACE, _span(left, begin, i), _span(right, *gap_right)))
            continue
        i += 1
        while i < n and partner[i] == partner[i - 1] + 1 and i not in inserts:
            i += 1
        edits.append(
            Edit(
                EditOp.EQUAL,
                _span(left, begin, i),
                _span(right, partner[begin], partner[i - 1] + 1),
            )
        )


def _gaps(match: list[int]) -> list[tuple[int, int]]:
    """Maximal runs of unmatched words, half-open."""
    out: list[tuple[int, int]] = []
    i, n = 0, len(match)
    while i < n:
        if match[i] >= 0:
            i += 1
            continue
        begin = i
        while i < n and match[i] < 0:
            i += 1
        out.append((begin, i))
    return out


def _facing(
    gaps: list[tuple[int, int]],
    others: list[tuple[int, int]],
    partner: list[int],
    back: list[int],
    n: int,
    m: int,
) -> dict[tuple[int, int], tuple[int, int]]:
    """Which left gap faces which right gap: those next to one kept word, both sides first."""
    before = {(back[b - 1] if b else -1): (b, e) for b, e in others}
    after = {(back[e] if e < m else n): (b, e) for b, e in others}
    facing: dict[tuple[int, int], tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    ranked = sorted(gaps, key=lambda g: before.get(g[0] - 1, ()) != after.get(g[1], (0,)))
    for gap in ranked:
        for found in (before.get(gap[0] - 1), after.get(gap[1])):
            if found is not None and found not in taken:
                facing[gap] = found
                taken.add(found)
                break
    return facing


def _beside(right: Words, partner: list[int], begin: int, end: int) -> int:
    """Where in the right text a left gap without a facing gap would stand."""
    if begin and partner[begin - 1] >= 0:
        return int(right.ends[partner[begin - 1]])
    if end < len(partner):
        return int(right.begins[partner[end]])
    return int(right.begins[0]) if len(right.words) else 0


def _span(side: Words, begin: int, end: int) -> Span:
    return Span(int(side.begins[begin]), int(side.ends[end - 1]))
