"""``wiretwin reindex``: a store's index anew, after the settings that shape it changed."""

from __future__ import annotations

import click

from dedup.errors import HeaderMismatch
from service.commands.common import (
    opened,
    place,
    progress_bar,
    refuse_missing,
    settings_with,
    store_option,
)


@click.command()
@store_option
@click.option(
    "--force", is_flag=True, help="Rebuild even if the index is as the settings say already."
)
def reindex(store: str | None, force: bool) -> None:
    """Rebuild the index of a store under the settings of now, and compare all articles anew.

    It is done in place: articles stay where they are with ids, versions and times; clusters
    change only where the comparison says so. Stop what uses the store before: until the end
    nothing else opens it. A reindex that is stopped, or killed, loses nothing; the same command
    goes on from there.
    """
    from contextlib import closing

    from dedup.rebuild import open_rebuilder
    from service.stopping import gently

    settings = settings_with(store=store)
    refuse_missing(settings.store)
    why = None
    try:
        with opened(settings):
            pass
        if not force:
            click.echo(f"{place(settings)}: the index is as the settings say")
            return
    except HeaderMismatch as error:
        why = str(error)
    done = 0
    with closing(open_rebuilder(settings)) as engine, gently() as stop:
        if why is not None:
            click.echo(why, err=True)
        total = engine.store.stats().articles
        with progress_bar("{task.completed:,} of {task.total:,} articles") as progress:
            task = progress.add_task("", total=total)
            for count in engine.reindex():
                done += count
                progress.update(task, completed=done)
                if stop.is_set():
                    break
    if stop.is_set():
        click.echo("stopped; `wiretwin reindex` goes on from here", err=True)
        raise SystemExit(130)
    click.echo(f"{place(settings)}: {done:,} articles indexed anew")
