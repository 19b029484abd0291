"""``wiretwin evaluate``: the quality of the verdicts on labelled pairs of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service.commands.common import console, json_option, print_json, settings_with

if TYPE_CHECKING:
    from rich.console import Console

    from dedup.model import Article
    from service.records import Record

T = TypeVar("T")


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
    from dedup import evaluation
    from service.intake import read

    settings = settings_with(store=store)
    articles = _articles(read([articles_file], settings))
    report = evaluation.evaluate(articles, pairs_file, settings, _bars(console(stderr=True)))
    if as_json:
        print_json(report)
    else:
        _show(console(), report)


def _articles(records: Iterable[Record]) -> dict[str, Article]:
    from service.records import Refused

    articles: dict[str, Article] = {}
    for record in records:
        if isinstance(record, Refused):
            raise click.UsageError(f"{record.location}: {record.reason}")
        articles[record.article.id] = record.article
    return articles


def _bars(out: Console) -> Any:
    from rich.progress import track

    from dedup.evaluation import Progress

    class Bars(Progress):
        """Progress as bars that vanish when they are done."""

        def track(self, items: Sequence[T], what: str) -> Iterable[T]:
            return track(items, what, console=out, transient=True)

    return Bars()


def _show(out: Console, report: dict[str, Any]) -> None:
    from rich.table import Table

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
    from rich.table import Table

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
    from rich.table import Table

    from dedup.model import Relation

    given = [r.value for r in Relation if any(r.value in row for row in confusion.values())]
    table = Table("relation", *confusion, title="Relation by label, compared directly")
    for relation in given:
        table.add_row(relation, *(str(row.get(relation, "")) for row in confusion.values()))
    out.print(table)


def _show_worst(out: Console, worst: Sequence[dict[str, Any]]) -> None:
    if worst:
        out.print("The verdicts that are most wrong:")
    for row in worst:
        note = f"; {row['note']}" if row["note"] else ""
        said = f"{row['kind']}, called {row['relation']} ({row['score']:.2f}){note}"
        out.print(f"{row['a']} {row['b']}: {said}")
        for reason in row["reasons"]:
            out.print(f"    {reason}")
