"""Furniture: which paragraphs belong to the page and not to the story, from one page alone.

What gives furniture away: a line that is repeated on the page; a heading; a run of lines that
end no sentence (menus, link lists); by-lines, date lines and photo credits; calls to subscribe,
share, donate or accept cookies; and a tail or block of the page that is mostly such things.
After the shallow-text features of Kohlschütter, Fankhauser and Nejdl (WSDM 2010), where short
blocks without full sentences next to each other are boilerplate.

Structure alone never takes the whole text: a table or a list of short lines is a story too when
little else would be left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dedup.phrases import (
    CREDIT,
    is_contact,
    is_duration,
    is_heading,
    is_picture_credit,
    is_pointer,
)

_ENDS = tuple(".!?…。！？؟।")
_CLOSES = '"”’»“」』)]'
_DATELINE = re.compile(
    r"^\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.{0,40}|.{0,20}\b\d{1,2}:\d{2}\b.{0,20}"
    r"|.{0,25}\b(?:19|20)\d\d\b.{0,25}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.{0,20})$",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^\W*(?:\d{1,2}[.)]|[-*•·»>|])\s+\S")

_POST = re.compile(
    r"pic\.twitter\.com/\w|\(@\w{1,30}\)\s*(?:on\s+)?[^\W\d_]+\.? \d{1,2},? \d{4}\W*$|^via @\w+$"
)
_SIGNED = re.compile(r"^\W*[^()\n]{1,50}\(@\w{1,30}\)")

CALL = "call to the reader"
HEADING = "page heading"
POST = "embedded post"
_SHORT = 22
"""Words; a longer paragraph is no heading, menu entry or by-line."""
_TEASERS = 3
"""Full paragraphs that a tail of links may hold."""
_LEFT_AT_LEAST = 0.3
"""Share of the words that structural reasons must leave to the story."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its text, its normalised words and whether these hold a call to the
    reader."""

    text: str
    words: tuple[str, ...]
    calls: bool

    @property
    def ends_sentence(self) -> bool:
        """Whether it closes with the end of a sentence."""
        return self.text.rstrip().rstrip(_CLOSES).endswith(_ENDS)


def furniture(
    paragraphs: Sequence[Paragraph], title: str | None, per_word: int = 1
) -> list[str | None]:
    """For each paragraph why it is furniture, or None. Linear in the number of paragraphs."""
    short = _SHORT * per_word
    lines = [len(p.words) <= short and not p.ends_sentence for p in paragraphs]
    sure = [_said(p, line, short) for p, line in zip(paragraphs, lines, strict=True)]
    _repeats(paragraphs, title, sure, lines)
    if not any(sure) and not any(lines):  # nothing that the rest goes by
        return sure
    _appeals(paragraphs, sure)
    _posts(paragraphs, sure, short)
    certain = list(sure)
    _menus(paragraphs, sure, lines, short)
    _tail(paragraphs, sure, lines, short)
    _head(paragraphs, sure, lines, short)
    if not any(sure):
        return sure
    total = sum(len(p.words) for p in paragraphs)
    left = sum(len(p.words) for p, why in zip(paragraphs, sure, strict=True) if why is None)
    if left < _LEFT_AT_LEAST * total:
        lexical = sum(len(p.words) for p, why in zip(paragraphs, certain, strict=True) if why)
        if left < 60 * per_word or lexical < 0.1 * total:
            sure = certain
    if not any(p.words for p, why in zip(paragraphs, sure, strict=True) if why is None):
        return [None] * len(paragraphs)
    return sure


def _said(paragraph: Paragraph, line: bool, short: int) -> str | None:
    """What the words of one paragraph alone reveal."""
    count = len(paragraph.words)
    if not count:
        return "no words"
    if count > 4 * short:
        return None
    text = paragraph.text.strip()
    if count <= short // 4 and (is_duration(text) or is_heading(paragraph.words)):
        return HEADING
    if line:
        if CREDIT.match(text):
            return "credit line"
        if is_heading(paragraph.words):
            return HEADING
        if count <= 9 and _DATELINE.match(text):
            return "date line"
    if count <= 2 * short:
        if is_pointer(text):
            return "link list"
        if paragraph.calls or is_contact(text):
            return CALL
    if _is_post(paragraph.text):
        return POST
    if is_picture_credit(paragraph.text):
        return "photo caption"
    return None


def _is_post(text: str) -> bool:
    """Whether a text holds the signature of a post."""
    return ("@" in text or "pic.twitter.com/" in text) and _POST.search(text) is not None


def _repeats(
    paragraphs: Sequence[Paragraph],
    title: str | None,
    why: list[str | None],
    lines: Sequence[bool],
) -> None:
    """Repeated lines and the headline; of a repeated full paragraph the first one stays."""
    counts = Counter(p.words for p in paragraphs)
    if len(counts) == len(paragraphs) and not any(lines):
        return
    seen: set[tuple[str, ...]] = set()
    headline = _letters(title or "")
    for i, p in enumerate(paragraphs):
        if why[i] is not None:
            continue
        if lines[i] and headline and headline == _letters(p.text):
            why[i] = "headline"
        elif counts[p.words] > 1 and (lines[i] or p.words in seen):
            why[i] = "repeated on the page"
        seen.add(p.words)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _appeals(paragraphs: Sequence[Paragraph], why: list[str | None]) -> None:
    """A long paragraph that calls, next to furniture, and what stands between two calls.

    One of the two must be a full sentence: links set between paragraphs are no appeal.
    """
    if not any(why):
        return
    last = len(paragraphs) - 1
    for i, p in enumerate(paragraphs):
        furnished = (i > 0 and why[i - 1]) or (i < last and why[i + 1])
        if why[i] is None and furnished and p.calls:
            why[i] = CALL
    for i in range(1, last):
        between = why[i] is None and why[i - 1] == CALL and why[i + 1] == CALL
        if between and (paragraphs[i - 1].ends_sentence or paragraphs[i + 1].ends_sentence):
            why[i] = CALL


def _posts(paragraphs: Sequence[Paragraph], why: list[str | None], short: int) -> None:
    """The paragraph over the signature of a post ("Name (@handle) date") is the post."""
    for i in range(1, len(paragraphs)):
        signed = why[i] == POST and _SIGNED.match(paragraphs[i].text)
        if signed and why[i - 1] is None and len(paragraphs[i - 1].words) <= 2 * short:
            why[i - 1] = POST


def _menus(
    paragraphs: Sequence[Paragraph], why: list[str | None], lines: Sequence[bool], short: int
) -> None:
    """Three lines in a row that end no sentence are a menu or link list.

    Under a heading of links the numbered ones may be questions, too.
    """
    start = 0
    for i in range(len(paragraphs) + 1):
        if i < len(paragraphs):
            p = paragraphs[i]
            if lines[i] or why[i] is not None:
                continue
            if len(p.words) <= short and _LISTED.match(p.text) and HEADING in why[start:i]:
                continue
        if i - start >= 3:
            for j in range(start, i):
                why[j] = why[j] or "link list"
        start = i + 1


def _tail(
    paragraphs: Sequence[Paragraph], why: list[str | None], lines: Sequence[bool], short: int
) -> None:
    """The tail with the largest balance of furniture over story belongs to the page.

    Every line or known piece of furniture counts one for it, every full paragraph one in forty
    words against it. An embedded post can stand anywhere and counts as story. The tail must hold
    two known pieces, at most three full paragraphs, and
    less than the rest of the text.
    """
    if sum(1 for one in why if one not in {None, POST}) < 2:
        return
    balance, best, start = 0.0, 0.0, len(paragraphs)
    for i in range(len(paragraphs) - 1, 0, -1):
        p = paragraphs[i]
        furnished = why[i] != POST and (why[i] is not None or lines[i])
        balance += 1.0 if furnished else -max(0.8, 0.55 * len(p.words) / short)
        if furnished and balance >= best:
            best, start = balance, i
    tail = range(start, len(paragraphs))
    if sum(1 for i in tail if why[i] is None and not lines[i]) > _TEASERS:
        return
    known = sum(1 for i in tail if why[i] not in {None, POST})
    words = sum(len(paragraphs[i].words) for i in tail)
    if known >= 2 and words <= 0.5 * sum(len(p.words) for p in paragraphs):
        for i in tail:
            why[i] = why[i] or "tail of the page"


def _head(
    paragraphs: Sequence[Paragraph], why: list[str | None], lines: Sequence[bool], short: int
) -> None:
    """Lines before the first full paragraph, a single headline included."""
    first = next(
        (
            i
            for i, p in enumerate(paragraphs)
            if why[i] is None and len(p.words) >= short // 2 and p.ends_sentence
        ),
        None,
    )
    if first is None:
        return
    for i in range(first):
        if why[i] is None and lines[i]:
            why[i] = "headline"
