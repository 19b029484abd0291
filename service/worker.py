"""gunicorn's worker, whose own refusals are problem documents like those of the service.

What is no HTTP, and what is beyond gunicorn's limits (a request line of more than 8,190 bytes),
never reaches the application; gunicorn answers it with a piece of HTML.
"""

from __future__ import annotations

import json
import re
import socket
from html import unescape
from typing import Any

from gunicorn.workers.gthread import ThreadWorker
from werkzeug.exceptions import BadRequest, default_exceptions

from service.errors import MEDIA_TYPE, problem

_ANSWER = re.compile(rb"HTTP/1\.1 (\d+) .*</h1>(.*)</body>", re.DOTALL)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker of threads that says what it refuses as the service does."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer a request that cannot be handed to the application."""
        super().handle_error(req, _Reworded(client), addr, exc)


class _Reworded:
    """A socket on which gunicorn's page leaves as a problem document."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, data: bytes) -> None:
        self._client.sendall(reworded(data))


def reworded(answer: bytes) -> bytes:
    """gunicorn's answer to an error with a problem document for a body; any other as it is."""
    found = _ANSWER.match(answer)
    if found is None:
        return answer
    status, said = int(found[1]), unescape(found[2].decode("latin-1")).strip()
    error = default_exceptions.get(status, BadRequest)(said or None)
    body = json.dumps(problem(error)).encode()
    head = (
        f"HTTP/1.1 {error.code} {error.name}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
