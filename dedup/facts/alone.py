"""Facts that one sentence states and the other does not: negations, claims, caveats.

A number, date or name that came or went is more or less detail, not disagreement. A negation
counts where the rest of the edit says the same, a claim only where what it speaks of was kept:
a rewritten passage proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from dedup.facts.compared import LOUD_ALONE, Compared
from dedup.facts.find import NEGATION, NUMBER, Fact
from dedup.facts.rivals import VOICES, lone_mark
from dedup.facts.steps import Mark
from dedup.lexicon import lexicon
from dedup.word_runs import length
from dedup.words import Range, Ranges

_KEPT = 0.33
"""Share of words kept from which a claim that only one side makes is a change."""
_NEAR = 2
"""Within how many words before a kept word a claim still speaks of what was kept."""
_SHORT = 6
"""Words up to which a replacement is local, so that a claim in it speaks of what was kept."""
_RUMOURS = frozenset({"hedge", "hearsay"})
_ALONE = frozenset({"absolute", "hedge", "hearsay", "doubting", "occasional"})


def lone(facts: Compared, taken: set[Fact]) -> Iterator[Mark]:
    """Marks on facts of one side, save those already taken, that are a change by themselves."""
    for side in (0, 1):
        for fact in facts.rest[side]:
            if fact.kind not in LOUD_ALONE or fact in taken:
                continue
            found = facts.pair.changed(side, fact.words)
            if found is None:
                continue
            change, words = found
            if _counts_alone(facts, fact, side, change):
                contrary = _contrary(facts, fact, side, change)
                if contrary is None:
                    yield lone_mark(fact, side, words)
                else:
                    yield Mark(fact.kind, *((contrary, words) if side else (words, contrary)))


def _counts_alone(facts: Compared, fact: Fact, side: int, change: Ranges) -> bool:
    """Whether a fact that the other side lacks is by itself a change of substance."""
    if fact.value == "caveat":
        return True
    if facts.pair.whole_sentence(change):
        return False
    if fact.kind is NEGATION:
        return _negates(facts, fact, side, change)
    if fact.value not in _ALONE and fact.value != "reporting":
        return False
    if fact.value == "reporting" and facts.pair.changed(side, fact.words) != (change, fact.words):
        return False
    if facts.pair.share < _KEPT or not _speaks_of_kept(facts, fact, side, change):
        return False
    return not _answered(facts, fact, side, change)


def _negates(facts: Compared, fact: Fact, side: int, change: Ranges) -> bool:
    """Whether the rest of a change says the same on both sides, but for the negation."""
    rest, other = set(facts.content(side, change[side], fact)), 1 - side
    if rest == set(facts.content(other, change[other])):
        return True
    somebody = lexicon(facts.language).somebody
    return _of_nobody(facts, fact, side) and rest == set(
        facts.content(other, change[other], passed=somebody)
    )


def _contrary(facts: Compared, fact: Fact, side: int, change: Ranges) -> Range | None:
    """The words of a change that say of some or all what a negation says of nobody, if any."""
    if fact.kind is not NEGATION or not _of_nobody(facts, fact, side):
        return None
    somebody, (first, last) = lexicon(facts.language).somebody, change[1 - side]
    words = facts.pair.sides[1 - side].words
    found = {k for k in range(first, last) if words[k] in somebody}
    for figure in facts.facts[1 - side]:
        if figure.kind is NUMBER:
            found.update(k for k in range(*figure.words) if first <= k < last)
    return (min(found), max(found) + 1) if found else None


def _of_nobody(facts: Compared, negation: Fact, side: int) -> bool:
    """Whether a negation says that there is none ("no", "nobody"), and not merely "not"."""
    words = facts.pair.sides[side].words[negation.first : negation.last]
    return tuple(words) in lexicon(facts.language).nobody


def _answered(facts: Compared, fact: Fact, side: int, change: Ranges) -> bool:
    """Whether the other side makes up for a claim: names a source too, or hedges there."""
    if fact.value == "reporting":
        voiced = any(other.value in VOICES | _RUMOURS for other in facts.facts[1 - side])
        return voiced or any(any(words.quoted) for words in facts.pair.sides)
    if fact.value not in _RUMOURS:
        return False
    first, last = change[1 - side]
    return any(
        (other.value in _RUMOURS and first <= other.first < last)
        or (fact.value == "hearsay" and other.value in VOICES)
        for other in facts.rest[1 - side]
    )


def _speaks_of_kept(facts: Compared, fact: Fact, side: int, change: Ranges) -> bool:
    """Whether a claim speaks of words that were kept, or of their replacement.

    It does when little else came or went with it, or when kept words follow at once: what
    qualifies a statement mostly stands before it.
    """
    first, last = change[side]
    replaced = all(begin < end for begin, end in change)
    if replaced and length(facts.pair.sides[side].words[first:last]) <= _SHORT:
        return True
    if length(facts.content(side, (first, last), fact)) <= 1:
        return True
    following = facts.pair.kept(side)[fact.last : fact.last + 1 + _NEAR]
    return fact.value != "absolute" and any(k >= 0 for k in following)
