"""``wiretwin keys``: who may use the service."""

from __future__ import annotations

from pathlib import Path

import click

from dedup.errors import InvalidSetting
from service.commands.common import settings_with


def _file_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--file", metavar="FILE", help="The file of hashed keys.  [WIRETWIN_API_KEYS_FILE]"
    )(command)


@click.group()
def keys() -> None:
    """Make, list and remove API keys in a file of hashes.

    The service reads the file that WIRETWIN_API_KEYS_FILE names, and reads it again whenever it
    changes.
    """


@keys.command("add")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(["read", "write", "admin"]),
    default="write",
    show_default=True,
    help="read: look and compare; write: store and delete as well; admin: /metrics as well.",
)
@_file_option
def add_key(name: str, scope: str, file: str | None) -> None:
    """Make a key for NAME and print it. It is shown this once; the file holds its hash."""
    from service.keys import Scope, add, new_key

    secret, key = new_key(name, Scope(scope))
    add(_path(file), key)
    click.echo(secret)


@keys.command("list")
@_file_option
def list_keys(file: str | None) -> None:
    """Print name and scope of every key."""
    from service.keys import read

    for key in read(_path(file)):
        click.echo(f"{key.name}\t{key.scope}")


@keys.command("remove")
@click.argument("name")
@_file_option
def remove_key(name: str, file: str | None) -> None:
    """Remove the key of NAME; a running service refuses it from then on."""
    from service.keys import remove

    remove(_path(file), name)


def _path(file: str | None) -> Path:
    path = file or settings_with().api_keys_file
    if not path:
        raise InvalidSetting("WIRETWIN_API_KEYS_FILE", "name the file, or give --file")
    return Path(path)
