"""A real browser for the tests: Debian's chromium, or any that PATH has under its names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

REQUIRED = "BROWSER_TESTS"
"""Set to ``required``, a missing browser is a failure; else these tests are skipped."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 60_000
"""Far more than a page takes: on a busy machine a browser waits for its turn."""
Open = Callable[..., Page]
"""Opens a page of a service: the service, a path, a width, options of the browser context."""


def program() -> str:
    """The browser's program; skips or fails the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"no browser: none of {', '.join(NAMES)} is on PATH"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser with a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program(), headless=True, args=list(FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()


class Complaints:
    """What a browser complains about: scripts that fail, what the policy forbids, what is lost."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: self.said.append(f"{page.url}: {dialog.message}"))
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and self.said.append(f"{page.url}: {message.text}")
            ),
        )
