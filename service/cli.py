"""The command line, ``wiretwin``.

Exit codes: 0 done; 1 something could not be done (a refused article, a store out of reach);
2 the command line, a file or a setting is wrong; 3 copies were found, where that was asked for.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any

import click

from dedup.errors import InvalidSetting, WiretwinError
from service.commands.check import check
from service.commands.compare import compare
from service.commands.consume import consume
from service.commands.demo import demo
from service.commands.evaluate import evaluate
from service.commands.export import export
from service.commands.import_ import import_
from service.commands.ingest import ingest
from service.commands.keys import keys
from service.commands.reindex import reindex
from service.commands.serve import serve
from service.commands.stats import stats
from service.garbage import search_seldom


class _Commands(click.Group):
    """A group whose commands' own errors end in one line, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InvalidSetting as error:
            raise click.UsageError(str(error)) from error
        except WiretwinError as error:
            raise click.ClickException(str(error)) from error


@click.group("wiretwin", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wiretwin")
def main() -> None:
    """Finds copies of wire stories: whole, cropped, reworded or wrapped in page furniture.

    Settings come from WIRETWIN_* environment variables; options go before them.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # a terminal that cannot show a character shows its number instead of failing
            stream.reconfigure(errors="backslashreplace")
    search_seldom()


_ARTICLES = (ingest, consume, check, compare)
_STORES = (stats, export, import_, reindex)
for command in (serve, demo, *_ARTICLES, *_STORES, evaluate, keys):
    main.add_command(command)
