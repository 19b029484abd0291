"""Forms that change something: only our own pages may send them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request


def refuse_foreign_forms() -> None:
    """Refuse a form that another site made the browser send (cross-site request forgery).

    A browser adds remembered credentials to such a request too. All current browsers say where a
    request comes from (``Sec-Fetch-Site``); older ones at least name the origin of a form.
    Programs say neither and hold their own credentials.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            abort(403, "This form was sent from another site.")
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403, "This form was sent from another site.")
