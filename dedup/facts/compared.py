"""The facts of two aligned sentences: those alike, and those that came or went.

Facts are compared by value over the whole pair: what the other sentence says elsewhere or in
another notation has not changed.
"""

from __future__ import annotations

from collections.abc import Iterable

from dedup.facts.find import CLAIM, FIGURES, NEGATION, Fact, agree
from dedup.facts.steps import Aligned
from dedup.language import stem
from dedup.lexicon import BOUNDS, lexicon
from dedup.word_runs import Block, is_function_word
from dedup.words import Range, Ranges

Facts = tuple[tuple[Fact, ...], tuple[Fact, ...]]
"""All facts of the left sentence and of the right one, in order."""
LOUD_ALONE = (NEGATION, CLAIM)
"""Kinds of facts that can be a change of substance where only one sentence states them."""
_NOWHERE = (1 << 62, 0, 1)
"""A run behind all words."""


def settled(blocks: Iterable[Block], facts: Facts) -> bool:
    """Whether the facts alone tell that no change of words is one of substance.

    So it is with most sentences: what one of them states and the other does not, in words kept, is
    more or less detail.
    """
    left, right = facts
    facing = {fact.first: fact for fact in right}
    apart: list[Fact] = []
    runs = iter(blocks)
    begin = there = size = 0
    for fact in left:
        kind, value, first, last, _, _, _ = fact
        if kind is CLAIM and value in BOUNDS:
            return False
        while first >= begin + size:
            begin, there, size = next(runs, _NOWHERE)
        came = facing.get(there + first - begin) if begin <= first else None
        if (
            came is not None
            and last <= begin + size
            and came.last - came.first == last - first
            and came.value == value
            and came.kind is kind
        ):
            del facing[came.first]
        else:
            apart.append(fact)
    if not apart and not facing:
        return True
    for fact in (*apart, *facing.values()):
        if fact.kind in LOUD_ALONE:
            return False
    return not any(may_rival(gone, came) for gone in apart for came in facing.values())


def may_rival(gone: Fact, came: Fact) -> bool:
    """Whether two facts are of one sort, and not both doubtful, so that they can disagree."""
    alike = gone.kind is came.kind or (gone.kind in FIGURES and came.kind in FIGURES)
    return alike and not (gone.weak and came.weak)


class Compared:
    """The facts of two aligned sentences, sorted.

    ``facts`` are all of each side, ``alike`` the pairs that say the same, ``rest`` what remains
    of each side: what came or went.
    """

    def __init__(self, pair: Aligned, facts: Facts, language: str) -> None:
        self.pair, self.facts, self.language = pair, facts, language
        self.alike: list[tuple[Fact, Fact]] = []
        self.rest = (list(facts[0]), list(facts[1]))
        for matches in (self._in_place, self._same_value, self._agreeing):
            if not (self.rest[0] and self.rest[1]):
                break
            self._set_aside(matches())

    def only_alike(self, change: Ranges) -> bool:
        """Whether a change only writes the same facts differently."""
        return bool(self.alike) and all(
            {
                k for facts in self.alike for k in range(facts[side].first, facts[side].last)
            }.issuperset(range(*change[side]))
            for side in (0, 1)
        )

    def content(
        self,
        side: int,
        within: Range,
        but: Fact | None = None,
        passed: frozenset[str] = frozenset(),
    ) -> list[str]:
        """The stems of the words of content in a range that belong to no figure, save some."""
        table = lexicon(self.language)
        skipped = {
            k
            for fact in self.facts[side]
            if fact is but or fact.kind in FIGURES or fact.value in BOUNDS
            for k in range(fact.first, fact.last)
        }
        words = self.pair.sides[side].words
        kept = [words[k] for k in range(*within) if k not in skipped]
        for prefix in table.negation_prefixes:
            kept = [word.removeprefix(prefix) for word in kept]
        return [
            stem(word, self.language)
            for word in kept
            if not is_function_word(word) and word not in table.titles and word not in passed
        ]

    def _set_aside(self, matches: list[tuple[Fact, Fact]]) -> None:
        """Take facts that both sides state out of the rest."""
        if not matches:
            return
        self.alike += matches
        gone, came = zip(*matches, strict=True)
        left, right = self.rest
        self.rest = (
            [fact for fact in left if fact not in gone] if len(gone) < len(left) else [],
            [fact for fact in right if fact not in came] if len(came) < len(right) else [],
        )

    def _in_place(self) -> list[tuple[Fact, Fact]]:
        """Facts that are the same words, kept, and say the same."""
        kept = self.pair.kept(0)
        there = {fact.first: fact for fact in self.rest[1]}
        found: list[tuple[Fact, Fact]] = []
        for gone in self.rest[0]:
            came = there.get(kept[gone.first])
            if (
                came is not None
                and came.last - came.first == gone.last - gone.first
                and kept[gone.last - 1] == came.last - 1
                and agree(gone, came)
            ):
                found.append((gone, came))
        return found

    def _same_value(self) -> list[tuple[Fact, Fact]]:
        """Facts of one kind and value, the first with the first."""
        left = list(self.rest[1])
        values = {came.value for came in left}
        found: list[tuple[Fact, Fact]] = []
        for gone in self.rest[0]:
            if gone.value not in values:
                continue
            for k, came in enumerate(left):
                if came.value == gone.value and came.kind is gone.kind:
                    found.append((gone, left.pop(k)))
                    break
        return found

    def _agreeing(self) -> list[tuple[Fact, Fact]]:
        """Facts that can be true together, the first with the first."""
        left = list(self.rest[1])
        found: list[tuple[Fact, Fact]] = []
        for gone in self.rest[0]:
            match = next((came for came in left if agree(gone, came)), None)
            if match is not None:
                left.remove(match)
                found.append((gone, match))
        return found
