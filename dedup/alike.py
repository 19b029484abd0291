"""What copies word differently and yet say alike: "Jan. 4" and "Saturday", "some" and "around".

Found where words were replaced and the facts in them agree. A less exact time ("last week",
"previously") belongs here too: neither denies the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedup.facts import Fact, agree
from dedup.findings import Rewording, Saying
from dedup.lexicon import BOUNDS
from dedup.model import EditKind, Span
from dedup.passages import Passages, Range
from dedup.readings import Change, Reading
from dedup.substance import STATED, house_style

_KINDS = (EditKind.NUMBER, EditKind.DATE, EditKind.NAME, EditKind.CLAIM)


def alike(base: Passages, readings: Iterable[Reading]) -> tuple[Rewording, ...]:
    """Rewordings of the base's facts, the same words of several articles in one, in order."""
    found: dict[tuple[EditKind, str, str], tuple[Saying, list[Saying]]] = {}
    for one in readings:
        for kind, where, there in _pairs(one):
            key = kind, _written(base, where), _written(one.right, there)
            found.setdefault(key, (_saying(base, where), []))[1].append(_saying(one.right, there))
    return tuple(Rewording(kind, left, tuple(right)) for (kind, *_), (left, right) in found.items())


def _pairs(reading: Reading) -> Iterator[tuple[EditKind, Range, Range]]:
    for change in (*reading.reworded, *reading.changes):
        for kind in _KINDS:
            if change.left[0] == change.left[1] or change.right[0] == change.right[1]:
                continue
            yield from _agreeing(reading, change, kind)


def _agreeing(
    reading: Reading, change: Change, kind: EditKind
) -> Iterator[tuple[EditKind, Range, Range]]:
    left = [*reading.left.facts(*change.left, kind)]
    right = [*reading.right.facts(*change.right, kind)]
    for gone in left:
        for came in right:
            if not _says_alike(gone, came) or _bound_others(reading, gone, came):
                continue
            where, there = _whole(reading.left, gone), _whole(reading.right, came)
            if _written(reading.left, where) != _written(reading.right, there):
                yield kind, where, there
            break


def _says_alike(gone: Fact, came: Fact) -> bool:
    if gone.kind is EditKind.CLAIM:
        return gone.value == came.value and gone.value in BOUNDS
    if gone.weak or came.weak:
        return False
    if gone.kind is EditKind.NAME:
        return agree(gone, came) is False and house_style(gone.value) == house_style(came.value)
    return agree(gone, came) is True or "vague" in (gone.value, came.value)


def _bound_others(reading: Reading, gone: Fact, came: Fact) -> bool:
    """Whether "some" and "around" stand before numbers that are not the same."""
    if gone.kind is not EditKind.CLAIM:
        return False
    numbers = _bounded(reading.left, gone), _bounded(reading.right, came)
    return numbers[0] is None or numbers[1] is None or agree(numbers[0], numbers[1]) is not True


def _bounded(article: Passages, bound: Fact) -> Fact | None:
    return next(article.facts(bound.last, bound.last + 2, EditKind.NUMBER), None)


def _whole(article: Passages, fact: Fact) -> Range:
    """A fact's words with a unit that is tied to them; a bound with the number it bounds."""
    if fact.kind is EditKind.NUMBER:
        return fact.first, fact.last + article.tied(fact.last)
    if fact.kind in STATED:
        return fact.first, fact.last
    after = _bounded(article, fact)
    return fact.first, after.last if after else fact.last


def _written(article: Passages, words: Range) -> str:
    text = article.analysed.article.text
    span = article.span(*words)
    return " ".join(text[span.begin : span.end].split()).casefold()


def _saying(article: Passages, words: Range) -> Saying:
    passage: Span = article.sentence(words[0])
    return Saying(article.id, article.span(*words), passage)
