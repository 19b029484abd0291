"""``wiretwin ingest``: articles from files into the store."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.common import (
    opened,
    place,
    progress_bar,
    settings_with,
    store_option,
    summary,
)

if TYPE_CHECKING:
    from rich.progress import Progress

    from dedup.engine import Engine
    from service.intake import Step
    from service.journal import Journal

BATCH = 64
"""Articles given to the engine at a time: enough to share the cost of a transaction."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@store_option
@click.option(
    "--resume",
    "journal_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="JOURNAL",
    help="Note there how far each file was read, and pass over what was noted before.",
)
def ingest(paths: tuple[str, ...], store: str | None, journal_file: Path | None) -> None:
    """Store articles from files and folders; - reads NDJSON from stdin.

    \b
    .json            one object or an array of objects
    .ndjson, .jsonl  one object a line
    .txt             one article, UTF-8
    .html, .htm      one page, reduced to its story
    .parquet         one article a row (needs wiretwin[parquet])
    .warc, .warc.gz  the pages of a crawl (needs wiretwin[warc])
    folder           all of these in it, at any depth

    An article without an id gets one: the file's name (in a folder its path) without the
    suffix, or a hash of the record. The same article again changes nothing. A bad record is
    reported with its file and line, in an array with its number, too, and the rest goes on;
    the exit code is then 1.

    The first Ctrl-C finishes the batch in hand. With --resume the same command goes on from
    there, and a later one reads only files that are new or have changed.
    """
    from service import intake
    from service.journal import Journal, JournalError
    from service.stopping import gently

    settings = settings_with(store=store)
    counts: Counter[str] = Counter()
    journal = None
    with opened(settings) as engine, gently() as stop, ExitStack() as stack:
        engine.finish_pending()
        if journal_file is not None:
            journal = stack.enter_context(closing(Journal(journal_file, place(settings))))
            if not journal.is_empty and engine.store.stats().articles == 0:
                raise JournalError(
                    f"{journal_file}: the store is empty, but not this journal of it; remove it"
                )
        stack.callback(lambda: click.echo(summary(counts)))
        progress = stack.enter_context(progress_bar("{task.fields[stored]:,} articles"))
        task = progress.add_task("", total=intake.total_bytes(paths), stored=0)
        for batch in _batched(intake.steps(paths, settings, journal)):
            counts += _store(engine, batch, progress)
            if journal is not None:
                _note(journal, batch)
            progress.update(
                task, advance=sum(step.bytes for step in batch), stored=counts["stored"]
            )
            if stop.is_set():
                break
    if stop.is_set():
        click.echo(_how_to_go_on(journal_file), err=True)
        raise SystemExit(130)
    if counts["refused"]:
        raise SystemExit(1)


def _store(engine: Engine, batch: list[Step], progress: Progress) -> Counter[str]:
    """Store what can be stored, report what cannot, and count both.

    Raises ``StoreError`` when the store fails.
    """
    from dedup.errors import StoreError
    from dedup.model import Outcome
    from service.records import Taken
    from service.storing import stored
    from service.terminal import printable

    records = [step.record for step in batch if step.record is not None]
    articles = [record.article for record in records if isinstance(record, Taken)]
    outcomes = iter(stored(engine, articles, lambda _: None))
    counts: Counter[str] = Counter()
    for record in records:
        outcome = next(outcomes) if isinstance(record, Taken) else None
        if isinstance(outcome, StoreError):
            raise outcome
        if isinstance(outcome, Outcome):
            counts["stored"] += 1
            counts[str(outcome.status)] += 1
            counts["copies"] += any(match.relation.is_reuse for match in outcome.matches)
            continue
        counts["refused"] += 1
        why = f"{type(outcome).__name__}: {outcome}" if outcome else getattr(record, "reason", "")
        progress.console.print(f"{printable(record.location)}: {printable(why)}", soft_wrap=True)
    return counts


def _note(journal: Journal, batch: list[Step]) -> None:
    """Note the end of every file in the batch, and how far the last one was read."""
    for step, after in itertools.pairwise([*batch, None]):
        assert step is not None
        last = after is None or after.file != step.file
        if step.file is not None and last and (step.number or step.record is None):
            journal.note(step.file, step.number, step.record is None)


def _how_to_go_on(journal: Path | None) -> str:
    if journal is not None:
        return "stopped; the same command goes on from here"
    return (
        "stopped; the same command again finds what is stored unchanged, "
        "and with --resume JOURNAL it would pass over it"
    )


def _batched(steps: Iterable[Step]) -> Iterator[list[Step]]:
    steps = iter(steps)
    while batch := list(itertools.islice(steps, BATCH)):
        yield batch
