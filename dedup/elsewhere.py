"""Facts that disagree although their sentences were not aligned.

"Some 11,000 North Korean troops are deployed" and "Russia has stationed approximately 12,000
North Korean soldiers" are two sentences by any measure of wording, and one figure. Without an
alignment the facts themselves must show that they speak of one thing: numbers by what they count
and by the words around them, names by being two spellings. Caveats need no counterpart: it is
their absence that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from dedup.facts import Fact, agree
from dedup.language import stem
from dedup.lexicon import lexicon
from dedup.model import EditKind
from dedup.passages import Passages
from dedup.readings import Reading
from dedup.substance import Rival, disagree

_COUNTED = 2
"""Words of what is counted that two numbers must share ("North Korean")."""
_AROUND = 3
"""Their sentences must share more words of content than this."""
_APART = Fraction(2)
"""Two figures for one thing differ at most by this factor."""
_SMALL = 10
"""Smaller numbers count too many things."""
_YEARS = range(1900, 2100)
_LONG = 6
"""Letters of a name whose other spelling is no chance."""


def elsewhere(reading: Reading) -> Iterator[Rival]:
    """Numbers and names of the right article that contradict the left one in other sentences."""
    yield from _numbers(reading)
    yield from _names(reading)


def _numbers(reading: Reading) -> Iterator[Rival]:
    ours, theirs = _figures(reading.left), _figures(reading.right)
    counted: dict[tuple[str, ...], list[Fact]] = {}
    for gone in ours:
        if reading.passage(gone.first) is None:
            counted.setdefault(_counted(reading.left, gone), []).append(gone)
    for came in theirs:
        key = _counted(reading.right, came)
        if len(key) < _COUNTED or reading.answers(came.first):
            continue
        for gone in counted.get(key, ()):
            if (
                disagree(gone, came)
                and _comparable(gone, came)
                and _one_quantity(reading, gone, came)
                and not _agreed(came, ours)
                and not _agreed(gone, theirs)
            ):
                yield _rival(gone, came)
                break


def _counted(article: Passages, number: Fact) -> tuple[str, ...]:
    return tuple(article.following(number.last, _COUNTED))


def _rival(gone: Fact, came: Fact) -> Rival:
    return Rival(gone.kind, (gone.first, gone.last), (came.first, came.last), gone, came)


def _figures(article: Passages) -> list[Fact]:
    return [
        fact
        for fact in article.story(EditKind.NUMBER)
        if not fact.weak and "over" not in fact.value and "ordinal" not in fact.value
    ]


def _agreed(fact: Fact, others: Iterable[Fact]) -> bool:
    return any(agree(fact, other) for other in others)


def _comparable(gone: Fact, came: Fact) -> bool:
    """Whether two numbers may be two figures for one thing, by their size and unit."""
    (x, _, unit), (y, _, other) = gone.value.partition(" "), came.value.partition(" ")
    a, b = Fraction(x), Fraction(y)
    if unit != other or min(a, b) < _SMALL or a in _YEARS or b in _YEARS:
        return False
    return max(a, b) <= _APART * min(a, b)


def _one_quantity(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether the sentences of two numbers that count the same have more words in common."""
    around = _around(reading.left, gone) & _around(reading.right, came)
    return len(around - set(_counted(reading.left, gone))) > _AROUND


def _around(article: Passages, fact: Fact) -> set[str]:
    first, last = article.within(article.sentence(fact.first))
    language = article.analysed.language
    return {
        stem(article.analysed.words[k], language) for k in range(first, last) if article.content(k)
    }


def _names(reading: Reading) -> Iterator[Rival]:
    ours, theirs = _spelled(reading.left), _spelled(reading.right)
    alike: dict[tuple[int, str], list[Fact]] = {}
    for gone in ours.values():
        alike.setdefault(_look(gone.value), []).append(gone)
    for came in theirs.values():
        for gone in alike.get(_look(came.value), ()):
            if (
                _two_spellings(gone.value, came.value)
                and agree(gone, came) is False
                and disagree(gone, came)
                and not _agreed(came, ours.values())
                and not _agreed(gone, theirs.values())
            ):
                yield _rival(gone, came)
                break


def _spelled(article: Passages) -> dict[str, Fact]:
    """The first place of every name that is long enough."""
    found: dict[str, Fact] = {}
    for fact in article.story(EditKind.NAME):
        if not fact.weak and len(fact.value) >= _LONG:
            found.setdefault(fact.value, fact)
    return found


def _look(name: str) -> tuple[int, str]:
    """What two spellings of one name have in common: how many words, and their first letters."""
    words = name.split()
    return len(words), "".join(word[0] for word in words)


def _two_spellings(left: str, right: str) -> bool:
    """Whether two names differ in one word only, and in that by a letter or two amid it."""
    a, b = left.split(), right.split()
    if len(a) != len(b):
        return False
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(differing) != 1:
        return False
    x, y = differing[0]
    ends = x[0] == y[0] and x[-1] == y[-1]
    return ends and abs(len(x) - len(y)) <= 1 and min(len(x), len(y)) >= _LONG


def caveats(article: Passages) -> list[Fact]:
    """Where the story says, in its own voice and a whole phrase, that it is not confirmed."""
    return [
        fact
        for fact in article.story(EditKind.CLAIM)
        if fact.value == "caveat"
        and _verifying(article, fact)
        and not article.quoted(fact.first, fact.last)
    ]


def _verifying(article: Passages, fact: Fact) -> bool:
    words = lexicon(article.analysed.language).caveat_words
    return not words.isdisjoint(article.analysed.words[fact.first : fact.last])
