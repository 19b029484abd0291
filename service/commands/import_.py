"""``wiretwin import``: what ``wiretwin export`` wrote, into a store."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

import click

from service.commands.common import (
    console,
    opened,
    place,
    progress_bar,
    settings_with,
    store_option,
)

if TYPE_CHECKING:
    import threading

    from dedup.rebuild import Kept, Rebuilder
    from service.dump import Part

BATCH = 64
MOST_BYTES = 4 * 1024 * 1024
"""Articles restored together: at most so many, and none beyond so many bytes."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@store_option
def import_(files: tuple[str, ...], store: str | None) -> None:
    """Bring what `wiretwin export` wrote into a store; - reads it from stdin.

    Articles keep id, fields, version, time and order of arrival, clusters their ids and the ids
    that lead to them. Articles are compared anew, with the settings of now. One that the store
    has in the same or a newer version stays as it is: importing again changes nothing, and goes
    on where it was stopped.
    """
    from dedup.rebuild import Rebuilder
    from service.stopping import gently

    settings = settings_with(store=store)
    with opened(settings) as engine, gently() as stop, ExitStack() as stack:
        engine.finish_pending()
        importing = _Importing(Rebuilder(engine.store, settings), stop)
        total = sum(os.path.getsize(f) for f in files if os.path.isfile(f))
        progress = stack.enter_context(progress_bar("{task.fields[stored]:,} articles"))
        task = progress.add_task("", total=None if "-" in files else total, stored=0)
        for file in files:
            with _input(file) as stream:
                for size in importing.read("stdin" if file == "-" else file, stream):
                    progress.update(task, advance=size, stored=importing.articles)
            if stop.is_set():
                break
    click.echo(f"{place(settings)}: {importing.summary()}")
    if stop.is_set():
        click.echo("stopped; the same command goes on from here", err=True)
        raise SystemExit(130)
    if importing.counts["refused"]:
        raise SystemExit(1)


class _Importing:
    def __init__(self, engine: Rebuilder, stop: threading.Event) -> None:
        self.counts: Counter[str] = Counter()
        self._engine = engine
        self._stop = stop
        self._waiting: list[Kept] = []
        self._bytes = 0

    @property
    def articles(self) -> int:
        """How many articles are done with."""
        return sum(self.counts[s] for s in ("created", "updated", "unchanged", "older"))

    def summary(self) -> str:
        """What became of everything, in one line."""
        plural = "" if self.articles == 1 else "s"
        done = ", ".join(f"{self.counts[s]:,} {s}" for s in ("created", "updated", "unchanged"))
        return (
            f"{self.articles:,} article{plural}: {done}, {self.counts['older']:,} older than "
            f"what is stored; judgements: {self.counts['judgements']:,}; "
            f"clusters under their ids: {self.counts['named']:,} "
            f"of {self.counts['clusters']:,}; refused: {self.counts['refused']:,}"
        )

    def read(self, name: str, stream: IO[bytes]) -> Iterator[int]:
        """Bring a file in; yields the size of each line that was read."""
        from dedup.errors import StoreError, WiretwinError
        from service.dump import End, decode

        seen, whole = 0, False
        for number, line in enumerate(stream, 1):
            if not line.isspace():
                try:
                    part = decode(line)
                    self._take(part, len(line))
                    whole = isinstance(part, End)
                    if isinstance(part, End):
                        part.compare(seen)
                    seen = 0 if part is None else seen + 1
                except StoreError:
                    raise
                except WiretwinError as error:
                    seen += 1
                    self._refuse(f"{name}:{number}", error)
            yield len(line)
            if self._stop.is_set():
                break
        self._flush()
        if not whole and not self._stop.is_set():
            self._refuse(name, "ends too early: the export was cut off")

    def _take(self, part: Part, size: int) -> None:
        from dedup.judgement import Judgement
        from dedup.rebuild import Kept
        from service.dump import KeptCluster

        if isinstance(part, Kept):
            if len(self._waiting) == BATCH or self._bytes + size > MOST_BYTES:
                self._flush()
            self._waiting.append(part)
            self._bytes += size
            return
        self._flush()
        if isinstance(part, Judgement):
            self._engine.restore_judgement(part)
            self.counts["judgements"] += 1
        if isinstance(part, KeptCluster):
            self.counts["clusters"] += 1
            self.counts["named"] += self._engine.restore_cluster(
                part.id, part.members, part.aliases
            )

    def _flush(self) -> None:
        if self._waiting:
            self.counts.update(self._engine.restore(self._waiting))
            self._waiting, self._bytes = [], 0

    def _refuse(self, where: str, why: object) -> None:
        from service.terminal import printable

        self.counts["refused"] += 1
        console(stderr=True).print(f"{printable(where)}: {printable(str(why))}", soft_wrap=True)


@contextmanager
def _input(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(open(file, "rb"))
        except OSError as error:
            raise click.ClickException(f"{file}: {error.strerror}") from error
        yield stream
