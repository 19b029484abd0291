"""``wiretwin stats``: how much a store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.commands.common import (
    console,
    json_option,
    opened,
    print_json,
    settings_with,
    store_option,
)

if TYPE_CHECKING:
    from rich.table import Table

    from dedup.model import Stats


@click.command()
@store_option
@json_option
def stats(store: str | None, as_json: bool) -> None:
    """Count articles, clusters and postings, and tell what the store occupies.

    Pending articles are stored and not yet compared: some are on their way at any moment, and
    those of a process that died are taken up by whoever starts next.
    """
    from service import present

    settings = settings_with(store=store)
    with opened(settings, create=False) as engine:
        found = engine.store.stats()
    if as_json:
        print_json(present.stats(found))
    else:
        console().print(_table(found))


def _table(found: Stats) -> Table:
    """Names on the left, numbers on the right."""
    from rich.table import Table

    from service import present

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for name, value in present.stats(found).items():
        table.add_row(name, f"{value:,}" if isinstance(value, int) else value or "-")
    return table
