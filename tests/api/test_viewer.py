"""``/docs`` without script: every call is listed, and nothing comes from another host."""

from __future__ import annotations

import re
from html import unescape

import httpx
from serving import Service

from service.security import CONTENT_SECURITY_POLICY


def test_every_call_is_listed(service: Service) -> None:
    page = service.client.get("/docs")
    assert page.status_code == 200
    listed = re.findall(
        r'<b class="method">(\w+)</b> <code>([^<]+)</code> <span>([^<]+)</span>', page.text
    )
    spec = service.client.get("/openapi.json").json()
    assert sorted((method, path, unescape(summary)) for method, path, summary in listed) == sorted(
        (method.upper(), path, operation["summary"])
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    )


def test_everything_it_loads_is_here(service: Service) -> None:
    page = httpx.get(service.url + "/docs")
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page.text)
    assert any(file.endswith("swagger-ui-bundle.js") for file in loaded)
    for file in loaded:
        assert file.startswith("/static/")
        assert httpx.get(service.url + file).status_code == 200
    assert "<style" not in page.text
    assert not re.search(r"<script[^>]*>[^<]", page.text)
    assert not re.search(r"\son\w+=", page.text)
