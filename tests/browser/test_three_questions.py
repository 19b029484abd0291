"""What an editor asks of a story is answered on the seeds by clicks and by keys."""

from __future__ import annotations

import re
from collections.abc import Callable

from chromium import Open
from playwright.sync_api import Page, expect
from serving import Service

from service import seeding

Start = Callable[..., Service]
ANOTHER = "before => (document.querySelector('li:target') ?? {id: before}).id !== before"
"""Whether a change is aimed at, another than the one with this id."""


def opened_by_click(open_page: Open, seeds: Service) -> Page:
    """The page of the cluster, reached from the list."""
    page = open_page(seeds)
    page.get_by_role("link", name="Zelensky claims heavy Russian").first.click()
    page.wait_for_url("**/clusters/*")
    return page


def test_who_carries_this_story(open_page: Open, seeds: Service) -> None:
    page = opened_by_click(open_page, seeds)
    page.get_by_role("link", name="Who carries it").click()
    who = page.locator("#who")
    expect(who).to_be_in_viewport()
    outlets = who.locator("h3 a").all_inner_texts()
    assert outlets == ["Hürriyet Daily News", "The Independent"]
    expect(who.get_by_text("partial copy")).to_be_visible()
    beside = page.locator("#beside")
    assert beside.locator("h3 a").all_inner_texts() == ["The Kyiv Independent"]
    expect(beside.get_by_text("shared passage").first).to_be_visible()


def test_what_did_each_change(open_page: Open, seeds: Service) -> None:
    page = opened_by_click(open_page, seeds)
    page.get_by_role("link", name="What did each change").click()
    table = page.get_by_role("table", name="Synopsis: sentences by outlet")
    expect(table).to_be_in_viewport()
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert "The Independent" in " ".join(heads)
    assert table.locator("ins").count() > 10
    rows = table.locator("tbody tr")
    before = sum(row.is_visible() for row in rows.all())
    page.get_by_role("switch", name="Only rows in which they disagree").check()
    shown = [row for row in rows.all() if row.is_visible()]
    assert 0 < len(shown) < before
    assert all("differs" in (row.get_attribute("class") or "") for row in shown)


def test_a_text_left_out_opens(open_page: Open, seeds: Service) -> None:
    page = opened_by_click(open_page, seeds)
    left_out = page.locator("#changes .out").first
    summary = left_out.locator("summary")
    expect(left_out.locator("p")).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(left_out.locator("p")).to_be_visible()


def test_where_the_copies_disagree_on_facts(open_page: Open, seeds: Service) -> None:
    page = opened_by_click(open_page, seeds)
    page.get_by_role("link", name="Where do they disagree").click()
    panel = page.locator("#disagree")
    expect(panel).to_be_in_viewport()
    troops = panel.locator("li", has=page.locator("mark", has_text="12,000")).first
    expect(troops).to_contain_text("11,000")
    expect(troops).to_contain_text("The Kyiv Independent")
    expect(troops).to_contain_text("Hürriyet Daily News")
    troops.locator("footer a").click()
    row = page.locator("#changes tr:target")
    expect(row).to_be_in_viewport()
    assert "12,000" in row.inner_text()


def test_the_list_says_at_once_that_they_disagree(open_page: Open, seeds: Service) -> None:
    page = open_page(seeds)
    expect(page.locator(".card .flag").first).to_contain_text("11,000")
    page.get_by_label("Copies disagree").check()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**disagree=1**")
    expect(page.locator(".card")).to_have_count(1)


def test_the_page_is_walked_by_keys_alone(open_page: Open, seeds: Service) -> None:
    page = open_page(seeds)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.card') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/clusters/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zelensky claims")


def test_the_next_and_the_previous_change_by_key(open_page: Open, seeds: Service) -> None:
    page = open_page(seeds, "/compare?left=001&right=002")
    seen = []
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
        page.wait_for_function(ANOTHER, arg=seen[-1] if seen else None)
        expect(page.locator("li:target")).to_be_in_viewport()
        seen.append(page.locator("li:target").get_attribute("id"))
    assert len(set(seen)) == 3
    assert seen[3] == seen[1]
    page.get_by_role("switch", name="Only changes of substance").check()
    page.keyboard.press("j")
    expect(page.locator("li:target")).to_have_class(re.compile("subst"))
    page.locator("li:target").get_by_label("Next change").locator("visible=true").click()
    expect(page.locator("li:target")).to_have_class(re.compile("subst"))


def test_a_pasted_text_is_checked_and_nothing_stored(open_page: Open, seeds: Service) -> None:
    before = seeds.client.get("/v1/events").json()["items"]
    text = seeds.engine.article("001").article.text
    page = open_page(seeds, "/check")
    page.get_by_label("Text or HTML").fill(text[:1500] + "\n\nThis sentence stands nowhere else.")
    page.get_by_role("button", name="Check").click()
    result = page.locator("#result")
    expect(result.get_by_role("heading", level=2)).to_contain_text("Hürriyet Daily News")
    assert result.locator(".hit-same").count() >= 5
    expect(result.get_by_text("found nowhere else")).to_be_visible()
    assert seeds.client.get("/v1/events").json()["items"] == before
    page.get_by_label("Or drop a file").set_input_files(
        {"name": "story.txt", "mimeType": "text/plain", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Check").click()
    expect(result.get_by_role("heading", level=2)).to_have_text("Same text as Hürriyet Daily News")
    assert seeds.client.get("/v1/events").json()["items"] == before


def test_a_person_judges_and_takes_it_back(open_page: Open, start_service: Start) -> None:
    service = start_service()
    service.engine.add_many(seeding.articles())
    page = open_page(service, java_script_enabled=False)
    page.get_by_role("link", name="Zelensky claims heavy Russian").first.click()
    page.get_by_role("button", name="Same story as The Kyiv Independent").click()
    who = page.locator("#who")
    expect(who.locator("h3 a")).to_have_count(3)
    expect(page.locator("#judged")).to_be_in_viewport()
    page.get_by_role("button", name="Not the same story told by The Independent").press("Enter")
    expect(who.locator("h3 a")).to_have_count(2)
    expect(page.locator("#judged")).to_contain_text("overruled by a person: partial copy")
    page.get_by_role("button", name="Undo").first.click()
    expect(who.locator("h3 a")).to_have_count(3)
    page.goto("/compare?left=001&right=003")
    expect(page.locator("#judged")).to_contain_text("The same story")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#judged .judged")).to_have_count(0)
