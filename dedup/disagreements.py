"""Where the copies of one story disagree in substance, and who says what.

Everything is read against one base article, which every other one was compared with. A rival
(``dedup.substance``) opens a *place* in the base; rivals of several articles at one place make
one disagreement. An article that kept the base's words there sides with the base; one that
carries nothing of the passage says nothing.

Precision goes before recall: who is shown three false alarms looks no further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from dedup.elsewhere import caveats, elsewhere
from dedup.facts import Fact, agree
from dedup.findings import Disagreement, Saying, Variant
from dedup.model import Comparison, EditKind, Span
from dedup.passages import Passages, Range
from dedup.readings import Reading, reading
from dedup.substance import STATED, Rival, rival, voice

RANK = (
    EditKind.NUMBER,
    EditKind.DATE,
    EditKind.NAME,
    EditKind.QUOTATION,
    EditKind.NEGATION,
    EditKind.CLAIM,
)
"""Kinds in the order in which they matter: what can be looked up first, shades of saying last."""

_ANYBODY = STATED | {EditKind.QUOTATION}
"""Kinds in which an article beside the story can disagree with it."""

_NEAR = 6
"""Words between two alterations of one quotation, up to which they are one disagreement."""


@dataclass(slots=True)
class _Place:
    """Words of the base and what other articles put there."""

    kind: EditKind
    where: Range
    rivals: dict[str, list[Rival]] = field(default_factory=dict)


@dataclass(slots=True)
class _Version:
    """One version of what stands at a place."""

    value: str
    fact: Fact | None
    sayings: list[Saying]


def disagreements(
    base: Passages,
    comparisons: Sequence[tuple[Passages, Comparison]],
    beside: Set[str] = frozenset(),
) -> tuple[Disagreement, ...]:
    """All disagreements, ranked: figures, dates and names, then quotations, then claims.

    ``comparisons`` have ``base`` on the left, one per other article. Those in ``beside`` are no
    copies: what they claim or leave out is their own affair, what they state or quote is not.
    Linear in the number of edits but for sorting.
    """
    readings = [reading(base, other, comparison) for other, comparison in comparisons]
    found = [_told(base, place, readings) for place in _places(base, readings, beside)]
    found += _warned(base, [one for one in readings if one.right.id not in beside], found)
    disputed = [d for d in found if len(d.variants) > 1]
    disputed.sort(key=lambda d: (RANK.index(d.kind), d.places[0].begin if d.places else 0))
    return tuple(_told_once(disputed))


def _places(base: Passages, readings: Iterable[Reading], beside: Set[str]) -> list[_Place]:
    """Where something is disputed, in order; rivals that overlap share a place."""
    rivals = [
        (found.kind, found.where, number, found, one.right.id)
        for number, one in enumerate(readings)
        for found in (*(rival(one, change) for change in one.changes), *elsewhere(one))
        if found is not None and (found.kind in _ANYBODY or one.right.id not in beside)
    ]
    rivals.sort(key=lambda item: item[:3])
    places: list[_Place] = []
    for kind, where, _, found, id in rivals:
        last = places[-1] if places else None
        if last is not None and last.kind is kind and _one_place(base, last.where, where, kind):
            last.where = (last.where[0], max(last.where[1], where[1]))
        else:
            places.append(last := _Place(kind, where))
        last.rivals.setdefault(id, []).append(found)
    return places


def _one_place(base: Passages, before: Range, after: Range, kind: EditKind) -> bool:
    if kind is EditKind.QUOTATION:
        close = after[0] - before[1] <= _NEAR
        return close and base.sentence(before[0]) == base.sentence(after[0])
    return after[0] < before[1] or before == after


def _told(base: Passages, place: _Place, readings: Iterable[Reading]) -> Disagreement:
    """Who says what at a place: first those who changed it, then those who kept it."""
    versions = [_Version(_value(base, place.kind, place.where), _left(place), [])]
    passage = base.sentence(place.where[0])
    versions[0].sayings.append(_saying(base, place.where, passage, place.kind))
    silent = []
    for one in readings:
        rivals = place.rivals.get(one.right.id)
        if rivals is None:
            silent.append(one)
            continue
        there = min(r.there[0] for r in rivals), max(r.there[1] for r in rivals)
        if place.kind is EditKind.QUOTATION:
            there = one.counterpart(place.where, there)
            if voice(one.right, there) or voice(base, place.where):
                continue
        saying = _saying(one.right, there, _answering(one, place.where), place.kind)
        fact = next((r.right for r in rivals if r.right), None)
        value = fact.value if fact else _value(one.right, place.kind, there)
        _side_with(versions, value, fact).sayings.append(saying)
    for one in silent:
        _keep_or_agree(one, place, versions)
    return Disagreement(
        place.kind,
        tuple(Variant(v.value, tuple(v.sayings)) for v in versions),
        (passage,),
    )


def _left(place: _Place) -> Fact | None:
    return next((r.left for rivals in place.rivals.values() for r in rivals if r.left), None)


def _value(article: Passages, kind: EditKind, words: Range) -> str:
    """What some words state, in normal form; empty for no words."""
    fact = next(article.facts(*words, kind), None) if words[0] < words[1] else None
    return fact.value if fact else " ".join(article.analysed.words[words[0] : words[1]])


def _saying(
    article: Passages, words: Range, passage: Span | None, kind: EditKind | None = None
) -> Saying:
    if words[0] == words[1]:
        return Saying(article.id, None, passage)
    first, last = article.sentence(words[0]), article.sentence(words[1] - 1)
    span = article.figure(*words) if kind is EditKind.NUMBER else article.span(*words)
    return Saying(article.id, span, Span(first.begin, last.end))


def _answering(one: Reading, where: Range) -> Span | None:
    """The passage of an article that answers to a place of the base."""
    there = one.passage(where[0]) or one.passage(max(where[0] - 1, 0))
    return one.right.span(*there) if there else None


def _side_with(versions: list[_Version], value: str, fact: Fact | None) -> _Version:
    """The version that says the same, or a new one."""
    for version in versions:
        if version.value == value or (fact and version.fact and agree(version.fact, fact)):
            return version
    versions.append(_Version(value, fact, []))
    return versions[-1]


def _keep_or_agree(one: Reading, place: _Place, versions: Sequence[_Version]) -> None:
    """Let an article that changed nothing at a place side with those who say what it says."""
    first, last = place.where
    if one.keeps(place.where):
        there = (one.kept[first], one.kept[last - 1] + 1) if first < last else (0, 0)
        passage = _answering(one, place.where)
        versions[0].sayings.append(_saying(one.right, there, passage, place.kind))
        return
    answering = one.passage(first)
    if answering is None or place.kind not in STATED:
        return
    for fact in one.right.facts(*answering, place.kind):
        for version in versions:
            if version.fact and not fact.weak and agree(version.fact, fact):
                version.sayings.append(
                    _saying(one.right, (fact.first, fact.last), None, place.kind)
                )
                return


def _warned(
    base: Passages, readings: Sequence[Reading], known: Iterable[Disagreement]
) -> Iterator[Disagreement]:
    """That some copies say of themselves that something is not confirmed, and others do not."""
    if any(v.value == "caveat" for d in known for v in d.variants):
        return
    stated, absent = _Version("caveat", None, []), _Version("", None, [])
    for article in (base, *(one.right for one in readings)):
        found = caveats(article)
        if found:
            words = found[0].first, found[0].last
            stated.sayings.append(_saying(article, words, None))
        else:
            absent.sayings.append(Saying(article.id, None, None))
    versions = sorted(
        (stated, absent), key=lambda v: not v.sayings or v.sayings[0].article_id != base.id
    )
    if stated.sayings and absent.sayings:
        places = (base.sentence(caveats(base)[0].first),) if caveats(base) else ()
        variants = tuple(Variant(v.value, tuple(v.sayings)) for v in versions)
        yield Disagreement(EditKind.CLAIM, variants, places)


def _told_once(found: Iterable[Disagreement]) -> Iterator[Disagreement]:
    """One entry for the same versions of one fact or quotation, with all its places."""
    merged: dict[tuple[object, ...], Disagreement] = {}
    for one in found:
        values = sorted(v.value for v in one.variants)
        if one.kind is EditKind.NAME:  # Steven Sotloff and Sotloff are one man
            values = sorted({value.split()[-1] for value in values})
        key = (one.kind, *values, None if one.kind in _ANYBODY else one.places)
        before = merged.get(key)
        merged[key] = replace(before, places=before.places + one.places) if before else one
    yield from merged.values()
