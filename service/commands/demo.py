"""``wiretwin demo``: five real articles about one event, loaded and served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from service.commands.common import opened, settings_with
from service.commands.serve import run

_PACKAGE = Path(__file__).parents[1]


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
    from service.schemas import ArticleIn

    settings = settings_with(host=host, port=port, store=store)
    articles = [ArticleIn.model_validate(fields).to_article() for fields in seeds()]
    with opened(settings) as engine:
        outcomes = engine.add_many(articles)
    for outcome in outcomes:
        click.echo(f"{outcome.id}: {outcome.status}, {outcome.verdict}")
    run(settings)


def seeds() -> Iterator[dict[str, Any]]:
    """The seed articles as they would be sent, text included.

    They are part of the installed package and lie beside it in a checkout. Raises
    ``click.ClickException`` where they are missing.
    """
    places = (_PACKAGE / "seeds", _PACKAGE.parent / "seeds")
    folder = next((place for place in places if (place / "expected.json").is_file()), None)
    if folder is None:
        looked = " or ".join(map(str, places))
        raise click.ClickException(f"the seed articles are missing: there is no {looked}")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for article in expected["articles"]:
        text = (folder / article.pop("file")).read_bytes().decode()
        yield article | {"text": text}
