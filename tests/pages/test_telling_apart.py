"""Articles of one outlet, of none, with one title: what a page says of two tells which is which."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from page import Page, has, read
from serving import running
from test_large import STORY

from dedup.model import Article
from dedup.settings import Settings

LONG = "https://news.example/2025/01/04/the-ferry/"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that holds one story in many versions."""
    store = tmp_path_factory.mktemp("apart") / "apart.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        service.engine.add_many(
            [
                Article("early", STORY, "Ferry aground", "Gazette"),
                Article("late", STORY.replace("214", "241"), "Ferry aground: all safe", "Gazette"),
                Article(LONG + "a", STORY.replace("214", "199"), "A ferry, a beacon", "Post"),
                Article("bare-1", STORY.replace("two hours", "three hours")),
                Article("bare-2", STORY.replace("two hours", "four hours")),
                Article("same-1", STORY + " It was repeated.", "Ferry aground", "Star"),
                Article("same-2", STORY + " It was said again.", "Ferry aground", "Star"),
            ]
        )
        yield service.client


@pytest.fixture
def compared(client: httpx.Client) -> Callable[[str, str], Page]:
    """Open the comparison of two articles."""
    return lambda left, right: read(client.get("/compare", params={"left": left, "right": right}))


def sides(page: Page) -> list[str]:
    return page.text(f"//ul[{has('sides')}]/li")


def test_a_comparison_shows_both_titles(compared: Callable[[str, str], Page]) -> None:
    page = compared("early", LONG + "a")
    assert sides(page) == ["Gazette Ferry aground", "Post A ferry, a beacon"]
    columns = page.text(f"//div[{has('cmp-cols')}]//span[{has('title')}]")
    assert columns == ["Ferry aground", "A ferry, a beacon"]


def test_two_articles_of_one_outlet_are_left_and_right(
    compared: Callable[[str, str], Page],
) -> None:
    page = compared("early", "late")
    assert sides(page) == [
        "Gazette (left) Ferry aground",
        "Gazette (right) Ferry aground: all safe",
    ]
    assert "of Gazette (left) stands in Gazette (right)" in page.words
    assert sides(compared("same-1", "same-2")) == [
        "Star (left) id same-1 Ferry aground",
        "Star (right) id same-2 Ferry aground",
    ]


def test_articles_without_a_source_go_by_their_ids(compared: Callable[[str, str], Page]) -> None:
    [left, right] = sides(compared("bare-1", "bare-2"))
    assert left.startswith("Outlet not given (left) id bare-1 A ferry with 214 people")
    assert right.startswith("Outlet not given (right) id bare-2 A ferry with 214 people")
    [left, right] = sides(compared("bare-1", "early"))
    assert left.startswith("Outlet not given id bare-1 ")
    assert right == "Gazette Ferry aground"


def test_versions_of_one_outlet_are_told_apart(client: httpx.Client) -> None:
    [cluster] = client.get("/v1/clusters").json()["items"]
    query = {"columns": ["early", "late", LONG + "a", "bare-1"]}
    page = read(client.get(f"/clusters/{cluster['id']}", params=query))
    heads = page.text("//table[@role='table']//th[@role='columnheader']/b")
    assert {"Gazette (early)", "Gazette (late)", "Post", "Outlet not given (bare-1)"} <= set(heads)
    # who says what: with the ids where an outlet says two things, and else without
    points = page.all(f"//dl[{has('says')}]")
    names = [[b.text_content() for b in point.xpath(".//dd/p/b")] for point in points]
    [figure] = [said for said in names if any("Gazette (late)" in one for one in said)]
    assert any("Gazette (early)" in one for one in figure)
    [hours] = [said for said in names if any("(bare-1)" in one for one in said) and said != figure]
    assert any("Gazette" in one and "Gazette (" not in one for one in hours)
