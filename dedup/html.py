"""HTML to story text, by trafilatura (Barbaresi 2021)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import lxml.html
from lxml import etree

from dedup.errors import InvalidArticle

# what only fetching pages through a proxy would need, and nothing is fetched here
warnings.filterwarnings("ignore", message="SOCKS support in urllib3")
import trafilatura  # noqa: E402
from trafilatura.settings import Document  # noqa: E402
from trafilatura.utils import decode_file  # noqa: E402


@dataclass(frozen=True, slots=True)
class HtmlStory:
    """What a page says: the story text, one paragraph a line, and the title if it has one."""

    text: str
    title: str | None


def decoded(page: bytes) -> str:
    """The text of a page whose encoding is as pages name it or get it wrong."""
    return str(decode_file(page))


def story(html: str) -> HtmlStory:
    """The story of a page. Raises ``InvalidArticle`` when no text is found in it.

    Cost: some milliseconds for a page of 100 KB.
    """
    document = trafilatura.bare_extraction(
        html, include_comments=False, include_tables=True, favor_recall=True, with_metadata=True
    )
    if not isinstance(document, Document):
        document = None
    text = (document.text or "").strip() if document is not None else ""
    if not text:
        text = _all_text(html)
    if not text:
        raise InvalidArticle("html", "no story text was found in the page")
    title = document.title if document is not None else None
    return HtmlStory(text=text, title=title or None)


def _all_text(html: str) -> str:
    """Every visible word, for snippets too small to tell a story from a page."""
    try:
        root = lxml.html.fromstring(html)
    except (etree.ParserError, ValueError):
        return ""
    for element in root.xpath("//script|//style|//noscript|//template"):
        element.drop_tree()
    return str(root.text_content()).strip()
