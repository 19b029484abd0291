"""What the newsroom operations work on: articles as paragraphs of sentences with an origin.

The origin of a sentence is where its words were first written (``en-ferry#3``). Operations edit
the text and keep the origin: how much of one article stands in another is known, not measured.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

UNSPACED = frozenset({"zh", "ja"})
"""Languages written without spaces; two characters count as one word there."""

_TOKEN = re.compile(r"\w+")
_CHARACTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or a few that one person speaks in one breath.

    ``origin`` is None for text that belongs to the page or was added by a site.
    """

    text: str
    origin: str | None = None


Paragraph = tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One outlet's form of a text. ``width`` hard-wraps the lines; None leaves them whole."""

    id: str
    language: str
    title: str
    source: str
    published_at: datetime
    paragraphs: tuple[Paragraph, ...]
    dateline: str = ""
    width: int | None = None

    @property
    def text(self) -> str:
        """The article as it is sent: paragraphs between blank lines."""
        joiner = "" if self.language in UNSPACED else " "
        blocks = [joiner.join(sentence.text for sentence in block) for block in self.paragraphs]
        blocks[0] = self.dateline + blocks[0]
        if self.width is not None:
            blocks = [_wrap(block, self.width, self.language in UNSPACED) for block in blocks]
        return "\n\n".join(blocks)

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence in reading order."""
        for block in self.paragraphs:
            yield from block


def words(text: str, language: str) -> list[str]:
    """Lower-cased words; single characters where a script has no spaces."""
    pattern = _CHARACTER if language in UNSPACED else _TOKEN
    return pattern.findall(text.lower())


def length(text: str, language: str) -> float:
    """How many words long a text is."""
    return len(words(text, language)) / (2 if language in UNSPACED else 1)


def _wrap(block: str, width: int, unspaced: bool) -> str:
    """Break a paragraph into lines of about ``width`` characters, half as many without spaces.

    Without spaces a line may end anywhere but inside a number or before a closing mark.
    """
    if not unspaced:
        return textwrap.fill(
            block, width, initial_indent="    ", break_long_words=False, break_on_hyphens=False
        )
    lines = [""]
    for piece in re.findall(r"(?:[0-9A-Za-z.,%]+|.)[，。、；：！？」』”）》]*", block):
        if len(lines[-1]) + len(piece) > width // 2:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
