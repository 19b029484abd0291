"""``wiretwin check``: what an article copies, nothing stored."""

from __future__ import annotations

import click

from service.commands.common import (
    console,
    json_option,
    opened,
    print_json,
    settings_with,
    store_option,
)


@click.command()
@click.argument("file")
@store_option
@json_option
@click.option("--exit-code", is_flag=True, help="Exit with 3 when the article is a copy.")
def check(file: str, store: str | None, as_json: bool, exit_code: bool) -> None:
    """Say which stored articles FILE copies, and why; store nothing.

    FILE is text, HTML or one JSON object; - reads it from stdin.
    """
    from service import intake, present, terminal
    from service.matched import matched

    settings = settings_with(store=store)
    article = intake.one(file, settings)
    with opened(settings, create=False) as engine:
        outcome = engine.check(article)
        if as_json:
            print_json(present.outcome(outcome, matched(engine, outcome.matches)))
        else:
            stored = engine.store.stats().articles
            terminal.show(console(), terminal.outcome_lines(outcome, stored))
    if exit_code and any(match.relation.is_reuse for match in outcome.matches):
        raise SystemExit(3)
