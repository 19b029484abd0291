"""Two prepared articles against each other: ``judge`` says how they relate, ``compare`` shows it.

Both rest on the same alignment; ``compare`` adds the words of every aligned pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from dedup.evidence import Finding, touch, weigh
from dedup.facts import classify
from dedup.links import links
from dedup.model import (
    Comparison,
    Containment,
    EditKind,
    Hashes,
    Relation,
    SentencePair,
    SentenceStatus,
)
from dedup.reasons import reasons
from dedup.rows import Row, rows, span
from dedup.settings import Settings
from dedup.stack import MOST_PAIRS
from dedup.template import other_facts
from dedup.units import Prepared, commensurable
from dedup.verdict import decide
from dedup.words import align_words

_TOGETHER = 200_000
"""Words and pairs of sentences that are weighed together: enough to make calls few, and little
enough for them to stay in the processor's cache."""
_TEMPLATE_SCORE = 0.1
"""Most that the score of a recurring notice can be, alike as its words are."""
_EDITED = SentenceStatus.EDITED
_DAY = timedelta(days=1)
_FORM = 0.6
"""Share of the shorter story's narrative found in the other from which both have one form."""


def judge(
    pairs: Sequence[tuple[Prepared, Prepared]], settings: Settings, *, changes: bool = False
) -> list[Comparison]:
    """How the left article of each pair stands to the right one, without the pairs of sentences.

    Swapping the two swaps the sides of the answer and nothing else. With ``changes`` the edits
    are counted where the two are related, which takes as long again. Of articles that are not
    related, as most candidates are not, nothing but that is said. Pairs judged together cost
    less than one by one.
    """
    read = [commensurable(left, right) for left, right in pairs]
    out = [Comparison(Relation.NONE, 0.0)] * len(read)
    for some in _portions(read):
        contact = touch([read[k] for k in some])
        near = [k for k, apart in zip(some, contact.apart.tolist(), strict=True) if not apart]
        if not near:
            continue
        weighed = weigh(contact.near())
        for number, k in enumerate(near):
            relation, score = decide(weighed.evidence[number], settings)
            out[k] = Comparison(relation, score)
            if relation is not Relation.NONE:
                finding = weighed.finding(number)
                out[k], rows = _laid_out(*read[k], finding, relation, score, settings)
                if changes:
                    out[k] = replace(out[k], changes=_changes(_pairs(*read[k], rows)))
    return out


def compare(left: Prepared, right: Prepared, settings: Settings) -> Comparison:
    """The full comparison, down to the words of every aligned pair of sentences."""
    left, right = commensurable(left, right)
    finding = weigh(touch([(left, right)])).finding(0)
    relation, score = decide(finding.evidence, settings)
    comparison, found = _laid_out(left, right, finding, relation, score, settings)
    pairs = _pairs(left, right, found)
    return replace(comparison, pairs=pairs, changes=_changes(pairs))


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


def _laid_out(
    left: Prepared,
    right: Prepared,
    finding: Finding,
    relation: Relation,
    score: float,
    settings: Settings,
) -> tuple[Comparison, tuple[Row, ...]]:
    """The comparison by sentences, and its rows."""
    linked = links(left, right, finding.alignment)
    found = rows(left, right, linked, finding.left_speech, finding.right_speech)
    evidence = finding.evidence
    formed = relation.is_reuse and not evidence.equal and evidence.reworded_share >= _FORM
    if formed and _is_template(left, right, found):
        relation, score = Relation.SAME_TEMPLATE, min(score, _TEMPLATE_SCORE)
    return _comparison(left, right, finding, found, relation, score, settings), found


def _comparison(
    left: Prepared,
    right: Prepared,
    finding: Finding,
    found: Sequence[Row],
    relation: Relation,
    score: float,
    settings: Settings,
) -> Comparison:
    left_in_right, right_in_left, _ = _overlap(left.shingles5, right.shingles5)
    return Comparison(
        relation=relation,
        score=score,
        resemblance=_overlap(left.shingles3, right.shingles3)[2],
        containment=Containment(left_in_right, right_in_left),
        narrative_reuse=finding.evidence.narrative_reuse,
        quotation_reuse=finding.evidence.quotation_reuse,
        sentences=dict(Counter(row.status for row in found)),
        reasons=reasons(finding.evidence, relation, settings),
        left_coverage=_coverage(row.left for row in found if row.right is not None),
        right_coverage=_coverage(row.right for row in found if row.left is not None),
    )


def _pairs(left: Prepared, right: Prepared, found: Iterable[Row]) -> tuple[SentencePair, ...]:
    return tuple(_pair(left, right, row) for row in found)


def _changes(pairs: Iterable[SentencePair]) -> dict[EditKind, int]:
    return dict(Counter(edit.kind for pair in pairs for edit in pair.edits if edit.kind))


def _is_template(left: Prepared, right: Prepared, found: Sequence[Row]) -> bool:
    """Whether what looks like reuse is one form filled in with other facts."""
    pairs = [
        (row.left, row.right) for row in found if row.left is not None and row.right is not None
    ]
    covered = [_coverage(side).bit_count() for side in zip(*pairs, strict=True)] or [0, 0]
    shares = (covered[0] / max(len(left.rows), 1), covered[1] / max(len(right.rows), 1))
    return other_facts(left.stated, right.stated, pairs, shares, together=_together(left, right))


def _together(left: Prepared, right: Prepared) -> bool:
    """Whether two articles are known to have come out within a day of each other."""
    one, other = (side.analysed.article.published_at for side in (left, right))
    return one is not None and other is not None and abs(one - other) <= _DAY


def _overlap(a: Hashes, b: Hashes) -> tuple[float, float, float]:
    """|A n B| / |A|, |A n B| / |B| and the resemblance of two sorted sets; 0 where one is empty.

    What both have stands twice in a row when the two are sorted together.
    """
    if not len(a) or not len(b):
        return 0.0, 0.0, 0.0
    merged = np.concatenate((a, b))
    merged.sort(kind="stable")  # which merges two sorted runs in linear time
    both = int(np.count_nonzero(merged[1:] == merged[:-1]))
    return both / len(a), both / len(b), both / (len(a) + len(b) - both)


def _coverage(spans: Iterable[tuple[int, int] | None]) -> int:
    """A bit set of the sentences in the given ranges."""
    bits = 0
    for begin, end in (s for s in spans if s is not None):
        bits |= (1 << end) - (1 << begin)
    return bits


def _pair(left: Prepared, right: Prepared, row: Row) -> SentencePair:
    a = span(left, row.left) if row.left else None
    b = span(right, row.right) if row.right else None
    if row.left is None or row.right is None:
        return SentencePair(a, b, row.status, 0.0, row.quotation, row.moved, row.furniture)
    if row.status is not _EDITED:
        return SentencePair(a, b, row.status, 1.0, row.quotation, row.moved)
    left_words, right_words = left.stated.words(row.left), right.stated.words(row.right)
    aligned = align_words(left_words.words, right_words.words)
    edits = classify(
        aligned.steps,
        left_words,
        right_words,
        (left.stated.facts(row.left), right.stated.facts(row.right)),
        language=left.analysed.language,
    )
    return SentencePair(a, b, row.status, aligned.kept, row.quotation, row.moved, edits=edits)
