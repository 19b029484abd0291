"""Pages as a reader gets them: parsed, with what holds for every one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import httpx
from lxml import html
from lxml.html import HtmlElement


@dataclass(frozen=True)
class Page:
    """One answer as a document."""

    status: int
    raw: str
    tree: HtmlElement

    def all(self, selector: str) -> list[HtmlElement]:
        """All elements that a CSS class path names, as an XPath ``//tag[@class~]`` of one step."""
        return list(self.tree.xpath(selector))

    def text(self, selector: str) -> list[str]:
        """The words of these elements, white space made plain."""
        return [" ".join(e.text_content().split()) for e in self.all(selector)]

    @property
    def words(self) -> str:
        """All words of the main part."""
        return " ".join(self.text("//main"))


def has(name: str) -> str:
    """An XPath condition: the element has this class."""
    return f"contains(concat(' ', @class, ' '), ' {name} ')"


def read(answer: httpx.Response) -> Page:
    """Parse an answer and hold it against what every page must keep."""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    page = Page(answer.status_code, answer.text, html.document_fromstring(answer.text))
    keep_the_policy(page)
    keep_the_structure(page)
    return page


def keep_the_policy(page: Page) -> None:
    """Nothing inline, nothing from another host."""
    assert page.all("//style | //*[@style] | //script[not(@src)]") == []
    for element in page.tree.iter():
        if isinstance(element.tag, str):
            assert not [name for name in element.attrib if name.lower().startswith("on")]
            assert element.tag not in {"iframe", "object", "embed", "base", "img"}
    for address in page.tree.xpath("//script/@src | //link/@href"):
        assert address.startswith("/static/")
    for link in page.tree.xpath("//a/@href"):
        assert link.startswith(("/", "#", "?", "http://", "https://")), link


def keep_the_structure(page: Page) -> None:
    """One heading of the first order, one main part, ids that are unique, links that arrive."""
    assert len(page.all("//h1")) == 1
    assert len(page.all("//main[@id='main']")) == 1
    assert page.tree.get("lang") == "en"
    assert page.all(f"//a[{has('skip')}]")[0].get("href") == "#main"
    ids = Counter(page.tree.xpath("//@id"))
    assert not [id for id, count in ids.items() if count > 1]
    for link in page.tree.xpath("//a/@href"):
        if link.startswith("#"):
            assert link[1:] in ids, link
    for label in page.tree.xpath("//label/@for"):
        assert label in ids, label
    for image in page.all("//*[local-name()='svg']"):
        assert image.get("aria-hidden") == "true" or image.get("aria-label")
