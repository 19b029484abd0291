"""Which change between two articles makes them disagree, and where in the left one it stands.

What an edit touched is known (``dedup.facts``); here the burden of proof is higher. A change
counts when both sides state something at one place and cannot both be right, when the words of a
quotation differ, or when one of them says how sure something is and the other does not.

No disagreement is: more or less detail ("last week", "previously"), other units, a quotation cut
short or given in reported speech, the spelling of a house, a claim attributed elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dedup.facts import Fact, agree
from dedup.figures import compatible, count_one_thing, measured_alike, of_age
from dedup.language import stem
from dedup.lexicon import BOUNDS, lexicon
from dedup.model import EditKind
from dedup.passages import Passages, Range
from dedup.readings import Change, Reading
from dedup.seeming import edited, one_name

STATED = frozenset({EditKind.NUMBER, EditKind.DATE, EditKind.NAME})
"""Kinds of facts that have a value of their own."""
_VOICES = frozenset({"doubting", "denying", "reporting", "telling", "confirming"})
_SURE = frozenset({"hedge", "hearsay", "doubting", "caveat", "at_least", "at_most"})
"""Claims whose coming or going says how sure or how exact something is."""
_BOUNDS = frozenset(BOUNDS)
_REACH = 3
"""Words on either side of a fact among which one must have been kept."""
_CUT = 6
"""Words; more of a quotation left out or put in than these only cut it differently."""
_SLIGHT = 3
"""Letters of the words that come and go in a quotation without changing it ("a", "the")."""
_ALTERED = 12
"""Words; a longer passage of a quotation in other words is another translation or quotation."""
_SIMILAR = 0.5
"""Share of words kept from which a passage shows that a claim in it came or went."""
_ALIGNED = 0.4
"""The same for figures: below it they must count the same thing in so many words."""
_BOTH = 0.35
"""The same where both sides make a claim."""
_HOUSE = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"(?<=[a-z]{2})tre\b", "ter"),
        (r"our(?=(s|ed|ing|ite|al|ist|ists)?\b)", "or"),
        (r"is(?=(e|ed|es|ing|ation|ations|er|ers)\b)", "iz"),
        (r"ll(?=(ed|ing|er|ers)\b)", "l"),
        (r"mme\b", "m"),
        (r"nce\b", "nse"),
        (r"ogue\b", "og"),
        (r"[’'`ʼ-]", ""),
    )
)
"""British and American spelling, and apostrophes: no outlet means anything by them."""
_PEOPLE = re.compile(r"(?<=\w{4})(ic|ist|ists|ism|ean|ian|an|a|s)$")
"""Endings that make another word of a name, but no other name."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A change that counts: the words of the base it disputes, and what the other puts there.

    ``left`` and ``right`` are the facts, None for quotations and for what a side lacks.
    """

    kind: EditKind
    where: Range
    there: Range
    left: Fact | None = None
    right: Fact | None = None


def rival(reading: Reading, change: Change) -> Rival | None:
    """The rival that a change of substance makes, or None where it is no disagreement."""
    if change.kind in STATED:
        return _stated(reading, change)
    if change.kind is EditKind.QUOTATION:
        return _quoted(reading, change)
    return _claimed(reading, change)


def _stated(reading: Reading, change: Change) -> Rival | None:
    loose = change.similarity < _ALIGNED and change.kind is not EditKind.NAME
    for gone in reading.left.facts(*change.left, change.kind):
        for came in reading.right.facts(*change.right, change.kind):
            where, there = (gone.first, gone.last), (came.first, came.last)
            if loose and not count_one_thing(reading, gone, came):
                continue
            if disagree(gone, came) and _one_thing(reading, gone, came):
                return Rival(change.kind, where, there, gone, came)
    return None


def disagree(gone: Fact, came: Fact) -> bool:
    """Whether two facts that take the same place cannot both be right."""
    if gone.weak or came.weak:
        return False
    verdict = agree(gone, came)
    if gone.kind is EditKind.DATE:
        return verdict is False and "vague" not in (gone.value, came.value)
    if gone.kind is EditKind.NUMBER:
        return verdict is False
    if one_name(gone.value, came.value):
        return False
    names = _plain(gone.value), _plain(came.value)
    return verdict is not True and not (names[0] <= names[1] or names[1] <= names[0])


def house_style(word: str) -> str:
    """A word as every house would spell it."""
    for pattern, spelling in _HOUSE:
        word = pattern.sub(spelling, word)
    return word


def _plain(name: str) -> set[str]:
    return {_PEOPLE.sub("", house_style(word)) for word in name.split()}


def _one_thing(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether two facts speak of one thing: they count the same, or stand among the same words."""
    where, there = (gone.first, gone.last), (came.first, came.last)
    if gone.kind is EditKind.NUMBER:
        if not measured_alike(reading, gone, came):
            return False
        if compatible(reading, gone, came):
            return False
        counted = reading.left.following(gone.last, 3), reading.right.following(came.last, 3)
        if of_age(reading.left, gone) != of_age(reading.right, came):
            return False
        if all(counted) and set(counted[0]).isdisjoint(counted[1]):
            return False
    if gone.kind is EditKind.NAME and any(c.isdigit() for c in gone.value + came.value):
        return False
    if gone.kind is EditKind.NAME and agree(gone, came) is None:
        if _both_named(reading, gone, came):
            return False
        before, after = gone.first - 1, gone.last
        kept = reading.kept
        return (
            before >= 0
            and after < len(kept)
            and kept[before] == came.first - 1
            and kept[after] == came.last
        )
    return reading.anchored(where, there, _REACH)


