"""``wiretwin ingest``: articles from files into the store."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from service.commands.common import console, opened, settings_with, store_option, summary

if TYPE_CHECKING:
    from rich.progress import Progress

    from dedup.engine import Engine
    from service.records import Record

BATCH = 64
"""Articles given to the engine at a time: enough to share the cost of a transaction."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@store_option
def ingest(paths: tuple[str, ...], store: str | None) -> None:
    """Store articles from files and folders; - reads NDJSON from stdin.

    \b
    .json            one object or an array of objects
    .ndjson, .jsonl  one object a line
    .txt             one article, UTF-8
    .html, .htm      one page, reduced to its story
    folder           all of these in it, at any depth

    An article without an id gets one: the file's name (in a folder its path) without the
    suffix, or a hash of the record. The same article again changes nothing. A bad record is
    reported with its file and line and the rest goes on; the exit code is then 1.
    """
    from service import intake

    settings = settings_with(store=store)
    counts: Counter[str] = Counter()
    with opened(settings) as engine:
        engine.finish_pending()
        try:
            with _progress() as progress:
                task = progress.add_task("", total=intake.total_bytes(paths), stored=0)
                for batch in _batched(intake.read(paths, settings)):
                    counts += _store(engine, batch, progress)
                    progress.update(
                        task,
                        advance=sum(record.bytes for record in batch),
                        stored=counts["stored"],
                    )
        finally:
            click.echo(summary(counts))
    if counts["refused"]:
        raise SystemExit(1)


def _store(engine: Engine, batch: list[Record], progress: Progress) -> Counter[str]:
    """Store what can be stored, report what cannot, and count both."""
    from service.records import Refused, Taken
    from service.terminal import printable

    counts: Counter[str] = Counter()
    for record in batch:
        if isinstance(record, Refused):
            counts["refused"] += 1
            progress.console.print(
                f"{printable(record.location)}: {printable(record.reason)}", soft_wrap=True
            )
    articles = [record.article for record in batch if isinstance(record, Taken)]
    for outcome in engine.add_many(articles):
        counts["stored"] += 1
        counts[str(outcome.status)] += 1
        counts["copies"] += any(match.relation.is_reuse for match in outcome.matches)
    return counts


def _progress() -> Progress:
    """A bar on stderr, shown only when that is a terminal."""
    from rich import progress

    shown = console(stderr=True)
    return progress.Progress(
        progress.TextColumn("{task.fields[stored]:,} articles"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeRemainingColumn(),
        console=shown,
        disable=not shown.is_terminal,
    )


def _batched(records: Iterable[Record]) -> Iterator[list[Record]]:
    records = iter(records)
    while batch := list(itertools.islice(records, BATCH)):
        yield batch
