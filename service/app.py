"""The Flask application: the calls, the pages, and what holds for all of them."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import Flask, Response, g, request

from dedup.engine import Engine
from dedup.errors import InvalidQuery
from dedup.settings import Settings
from service.api_articles import make_articles
from service.api_batch import make_batch
from service.api_clusters import make_clusters
from service.api_compare import make_comparing
from service.api_events import make_events
from service.api_health import make_health
from service.api_judgements import make_judgements
from service.auth import install_auth
from service.description import Description
from service.draining import Draining
from service.errors import install_errors
from service.logs import install_logs
from service.metrics import Metrics, make_metrics
from service.openapi import make_openapi_app
from service.pages import make_pages
from service.paths import IdConverter, KeepEncodedSlashes
from service.security import install_cors, install_security
from service.strict_json import CompactJSON, StrictRequest
from service.viewer import install_viewer

_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


def create_app(engine: Engine, settings: Settings, draining: Draining | None = None) -> Flask:
    """A WSGI application over one engine. It does not close the engine.

    ``draining`` tells it when to stop. Raises ``InvalidSetting`` for keys or origins that cannot
    be used.
    """
    draining = Draining() if draining is None else draining
    metrics = Metrics()
    engine.store.watch(metrics.round_trip)
    app = make_openapi_app("service")
    app.request_class = StrictRequest
    app.json = CompactJSON(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.converters["id"] = IdConverter
    app.wsgi_app = KeepEncodedSlashes(app.wsgi_app)  # type: ignore[method-assign]
    install_errors(app)
    install_security(app)
    install_cors(app, settings.cors_origins)
    _install_request_ids(app)
    install_logs(app, metrics)
    install_auth(app, settings)
    _refuse_repeated_parameters(app)

    app.register_api(make_articles(engine, settings, metrics))
    app.register_api(make_batch(engine, settings, metrics))
    app.register_api(make_comparing(engine, settings, metrics))
    app.register_api(make_clusters(engine))
    app.register_api(make_judgements(engine))
    app.register_api(make_events(engine, settings, draining))
    app.register_api(make_health(engine, draining))
    app.register_api(make_metrics(engine, metrics))
    app.register_blueprint(make_pages(engine, settings))

    description = Description(app)
    install_viewer(app, description)

    @app.route("/openapi.json")
    def openapi() -> Response:
        """The description of all calls, OpenAPI 3.1."""
        return Response(app.json.dumps(description.document), mimetype="application/json")

    return app


def _install_request_ids(app: Flask) -> None:
    """Name every request: as its sender does in ``X-Request-Id``, or by an id made here."""

    @app.before_request
    def name_request() -> None:
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid4().hex

    @app.after_request
    def echo(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        return response


def _refuse_repeated_parameters(app: Flask) -> None:
    """Refuse calls with a parameter twice: one of the two would be silently ignored."""
    may_repeat = {"columns"}

    @app.before_request
    def refuse() -> None:
        for name, values in request.args.lists():
            if len(values) > 1 and name not in may_repeat and request.path.startswith("/v1/"):
                raise InvalidQuery(name, "must not be given more than once")
