"""``wiretwin export``: what a store holds as lines of JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from service.commands.common import opened, progress_bar, settings_with, store_option


@click.command()
@click.argument("file", default="-")
@store_option
def export(file: str, store: str | None) -> None:
    """Write the articles, judgements and clusters of a store to FILE, or to stdout, as NDJSON.

    `wiretwin import` reads it into a store of any kind. What a service stores meanwhile may or
    may not be in it.
    """
    from service import dump

    settings = settings_with(store=store)
    shown = file != "-" or not sys.stdout.isatty()
    articles = judgements = clusters = 0
    with opened(settings, create=False) as engine, _output(file) as out:
        stats = engine.store.stats()
        with progress_bar("{task.fields[stored]:,} articles", shown) as progress:
            task = progress.add_task("", total=stats.articles + stats.clusters, stored=0)
            for document in dump.dump(engine.store):
                out.write(dump.encode(document))
                articles += "article" in document
                judgements += "judgement" in document
                clusters += "cluster" in document
                progress.update(task, completed=articles + clusters, stored=articles)
    done = f"{articles:,} articles, {judgements:,} judgements and {clusters:,} clusters"
    click.echo(done, err=file == "-")


@contextmanager
def _output(file: str) -> Iterator[IO[bytes]]:
    """Where to write: a file appears under its name when it is whole."""
    if file == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror}") from error