def _both_named(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether each side has both of two names: then they only name different things here."""
    sides = (reading.right, gone), (reading.left, came)
    return all(
        any(name.value.split()[-1] in f.value.split() for f in side.story(EditKind.NAME))
        for side, name in sides
    )


def _quoted(reading: Reading, change: Change) -> Rival | None:
    base, other = reading.left, reading.right
    (first, last), (begin, end) = change.left, change.right
    if max(last - first, end - begin) > _ALTERED or abs(last - first - end + begin) > _CUT:
        return None
    sides = (base, change.left), (other, change.right)
    if any(voice(*side) or edited(*side) for side in sides):
        return None
    if _rephrased(reading, change):
        return None
    if first < last and begin < end:
        ours, theirs = base.quoted(first, last), other.quoted(begin, end)
        moved = base.analysed.words[first:last] == other.analysed.words[begin:end]
        altered = ours == theirs == 1 and not _titles(base, change.left)
        altered = altered and speech(base, change.left) != speech(other, change.right)
        if (altered or moved) and reading.anchored(change.left, change.right, _REACH):
            return Rival(change.kind, change.left, change.right)
        return None
    side, (at, until) = (base, change.left) if first < last else (other, change.right)
    amid = side.quoted(max(at - 1, 0), at) and side.quoted(until, until + 1)
    slight = all(len(word) <= _SLIGHT for word in side.analysed.words[at:until])
    if not amid or side.bracketed(at) or slight:
        return None
    return Rival(change.kind, change.left, change.right)


def _rephrased(reading: Reading, change: Change) -> bool:
    """Whether more of a quotation changed here than was kept of it: it is another quotation."""
    (first, last), (begin, end) = change.left, change.right
    base, quoted = reading.left, reading.left.analysed.quoted
    within = base.within(base.sentence(first if first < last else max(first - 1, 0)))
    kept = sum(reading.kept[k] >= 0 and bool(quoted[k]) for k in range(*within))
    return kept < max(last - first, end - begin)


def voice(article: Passages, words: Range) -> bool:
    """Whether some words name the speaker ("she said"): then they are no part of the speech."""
    if words[0] == words[1]:
        return False
    return any(fact.value in _VOICES for fact in article.facts(*words, EditKind.CLAIM))


def speech(article: Passages, words: Range) -> str:
    """The quoted ones of some words, written as every house would."""
    return "".join(
        house_style(article.analysed.words[k]) for k in range(*words) if article.analysed.quoted[k]
    )


def _titles(article: Passages, words: Range) -> bool:
    """Whether some words are titles ("Sgt"), which every house writes its own way."""
    titles = lexicon(article.analysed.language).titles
    return titles.issuperset(article.analysed.words[words[0] : words[1]])


def _claimed(reading: Reading, change: Change) -> Rival | None:
    gone = _first(reading.left, change.left, change.kind)
    came = _first(reading.right, change.right, change.kind)
    enough = _SIMILAR if gone is None or came is None else _BOTH
    if change.similarity < enough or not _counts(reading, change, gone, came):
        return None
    where = (gone.first, gone.last) if gone else change.left
    there = (came.first, came.last) if came else change.right
    return Rival(change.kind, where, there, gone, came)


def _first(article: Passages, words: Range, kind: EditKind) -> Fact | None:
    return next(article.facts(*words, kind), None) if words[0] < words[1] else None


def _counts(reading: Reading, change: Change, gone: Fact | None, came: Fact | None) -> bool:
    values = {fact.value for fact in (gone, came) if fact is not None}
    if gone is not None and came is not None:
        if values == {"absolute", "softer"} or (len(values) == 2 and values <= _BOUNDS):
            return True
        return values == {"reporting", "doubting"}
    if values == {"not"}:
        return True
    if not values & _SURE:
        return False
    claim = gone or came
    assert claim is not None
    return bool(values & _BOUNDS) or not _hedged(reading, change, claim, gone is None)


def _hedged(reading: Reading, change: Change, claim: Fact, left: bool) -> bool:
    """Whether the side without a hedge hedges or attributes elsewhere in its passage."""
    side = reading.left if left else reading.right
    at = (change.left if left else change.right)[0]
    passage = side.within(side.sentence(min(at, len(side.analysed.words) - 1)))
    if any(
        fact.value in _SURE - _BOUNDS | _VOICES for fact in side.facts(*passage, EditKind.CLAIM)
    ):
        return True
    other, language = (reading.right if left else reading.left), side.analysed.language
    words = other.analysed.words[claim.first : claim.last]
    claimed = {stem(word, language) for word in words if len(word) > 3}
    said = {stem(w, language) for w in side.analysed.words[passage[0] : passage[1]]}
    return not claimed.isdisjoint(said)  # "purported", "purports": it hedges in another form
