"""``wiretwin consume``: articles from a Redis stream into the store."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import click

from service.commands.common import opened, settings_with, store_option, summary

if TYPE_CHECKING:
    from redis import Redis

    from dedup.settings import Settings


@click.command()
@click.option("--stream", required=True, metavar="NAME", help="The stream to read.")
@click.option("--group", required=True, metavar="NAME", help="The consumer group to belong to.")
@click.option("--results", metavar="NAME", help="A stream for the answers.  [default: none]")
@click.option(
    "--redis",
    "queue",
    metavar="URL",
    help="Where the streams are.  [default: the store's server, or redis://127.0.0.1:6379]",
)
@click.option(
    "--consumer",
    metavar="NAME",
    help="What this consumer is called in the group.  [default: host and process]",
)
@store_option
@click.option(
    "--batch",
    type=click.IntRange(1, 10_000),
    default=64,
    show_default=True,
    help="Messages to take at a time.",
)
@click.option(
    "--detail",
    type=click.Choice(["none", "ids", "full"]),
    default="full",
    show_default=True,
    help="What an answer says of the matches.",
)
@click.option(
    "--idle",
    type=click.FloatRange(0.1, 86_400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Take over what a consumer has not finished for so long.",
)
@click.option(
    "--deliveries",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Give up a message that was given out so often without coming to an end.",
)
@click.option(
    "--keep-results",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Keep about so many of the latest answers.",
)
@click.option("--remove", is_flag=True, help="Remove messages from the stream when they are done.")
def consume(
    stream: str,
    group: str,
    results: str | None,
    queue: str | None,
    consumer: str | None,
    store: str | None,
    batch: int,
    detail: str,
    idle: float,
    deliveries: int,
    keep_results: int,
    remove: bool,
) -> None:
    """Store the articles of a Redis stream until SIGTERM or Ctrl-C.

    A message is an article as JSON in the field article, or a field for each of its own.
    It is acknowledged when the store has the article and its answer is written. Several
    consumers of one group share the work, and take over what one of them left when it died.
    What is no article goes to the stream NAME:dead, with the reason.
    """
    from service import logs
    from service.consume import Consumer, Limits
    from service.stopping import gently
    from service.streams import Inbox, Names

    settings = settings_with(store=store)
    logs.configure(settings.log_level)
    name = consumer or f"{socket.gethostname()}-{os.getpid()}"
    client = _client(queue, settings)
    inbox = Inbox(client, Names(stream, group, name, results), keep_results, remove)
    limits = Limits(batch, idle, deliveries, detail if results else "none")
    with gently() as stop, opened(settings) as engine:
        inbox.open()
        engine.finish_pending()
        worker = Consumer(engine, inbox, limits, stop)
        click.echo(f"wiretwin consumes {stream} as {name} of {group}")
        try:
            worker.run()
        finally:
            inbox.close()
            click.echo(summary(worker.counts))


def _client(url: str | None, settings: Settings) -> Redis:
    """A client of the queue. Raises ``click.BadParameter`` for a URL that names none."""
    from redis import ConnectionPool, Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    from dedup.errors import InvalidSetting
    from dedup.store.redis_url import read_url
    from service.consume import WAIT_MS

    if url is None and settings.store.startswith(("redis://", "rediss://", "unix://")):
        url = settings.store
    try:
        address = read_url(url or "redis://127.0.0.1:6379")
    except InvalidSetting as error:
        raise click.BadParameter(str(error).partition(": ")[2], param_hint="--redis") from None
    if address.hosts:
        raise click.BadParameter("streams are read from one server", param_hint="--redis")
    options: dict[str, Any] = {
        "socket_connect_timeout": settings.store_timeout,
        "socket_timeout": settings.store_timeout + WAIT_MS / 1000,
        **address.options,
        "protocol": 2,
        "retry": Retry(NoBackoff(), 0),
    }
    return Redis.from_pool(ConnectionPool(**options))
