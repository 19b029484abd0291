"""What the commands share: settings from options, an open engine, a console."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dedup.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from dedup.engine import Engine

Command = TypeVar("Command", bound=Callable[..., Any])


def store_option(command: Command) -> Command:
    """``--store URL``, unset by default so that the environment decides."""
    return click.option(
        "--store",
        metavar="URL",
        help="Where articles are kept.  [WIRETWIN_STORE; default: sqlite:///./wiretwin.db]",
    )(command)


def json_option(command: Command) -> Command:
    """``--json`` for programs that read the answer."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the answer as JSON, as the service gives it."
    )(command)


def settings_with(**options: Any) -> Settings:
    """The settings of the environment with the options given on the command line over them.

    An option of None was not given. Raises ``InvalidSetting``.
    """
    given = {name: value for name, value in options.items() if value is not None}
    settings = replace(Settings.from_env(), **given)
    settings.validate()
    return settings


def place(settings: Settings) -> str:
    """Where the store of the settings is, in words that mean the same from any folder."""
    prefix = "sqlite:///"
    if settings.store.startswith(prefix) and settings.store != prefix:
        return prefix + os.path.abspath(settings.store.removeprefix(prefix))
    return re.sub(r"://[^@/]*@", "://", settings.store)  # without a password


@contextmanager
def opened(settings: Settings, create: bool = True) -> Iterator[Engine]:
    """An engine over the store of the settings, closed at the end.

    With ``create`` a file that is not there yet is made. Raises ``StoreError`` when the store
    cannot be opened with these settings.
    """
    from dedup.engine import open_engine

    if not create:
        refuse_missing(settings.store)
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.close()


def refuse_missing(url: str) -> None:
    """Raise ``StoreError`` for a file that is not there: reading would find nothing in it."""
    from dedup.errors import StoreError
    from dedup.store.sqlite_file import path_of

    path = path_of(url) if url.startswith("sqlite:") else ":memory:"
    if path != ":memory:" and not os.path.exists(path):
        raise StoreError(
            f"there is no store {path!r} yet: `wiretwin ingest` makes it, "
            "and --store names another one"
        )


def console(stderr: bool = False) -> Console:
    """A console that colours only for a terminal, and not under ``NO_COLOR``."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def progress_bar(what: str, shown: bool = True) -> Progress:
    """A bar on stderr, shown only when that is a terminal; ``what`` counts, as rich writes it."""
    from rich import progress

    err = console(stderr=True)
    return progress.Progress(
        progress.TextColumn(what),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeRemainingColumn(),
        console=err,
        disable=not (shown and err.is_terminal),
    )


def summary(counts: Counter[str]) -> str:
    """What became of many articles, in one line."""
    done = ", ".join(
        f"{counts[status]:,} {status}" for status in ("created", "updated", "unchanged")
    )
    plural = "" if counts["stored"] == 1 else "s"
    return (
        f"{counts['stored']:,} article{plural}: {done}; "
        f"copies: {counts['copies']:,}; refused: {counts['refused']:,}"
    )


def print_json(document: Mapping[str, Any]) -> None:
    """Print a JSON document of ``service.present``, text in its own script."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
