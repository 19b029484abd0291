"""Judging on the pages: buttons on a comparison and on a member, with a way back."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from page import Page, has, read
from serving import Service

from service import seeding


@pytest.fixture
def client(start_service: Callable[..., Service]) -> httpx.Client:
    """A client of a service of its own that holds the seeds."""
    service = start_service()
    service.engine.add_many(seeding.articles())
    return service.client


def cluster_path(client: httpx.Client) -> str:
    """The page of the only cluster."""
    [cluster] = client.get("/v1/clusters").json()["items"]
    return f"/clusters/{cluster['id']}"


def pressed(client: httpx.Client, page: Page, words: str, number: int = 0) -> Page:
    """Send the form of a button, and read the page it leads to."""
    button = page.all(f"//form//button[starts-with(normalize-space(), '{words}')]")[number]
    form = next(button.iterancestors("form"))
    fields: dict[str, list[str]] = {}
    for field in form.xpath(".//input"):
        fields.setdefault(field.get("name"), []).append(field.get("value"))
    if button.get("name"):
        fields[button.get("name")] = [button.get("value")]
    answer = client.post(form.get("action"), data=fields)
    assert answer.status_code == 303, answer.text
    return read(client.get(answer.headers["Location"]))


def members(page: Page) -> list[str]:
    """The outlets that carry the story."""
    return page.text("//section[@id='who']//h3/a")


def test_a_member_is_sent_away_and_comes_back(client: httpx.Client) -> None:
    path = cluster_path(client)
    joined = pressed(client, read(client.get(path)), "Same story")
    assert set(members(joined)) == {
        "Hürriyet Daily News",
        "The Independent",
        "The Kyiv Independent",
    }
    assert "joined by a person" in joined.words
    assert "overruled by a person: shared passage" in joined.words
    left = pressed(client, joined, "Not the same story told by The Independent")
    assert len(members(left)) == 2
    assert "overruled by a person: partial copy" in left.words
    taken_away = client.get(f"{path}/cluster.html").text
    assert "overruled by a person" in taken_away
    assert "<form" not in taken_away
    assert "<button" not in taken_away
    back = pressed(client, left, "Undo")
    assert len(members(back)) == 3
    assert len(members(pressed(client, back, "Undo"))) == 2
    assert client.get("/v1/judgements").json()["items"] == []


def test_a_pair_is_judged_where_it_is_compared(client: httpx.Client) -> None:
    address = "/compare?left=002&right=001"
    page = pressed(client, read(client.get(address)), "Not the same story")
    assert "overruled by a person: partial copy" in page.words
    assert client.get("/v1/clusters").json()["total"] == 0
    assert "Not the same story" in read(client.get("/articles/001")).words
    page = pressed(client, page, "The same story")
    assert "overruled" not in page.words
    assert client.get("/v1/clusters").json()["total"] == 1
    page = pressed(client, page, "Undo")
    assert page.all(f"//ul[{has('judged')}]") == []
    assert client.get("/v1/clusters").json()["total"] == 1


def test_a_cluster_of_two_that_falls_apart_leads_to_the_pair(client: httpx.Client) -> None:
    page = pressed(client, read(client.get(cluster_path(client))), "Not the same story")
    assert page.text("//h1")[0].startswith("Compare")
    pressed(client, page, "Undo")
    assert len(members(read(client.get(cluster_path(client))))) == 2


def test_other_sites_judge_nothing(client: httpx.Client) -> None:
    path = cluster_path(client)
    pair = {"left": "001", "right": "002"}
    for address, fields in (
        ("/judgements", {**pair, "opinion": "different"}),
        ("/judgements/undo", pair),
        (f"{path}/expel", {"article": "002"}),
    ):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}):
            answer = client.post(address, data=fields, headers=headers)
            assert answer.status_code == 403
    assert client.get("/v1/judgements").json()["items"] == []
    for fields in ({}, {**pair, "opinion": "maybe"}, {"left": "001", "right": "001"}):
        assert client.post("/judgements", data=fields).status_code == 422
    assert client.post(f"{path}/expel", data={"article": "004"}).status_code == 404
    assert client.post("/judgements/undo", data={"left": ["001"]}).status_code == 422
