"""Every page, for every reader: axe finds nothing, no script is needed, nothing runs over."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import Open
from playwright.sync_api import Page, expect
from serving import Service
from stories import arabic, ferry, hostile

from dedup.store.values import ClusterQuery

Start = Callable[..., Service]
LOOK = "**/v1/clusters?limit=1"
"""What the list of clusters asks now and then."""
WIDTHS = (360, 390, 1280, 1920, 2560)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def paths(cluster_path: str, left: str = "001", right: str = "002") -> dict[str, str]:
    """One address of every page."""
    return {
        "clusters": "/",
        "cluster": cluster_path,
        "compare": f"/compare?left={left}&right={right}",
        "compare form": "/compare",
        "check": "/check",
        "article": f"/articles/{left}",
        "refusal": "/articles/nowhere",
    }


def violations(page: Page, scheme: str = "light") -> list[str]:
    """What axe-core finds wrong; in the dark only colours can be, the rest is as in the light."""
    rules = {"type": "tag", "values": list(RULES)}
    if scheme == "dark":
        rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_reports_no_violation(
    open_page: Open, seeds: Service, cluster_path: str, scheme: str
) -> None:
    page = open_page(seeds, color_scheme=scheme, reduced_motion="reduce")
    for name, path in paths(cluster_path).items():
        if name == "refusal":
            continue
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert violations(page, scheme) == [], name
    page.goto("/check")
    page.get_by_label("Text or HTML").fill(seeds.engine.article("003").article.text)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#result")).to_be_visible()
    assert violations(page, scheme) == [], "result of a check"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_empty_state_teaches_and_loads_the_seeds(
    open_page: Open, start_service: Start, scheme: str
) -> None:
    service = start_service()
    page = open_page(service, color_scheme=scheme)
    assert violations(page, scheme) == []
    expect(page.locator("pre").first).to_contain_text(f"curl -X PUT {service.url}/v1/articles")
    page.get_by_role("button", name="Load the five seed articles").click()
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".singles li")).to_have_count(3)


def test_everything_is_read_without_javascript(
    open_page: Open, seeds: Service, cluster_path: str
) -> None:
    page = open_page(seeds, java_script_enabled=False)
    page.get_by_role("link", name="Zelensky claims heavy Russian").first.click()
    expect(page.locator("#who h3 a")).to_have_count(2)
    expect(page.locator("#disagree")).to_contain_text("12,000")
    page.locator("#changes .out > summary").first.click()
    expect(page.locator("#changes .out > p").first).to_be_visible()
    page.get_by_role("switch", name="Only rows in which they disagree").check()
    expect(page.locator("#changes .group").first).to_be_hidden()
    page.goto("/compare?left=001&right=002")
    page.get_by_label("Next change").first.click()
    expect(page.locator("li:target")).to_be_in_viewport()
    page.get_by_role("switch", name="Only changes of substance").check()
    expect(page.locator(".pair:not(.subst)").first).to_be_hidden()
    page.goto("/check")
    page.get_by_label("Text or HTML").fill(seeds.engine.article("002").article.text)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#result h2")).to_contain_text("The Independent")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(
    open_page: Open, seeds: Service, cluster_path: str, width: int
) -> None:
    page = open_page(seeds, width=width)
    for name, path in paths(cluster_path).items():
        if name != "refusal":
            page.goto(path)
            assert overflow(page) <= 0, name


def test_articles_that_would_be_more_than_text_are_harmless(
    open_page: Open, start_service: Start
) -> None:
    service = start_service()
    articles = hostile()
    service.engine.add_many(articles)
    [cluster] = service.engine.clusters(ClusterQuery()).items
    for width in (390, 1280):
        page = open_page(service, width=width)
        for name, path in paths(
            f"/clusters/{cluster.id}", "hostile-2", quote(articles[0].id, safe="")
        ).items():
            if name != "refusal":
                page.goto(path)
                assert page.title() != "taken", name
                assert overflow(page) <= 0, (name, width)
        page.goto("/articles/hostile-2")
        assert "<script>" in page.locator("#text").inner_text()
    page.goto("/check")
    page.get_by_label("Text or HTML").fill(articles[0].text)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#result h2")).to_be_visible()
    assert overflow(page) <= 0


def test_right_to_left_articles_are_laid_out_right(open_page: Open, start_service: Start) -> None:
    service = start_service()
    service.engine.add_many(arabic())
    page = open_page(service, "/compare?left=ar-1&right=ar-2")
    text = page.locator(".pair .l .txt").first
    assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert text.get_attribute("lang") == "ar"
    expect(page.locator(".pair del.sub").first).to_have_text("120")
    page.goto("/")
    page.locator(".card h2 a").click()
    cell = page.locator("#changes td .txt").first
    assert cell.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert cell.evaluate("e => getComputedStyle(e).textAlign") in ("start", "right")
    assert violations(page) == []


def look_again(page: Page) -> None:
    """Let time pass until the page has asked again; it sets its clock after each answer only."""
    with page.expect_response(LOOK):
        for _ in range(10):
            page.clock.run_for(11_000)
            time.sleep(0.1)


def test_new_clusters_appear_without_a_reload(open_page: Open, start_service: Start) -> None:
    service = start_service()
    service.engine.add_many([ferry(0), ferry(1)])
    page = open_page(service, "/compare")
    page.clock.install()
    with page.expect_response(LOOK):
        page.goto("/")
    expect(page.locator(".card")).to_have_count(1)
    look_again(page)
    page.evaluate("window.stays = true")
    service.engine.add_many([*arabic(), ferry(2)])
    look_again(page)
    expect(page.locator(".card")).to_have_count(2)
    expect(page.get_by_role("status")).to_contain_text("1 new cluster, 1 cluster has changed.")
    assert page.evaluate("window.stays") is True
