"""Direct speech under edits: words altered, marks moved, speech turned into report.

What a person is quoted as saying is substance, whatever the words. Three things are told apart
from an altered quotation: one that an outlet ends earlier or begins later by whole sentences, a
borrowed term in marks, and another spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedup.facts.names import spelled_alike
from dedup.facts.steps import Aligned, Mark
from dedup.model import EditKind
from dedup.word_runs import is_function_word
from dedup.words import Range, Ranges

_SPEECH = 5
"""Words from which a quotation is a person's words and not a borrowed term."""
_REPORTED = 3
"""Words of a quotation kept without its marks that show it turned into reported speech."""
_SHIFT = 8
"""Words over which the mark of a quotation can move; over more it is likelier to be missing."""


def alters_quotation(pair: Aligned, change: Ranges) -> bool:
    """Whether a change touches words of a quotation, or turns it into reported speech."""
    shares = _quoted(pair, change, 0), _quoted(pair, change, 1)
    if max(shares) <= 0.5 or _only_spelled(pair, change):
        return False
    if min(shares) > 0.5:
        return not pair.whole_sentence(change) or _inside(pair, change)
    return any(
        shares[side] > 0.5
        and shares[1 - side] == 0
        and all(first < last for first, last in change)
        and _turned_to_report(pair, change[side], side)
        for side in (0, 1)
    )


def moved_marks(pair: Aligned) -> Iterator[Mark]:
    """Words kept while the bounds of a quotation moved over them."""
    ours, theirs = pair.sides[0].quoted, pair.sides[1].quoted
    for first, other, size in pair.blocks:
        if ours[first : first + size] == theirs[other : other + size]:
            continue
        i, end, shift = first, first + size, other - first
        while i < end:
            begin = i
            while i < end and ours[i] != theirs[i + shift]:
                i += 1
            words = pair.sides[0].words[begin:i]
            if 0 < len(words) <= _SHIFT and not all(map(is_function_word, words)):
                ranges = (begin, i), (begin + shift, i + shift)
                if _adjoins_speech(pair, ranges[0 if ours[begin] else 1], 0 if ours[begin] else 1):
                    yield Mark(EditKind.QUOTATION, *ranges)
            i = max(i, begin + 1)


def _quoted(pair: Aligned, change: Ranges, side: int) -> float:
    """The share of a change's words in quotation marks; for no words, 1 in or at a quotation."""
    quoted = pair.sides[side].quoted
    first, last = change[side]
    if first == last:
        return float(any(quoted[max(first - 1, 0) : first + 1]))
    return sum(quoted[first:last]) / (last - first)


def _inside(pair: Aligned, change: Ranges) -> bool:
    """Whether what came or went stands amid a quotation, not at its beginning or end."""
    side = 0 if change[0][0] == change[0][1] else 1
    at, quoted = change[side][0], pair.sides[side].quoted
    return 0 < at < len(quoted) and bool(quoted[at - 1] and quoted[at])


def _only_spelled(pair: Aligned, change: Ranges) -> bool:
    """Whether a change only spells its words differently (neighbour, per cent)."""
    left, right = (
        words.words[first:last] for words, (first, last) in zip(pair.sides, change, strict=True)
    )
    if "".join(left) == "".join(right):
        return True
    return len(left) == len(right) and all(
        x == y or spelled_alike(x, y) for x, y in zip(left, right, strict=True)
    )


def _turned_to_report(pair: Aligned, words: Range, side: int) -> bool:
    """Whether words belong to direct speech of which the other side kept some without marks."""
    quoted, kept = pair.sides[side].quoted, pair.kept(side)
    other = pair.sides[1 - side].quoted
    first, last = _grown(quoted, words)
    speech = [k for k in range(first, last) if quoted[k]]
    return len(speech) >= _SPEECH and (
        sum(kept[k] >= 0 and not other[kept[k]] for k in speech) >= _REPORTED
    )


def _grown(quoted: Sequence[int], words: Range) -> Range:
    first, last = words
    while first > 0 and quoted[first - 1]:
        first -= 1
    while last < len(quoted) and quoted[last]:
        last += 1
    return first, last


def _adjoins_speech(pair: Aligned, words: Range, side: int) -> bool:
    """Whether words quoted on a side stand there beside words quoted on both sides."""
    quoted, kept = pair.sides[side].quoted, pair.kept(side)
    other = pair.sides[1 - side].quoted
    return any(
        0 <= k < len(quoted) and quoted[k] and kept[k] >= 0 and other[kept[k]]
        for k in (words[0] - 1, words[1])
    )
