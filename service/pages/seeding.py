"""The five seed articles, for a store with nothing in it."""

from __future__ import annotations

from click import ClickException

from dedup.model import Article
from service.commands.demo import seeds
from service.schemas import ArticleIn


def shipped() -> bool:
    """Whether the seeds were installed with the service."""
    try:
        next(seeds())
    except ClickException:
        return False
    return True


def articles() -> list[Article]:
    """The seeds. Raises ``ClickException`` where they were not installed."""
    return [ArticleIn.model_validate(fields).to_article() for fields in seeds()]
