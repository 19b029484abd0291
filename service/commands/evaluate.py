"""``wiretwin evaluate``: the quality of the verdicts on labelled pairs of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from service.commands.common import console, json_option, opened, print_json, settings_with

if TYPE_CHECKING:
    from dedup.engine import Engine
    from dedup.evaluate import Pair, Scored
    from dedup.model import Article
    from dedup.settings import Settings

_BATCH = 100


@click.command()
@click.option("--articles", "articles_file", required=True, type=click.Path(exists=True))
@click.option("--pairs", "pairs_file", required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--store", default="sqlite://", metavar="URL", help="An empty store; memory if unset."
)
@json_option
def evaluate(articles_file: str, pairs_file: Path, store: str, as_json: bool) -> None:
    """Measure the verdicts on labelled pairs, compared directly and found through the index.

    ARTICLES is NDJSON as for ingest. PAIRS is NDJSON with a, b and label (0 none, 1 limited
    reuse, 2 substantial, 3 same text, or a word of your own), and if you like weight, note and
    expected, a list of relations seen from a.
    """
    from dedup.baseline import naive
    from dedup.evaluate import read_pairs
    from service.intake import read

    settings = settings_with(store=store)
    articles = _articles(read([articles_file], settings))
    pairs = read_pairs(pairs_file, articles)
    quiet = console(stderr=True)
    direct = _directly(articles, pairs, settings, quiet)
    with opened(settings) as engine:
        if engine.store.stats().articles:
            raise click.UsageError(f"--store {store} is not empty; give one that is")
        index = _through_index(engine, articles, pairs, quiet)
    baseline = naive({id: article.text for id, article in articles.items()}, pairs)
    report = _report(pairs, direct, index, baseline, len(articles))
    if as_json:
        print_json(report)
    else:
        _show(console(), report)


@dataclass(frozen=True, slots=True)
class _Index:
    """What came of storing every article and asking for the pairs."""

    scored: Sequence[Scored]
    together: Sequence[bool]
    compared: float


def _articles(records: Iterable[Any]) -> dict[str, Article]:
    from service.records import Refused

    articles: dict[str, Article] = {}
    for record in records:
        if isinstance(record, Refused):
            raise click.UsageError(f"{record.location}: {record.reason}")
        articles[record.article.id] = record.article
    return articles


def _directly(
    articles: dict[str, Article], pairs: Sequence[Pair], settings: Settings, quiet: Console
) -> list[Scored]:
    from dedup.analyse import analyse
    from dedup.compare import judge
    from dedup.evaluate import Scored
    from dedup.units import prepare

    wanted = sorted({id for pair in pairs for id in (pair.a, pair.b)})
    prepared = {
        id: prepare(analyse(articles[id]))
        for id in track(wanted, "Reading", console=quiet, transient=True)
    }
    scored = []
    for pair in track(pairs, "Comparing", console=quiet, transient=True):
        judged = judge(prepared[pair.a], prepared[pair.b], settings)
        scored.append(Scored(pair, judged.relation, judged.score, judged.reasons))
    return scored


def _through_index(
    engine: Engine, articles: dict[str, Article], pairs: Sequence[Pair], quiet: Console
) -> _Index:
    from dedup.evaluate import Scored
    from dedup.model import Relation

    everything = list(articles.values())
    compared = 0
    for at in track(range(0, len(everything), _BATCH), "Ingesting", console=quiet, transient=True):
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
    from dedup.evaluate import as_expected, calibration, confusion, share, worst

    reuse = {(s.pair.a, s.pair.b) for s in direct if s.relation.is_reuse}
    found = {(s.pair.a, s.pair.b) for s in index.scored if s.relation.is_reuse}
    joined = {(p.a, p.b) for p, both in zip(pairs, index.together, strict=True) if both}
    unrelated = [pair for pair in pairs if pair.label == 0]
    methods = {
        "compared directly": [[s.relation.level >= level for s in direct] for level in (3, 2, 1)],
        "found through the index": [
            [s.relation.level >= level for s in index.scored] for level in (3, 2, 1)
        ],
        "datasketch MinHashLSH alone": [list(baseline)] * 3,
    }
    return {
        "articles": articles,
        "pairs": len(pairs),
        "quality": [
            _quality(name, level, pairs, answers)
            for name, by_level in methods.items()
            for level, answers in zip((3, 2, 1), by_level, strict=True)
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
    from dedup.evaluate import quality

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


def _show(out: Console, report: dict[str, Any]) -> None:
    out.print(f"{report['articles']} articles, {report['pairs']} labelled pairs")
    for prefix in ("", "weighted_") if report["quality"] else ():
        _show_quality(out, report["quality"], prefix)
    _show_confusion(out, report["confusion"])
    if report["expected"]:
        table = Table("kind of pair", "as expected", "of", "share")
        for kind, row in report["expected"].items():
            share = row["right"] / row["of"]
            table.add_row(kind, str(row["right"]), str(row["of"]), f"{share:.2f}")
        out.print(table)
    index = report["index"]
    if index["reuse_found"] is not None:
        out.print(f"reuse that the index finds again: {index['reuse_found']:.3f}")
    out.print(f"articles compared in full per article: {index['compared_per_article']:.1f}")
    out.print(f"pairs of label 0 in one cluster: {index['unrelated_in_one_cluster']:.3f}")
    if report["calibration"]:
        table = Table("score", "pairs", "mean score", "labelled reuse", title="Calibration")
        for b in report["calibration"]:
            counts = (str(b["pairs"]), f"{b['mean_score']:.2f}", f"{b['reuse']:.2f}")
            table.add_row(f"{b['from']:.1f} to {b['to']:.1f}", *counts)
        out.print(table)
    _show_worst(out, report["worst"])


def _show_quality(out: Console, rows: Sequence[dict[str, Any]], prefix: str) -> None:
    levels = sorted({row["level"] for row in rows}, reverse=True)
    title = "F1, precision, recall at each level" + (", weighted" if prefix else "")
    table = Table("method", *(f">= {level}" for level in levels), title=title)
    for method in dict.fromkeys(row["method"] for row in rows):
        cells = [
            f"{row[f'{prefix}f1']:.3f} {row[f'{prefix}precision']:.2f} {row[f'{prefix}recall']:.2f}"
            for row in rows
            if row["method"] == method
        ]
        table.add_row(method, *cells)
    out.print(table)


def _show_confusion(out: Console, confusion: dict[str, dict[str, int]]) -> None:
    relations = [r for r in _relations() if any(r in row for row in confusion.values())]
    table = Table("relation", *confusion, title="Relation by label, compared directly")
    for relation in relations:
        table.add_row(relation, *(str(row.get(relation, "")) for row in confusion.values()))
    out.print(table)


def _relations() -> list[str]:
    from dedup.model import Relation

    return [relation.value for relation in Relation]


def _show_worst(out: Console, worst: Sequence[dict[str, Any]]) -> None:
    if worst:
        out.print("The verdicts that are most wrong:")
    for row in worst:
        note = f"; {row['note']}" if row["note"] else ""
        said = f"{row['kind']}, called {row['relation']} ({row['score']:.2f}){note}"
        out.print(f"{row['a']} {row['b']}: {said}")
        for reason in row["reasons"]:
            out.print(f"    {reason}")
