"""The page that checks a text."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from page import has, read
from serving import Service

from service import seeding

PASSAGE = """Ukrainian President Volodymyr Zelensky has said that Russian and North Korean forces \
suffered heavy losses in fighting in Russia's southern Kursk region.

Ukrainian and Western assessments say that some 11,000 North Korean troops are deployed in the \
Kursk region, where Ukrainian forces occupy swathes of territory after staging a mass \
cross-border incursion in August.

The harbour master of Vesterhavn was not asked about any of this."""


def refs(page_item: object) -> list[str]:
    """What a sentence's entry says of where else it stands."""
    items = page_item.xpath(f".//div[{has('where')}]//li")  # type: ignore[attr-defined]
    return [" ".join(item.text_content().split()) for item in items]


def test_a_passage_is_found_sentence_by_sentence(seeds: httpx.Client) -> None:
    before = seeds.get("/v1/clusters").json(), read(seeds.get("/")).words
    page = read(seeds.post("/check", data={"text": PASSAGE}))
    assert page.status == 200
    assert page.text("//section[@id='result']//h2") == ["Contained in Hürriyet Daily News"]
    sentences = page.all(f"//ol[{has('sents')}]/li")
    assert [refs(s)[0] for s in sentences] == [
        "1word for word",
        "1word for word",
        "found nowhere else",
    ]
    assert page.text("//textarea")[0].startswith("Ukrainian President")
    # nothing was stored
    assert (seeds.get("/v1/clusters").json(), read(seeds.get("/")).words) == before


def test_line_ends_of_forms_change_nothing(seeds: httpx.Client) -> None:
    text = next(one.text for one in seeding.articles() if one.id == "001")
    sent = text.replace("\n", "\r\n")
    page = read(seeds.post("/check", data={"text": sent}))
    assert page.text("//section[@id='result']//h2") == ["Same text as Hürriyet Daily News"]


@pytest.mark.parametrize("way", ["field", "file"])
def test_html_is_reduced_to_its_story(seeds: httpx.Client, way: str) -> None:
    paragraphs = "".join(f"<p>{p}</p>" for p in PASSAGE.split("\n\n"))
    document = f"<html><body><nav>Menu</nav><article>{paragraphs}</article></body></html>"
    if way == "file":
        files = {"file": ("page.html", document.encode(), "text/html")}
        page = read(seeds.post("/check", files=files))
    else:
        page = read(seeds.post("/check", data={"text": document}))
    assert page.text("//section[@id='result']//h2") == ["Contained in Hürriyet Daily News"]
    assert "Menu" not in " ".join(page.text(f"//ol[{has('sents')}]"))


def test_what_nobody_carries(seeds: httpx.Client) -> None:
    text = "The harbour master of Vesterhavn closed the quay for repairs, which nobody minded much."
    page = read(seeds.post("/check", data={"text": text}))
    assert page.text("//section[@id='result']//h2") == ["Unique: nothing stored carries it"]
    assert page.all(f"//ol[{has('matches')}]/li") == []


def test_a_text_too_short_to_judge_says_so(seeds: httpx.Client) -> None:
    page = read(seeds.post("/check", data={"text": "Too short."}))
    assert "fewer than 8 words" in page.words


@pytest.mark.parametrize("text", ["", " \n ", "with NUL \0 inside", "<p></p>"])
def test_what_cannot_be_checked_is_explained(seeds: httpx.Client, text: str) -> None:
    page = read(seeds.post("/check", data={"text": text}))
    assert page.status == 422
    assert page.text(f"//p[{has('refused')}]")


def test_long_texts(start_service: Callable[..., Service]) -> None:
    service = start_service(max_text_chars=700_000)
    # more than flask takes in a form field unless told
    words = "one sentence of many words for the check " * 16_000
    assert read(service.client.post("/check", data={"text": words})).status == 200
    page = read(service.client.post("/check", data={"text": words * 2}))
    assert page.status == 413
    assert page.text(f"//p[{has('refused')}]")
