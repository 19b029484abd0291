"""``/docs``: the description of the calls as a page, shown by the Swagger UI that is installed.

The page itself lists every call, so that it can be read without script; with script, Swagger UI
takes the place of the list. It loads nothing from another host, and needs no inline script or
style.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_openapi3_swagger
from flask import Blueprint, Flask, render_template

from service.description import Description

ASSETS = Path(flask_openapi3_swagger.__file__).parent / "templates" / "swagger"


@dataclass(frozen=True, slots=True)
class Call:
    """A call in brief."""

    method: str
    path: str
    summary: str


@dataclass(frozen=True, slots=True)
class Group:
    """The calls of one tag."""

    name: str
    purpose: str
    calls: tuple[Call, ...]


def groups(spec: dict[str, Any]) -> list[Group]:
    """The calls of an OpenAPI document by their first tag, both in the order they stand there."""
    calls: dict[str, list[Call]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            call = Call(method.upper(), path, operation["summary"])
            calls[operation["tags"][0]].append(call)
    return [Group(t["name"], t["description"], tuple(calls[t["name"]])) for t in spec["tags"]]


def install_viewer(app: Flask, description: Description) -> None:
    """Serve the page, and the files of the viewer."""
    viewer = Blueprint(
        "viewer", __name__, static_folder=str(ASSETS), static_url_path="/static/viewer"
    )

    @viewer.route("/docs")
    def docs() -> str:
        """The description of all calls as a page."""
        spec = description.document
        return render_template("docs.html", info=spec["info"], groups=groups(spec))

    app.register_blueprint(viewer)
