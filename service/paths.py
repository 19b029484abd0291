"""Ids as one segment of a URL path, whatever characters they hold.

An id can hold a slash, so ``/v1/articles/a%2Fb/matches`` and ``/v1/articles/a/b/matches`` are
different things. WSGI decodes the path before an application sees it; the undecoded form stands
beside it (``REQUEST_URI`` in waitress and werkzeug, ``RAW_URI`` in gunicorn).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from werkzeug.routing import BaseConverter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class KeepEncodedSlashes:
    """WSGI middleware that leaves encoded slashes (``%2F``) encoded in ``PATH_INFO``.

    Percent signs that were encoded stay so too (``%25``), so that nothing is ambiguous;
    ``IdConverter`` decodes both. Without an undecoded path every slash separates.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on with its path rewritten."""
        path = environ.get("PATH_INFO", "")
        sent = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
        environ["PATH_INFO"] = _from_sent(sent, path) or path.replace("%", "%25")
        return self.app(environ, start_response)


def _from_sent(sent: str, path: str) -> str | None:
    """The path as sent, slashes and percent signs inside its segments encoded.

    None when it is not the same path as the decoded one (a server that mounts the application
    below a prefix, or rewrites it).
    """
    sent = sent.partition("?")[0]
    if not sent.startswith("/"):  # absolute form, as sent to a proxy: http://host/path
        sent = "/" + sent.partition("://")[2].partition("/")[2]
    segments = [unquote_to_bytes(part) for part in sent.encode("latin-1").split(b"/")]
    if b"/".join(segments).decode("latin-1") != path:
        return None
    return b"/".join(_encode(part) for part in segments).decode("latin-1")


def _encode(segment: bytes) -> bytes:
    return segment.replace(b"%", b"%25").replace(b"/", b"%2F")


class IdConverter(BaseConverter):
    """``<id:name>``: one path segment; slashes in it are percent-encoded."""

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """Decode what ``KeepEncodedSlashes`` left encoded."""
        return value.replace("%2F", "/").replace("%25", "%")

    def to_url(self, value: str) -> str:
        """Encode everything that is not unreserved (RFC 3986)."""
        return quote(value, safe="")
