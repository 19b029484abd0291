"""Two facts that take the same place in two sentences and disagree.

The burden of proof is on the disagreement: rivals stand in one edit, and either little else
changed with them or the words beside them were kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedup.facts.compared import Compared, may_rival
from dedup.facts.find import CLAIM, DATE, FIGURES, NAME, NEGATION, NUMBER, Fact, agree
from dedup.facts.steps import Mark, common
from dedup.language import stem
from dedup.lexicon import BOUNDS
from dedup.word_runs import is_function_word, length
from dedup.words import Range, Ranges

VOICES = frozenset({"reporting", "telling", "doubting", "confirming", "denying"})
"""Classes of claims that name who says so."""
_BESIDE = 2
"""How many words beside a fact make its context."""


def rivals(facts: Compared) -> tuple[list[Mark], set[Fact]]:
    """The marks of facts that disagree, and those facts."""
    marks: list[Mark] = []
    taken: set[Fact] = set()
    for gone in facts.rest[0]:
        for came in facts.rest[1]:
            if may_rival(gone, came) and gone not in taken and came not in taken:
                found = list(_disagreement(facts, gone, came))
                if found:
                    taken |= {gone, came}
                    marks += found
    numbers = [alike for alike in facts.alike if alike[0].kind is NUMBER]
    if numbers:
        marks += _bounds(facts, numbers)
    return marks, taken


def lone_mark(fact: Fact, side: int, words: Range) -> Mark:
    """A mark on words of a fact that one side states."""
    return Mark(fact.kind, None if side else words, words if side else None)


def _disagreement(facts: Compared, gone: Fact, came: Fact) -> Iterator[Mark]:
    """The marks of two facts that take the same place and disagree."""
    if gone.kind is NEGATION:
        return
    joined = _share_a_word(facts, gone, came)
    if joined and gone.kind in FIGURES and agree(gone, came) is False:
        yield from _where_changed(facts, gone, came)
        return
    kind = gone.kind if gone.kind is came.kind else NUMBER
    for change in facts.pair.changes:
        ours = common(change[0], gone.words)
        theirs = common(change[1], came.words) if ours else None
        if ours and theirs and _conflict(facts, gone, came, change):
            yield Mark(kind, ours, theirs)


def _where_changed(facts: Compared, gone: Fact, came: Fact) -> Iterator[Mark]:
    """Marks on the words of two facts that were not kept; on all when all were kept."""
    found = False
    for change in facts.pair.changes:
        ours, theirs = common(change[0], gone.words), common(change[1], came.words)
        if ours or theirs:
            found = True
            yield Mark(gone.kind, ours, theirs)
    kept = facts.pair.kept(0)[gone.first : gone.last]
    if not found and kept == list(range(came.first, came.last)):  # a currency sign
        yield Mark(gone.kind, gone.words, came.words)


def _conflict(facts: Compared, gone: Fact, came: Fact, change: Ranges) -> bool:
    """Whether two facts in one change are rivals and not merely near each other."""
    if gone.kind is CLAIM:
        classes = {gone.value, came.value}
        if classes == {"absolute", "softer"}:
            return _bare(facts, change, gone, came, 1) or _same_context(facts, gone, came)
        return classes <= VOICES and bool(classes & {"doubting", "denying"})
    verdict = agree(gone, came)
    if gone.kind is NAME:
        if gone.weak or came.weak:
            return False
        if verdict is False:
            return _bare(facts, change, gone, came, 1) or _same_context(facts, gone, came)
        return _other_name(facts, change, gone, came)
    if verdict is not False:
        return False
    if gone.kind is came.kind is DATE:
        return _bare(facts, change, gone, came, 2)
    if _bare(facts, change, gone, came, 1):
        return True
    units = {fact.value.partition(" ")[2] for fact in (gone, came)}
    same_unit = len(units) == 1 and units != {""}
    return same_unit or ((len(units) == 1 or "over" in units) and _same_context(facts, gone, came))


def _other_name(facts: Compared, change: Ranges, gone: Fact, came: Fact) -> bool:
    """Whether one name took the place of another and nothing else changed with it."""
    if not _bare(facts, change, gone, came, 0):
        return False
    if any(len(fact.value) < 3 and fact.value[0] != "=" for fact in (gone, came)):
        return False
    return not any(_parts_of_one(words.text, gone, came) for words in facts.pair.sides)


def _share_a_word(facts: Compared, gone: Fact, came: Fact) -> bool:
    kept = facts.pair.kept(0)[gone.first : gone.last]
    return any(came.first <= k < came.last for k in kept)


def _bare(facts: Compared, change: Ranges, gone: Fact, came: Fact, words: int) -> bool:
    """Whether a change holds at most so many words of content beside two facts."""
    return all(
        length(facts.content(side, change[side], fact)) <= words
        for side, fact in ((0, gone), (1, came))
    )


def _same_context(facts: Compared, gone: Fact, came: Fact) -> bool:
    """Whether a word of content beside two facts is the same on both sides.

    Beside a number that is what is counted, so it must follow.
    """
    before = 0 if gone.kind is NUMBER else _BESIDE
    beside: list[set[str]] = []
    for side, fact in ((0, gone), (1, came)):
        words = facts.pair.sides[side].words
        near = [
            *words[max(fact.first - before, 0) : fact.first],
            *words[fact.last : fact.last + _BESIDE],
        ]
        beside.append({stem(w, facts.language) for w in near if not is_function_word(w)})
    return not beside[0].isdisjoint(beside[1])


def _bounds(facts: Compared, numbers: Iterable[tuple[Fact, Fact]]) -> Iterator[Mark]:
    """ "up to 60" beside "60", "at least" beside "about": the bound of a number changed."""
    bounds = [[fact for fact in side if fact.value in BOUNDS] for side in facts.facts]
    if not any(bounds):
        return
    for alike in numbers:
        before = [_bound_of(*one) for one in zip(alike, bounds, strict=True)]
        if len({fact.value if fact else "approximate" for fact in before}) == 1:
            continue
        if before[0] is not None and before[1] is not None:
            yield Mark(CLAIM, before[0].words, before[1].words)
        for side, fact in enumerate(before):
            found = facts.pair.changed(side, fact.words) if fact is not None else None
            if fact is not None and found is not None:
                yield lone_mark(fact, side, found[1])


def _parts_of_one(text: str, gone: Fact, came: Fact) -> bool:
    """Whether two different names stand beside each other in a text, as parts of one."""
    folded = text.casefold()
    return any(
        f"{x} {y}" in folded or f"{y} {x}" in folded
        for x in gone.value.split()
        for y in came.value.split()
    )


def _bound_of(number: Fact, bounds: Iterable[Fact]) -> Fact | None:
    """The "about" or "at least" that stands before a number."""
    return next((fact for fact in bounds if 0 <= number.first - fact.last <= 1), None)
