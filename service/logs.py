"""The log: one JSON object a line, one line a request.

A request's line says ``time``, ``level``, ``message``, ``request_id`` (which the answer echoes as
``X-Request-Id``), ``method``, ``path`` (as ``/openapi.json`` names it), ``status``, ``ms`` until
the last byte of the answer, and ``key``, the name of the key that was used. No address, no query,
no text.
"""

from __future__ import annotations

import json
import logging
import re
import time
from datetime import UTC, datetime
from typing import Any, Protocol

from flask import Flask, Request, Response, g, request

_STANDARD = vars(logging.makeLogRecord({})).keys() | {"message", "taskName", "color_message"}
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")

log = logging.getLogger("service.requests")


class JsonLines(logging.Formatter):
    """Records as JSON objects, their extra fields beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def configure(level: str) -> None:
    """Send everything from this level on to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # it calls every page without a text an error; whoever sent the page is told, not the operator
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


class Observer(Protocol):
    """Is told of every request."""

    def begun(self) -> None:
        """One has come."""

    def ended(self, method: str, path: str, status: int, seconds: float) -> None:
        """One has been answered to the end."""


def install_logs(app: Flask, observer: Observer) -> None:
    """Log every request when its answer has been sent, and tell the observer."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()
        observer.begun()

    @app.after_request
    def follow(response: Response) -> Response:
        begun, path, method = g.begun, template(request), request.method
        extra = {"request_id": g.request_id, "method": method, "path": path}
        if "key" in g:
            extra["key"] = g.key

        def end() -> None:
            seconds = time.perf_counter() - begun
            observer.ended(method, path, response.status_code, seconds)
            log.info(
                "request",
                extra=extra | {"status": response.status_code, "ms": round(seconds * 1000, 1)},
            )

        response.call_on_close(end)
        return response


def template(asked: Request) -> str:
    """The path with names in place of ids, as ``/v1/articles/{id}``; ``-`` if there is no such."""
    rule = asked.url_rule
    return described(rule.rule) if rule is not None else "-"


def described(rule: str) -> str:
    """A rule of Flask's routing as ``/openapi.json`` writes it."""
    return _CONVERTER.sub(r"{\1}", rule)
