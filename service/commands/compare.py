"""``wiretwin compare``: two articles sentence by sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
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
    from dedup.engine import Engine
    from dedup.model import Article


@click.command()
@click.argument("left")
@click.argument("right")
@store_option
@json_option
@click.option("--furniture", is_flag=True, help="Show the sentences that belong to the page, too.")
def compare(left: str, right: str, store: str | None, as_json: bool, furniture: bool) -> None:
    """Show what LEFT and RIGHT share and what each says otherwise.

    Each is a file (text, HTML or one JSON object; - is stdin) or, where there is no such file,
    the id of a stored article.

    Words only LEFT has stand in [-brackets-], words only RIGHT has in {+braces+}; a changed
    number, date, name, quotation, negation or claim is named behind it.
    """
    from service import present, terminal

    settings = settings_with(store=store)
    if _is_file(left) and _is_file(right):
        settings = replace(settings, store="sqlite://")  # nothing stored is asked for
    with opened(settings, create=False) as engine:
        one, other = _article(engine, left), _article(engine, right)
        comparison = engine.compare(one, other)
    if as_json:
        print_json(present.comparison(one, other, comparison))
    else:
        lines = terminal.comparison_lines(one, other, comparison, furniture)
        terminal.show(console(), lines)


def _is_file(name: str) -> bool:
    return name == "-" or Path(name).is_file()


def _article(engine: Engine, name: str) -> Article:
    from service import intake

    if _is_file(name):
        return replace(intake.one(name, engine.settings), id=name)
    return engine.article(name).article
