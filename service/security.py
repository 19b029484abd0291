"""Headers that keep a browser from doing with an answer what it was not made for.

The texts shown are other people's. No inline script or style, no foreign host, no framing.
"""

from __future__ import annotations

import re

from flask import Flask, Response
from flask_cors import CORS

from dedup.errors import InvalidSetting

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def install_security(app: Flask) -> None:
    """Put the headers on every answer."""

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def install_cors(app: Flask, setting: str) -> None:
    """Let pages of these origins call the API; of none where the setting is empty.

    Their requests carry a key in a header, never what a browser remembers for this site. Raises
    ``InvalidSetting`` for what is no origin (RFC 6454).
    """
    origins = [origin for origin in map(str.strip, setting.split(",")) if origin]
    for origin in origins:
        if origin != "*" and _ORIGIN.fullmatch(origin) is None:
            raise InvalidSetting(
                "WIRETWIN_CORS_ORIGINS",
                f"{origin!r} is no origin; write https://example.com, or * for all",
            )
    if origins:
        CORS(
            app,
            origins=["*"] if "*" in origins else origins,
            resources=r"/(v1/.*|openapi\.json)",
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key"],
            expose_headers=["Location", "Retry-After", "X-Request-Id"],
            max_age=600,
        )
