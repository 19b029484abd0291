"""Two prepared articles against each other: ``judge`` says how they relate, ``compare`` shows it.

Both rest on the same alignment; ``compare`` adds the words of every aligned pair. Many pairs are
judged, and compared, at a lower cost than one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress

from dedup.contact import touch
from dedup.evidence import weigh
from dedup.facts import classify
from dedup.layout import lay_out
from dedup.links import Range
from dedup.model import (
    Comparison,
    Edit,
    EditKind,
    Relation,
    SentencePair,
    SentenceStatus,
)
from dedup.rows import Row, span
from dedup.settings import Settings
from dedup.stack import MOST_PAIRS
from dedup.units import Prepared, commensurable
from dedup.verdict import decide, unrelated
from dedup.words import align_words

_TOGETHER = 200_000
"""Words and pairs of sentences that are weighed together: enough to make calls few, and little
enough for them to stay in the processor's cache."""
_EDITED = SentenceStatus.EDITED
_NO_EDITS: tuple[Edit, ...] = ()


def judge(
    pairs: Sequence[tuple[Prepared, Prepared]], settings: Settings, *, changes: bool = False
) -> list[Comparison]:
    """How the left article of each pair stands to the right one, without the pairs of sentences.

    Swapping the two swaps the sides and nothing else, save that rows follow the left text, along
    which a sentence is told to have moved, and that of sentences that are repeated others may
    face each other. With ``changes`` the edits are counted where the two are related, which takes
    as long again. Of articles that are not related, as most candidates are not, nothing but that
    is said. Pairs judged together cost less than one by one.
    """
    read = [commensurable(left, right) for left, right in pairs]
    out = [Comparison(Relation.NONE, 0.0)] * len(read)
    for some in _portions(read):
        contact = touch([read[k] for k in some])
        open_ = ~unrelated(contact, settings)
        near = list(compress(some, open_.tolist()))
        if not near:
            continue
        weighed = weigh(contact.of(open_))
        verdicts = {n: decide(evidence, settings) for n, evidence in enumerate(weighed.evidence)}
        for number, (relation, score) in verdicts.items():
            out[near[number]] = Comparison(relation, score)
        related = {n: v for n, v in verdicts.items() if v[0] is not Relation.NONE}
        for number, laid in zip(related, lay_out(weighed, related, settings), strict=True):
            k, comparison = near[number], laid.comparison
            if changes:
                comparison = replace(comparison, changes=_changes(_pairs(*read[k], laid.rows)))
            out[k] = comparison
    return out


def compare(left: Prepared, right: Prepared, settings: Settings) -> Comparison:
    """The full comparison, down to the words of every aligned pair of sentences."""
    [found] = compare_all([(left, right)], settings)
    return found


def compare_all(pairs: Sequence[tuple[Prepared, Prepared]], settings: Settings) -> list[Comparison]:
    """The full comparison of each pair; together they take half to two thirds of the time."""
    read = [commensurable(left, right) for left, right in pairs]
    out: dict[int, Comparison] = {}
    for some in _portions(read):
        contact = touch([read[k] for k in some])
        weighed = weigh(contact)
        verdicts = {
            n: (Relation.NONE, 0.0) if apart else decide(weighed.evidence[n], settings)
            for n, apart in enumerate(unrelated(contact, settings).tolist())
        }
        for k, (comparison, rows) in zip(some, lay_out(weighed, verdicts, settings), strict=True):
            aligned = _pairs(*read[k], rows)
            out[k] = replace(comparison, pairs=aligned, changes=_changes(aligned))
    return [out[k] for k in range(len(read))]


def _portions(pairs: Sequence[tuple[Prepared, Prepared]]) -> Iterator[list[int]]:
    """The numbers of pairs that are weighed together: alike in tokens to a word, not too many."""
    open_: dict[int, list[int]] = {}
    cost: dict[int, int] = {}
    for number, (left, right) in enumerate(pairs):
        per_word = left.per_word
        size = len(left.tokens) + len(right.tokens) + len(left.rows) * len(right.rows)
        some = open_.setdefault(per_word, [])
        if some and (cost[per_word] + size > _TOGETHER or len(some) == MOST_PAIRS):
            yield some
            some = open_[per_word] = []
        cost[per_word] = size + (cost[per_word] if some else 0)
        some.append(number)
    yield from open_.values()


def _pairs(left: Prepared, right: Prepared, found: Iterable[Row]) -> tuple[SentencePair, ...]:
    out: list[SentencePair] = []
    here, there = left.analysed.sentences, right.analysed.sentences
    for ours, theirs, status, quotation, moved, furniture in found:
        a = span(here, ours) if ours else None
        b = span(there, theirs) if theirs else None
        kept, edits = 0.0, _NO_EDITS
        if ours and theirs:
            kept = 1.0
            if status is _EDITED:
                kept, edits = _words(left, right, ours, theirs)
        out.append(SentencePair(a, b, status, kept, quotation, moved, furniture, edits))
    return tuple(out)


def _words(
    left: Prepared, right: Prepared, ours: Range, theirs: Range
) -> tuple[float, tuple[Edit, ...]]:
    """The share of words kept between some sentences of both sides, and the edits."""
    here, there = left.stated.words(ours), right.stated.words(theirs)
    aligned = align_words(here.words, there.words)
    facts = left.stated.facts(ours), right.stated.facts(theirs)
    return aligned.kept, classify(aligned, here, there, facts, language=left.analysed.language)


def _changes(pairs: Iterable[SentencePair]) -> dict[EditKind, int]:
    return dict(Counter([edit.kind for pair in pairs for edit in pair.edits if edit.kind]))
