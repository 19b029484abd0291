"""What a newsroom of one language has at hand: quotation marks, synonyms, house rules, sites."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .article import Article, words

HERE = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in (HERE / "house").glob("*.json")))


@dataclass(frozen=True, slots=True)
class Site:
    """A news site and the furniture it puts around every story.

    The lines may hold the slots ``{headline}`` (another story of the day), ``{author}`` and
    ``{title}``. ``middle`` interrupts the story after its second paragraph.
    """

    name: str
    before: tuple[str, ...]
    middle: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class House:
    """The hand-written material of one language.

    ``quotes``: pairs of opening and closing marks, the language's own first. ``synonyms``: phrases
    that can stand for each other where they are used in the originals. ``styles``: named lists of
    regular expressions and replacements. ``bridges``: sentences that lead over to agency copy.
    """

    language: str
    quotes: tuple[tuple[str, str], ...]
    synonyms: tuple[tuple[str, str], ...]
    styles: dict[str, tuple[tuple[str, str], ...]]
    typography: tuple[str, ...]
    bridges: tuple[str, ...]
    authors: tuple[str, ...]
    headlines: tuple[str, ...]
    sites: tuple[Site, ...]


@cache
def house(language: str) -> House:
    """The house of one language, read from ``house/<language>.json``."""
    raw = json.loads((HERE / "house" / f"{language}.json").read_text(encoding="utf-8"))
    return House(
        language=language,
        quotes=_pairs(raw["quotes"]),
        synonyms=_pairs(raw["synonyms"]),
        styles={name: _pairs(rules) for name, rules in raw["styles"].items()},
        typography=tuple(raw["typography"]),
        bridges=tuple(raw["bridges"]),
        authors=tuple(raw["authors"]),
        headlines=tuple(raw["headlines"]),
        sites=tuple(
            Site(
                site["name"],
                *(tuple(site.get(place, ())) for place in ("before", "middle", "after")),
            )
            for site in raw["sites"]
        ),
    )


def quotations(text: str, rules: House) -> Iterator[str]:
    """The direct speech in one paragraph, in the language's own marks as the originals have them.

    A quotation that is not closed runs to the end of its paragraph.
    """
    opening, closing = rules.quotes[0]
    yield from re.findall(rf"{re.escape(opening)}(.+?)(?:{re.escape(closing)}|$)", text)


def quoted_words(article: Article) -> list[str]:
    """All words of an article that stand in quotation marks, in order."""
    rules = house(article.language)
    return [
        word
        for block in article.paragraphs
        for quotation in quotations(" ".join(sentence.text for sentence in block), rules)
        for word in words(quotation, article.language)
    ]


def _pairs(raw: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((left, right) for left, right in raw)
