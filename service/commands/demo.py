"""``wiretwin demo``: five real articles about one event, loaded and served."""

from __future__ import annotations

import click

from service.commands.common import opened, settings_with
from service.commands.serve import run


@click.command()
@click.option("--host", help="Address to listen on.  [WIRETWIN_HOST; default: 127.0.0.1]")
@click.option(
    "--port", type=int, help="Port to listen on, 0 for a free one.  [WIRETWIN_PORT; default: 8080]"
)
@click.option(
    "--store",
    metavar="URL",
    default="sqlite:///./wiretwin-demo.db",
    show_default=True,
    help="The demo's own store.",
)
def demo(host: str | None, port: int | None, store: str) -> None:
    """Load the five seed articles into a store of their own and serve them.

    Starting it again changes nothing: the same articles are recognised.
    """
    from service import seeding

    settings = settings_with(host=host, port=port, store=store)
    articles = seeding.articles()
    with opened(settings) as engine:
        outcomes = engine.add_many(articles)
    for outcome in outcomes:
        click.echo(f"{outcome.id}: {outcome.status}, {outcome.verdict}")
    run(settings)
