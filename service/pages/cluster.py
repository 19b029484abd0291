"""``/clusters/{id}``: who carries a story, what each changed, where they disagree."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from dedup.dossier import COLUMNS, READ, Dossiers
from dedup.engine import Engine
from dedup.findings import Dossier
from service.pages import takeaway
from service.pages.story import tell
from service.schemas import SynopsisQuery

MOST_COLUMNS = 30
"""So many columns a page has at most; a file to take away has all that were asked for."""


def install(pages: Blueprint, engine: Engine, dossiers: Dossiers) -> None:
    """Serve the page of a cluster, and the same as files to take away."""

    def asked(id: str, columns: list[str], most: int) -> Dossier:
        query = SynopsisQuery(base=request.args.get("base") or None, columns=columns or None)
        return dossiers.of(engine.cluster(id), query.base, query.columns, most)

    def shown(id: str) -> Dossier:
        return asked(id, request.args.getlist("columns")[:MOST_COLUMNS], COLUMNS)

    def whole(id: str) -> Dossier:
        """All versions that are read, unless columns were chosen."""
        return asked(id, request.args.getlist("columns"), READ)

    def rendered(dossier: Dossier) -> str:
        return render_template(
            "cluster.html",
            section="pages.clusters",
            given=request.args.to_dict(flat=False),
            **tell(engine, dossier),
        )

    @pages.get("/clusters/<id:id>", endpoint="cluster")
    def page(id: str) -> str:
        return rendered(shown(id))

    @pages.get("/clusters/<id:id>/cluster.html", endpoint="cluster_file")
    def as_html(id: str) -> Response:
        return takeaway.page(rendered(shown(id)), f"cluster-{id}")

    @pages.get("/clusters/<id:id>/cluster.csv", endpoint="cluster_csv")
    def as_csv(id: str) -> Response:
        return takeaway.table(takeaway.synopsis_rows(whole(id)), f"cluster-{id}")

    @pages.get("/clusters/<id:id>/cluster.json", endpoint="cluster_json")
    def as_json(id: str) -> Response:
        return takeaway.document(takeaway.dossier(whole(id)), f"cluster-{id}")
