"""The pages that show what is stored, on the five seeds."""

from __future__ import annotations

import re

import httpx
import pytest
from page import Page, has, read


def joined(text: str) -> str:
    """A text without its white space, to compare what stands on a page with what was sent."""
    return re.sub(r"\s", "", text)


def side(page: Page, name: str, fold: str) -> list[str]:
    """All article text of one side of a comparison, in the order of the page."""
    for label in page.all(f"//p[{has('txt')}]//span[{has('kind')}]"):
        label.text = ""
    return page.text(f"//div[{has(name)}]/p[{has('txt')}] | //div[{has('in')}]/ul[{fold}]/li")


def test_clusters(seeds: httpx.Client, cluster_id: str) -> None:
    page = read(seeds.get("/"))
    [card] = page.text(f"//li[{has('card')}]")
    assert card.startswith("2copies Zelensky claims heavy Russian, North Korean losses in Kursk")
    assert "Hürriyet Daily News, The Independent" in card
    assert page.tree.xpath("//h2/a/@href") == [f"/clusters/{cluster_id}"]
    alone = page.tree.xpath(f"//section[{has('singles')}]//a/@href")
    assert sorted(alone) == ["/articles/000", "/articles/003", "/articles/004"]


@pytest.mark.parametrize(
    ("query", "cards"),
    [
        ("q=Kursk", 1),
        ("q=ferry", 0),
        ("source=The+Independent", 1),
        ("source=Nobody", 0),
        ("since=2025-01-05", 1),
        ("since=2025-01-06", 0),
        ("until=2025-01-05", 1),
        ("until=2025-01-04", 0),
        ("min_size=3", 0),
        ("order=largest&q=&source=&since=&until=&min_size=2", 1),
    ],
)
def test_filters(seeds: httpx.Client, query: str, cards: int) -> None:
    page = read(seeds.get(f"/?{query}"))
    assert len(page.all(f"//li[{has('card')}]")) == cards
    # every filter in force can be taken off again
    filters = [p for p in query.split("&") if not p.startswith("order") and not p.endswith("=")]
    chips = page.tree.xpath(f"//a[{has('chip')}]/@href")
    assert len(chips) == len([p for p in filters if p != "min_size=2"])
    for chip in chips:
        assert len(read(seeds.get(chip)).all(f"//li[{has('card')}]")) == 1


@pytest.mark.parametrize(
    "query", ["min_size=none", "since=yesterday", "order=oldest", "cursor=?", "nonsense=1"]
)
def test_a_wrong_filter_is_named(seeds: httpx.Client, query: str) -> None:
    page = read(seeds.get(f"/?{query}"))
    assert page.status == 422
    assert query.partition("=")[0] in page.words


def test_a_cluster_shows_who_carries_it(seeds: httpx.Client, cluster_id: str) -> None:
    page = read(seeds.get(f"/clusters/{cluster_id}"))
    [title] = page.text("//h1")
    assert title == "Zelensky claims heavy Russian, North Korean losses in Kursk"
    members = page.text(f"//section[@id='who']//ol[{has('rail')}]/li/h3")
    assert members == ["Hürriyet Daily News representative", "The Independent partial copy"]
    beside = page.text(f"//section[@id='beside']//ol[{has('rail')}]/li/h3")
    assert beside == ["The Kyiv Independent shared passage"]
    assert "/compare?left=001&right=002" in page.tree.xpath("//section[@id='who']//a/@href")


def test_the_synopsis_holds_the_base_whole_and_marks_the_rest(
    seeds: httpx.Client, cluster_id: str
) -> None:
    page = read(seeds.get(f"/clusters/{cluster_id}"))
    heads = page.text(f"//table[{has('syn')}]/thead//th/b")
    assert heads == ["Hürriyet Daily News", "The Independent", "The Kyiv Independent"]
    for sign in page.all(f"//tr//span[{has('v')} or {has('kind')}]"):
        sign.drop_tree()  # the words alone
    base = page.text(f"//tr/td[1]/div[{has('txt')}] | //tr/td[1]/details/ul/li")
    whole = joined("".join(base))
    comparison = seeds.get("/v1/compare", params={"left": "001", "right": "002"}).json()
    for pair in comparison["pairs"]:
        if pair["left"] and pair["status"] != "furniture":
            assert joined(pair["left"]["text"]) in whole
    differing = page.text(f"//tr[{has('differs')}]/td[1]//mark")
    assert any("just one" in text for text in differing)
    assert any("sole" in text for text in differing)


