"""The synopsis: one row per sentence of a story, one cell per article, as scholars lay out gospels.

A base article gives the rows; every other column is aligned with it. Sentences that some column
merges form one row. What only other columns carry follows in rows without a base, the same
sentence of several columns in one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from rapidfuzz import fuzz, process

from dedup.model import (
    AnalysedArticle,
    Cell,
    Comparison,
    Row,
    SentencePair,
    SentenceStatus,
    Span,
    StoredArticle,
    Synopsis,
)

_SAME = 85.0
"""rapidfuzz ratio from which sentences that the base lacks are one row."""


def synopsis(
    cluster_id: str,
    base: AnalysedArticle,
    columns: Sequence[StoredArticle],
    comparisons: Mapping[str, Comparison],
) -> Synopsis:
    """Lay columns out against ``base``, which is one of them.

    ``comparisons`` holds, by article id, the comparison base (left) with each other column.
    Cost: linear in the number of sentence pairs, plus one similarity per pair of sentences that
    the base lacks.
    """
    spans = _rows(base, comparisons)
    rows = [
        Row(span, tuple(_cell(base, column, span, comparisons) for column in columns))
        for span in spans
    ]
    rows += _additions(columns, comparisons)
    return Synopsis(cluster_id, base.article.id, tuple(columns), tuple(rows))


def _rows(base: AnalysedArticle, comparisons: Mapping[str, Comparison]) -> list[Span]:
    """Story sentences of the base, merged where a column needs several of them at once."""
    rows = [Span(s.begin, s.end) for s in base.sentences if s.furniture is None]
    wanted = sorted(
        {
            (pair.left.begin, pair.left.end)
            for comparison in comparisons.values()
            for pair in comparison.pairs
            if pair.left is not None and pair.status is not SentenceStatus.FURNITURE
        }
    )
    reach = dict(wanted)  # the longest wins: sorted by end
    out: list[Span] = []
    for row in rows:
        end = max(row.end, reach.get(row.begin, row.end))
        if out and row.begin < out[-1].end:
            out[-1] = Span(out[-1].begin, max(out[-1].end, end))
        else:
            out.append(Span(row.begin, end))
    return out


def _cell(
    base: AnalysedArticle,
    column: StoredArticle,
    span: Span,
    comparisons: Mapping[str, Comparison],
) -> Cell:
    id = column.article.id
    if id == base.article.id:
        quotation = any(s.quotation for s in base.sentences if span.begin <= s.begin < span.end)
        return Cell(id, SentenceStatus.IDENTICAL, span, 1.0, quotation, False, ())
    inside = [
        pair
        for pair in comparisons[id].pairs
        if pair.left is not None and span.begin <= pair.left.begin < span.end
    ]
    carried = [pair for pair in inside if pair.right is not None]
    if not carried:
        quotation = any(pair.quotation for pair in inside)
        return Cell(id, SentenceStatus.REMOVED, None, 0.0, quotation, False, ())
    if len(carried) == 1 and len(inside) == 1:
        return _from_pair(id, carried[0])
    return _joined(id, inside, carried)


def _from_pair(id: str, pair: SentencePair) -> Cell:
    return Cell(
        id, pair.status, pair.right, pair.similarity, pair.quotation, pair.moved, pair.edits
    )


def _joined(id: str, inside: Sequence[SentencePair], carried: Sequence[SentencePair]) -> Cell:
    """Several pairs in one row: their right sides together where they are neighbours."""
    ordered = sorted(carried, key=lambda p: p.right.begin if p.right else 0)
    rights = [p.right for p in ordered if p.right is not None]
    lefts = [p.left for p in inside if p.left is not None]
    near = all(b.begin - a.end < 200 for a, b in pairwise(rights))
    if not near:
        longest = max(carried, key=lambda p: p.right.end - p.right.begin if p.right else 0)
        return _from_pair(id, longest)
    whole = sum(s.end - s.begin for s in lefts)
    kept = sum(p.similarity * (p.left.end - p.left.begin) for p in carried if p.left is not None)
    same = len(carried) == len(inside) and all(
        p.status is SentenceStatus.IDENTICAL for p in carried
    )
    return Cell(
        id,
        SentenceStatus.IDENTICAL if same else SentenceStatus.EDITED,
        Span(rights[0].begin, rights[-1].end),
        kept / whole if whole else 0.0,
        any(p.quotation for p in carried),
        any(p.moved for p in carried),
        tuple(edit for pair in carried for edit in pair.edits),
    )


def _additions(
    columns: Sequence[StoredArticle], comparisons: Mapping[str, Comparison]
) -> list[Row]:
    """Rows for sentences that the base lacks, in the order in which the columns carry them."""
    texts: list[str] = []
    holders: list[dict[str, SentencePair]] = []
    for column in columns:
        id = column.article.id
        if id not in comparisons:
            continue
        for pair in comparisons[id].pairs:
            if pair.status is not SentenceStatus.ADDED or pair.right is None:
                continue
            text = column.article.text[pair.right.begin : pair.right.end]
            best = process.extractOne(text, texts, scorer=fuzz.ratio, score_cutoff=_SAME)
            if best is not None and id not in holders[best[2]]:
                holders[best[2]][id] = pair
            else:
                texts.append(text)
                holders.append({id: pair})
    return [
        Row(None, tuple(_added(column.article.id, held) for column in columns)) for held in holders
    ]


def _added(id: str, held: Mapping[str, SentencePair]) -> Cell:
    pair = held.get(id)
    if pair is None:
        return Cell(id, SentenceStatus.REMOVED, None, 0.0, False, False, ())
    return Cell(id, SentenceStatus.ADDED, pair.right, 0.0, pair.quotation, False, pair.edits)
