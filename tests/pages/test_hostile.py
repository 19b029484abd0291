"""Articles that try to be more than text show as text."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

import httpx
import pytest
from page import Page, has, read
from serving import running

from dedup.settings import Settings

LETTER = "W" * 10_000
STACK = "Z" + "\u0351" * 400
STORY = (
    "The <script>alert(1)</script> mayor of Vesterhavn said on Friday that 214 people were aboard "
    'the ferry when it struck the rocks. "We did everything we could, and \u202ethe crew behaved '
    'admirably," she told reporters at the harbour. The vessel had passed its inspection in March '
    f"and carried enough boats for everybody. {LETTER} was painted on the hull of it. {STACK} "
    "stands in the middle of a sentence. <img src=x onerror=alert(2)> &lt;b&gt; </p></div></main> "
    "{{ 7 * 7 }} {% raw %} stay as they were written, said the coast guard on Monday."
)
ID = "a/b ?x=<b>&\"'%2F"
TITLE = "<script>alert('t')</script> \u202eturned \u2067 & \u0007 more"
SOURCE = '"><b onmouseover=alert(3)>Outlet</b>'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with two hostile copies."""
    store = tmp_path_factory.mktemp("hostile") / "hostile.db"
    with running(Settings(store=f"sqlite:///{store}")) as service:
        first = {"id": ID, "text": STORY, "title": TITLE.replace("\u0007", ""), "source": SOURCE}
        second = {"id": "second", "text": STORY.replace("214", "241"), "language": "en"}
        for body in (first, second):
            answer = service.client.post("/v1/articles", json=body)
            assert answer.status_code == 201, answer.text
        yield service.client


def pages(client: httpx.Client) -> dict[str, Page]:
    """Every page that shows the two articles, by its address."""
    [cluster] = client.get("/v1/clusters").json()["items"]
    found = {"/": read(client.get("/")), "check": read(client.post("/check", data={"text": STORY}))}
    for path in (f"/clusters/{cluster['id']}", f"/clusters/{cluster['id']}?base=second"):
        found[path] = read(client.get(path))
    for path in [h for page in list(found.values()) for h in page.tree.xpath("//main//a/@href")]:
        if path.startswith(("/compare", "/articles")) and path not in found:
            found[path] = read(client.get(path))
    found["?q"] = read(client.get("/", params={"q": SOURCE}))
    return found


def test_hostile_articles_are_shown_as_text(client: httpx.Client) -> None:
    found = pages(client)
    assert len([path for path in found if path.startswith("/compare")]) >= 1
    assert len([path for path in found if path.startswith("/articles")]) == 2
    for path, page in found.items():
        assert page.status == 200, path
        # what was pasted goes back into the field as it was
        raw = re.sub(r"<textarea.*?</textarea>", "", page.raw, flags=re.DOTALL)
        assert "\u202e" not in raw
        assert "\u2067" not in raw
        for script in page.all("//script"):
            assert script.text_content() == ""
        assert page.all(f"//b[not(ancestor::*[{has('who')}])][@onmouseover]") == []
        assert "<script>alert" not in page.raw
        assert "49" not in page.text("//h1")[0]


def test_the_text_stands_whole(client: httpx.Client) -> None:
    page = read(client.get("/articles/second"))
    shown = "".join(page.text(f"//p[{has('txt')}]"))
    for piece in ("<script>alert(1)</script>", "onerror=alert(2)>", "{{ 7 * 7 }}", "</main>"):
        assert piece in entities.unescape(shown)
    assert shown.count("W") >= 10_000


def test_an_address_that_could_act_is_no_link(client: httpx.Client) -> None:
    body = {"text": STORY, "url": "javascript:alert(1)"}
    assert client.put("/v1/articles/third", json=body).status_code == 422
    page = read(client.get(f"/compare?left=second&right={'x' * 600}"))
    assert page.status == 422
