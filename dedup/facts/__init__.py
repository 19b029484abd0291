"""What kind of change each edit is: number, date, name, quotation, negation, claim or wording.

Wording is the default and quiet; the other kinds are loud. What counts as a change of substance
is decided in ``rivals``, ``alone`` and ``quotations``; here the edits are cut so
that a mark covers the words that changed and no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from dedup.facts.alone import lone
from dedup.facts.beginnings import figured
from dedup.facts.compared import Compared
from dedup.facts.find import FIGURES, Fact, agree, facts_in
from dedup.facts.quotations import alters_quotation, moved_marks
from dedup.facts.rivals import rivals
from dedup.facts.steps import Mark, aligned, cut
from dedup.model import Edit, EditKind
from dedup.words import Piece, Step, Words, edits_of

__all__ = ["FIGURES", "Fact", "agree", "classify", "facts_in", "figured", "sentence_kind"]

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
    steps: tuple[Step, ...],
    left: Words,
    right: Words,
    found: tuple[tuple[Fact, ...], tuple[Fact, ...]],
    *,
    language: str,
) -> tuple[Edit, ...]:
    """The edits with their kinds, cut where only part of one changes a fact.

    ``steps`` are those of ``align_words`` for the same ``left`` and ``right``, ``found`` the
    facts of either side (``facts_in``); ``language`` is a primary subtag. Equal edits keep kind
    None, save that words kept while the marks of a quotation moved over them, or a currency sign
    changed, become replacements. Where a side has no words at all the whole sentence came or
    went (see ``sentence_kind``).
    """
    pair = aligned(steps, left, right)
    if not left.words or not right.words:
        kind = sentence_kind(found[0] or found[1])
        return edits_of(left, right, ((step.ranges, kind) for step in pair.steps))
    facts = Compared(pair, found, language)
    marks, taken = rivals(facts)
    speech = any(left.quoted) or any(right.quoted)
    marks += lone(facts, taken)
    if speech:
        marks += moved_marks(pair)
    marks.sort(key=lambda mark: _WEIGHT[mark.kind])
    pieces: list[Piece] = []
    for step in pair.steps:
        rest = None if step.equal else _rest(facts, step) if speech else _WORDING
        inside = _inside(marks, rest) if marks else marks
        pieces += cut(step, inside, rest) if inside else [(step.ranges, rest)]
    return edits_of(left, right, pieces)


def sentence_kind(facts: Iterable[Fact]) -> EditKind:
    """What the coming or going of a whole sentence changes: a claim if it is a caveat."""
    caveat = any(fact.value == "caveat" for fact in facts)
    return EditKind.CLAIM if caveat else EditKind.WORDING


def _rest(facts: Compared, step: Step) -> EditKind:
    """The kind of what is left of a step that changes words when its marks are taken out."""
    if alters_quotation(facts.pair, step) and not facts.only_alike(step):
        return EditKind.QUOTATION
    return _WORDING


def _inside(marks: Iterable[Mark], rest: EditKind | None) -> list[Mark]:
    """The marks that can stand in a step of which ``rest`` is the kind without them."""
    if rest is EditKind.QUOTATION:
        return [mark for mark in marks if mark.kind in _EVEN_IN_QUOTATIONS]
    return list(marks)
