"""Recurring notices: the same form filled in with other facts.

A market report, a weather warning or an auction result repeats last week's sentences with this
week's numbers. What tells it from a copy is not its words but that its figures, dates and names
are others nearly everywhere, while a correction or an update changes few of them and adds the
rest. No list of words is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import compress
from operator import add
from typing import NamedTuple

from dedup.facts import Fact, agree
from dedup.lexicon import lexicon
from dedup.memo import Memo
from dedup.model import EditKind
from dedup.stated import Range, Stated

_NAME = EditKind.NAME
_FILLED, _FILLED_FULLER = 0.4, 0.7
"""Least share of the sentences of the one and of the other side that are aligned: one form."""
_MATCHED = 0.67
"""Most of the figures of the poorer side that the same form may share."""
_MATCHED_BESIDE_NAMES, _NAMES_MATCHED = 0.75, 0.5
"""The same where names differ too, and most of the names that may be shared then."""
_OF_ALL = 1 / 3
"""Least share of the aligned sentences whose figures, or whose names, differ."""


class Filling(NamedTuple):
    """What became of the facts of one sort in some aligned sentences of two articles.

    ``rival``: sentence pairs of which each side has such a fact that the other lacks; ``same``:
    facts that stand in the partner sentence too; ``left`` and ``right``: all of either side.
    """

    rival: int
    same: int
    left: int
    right: int

    @property
    def matched(self) -> float:
        """The share of the poorer side's facts that stand in the partner sentence, 0..1, and 1
        where there are none."""
        fewer = min(self.left, self.right)
        return self.same / fewer if fewer else 1.0

    def beside(self, other: Filling) -> Filling:
        """The same of these sentences and others."""
        return Filling(*map(add, self, other))


def other_facts(
    left: Stated,
    right: Stated,
    pairs: Sequence[tuple[Range, Range]],
    shares: Sequence[float],
    *,
    together: bool = False,
) -> bool:
    """Whether two articles of one language are one form filled in with other facts.

    ``pairs`` are the aligned sentences, ``shares`` the aligned share of each side's sentences,
    0..1. ``together`` says that the two came out within a day of each other: then one figure that
    differs among others that do not is a correction, and not the next issue. Cost: finding the
    facts of the sentences that have figures, and of the others if it comes to names.
    """
    if not pairs or min(shares) < _FILLED or max(shares) < _FILLED_FULLER:
        return False
    held = [(left.has_figures(a), right.has_figures(b)) for a, b in pairs]
    stated = list(compress(pairs, map(all, held)))
    stating = _stating(left.language)
    if not any(_may_rival(left.plain(a), right.plain(b), stating) for a, b in stated):
        return False
    figures = _figures(left, right, stated)
    enough = _OF_ALL * len(pairs)
    if figures.rival < (2 if together and figures.same else 1):
        return False
    if figures.matched > _MATCHED:  # the figures of one side only can but lower it
        lone = compress(pairs, (ours != theirs for ours, theirs in held))
        figures = figures.beside(_figures(left, right, lone))
    if figures.matched <= _MATCHED and figures.rival >= enough:
        return True
    if figures.matched > _MATCHED_BESIDE_NAMES:
        return False
    names = filling([(_names(left, a), _names(right, b)) for a, b in pairs])
    return (
        names.rival > 0
        and names.matched <= _NAMES_MATCHED
        and max(figures.rival, names.rival) >= enough
    )


def _figures(left: Stated, right: Stated, pairs: Iterable[tuple[Range, Range]]) -> Filling:
    return filling([(left.figures(a), right.figures(b)) for a, b in pairs])


def _names(side: Stated, sentences: Range) -> list[Fact]:
    return [fact for fact in side.facts(sentences) if fact.kind is _NAME and not fact.weak]


def _may_rival(left: Sequence[str], right: Sequence[str], stating: Memo[str, bool]) -> bool:
    """Whether each side has a word that may state a figure or date and that the other lacks."""
    if left == right:
        return False
    ours = set(filter(stating.__getitem__, left))
    theirs = set(filter(stating.__getitem__, right))
    return not ours <= theirs and not theirs <= ours


@cache
def _stating(language: str) -> Memo[str, bool]:
    """Of each word whether it may state a figure or date, or a part of one."""
    table = lexicon(language)

    def states(word: str) -> bool:
        compound = table.compound is not None and table.compound.search(word) is not None
        return word[:1].isnumeric() or word in table.entries or word in table.numbers or compound

    return Memo(states, 1 << 16)


def filling(found: Iterable[tuple[Sequence[Fact], Sequence[Fact]]]) -> Filling:
    """Compare the facts of one sort, none of them doubtful, pair by pair."""
    rival = same = lefts = rights = 0
    for a, b in found:
        lefts += len(a)
        rights += len(b)
        if [fact[:2] for fact in a] == [fact[:2] for fact in b]:  # kind and value
            same += len(a)
        elif a and b:
            lone_a, lone_b = _lone(a, b), _lone(b, a)
            rival += bool(lone_a and lone_b)
            same += min(len(a) - lone_a, len(b) - lone_b)
    return Filling(rival, same, lefts, rights)


def _lone(facts: Sequence[Fact], others: Sequence[Fact]) -> int:
    """How many facts none of some others agrees with."""
    said = {other.value: other.kind for other in others}
    lone = 0
    for fact in facts:
        if said.get(fact.value) is not fact.kind:
            for other in others:
                if agree(fact, other):
                    break
            else:
                lone += 1
    return lone
