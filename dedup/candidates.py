"""Candidates: what the index brought up, compared in full.

The index only proposes. Whether a candidate is related is for the comparison to say, and the
candidates of all articles of a batch are compared together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from dedup.compare import judge
from dedup.matches import match_of, strongest_first
from dedup.model import AnalysedArticle, Comparison, Edge, Match, Relation
from dedup.settings import Settings
from dedup.units import Prepared


@dataclass(frozen=True, slots=True)
class Case:
    """An article, its ref if it is stored, and the refs of its candidates."""

    analysed: AnalysedArticle
    ref: int | None
    candidates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An article as it was judged, its edges and matches, strongest first, and the number of
    candidates it was compared with.

    ``copies`` are the articles at both ends of its edges of the same text, by ref.
    """

    analysed: AnalysedArticle
    edges: tuple[Edge, ...]
    matches: tuple[Match, ...]
    compared: int
    copies: Mapping[int, AnalysedArticle]


def judge_candidates(
    cases: Sequence[Case],
    prepared: Callable[[Case], Prepared],
    ready: Mapping[int, Prepared],
    settings: Settings,
    *,
    changes: bool,
) -> list[Judged]:
    """Compare each article with its candidates, as far as these are ``ready`` and not itself.

    ``prepared`` is asked only for articles that have any, as most have not. The edges say nothing
    of ``changes``: they would for some articles and not for others.
    """
    others = [_others(case, ready) for case in cases]
    pairs: list[tuple[Prepared, Prepared]] = []
    for case, some in zip(cases, others, strict=True):
        if some:
            own = prepared(case)
            pairs += [(own, other) for other in some.values()]
    comparisons = iter(judge(pairs, settings, changes=changes))
    return [
        _judged(case, {ref: (other, next(comparisons)) for ref, other in some.items()})
        for case, some in zip(cases, others, strict=True)
    ]


def _others(case: Case, ready: Mapping[int, Prepared]) -> dict[int, Prepared]:
    """The candidates of an article by ref, without the article itself in another version."""
    return {
        ref: ready[ref]
        for ref in case.candidates
        if ref in ready and ready[ref].analysed.article.id != case.analysed.article.id
    }


def _judged(case: Case, compared: Mapping[int, tuple[Prepared, Comparison]]) -> Judged:
    related = [
        (match_of(other.analysed.article.id, comparison), ref, comparison)
        for ref, (other, comparison) in compared.items()
        if comparison.relation is not Relation.NONE
    ]
    related.sort(key=lambda one: strongest_first(one[0]))
    copies = {
        ref: compared[ref][0].analysed for match, ref, _ in related if match.relation.level == 3
    }
    if copies and case.ref is not None:
        copies[case.ref] = case.analysed
    return Judged(
        analysed=case.analysed,
        edges=tuple(
            Edge(
                left=case.ref or 0,
                right=ref,
                match=replace(match, changes={}),
                left_coverage=comparison.left_coverage,
                right_coverage=comparison.right_coverage,
            )
            for match, ref, comparison in related
        ),
        matches=tuple(match for match, _, _ in related),
        compared=len(compared),
        copies=copies,
    )
