"""The viewer of ``/docs`` shows every call, tries one, and asks no other host."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from serving import Service

Open = Callable[..., Page]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_call_is_shown_and_nothing_foreign_is_loaded(
    open_page: Open, seeds: Service, width: int
) -> None:
    spec = seeds.client.get("/openapi.json").json()
    operations = [o for methods in spec["paths"].values() for o in methods.values()]
    page = open_page(seeds, "/check", width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/docs")
    blocks = page.locator(".opblock")
    expect(blocks).to_have_count(len(operations))
    shown = page.locator(".opblock-summary-description").all_inner_texts()
    assert sorted(shown) == sorted(operation["summary"] for operation in operations)
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(seeds.url).netloc}
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not too_wide


def test_a_call_can_be_tried(open_page: Open, seeds: Service) -> None:
    page = open_page(seeds, "/docs", color_scheme="dark")
    health = page.locator(".opblock", has=page.get_by_text("/healthz", exact=True))
    health.locator("button").first.click()
    health.get_by_role("button", name="Try it out").click()
    health.get_by_role("button", name="Execute").click()
    expect(health.locator(".live-responses-table")).to_contain_text('"status": "ok"')
