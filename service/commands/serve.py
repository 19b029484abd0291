"""``wiretwin serve``: the service over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import click

from dedup.errors import InvalidSetting
from dedup.settings import Settings
from service.commands.common import opened, settings_with, store_option

if TYPE_CHECKING:
    from dedup.engine import Engine


@click.command()
@click.option("--host", help="Address to listen on.  [WIRETWIN_HOST; default: 127.0.0.1]")
@click.option(
    "--port", type=int, help="Port to listen on, 0 for a free one.  [WIRETWIN_PORT; default: 8080]"
)
@store_option
@click.option("--workers", type=int, help="Server processes.  [WIRETWIN_WORKERS; default: 1]")
def serve(host: str | None, port: int | None, store: str | None, workers: int | None) -> None:
    """Serve the API and the pages until SIGTERM or Ctrl-C."""
    run(settings_with(host=host, port=port, store=store, workers=workers))


def run(settings: Settings) -> NoReturn:
    """Check that everything is at hand, then serve and say where.

    Raises ``InvalidSetting`` or ``StoreError`` before anything is served.
    """
    from service.workers import several_workers

    with several_workers():
        _run(settings)


def _warm_up(engine: Engine) -> None:
    """Make the tables that a first article needs, which the workers then share, before any asks."""
    from dedup.model import Article

    engine.check(
        Article("warm-up", "Rain fell all night, and two roads were closed.", language="en")
    )


def _run(settings: Settings) -> NoReturn:
    from dedup.store.sqlite_file import path_of
    from service import logs, server
    from service.app import create_app
    from service.auth import refuse_exposure
    from service.draining import Draining
    from service.housekeeping import Housekeeper

    if settings.store.startswith("sqlite:") and path_of(settings.store) == ":memory:":
        raise InvalidSetting("WIRETWIN_STORE", "a store in memory ends with its process")
    try:
        listener = server.listen(settings.host, settings.port)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        raise InvalidSetting(
            "WIRETWIN_HOST, WIRETWIN_PORT",
            f"cannot listen on {settings.host} port {settings.port}: {reason}",
        ) from error
    refuse_exposure(settings, listener.getsockname()[0])
    draining = Draining()
    logs.configure(settings.log_level)
    with listener, opened(settings) as engine:
        engine.finish_pending()
        _warm_up(engine)
        address = server.address(listener)
        server.run(
            listener,
            create_app(engine, settings, draining),
            settings,
            draining,
            Housekeeper(engine, settings, draining),
            ready=lambda: click.echo(f"wiretwin listens on {address}"),
        )
