"""Who may make which call: a key is checked before anything else is done with a request.

Sent as ``Authorization: Bearer KEY``, as ``X-API-Key: KEY``, or as the password of HTTP Basic,
which is what browsers ask their users for on the pages. A browser adds Basic credentials to
requests that other sites start, too; none of those can store or read anything, since every call
that stores wants a media type that foreign pages may not send, and answers carry no CORS header
unless that was asked for.
"""

from __future__ import annotations

import ipaddress

from flask import Flask, g, request
from werkzeug.wrappers import Request

from dedup.errors import InvalidSetting
from dedup.settings import Settings
from service.keys import IN_SETTING, Key, KeyRing, Scope
from service.ratelimit import RateLimit, retry_after
from service.refusals import Forbidden, TooManyRequests, Unauthorized

OPEN = {
    "static",
    "openapi",
    "viewer.docs",
    "viewer.static",
    "health.healthz",
    "health.readyz",
}
"""Endpoints that need no key: they say nothing about any article."""
READING = {"comparing.check", "comparing.compare_sent", "pages.check_text"}
"""Endpoints that store nothing although their method is POST."""
ADMIN = {"metrics.get_metrics"}


def refuse_exposure(settings: Settings, address: str) -> None:
    """Raise ``InvalidSetting`` for a public address without keys, unless that was asked for.

    ``address`` is the IP address that the service listens on.
    """
    if settings.allow_anonymous or settings.api_keys or settings.api_keys_file:
        return
    if not ipaddress.ip_address(address).is_loopback:
        raise InvalidSetting(
            "WIRETWIN_HOST",
            f"{address} can be reached from other machines, where anybody could store and "
            f"delete articles: set {IN_SETTING} or WIRETWIN_API_KEYS_FILE, "
            "or WIRETWIN_ALLOW_ANONYMOUS=true",
        )


def install_auth(app: Flask, settings: Settings) -> None:
    """Let nobody in without a key, if there are any, nor anybody too often, if that is set."""
    ring = KeyRing(settings.api_keys, settings.api_keys_file)
    limit = RateLimit(settings.rate_limit, settings.rate_burst) if settings.rate_limit else None

    def slow_down(caller: str) -> None:
        wait = limit.take(caller) if limit is not None else 0.0
        if wait:
            seconds = retry_after(wait)
            raise TooManyRequests(
                f"{settings.rate_limit:g} requests a second are allowed; wait {seconds} s", seconds
            )

    @app.before_request
    def admit() -> None:
        """Raise ``Unauthorized``, ``Forbidden`` or ``TooManyRequests``."""
        endpoint = request.endpoint
        if endpoint is None or endpoint in OPEN or request.method == "OPTIONS":
            return
        address = f"address {request.remote_addr}"
        if not ring.wanted:
            slow_down(address)
            return
        secret = presented(request)
        key = ring.find(secret) if secret else None
        if key is None:
            slow_down(address)
            why = "the key is not known" if secret else "there is no key in the request"
            raise Unauthorized(why, _challenge(endpoint))
        g.key = key.name
        slow_down(f"key {key.name}")
        _check(key, endpoint)


def presented(asked: Request) -> str | None:
    """The key in a request, if there is one."""
    sent = asked.authorization
    if sent is not None:
        return sent.token if sent.type == "bearer" else sent.password
    return asked.headers.get("X-API-Key")


def _check(key: Key, endpoint: str) -> None:
    needed = Scope.WRITE
    if endpoint in ADMIN:
        needed = Scope.ADMIN
    elif request.method in {"GET", "HEAD"} or endpoint in READING:
        needed = Scope.READ
    if not key.scope.allows(needed):
        raise Forbidden(f"this needs a key with the scope {needed}; this one has {key.scope}")


def _challenge(endpoint: str) -> str:
    """What to send instead (RFC 9110, 11.6.1); only ``Basic`` makes a browser ask its user."""
    if endpoint.startswith("pages."):
        return 'Basic realm="wiretwin: any name, a key as password", charset="UTF-8"'
    return 'Bearer realm="wiretwin"'
