"""How long the heaviest pages take in a browser: a cluster of 60 members, articles of 2,000 words.

Run ``python -m benchmarks.pages`` with chromium on PATH and the test extra installed. Prints for
each page how long the service takes to answer, at first and again, how long the browser takes to
lay it out, and the longest frame while it is scrolled to its end, beside the empty form of /check
in the same run.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from benchmarks.generate import articles
from dedup.engine import Engine, open_engine
from dedup.model import Article
from dedup.settings import Settings
from dedup.store.values import ClusterQuery
from service.app import create_app

MEMBERS = 60
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
LAID_OUT = """() => { const n = performance.getEntriesByType('navigation')[0];
                      return n.loadEventEnd - n.responseEnd; }"""
SCROLL = """() => new Promise(done => {
  let last = performance.now(), longest = 0;
  const step = Math.max(200, document.documentElement.scrollHeight / 120);
  function frame(now) {
    longest = Math.max(longest, now - last); last = now;
    const before = scrollY; scrollBy({top: step, behavior: 'instant'});
    scrollY > before ? requestAnimationFrame(frame) : done(longest);
  }
  requestAnimationFrame(now => { last = now; requestAnimationFrame(frame); });
})"""


def copies(count: int, words: int, seed: int) -> list[Article]:
    """One story told so many times: a third word for word, the others cropped and edited."""
    [made] = articles(1, seed=seed, words=words)
    base, rng = made.article, random.Random(seed)
    assert base.published_at is not None
    sentences = base.text.replace("\n\n", " ").split(". ")
    told = []
    for number in range(count):
        kept = list(sentences)
        if number % 3:
            kept = kept[: rng.randint(len(kept) * 2 // 3, len(kept))]
            for i in range(number % 4, len(kept), 5):
                some = kept[i].split(" ")
                some[rng.randrange(len(some))] = str(rng.randint(3, 900))
                kept[i] = " ".join(some)
        at = base.published_at + timedelta(minutes=9 * number)
        name = f"{words}-{number}"
        told.append(Article(name, ". ".join(kept), name, f"Outlet {number % 37}", None, at, "en"))
    return told


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """The address at which the pages are served."""
    server = create_server(create_app(engine, Settings()), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Settings(store=f"sqlite:///{folder}/pages.db"))
        engine.add_many([*copies(MEMBERS, 350, 1), *copies(2, 2000, 2)])
        sizes = {c.size: c.id for c in engine.clusters(ClusterQuery()).items}
        paths = {
            "an empty form": "/check",
            f"a cluster of {MEMBERS}": f"/clusters/{sizes[MEMBERS]}",
            "a cluster of 2,000-word articles": f"/clusters/{sizes[2]}",
            "a comparison of 2,000-word articles": "/compare?left=2000-0&right=2000-1",
            "the list of clusters": "/",
        }
        with served(engine) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), headless=True, args=list(FLAGS)
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            print(f"{'milliseconds':38}{'first':>9}{'again':>9}{'laid out':>10}{'frame':>8}  again")
            form = 0.0
            for name, path in paths.items():
                row = measured(page, url, path)
                form = form or row[1]
                cells = "".join(f"{n:{w}.0f}" for n, w in zip(row, (9, 9, 10, 8), strict=True))
                print(f"{name:38}{cells}  {row[1] / form:.1f} times the form")
            browser.close()
        engine.close()


def measured(page: Page, url: str, path: str) -> tuple[float, float, float, float]:
    """First and second answer of the service, the layout, the longest frame, in milliseconds."""
    first, again = answered(url + path), min(answered(url + path) for _ in range(3))
    page.goto(url + path, wait_until="load")
    page.wait_for_timeout(200)
    return first, again, page.evaluate(LAID_OUT), page.evaluate(SCROLL)


def answered(address: str) -> float:
    """How long the service takes to send a page."""
    start = time.perf_counter()
    with urlopen(address) as answer:
        answer.read()
    return 1e3 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
