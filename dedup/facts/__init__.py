"""What kind of change each edit is: number, date, name, quotation, negation, claim or wording.

Wording is the default and quiet; the other kinds are loud. What counts as a change of substance
is decided in ``rivals``, ``alone`` and ``quotations``; here the edits are cut so
that a mark covers the words that changed and no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from dedup.facts.alone import lone
from dedup.facts.beginnings import FIGURE, beginnings
from dedup.facts.compared import Compared, Facts, settled
from dedup.facts.find import FIGURES, Fact, agree, facts_in
from dedup.facts.quotations import alters_quotation, moved_marks
from dedup.facts.rivals import rivals
from dedup.facts.steps import Aligned, Mark, cut
from dedup.model import Edit, EditKind
from dedup.words import Piece, Ranges, WordAlignment, Words, edits_of

__all__ = [
    "FIGURE",
    "FIGURES",
    "Fact",
    "agree",
    "beginnings",
    "classify",
    "facts_in",
    "sentence_kind",
]

_WEIGHT = {
    kind: rank
    for rank, kind in enumerate(
        (
            EditKind.NUMBER,
            EditKind.DATE,
            EditKind.NAME,
            EditKind.NEGATION,
            EditKind.CLAIM,
            EditKind.QUOTATION,
        )
    )
}
_EVEN_IN_QUOTATIONS = frozenset({EditKind.NUMBER, EditKind.DATE, EditKind.NAME})
"""Kinds that say more of an altered quotation than that it was altered."""
_WORDING = EditKind.WORDING


def classify(
    alignment: WordAlignment,
    left: Words,
    right: Words,
    found: Facts,
    *,
    language: str,
) -> tuple[Edit, ...]:
    """The edits with their kinds, cut where only part of one changes a fact.

    ``alignment`` is that of the words of ``left`` and ``right``, ``found`` are the facts of either
    side (``facts_in``); ``language`` is a primary subtag. Equal edits keep kind None, save that
    words kept while the marks of a quotation moved over them, or a currency sign changed, become
    replacements. Where a side has no words at all the whole sentence came or went (see
    ``sentence_kind``).
    """
    if not left.words or not right.words:
        kind = sentence_kind(found[0] or found[1])
        return edits_of(left, right, [(*step[:4], kind) for step in alignment.steps])
    speech = 1 in left.quoted or 1 in right.quoted
    if not speech and settled(alignment.blocks, found):
        return edits_of(left, right, alignment.steps)
    pair = Aligned(alignment, left, right)
    facts = Compared(pair, found, language)
    marks, taken = rivals(facts)
    marks += lone(facts, taken)
    if speech:
        marks += moved_marks(pair)
    if not marks and not speech:
        return edits_of(left, right, alignment.steps)
    marks.sort(key=lambda mark: _WEIGHT[mark.kind])
    return edits_of(left, right, _pieces(facts, marks, speech=speech))


def sentence_kind(facts: Iterable[Fact]) -> EditKind:
    """What the coming or going of a whole sentence changes: a claim if it is a caveat."""
    caveat = any(fact.value == "caveat" for fact in facts)
    return EditKind.CLAIM if caveat else EditKind.WORDING


def _pieces(facts: Compared, marks: list[Mark], *, speech: bool) -> list[Piece]:
    """The steps, cut by the marks that lie in them."""
    pieces: list[Piece] = []
    for a, b, c, d, kind in facts.pair.steps:
        step = (a, b), (c, d)
        rest = _rest(facts, step) if speech and kind is not None else kind
        inside = _inside(marks, rest)
        pieces += cut(step, inside, rest) if inside else [(a, b, c, d, rest)]
    return pieces


def _rest(facts: Compared, change: Ranges) -> EditKind:
    """The kind of what is left of a change of words when its marks are taken out."""
    if alters_quotation(facts.pair, change) and not facts.only_alike(change):
        return EditKind.QUOTATION
    return _WORDING


def _inside(marks: Iterable[Mark], rest: EditKind | None) -> list[Mark]:
    """The marks that can stand in a step of which ``rest`` is the kind without them."""
    if rest is EditKind.QUOTATION:
        return [mark for mark in marks if mark.kind in _EVEN_IN_QUOTATIONS]
    return list(marks)
