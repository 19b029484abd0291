"""The pages: what the calls answer, laid out for eyes. Server-rendered, readable without script."""

from __future__ import annotations

from flask import Blueprint

from dedup.dossier import Dossiers
from dedup.engine import Engine
from dedup.settings import Settings
from service.pages import article, check, cluster, clusters, compare, judgements, problem


def make_pages(engine: Engine, settings: Settings) -> Blueprint:
    """All pages over one engine, with a page of their own for whatever is refused."""
    pages = Blueprint("pages", __name__)
    dossiers = Dossiers(engine)
    clusters.install(pages, engine, dossiers)
    cluster.install(pages, engine, dossiers)
    compare.install(pages, engine)
    check.install(pages, engine, dossiers, settings)
    article.install(pages, engine)
    judgements.install(pages, engine)
    problem.install(pages)
    return pages
