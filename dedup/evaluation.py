"""A whole evaluation: labelled pairs compared directly, found through the index, and by datasketch.

The numbers are those of ``dedup.evaluate``; this room runs the articles through the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from dedup.analyse import analyse
from dedup.baseline import naive
from dedup.compare import compare
from dedup.engine import Engine, open_engine
from dedup.errors import StoreError
from dedup.evaluate import (
    LEVELS,
    Pair,
    Scored,
    as_expected,
    calibration,
    confusion,
    quality,
    read_pairs,
    share,
    worst,
)
from dedup.model import Article, Relation
from dedup.settings import Settings
from dedup.units import prepare

_BATCH = 100
T = TypeVar("T")


class Progress:
    """Tells how far the work is; this one keeps silent."""

    def track(self, items: Sequence[T], what: str) -> Iterable[T]:
        """The items, one by one."""
        return items


def evaluate(
    articles: Mapping[str, Article],
    pairs_file: Path,
    settings: Settings,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Everything measured, as a JSON document; stores all articles in ``settings.store``.

    Raises ``InvalidPairs`` for pairs that cannot be used, ``StoreError`` for a store that is not
    empty, before anything is stored.
    """
    progress = progress or Progress()
    pairs = read_pairs(pairs_file, articles)
    engine = open_engine(settings)
    try:
        if engine.store.stats().articles:
            raise StoreError(
                f"the store {settings.store} is not empty; an evaluation needs its own"
            )
        direct = _directly(articles, pairs, settings, progress)
        index = _through_index(engine, articles, pairs, progress)
    finally:
        engine.close()
    baseline = naive({id: article.text for id, article in articles.items()}, pairs)
    return _report(pairs, direct, index, baseline, len(articles))


@dataclass(frozen=True, slots=True)
class _Index:
    """What came of storing every article and asking for the pairs."""

    scored: Sequence[Scored]
    together: Sequence[bool]
    compared: float


def _directly(
    articles: Mapping[str, Article],
    pairs: Sequence[Pair],
    settings: Settings,
    progress: Progress,
) -> list[Scored]:
    wanted = sorted({id for pair in pairs for id in (pair.a, pair.b)})
    prepared = {id: prepare(analyse(articles[id])) for id in progress.track(wanted, "Reading")}
    scored = []
    for pair in progress.track(pairs, "Comparing"):
        judged = compare(prepared[pair.a], prepared[pair.b], settings)
        scored.append(Scored(pair, judged.relation, judged.score, judged.reasons))
    return scored


def _through_index(
    engine: Engine,
    articles: Mapping[str, Article],
    pairs: Sequence[Pair],
    progress: Progress,
) -> _Index:
    # articles with one URL would be taken for one, and a pair needs both
    everything = [replace(article, url=None) for article in articles.values()]
    compared = 0
    for at in progress.track(range(0, len(everything), _BATCH), "Storing"):
        outcomes = engine.add_many(everything[at : at + _BATCH])
        compared += sum(outcome.compared for outcome in outcomes)
    scored, together = [], []
    for pair in pairs:
        found = {match.id: match for match in engine.matches(pair.a)}.get(pair.b)
        if found is None:
            scored.append(Scored(pair, Relation.NONE, 0.0))
        else:
            scored.append(Scored(pair, found.relation, found.score, found.reasons))
        clusters = {one.cluster_id for one in engine.store.get([pair.a, pair.b]).values()}
        together.append(len(clusters) == 1 and None not in clusters)
    return _Index(scored, together, compared / len(everything))


def _report(
    pairs: Sequence[Pair],
    direct: Sequence[Scored],
    index: _Index,
    baseline: Sequence[bool],
    articles: int,
) -> dict[str, Any]:
    """Everything measured, as a JSON document."""
    reuse = {(s.pair.a, s.pair.b) for s in direct if s.relation.is_reuse}
    found = {(s.pair.a, s.pair.b) for s in index.scored if s.relation.is_reuse}
    joined = {(p.a, p.b) for p, both in zip(pairs, index.together, strict=True) if both}
    unrelated = [pair for pair in pairs if pair.label == 0]
    methods = {
        "compared directly": [[s.relation.level >= level for s in direct] for level in LEVELS],
        "found through the index": [
            [s.relation.level >= level for s in index.scored] for level in LEVELS
        ],
        "datasketch alone": [list(baseline)] * 3,
    }
    return {
        "articles": articles,
        "pairs": len(pairs),
        "quality": [
            _quality(name, level, pairs, answers)
            for name, by_level in methods.items()
            for level, answers in zip(LEVELS, by_level, strict=True)
            if any(pair.label is not None for pair in pairs)
        ],
        "confusion": {
            kind: {relation.value: count for relation, count in row.items()}
            for kind, row in confusion(direct).items()
        },
        "expected": {
            kind: {"right": right, "of": count}
            for kind, (right, count) in as_expected(direct).items()
        },
        "index": {
            "reuse_found": len(reuse & found) / len(reuse) if reuse else None,
            "compared_per_article": index.compared,
            "unrelated_in_one_cluster": share(unrelated, lambda p: (p.a, p.b) in joined),
        },
        "calibration": [
            {
                "from": b.low,
                "to": b.high,
                "pairs": b.count,
                "mean_score": b.mean_score,
                "reuse": b.reuse,
            }
            for b in calibration(direct)
        ],
        "worst": [
            {
                "a": s.pair.a,
                "b": s.pair.b,
                "kind": s.pair.kind,
                "relation": s.relation.value,
                "score": s.score,
                "note": s.pair.note,
                "reasons": list(s.reasons),
            }
            for s in worst(direct)
        ],
    }


def _quality(
    method: str, level: int, pairs: Sequence[Pair], answers: Sequence[bool]
) -> dict[str, Any]:
    plain = quality(pairs, answers, level)
    weighted = quality(pairs, answers, level, weighted=True)
    return {
        "method": method,
        "level": level,
        "precision": plain.precision,
        "recall": plain.recall,
        "f1": plain.f1,
        "weighted_precision": weighted.precision,
        "weighted_recall": weighted.recall,
        "weighted_f1": weighted.f1,
    }
