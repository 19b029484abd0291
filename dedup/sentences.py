"""Sentences, as half-open stretches of the original text.

Sentence bounds come from sentencex (rules of some 300 languages). Three repairs follow: what it
parts after initials ("the U.S. | Embassy", "Stephen K. | Bannon") is joined again, a long
sentence made of a whole quotation is split where a sentence ends inside it, and a text without
sentence ends is cut between words, so that no sentence is too long to be compared or shown.
"""

from __future__ import annotations

import re
from itertools import pairwise

import sentencex

from dedup.language import stop_words

_INNER_END = re.compile(  # a class first: the search goes from one such character to the next
    r"[.!?…。！？](?:(?<=[.!?…])[\"”’»]?\s+(?=[\"“«„‘(]?[^\W\d_a-z])|(?<=[。！？]))"
)
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.){1,4}$")
_WORD = re.compile(r"[^\W_]+")
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]+(?=\s*\.)")
"""sentencex 1.0 fails where spaces of several bytes stand between a capital and a point."""
_LONG = 240
"""Code points from which a sentence is worth splitting inside a quotation."""
_LONGEST = 1200
"""Code points after which a sentence is cut at a space even without punctuation."""


def sentences(text: str, begin: int, end: int, language: str) -> list[tuple[int, int]]:
    """The sentences of the paragraph ``text[begin:end]``, trimmed, in order."""
    paragraph = text[begin:end].replace("\n", " ").replace("\r", " ")
    if len(paragraph) > _LONGEST * 8 and not re.search(r"[.!?。！？؟।]", paragraph):
        found = [(0, len(paragraph))]
    else:
        if not paragraph.isascii():
            paragraph = _WIDE_SPACE.sub(lambda spaces: " " * len(spaces[0]), paragraph)
        found = _found(paragraph, language)
    out: list[tuple[int, int]] = []
    for first, last in _rejoined(paragraph, found, language):
        for piece in _pieces(paragraph, first, last) if last - first > _LONG else ((first, last),):
            b, e = _trim(paragraph, *piece)
            if b < e:
                out.append((begin + b, begin + e))
    return out


def _found(paragraph: str, language: str) -> list[tuple[int, int]]:
    """What sentencex finds; one sentence where it fails, which is then cut like a long one."""
    try:
        return [
            (s["start_index"], s["end_index"])
            for s in sentencex.get_sentence_boundaries(language, paragraph)
        ]
    except BaseException as error:  # a panic of its Rust code is no Exception
        if type(error).__name__ != "PanicException":
            raise
        return [(0, len(paragraph))]


def _rejoined(paragraph: str, found: list[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """Join what was parted after initials, unless the next word often begins a sentence."""
    if len(found) < 2:
        return found
    out: list[tuple[int, int]] = []
    for begin, end in found:
        last = paragraph[out[-1][0] : out[-1][1]].rstrip()[-12:] if out else ""
        if last.endswith(".") and _INITIALS.search(last):
            word = _WORD.search(paragraph, begin, end)
            if word is not None and word.group().casefold() not in stop_words(language):
                out[-1] = (out[-1][0], end)
                continue
        out.append((begin, end))
    return out


def _pieces(paragraph: str, begin: int, end: int) -> list[tuple[int, int]]:
    found = _INNER_END.finditer(paragraph, max(begin - 1, 0), end)
    bounds = [begin, *(m.end() for m in found if begin < m.end() < end), end]
    out: list[tuple[int, int]] = []
    for first, last in pairwise(bounds):
        at = first
        while last - at > _LONGEST:
            space = max(paragraph.rfind(" ", at + _LONGEST // 2, at + _LONGEST), 0)
            cut = space + 1 if space else at + _LONGEST
            out.append((at, cut))
            at = cut
        out.append((at, last))
    return out


def _trim(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and text[begin].isspace():
        begin += 1
    while begin < end and text[end - 1].isspace():
        end -= 1
    return begin, end
