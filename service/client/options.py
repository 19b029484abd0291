"""What both clients tell httpx."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any


def options(url: str, key: str | None) -> dict[str, Any]:
    """The options of an httpx client that speaks to the service at a URL."""
    headers = {"User-Agent": f"wiretwin/{version('wiretwin')}", "Accept": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return {"base_url": url, "headers": headers, "follow_redirects": True}