def test_the_synopsis_can_be_read_against_another_member(
    seeds: httpx.Client, cluster_id: str
) -> None:
    page = read(seeds.get(f"/clusters/{cluster_id}?base=002&columns=001"))
    heads = page.text(f"//table[{has('syn')}]/thead//th/b")
    assert heads == ["The Independent", "Hürriyet Daily News"]
    assert page.tree.xpath("//select[@id='base']/option[@selected]/@value") == ["002"]
    assert read(seeds.get(f"/clusters/{cluster_id}?base=004")).status == 404


def test_a_comparison_holds_both_texts_whole(seeds: httpx.Client) -> None:
    page = read(seeds.get("/compare?left=001&right=002"))
    pairs = seeds.get("/v1/compare", params={"left": "001", "right": "002"}).json()["pairs"]
    for name, key, fold in (("l", "left", "not(@class)"), ("r", "right", "@class")):
        shown = sorted(joined(text) for text in side(page, name, fold))
        sent = sorted(joined(pair[key]["text"]) for pair in pairs if pair[key])
        assert shown == sent


def test_a_comparison_marks_what_differs(seeds: httpx.Client) -> None:
    page = read(seeds.get("/compare?left=001&right=002"))
    assert page.text(f"//div[{has('verdict')}]//h2") == ["Partial copy"]
    aligned = page.all(
        f"//li[{has('pair')}][div[{has('l')}]/p[{has('txt')}]][div[{has('r')}]/p[{has('txt')}]]"
    )
    assert len(aligned) >= 8
    assert page.text("//del")
    assert page.text("//ins")
    loud = page.all(f"//ol[{has('pairs')}]//*[self::ins or self::del][{has('sub')}]")
    assert loud
    for mark in loud:
        following = mark.getnext()
        assert following is not None
        assert following.get("class") == "kind"
    # every row of substance says so, and only those
    for row in page.all(f"//li[{has('pair')}]"):
        marked = row.xpath(f".//*[self::ins or self::del][{has('sub')}]")
        assert bool(marked) == ("subst" in row.get("class").split())


def test_the_ways_between_changes_lead_round(seeds: httpx.Client) -> None:
    page = read(seeds.get("/compare?left=001&right=002"))
    for kind in ("hop", "hop loud"):
        ring = {
            hop.xpath("ancestor::li[@data-stop]/@id")[0]: hop.xpath("a/@href")[1][1:]
            for hop in page.all(f"//span[@class='{kind}']")
        }
        start = at = next(iter(ring))
        for _ in ring:
            at = ring[at]
        assert at == start


def test_an_article_shows_all_of_its_text(seeds: httpx.Client) -> None:
    page = read(seeds.get("/articles/002"))
    for number in page.all(f"//a[{has('no')}]"):
        number.text = ""
    for aid in page.all(f"//p[{has('txt')}]//span[{has('vh')}]"):
        aid.text = ""
    shown = page.text(f"//p[{has('txt')}] | //details[{has('furn')}]//li")
    sent = seeds.get("/v1/articles/002").json()["text"]
    assert joined("".join(shown)) == joined(sent)
    assert "continue to expend" in " ".join(page.text("//q"))
    heads = ["Hürriyet Daily News", "The Kyiv Independent"]
    assert page.text(f"//ol[{has('matches')}]/li/h3") == heads


def test_what_is_not_there(seeds: httpx.Client) -> None:
    for path in ("/articles/none", "/clusters/none", "/compare?left=001&right=none", "/nowhere"):
        page = read(seeds.get(path, headers={"Accept": "text/html"}))
        assert page.status == 404
    page = read(seeds.post("/", headers={"Accept": "text/html"}))
    assert page.status == 405
    program = seeds.get("/nowhere", headers={"Accept": "application/json"})
    assert program.headers["Content-Type"] == "application/problem+json"
    assert seeds.get("/v1/articles/none").headers["Content-Type"] == "application/problem+json"


def test_the_form_of_a_comparison(seeds: httpx.Client) -> None:
    page = read(seeds.get("/compare?left=001"))
    assert page.tree.xpath("//input[@name='left']/@value") == ["001"]
    assert page.status == 200
