"""Which facts came, went or changed between two aligned sentences.

Loud marks must be right, so the burden of proof is on the change. Facts are compared by value
over the whole pair: what the other sentence says elsewhere or in another notation has not
changed. Two facts disagree only where they take the same place. A fact that one side lacks
counts only for negations and claims, and only where what they speak of was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dedup.facts_find import Fact, agree
from dedup.facts_steps import Aligned, Mark, Range, Step
from dedup.language import stem
from dedup.lexicon import lexicon
from dedup.model import EditKind
from dedup.words import is_function_word

_KEPT = 0.33
"""Share of words kept from which a claim that only one side makes is a change."""
_NEAR = 2
"""Within how many words before a kept word a claim still speaks of what was kept."""
_SHORT = 6
"""Words up to which a replacement is local, so that a claim in it speaks of what was kept."""
_VOICES = frozenset({"reporting", "telling", "doubting", "confirming", "denying"})
_RUMOURS = frozenset({"hedge", "hearsay"})
_BOUNDS = frozenset({"at_least", "at_most", "approximate"})
_ALONE = frozenset({"absolute", "hedge", "hearsay", "doubting", "occasional", "caveat"})
_FIGURES = frozenset({EditKind.NUMBER, EditKind.DATE})
_NOTHING: Range = (0, 0)


class Change:
    """The facts of two aligned sentences, sorted into those alike and those that are not."""

    def __init__(
        self, pair: Aligned, facts: tuple[tuple[Fact, ...], tuple[Fact, ...]], language: str
    ):
        self.pair, self.facts, self.language = pair, facts, language
        self.alike: list[tuple[Fact, Fact]] = []
        self.rest = (list(facts[0]), list(facts[1]))
        if all(facts):
            self._set_aside(self._in_place)
            self._set_aside(self._same_value)
            self._set_aside(self._agreeing)

    def marks(self) -> Iterator[Mark]:
        """What changed, as marks on words; those of a pair of facts come first."""
        taken: set[Fact] = set()
        for gone in self.rest[0]:
            for came in self.rest[1]:
                if gone.kind is came.kind and gone not in taken and came not in taken:
                    found = list(self._disagreement(gone, came))
                    if found:
                        taken |= {gone, came}
                        yield from found
        yield from self._bounds()
        for side in (0, 1):
            for fact in self.rest[side]:
                if fact not in taken and self._counts_alone(fact, side):
                    yield _mark(fact, side)

    def only_alike(self, step: Step) -> bool:
        """Whether a step only writes the same facts differently."""
        return bool(self.alike) and all(
            {
                k for facts in self.alike for k in range(facts[side].first, facts[side].last)
            }.issuperset(range(*step.ranges[side]))
            for side in (0, 1)
        )

    def _set_aside(self, matches: Callable[[], list[tuple[Fact, Fact]]]) -> None:
        """Take facts that both sides state out of the rest."""
        if not all(self.rest):
            return
        for gone, came in matches():
            self.rest[0].remove(gone)
            self.rest[1].remove(came)
            self.alike.append((gone, came))

    def _in_place(self) -> list[tuple[Fact, Fact]]:
        """Facts that are the same words, kept, and say the same."""
        kept = self.pair.kept[0]
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
        there: dict[tuple[EditKind, str], list[Fact]] = {}
        for came in reversed(self.rest[1]):
            there.setdefault((came.kind, came.value), []).append(came)
        return [
            (gone, same.pop())
            for gone in self.rest[0]
            if (same := there.get((gone.kind, gone.value)))
        ]

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

    # Two facts in one place

    def _disagreement(self, gone: Fact, came: Fact) -> Iterator[Mark]:
        """The marks of two facts that take the same place and disagree."""
        if gone.kind is EditKind.NEGATION or (gone.weak and came.weak):
            return
        joined = self._share_a_word(gone, came)
        if joined and gone.kind in _FIGURES and agree(gone, came) is False:
            yield from self._where_changed(gone, came)
            return
        for step in self.pair.steps:
            ours, theirs = (_common(step.ranges[s], f) for s, f in ((0, gone), (1, came)))
            if ours and theirs and not step.equal and self._conflict(gone, came, step):
                yield Mark(gone.kind, ours, theirs)

    def _where_changed(self, gone: Fact, came: Fact) -> Iterator[Mark]:
        """Marks on the words of two facts that were not kept; on all when all were kept."""
        found = False
        for step in self.pair.steps:
            ours, theirs = (_common(step.ranges[s], f) for s, f in ((0, gone), (1, came)))
            if not step.equal and (ours or theirs):
                found = True
                yield Mark(gone.kind, ours, theirs)
        kept = self.pair.kept[0][gone.first : gone.last]
        if not found and kept == list(range(came.first, came.last)):  # a currency sign
            yield Mark(gone.kind, (gone.first, gone.last), (came.first, came.last))

    def _conflict(self, gone: Fact, came: Fact, step: Step) -> bool:
        """Whether two facts in one step are rivals and not merely near each other."""
        if gone.kind is EditKind.CLAIM:
            classes = {gone.value, came.value}
            if classes == {"absolute", "softer"}:
                return self._bare(step, gone, came, 1) or self._same_context(gone, came)
            return classes <= _VOICES and bool(classes & {"doubting", "denying"})
        verdict = agree(gone, came)
        if gone.kind is EditKind.NAME:
            if gone.weak or came.weak:
                return False
            if verdict is False:
                return self._bare(step, gone, came, 1) or self._same_context(gone, came)
            return self._other_name(step, gone, came)
        if verdict is not False:
            return False
        if gone.kind is EditKind.DATE:
            return self._bare(step, gone, came, 2)
        units = {fact.value.partition(" ")[2] for fact in (gone, came)}
        counted = len(units) == 1 or "over" in units
        return self._bare(step, gone, came, 1) or (counted and self._same_context(gone, came))

    def _other_name(self, step: Step, gone: Fact, came: Fact) -> bool:
        """Whether one name took the place of another and nothing else changed with it."""
        if not self._bare(step, gone, came, 0):
            return False
        if any(len(fact.value) < 3 and fact.value[0] != "=" for fact in (gone, came)):
            return False
        return not any(_parts_of_one(words.text, gone, came) for words in self.pair.sides)

    def _share_a_word(self, gone: Fact, came: Fact) -> bool:
        kept = self.pair.kept[0][gone.first : gone.last]
        return any(came.first <= k < came.last for k in kept)

    def _bare(self, step: Step, gone: Fact, came: Fact, words: int) -> bool:
        """Whether a step holds at most so many words of content beside two facts."""
        return all(
            len(self._content(side, step.ranges[side], (fact.first, fact.last))) <= words
            for side, fact in ((0, gone), (1, came))
        )

    def _content(self, side: int, within: Range, but: Range) -> list[str]:
        """The words of content in a range that belong to no figure, save some."""
        table = lexicon(self.language)
        figures = {
            k
            for fact in self.facts[side]
            if fact.kind in _FIGURES or fact.value in _BOUNDS
            for k in range(fact.first, fact.last)
        }
        words = self.pair.sides[side].words
        return [
            words[k]
            for k in range(*within)
            if not but[0] <= k < but[1]
            and k not in figures
            and not is_function_word(words[k])
            and words[k] not in table.titles
        ]

    def _same_context(self, gone: Fact, came: Fact) -> bool:
        """Whether a word of content beside two facts is the same on both sides.

        Beside a number that is what is counted, so it must follow.
        """
        before = 0 if gone.kind is EditKind.NUMBER else _NEAR
        beside: list[set[str]] = []
        for side, fact in ((0, gone), (1, came)):
            words = self.pair.sides[side].words
            near = [
                *words[max(fact.first - before, 0) : fact.first],
                *words[fact.last : fact.last + _NEAR],
            ]
            beside.append({stem(w, self.language) for w in near if not is_function_word(w)})
        return not beside[0].isdisjoint(beside[1])

    def _bounds(self) -> Iterator[Mark]:
        """ "up to 60" beside "60", "at least" beside "about": the bound of a number changed."""
        for facts in self.alike:
            if facts[0].kind is not EditKind.NUMBER:
                continue
            before = [_bound_of(facts[side], self.facts[side]) for side in (0, 1)]
            if len({fact.value if fact else "approximate" for fact in before}) == 1:
                continue
            for side, fact in enumerate(before):
                if fact is not None and self.pair.step_of(side, fact.first, fact.last):
                    yield _mark(fact, side)

    # A fact of one side alone

    def _counts_alone(self, fact: Fact, side: int) -> bool:
        """Whether a fact that the other side lacks is by itself a change of substance."""
        step = self.pair.step_of(side, fact.first, fact.last)
        if step is None or fact.kind not in {EditKind.NEGATION, EditKind.CLAIM}:
            return False
        if fact.value == "caveat":
            return True
        if self.pair.whole_sentence(step):
            return False
        if fact.kind is EditKind.NEGATION:
            return self._negates(fact, side, step)
        if fact.value not in _ALONE and fact.value != "reporting":
            return False
        if self.pair.share < _KEPT or not self._speaks_of_kept(fact, side, step):
            return False
        return not self._answered(fact, side, step)

    def _negates(self, fact: Fact, side: int, step: Step) -> bool:
        """Whether the rest of a step says the same on both sides, but for the negation."""
        but = (fact.first, fact.last)
        rests = [
            {
                stem(w, self.language)
                for w in self._content(s, step.ranges[s], but if s == side else _NOTHING)
            }
            for s in (0, 1)
        ]
        return rests[0] == rests[1]

    def _answered(self, fact: Fact, side: int, step: Step) -> bool:
        """Whether the other side makes up for a claim: names a source too, or hedges there."""
        if fact.value == "reporting":
            voiced = any(other.value in _VOICES | _RUMOURS for other in self.facts[1 - side])
            return voiced or any(any(words.quoted) for words in self.pair.sides)
        if fact.value not in _RUMOURS:
            return False
        first, last = step.ranges[1 - side]
        return any(
            (other.value in _RUMOURS and first <= other.first < last)
            or (fact.value == "hearsay" and other.value in _VOICES)
            for other in self.rest[1 - side]
        )

    def _speaks_of_kept(self, fact: Fact, side: int, step: Step) -> bool:
        """Whether a claim speaks of words that were kept, or of their replacement.

        It does when little else came or went with it, or when kept words follow at once: what
        qualifies a statement mostly stands before it.
        """
        first, last = step.ranges[side]
        replaced = all(begin < end for begin, end in step.ranges)
        if replaced and last - first <= _SHORT:
            return True
        if len(self._content(side, (first, last), (fact.first, fact.last))) <= 1:
            return True
        following = self.pair.kept[side][fact.last : fact.last + 1 + _NEAR]
        return fact.value != "absolute" and any(k >= 0 for k in following)


def _mark(fact: Fact, side: int) -> Mark:
    words = (fact.first, fact.last)
    return Mark(fact.kind, None if side else words, words if side else None)


def _common(words: Range, fact: Fact) -> Range | None:
    first, last = max(words[0], fact.first), min(words[1], fact.last)
    return (first, last) if first < last else None


def _parts_of_one(text: str, gone: Fact, came: Fact) -> bool:
    """Whether two different names stand beside each other in a text, as parts of one."""
    folded = text.casefold()
    return any(
        f"{x} {y}" in folded or f"{y} {x}" in folded
        for x in gone.value.split()
        for y in came.value.split()
    )


def _bound_of(number: Fact, facts: tuple[Fact, ...]) -> Fact | None:
    """The "about" or "at least" that stands before a number."""
    return next((f for f in facts if f.value in _BOUNDS and 0 <= number.first - f.last <= 1), None)
