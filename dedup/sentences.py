"""Paragraphs and sentences, as half-open stretches of the original text.

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

_LINE = re.compile(r"[^\n\r\v\f\u2028\u2029\u0085]+")
_ENDING = tuple('.!?…。！？؟।:;"”’»“)]')
_INNER_END = re.compile(r"(?<=[.!?…])[\"”’»]?\s+(?=[\"“«„‘(]?[^\W\d_a-z])|(?<=[。！？])")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.){1,4}$")
_WORD = re.compile(r"[^\W_]+")
_LONG = 240
"""Code points from which a sentence is worth splitting inside a quotation."""
_LONGEST = 1200
"""Code points after which a sentence is cut at a space even without punctuation."""


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The paragraphs of a text, trimmed, in order; hard-wrapped lines are rejoined.

    A text counts as hard-wrapped when nearly all its lines are short and of about one length;
    there a paragraph ends at an empty line, before an indented line, or after a short line that
    ends a sentence. Elsewhere every line is a paragraph.
    """
    lines = [m.span() for m in _LINE.finditer(text)]
    lines = [(b, e) for b, e in lines if not text[b:e].isspace()]
    width = _wrap_width(text, lines)
    out: list[tuple[int, int]] = []
    for begin, end in lines:
        joined = bool(out) and _continues(text, out[-1], (begin, end), width)
        if joined:
            out[-1] = (out[-1][0], end)
        else:
            out.append((begin, end))
    return [_trim(text, begin, end) for begin, end in out]


def sentences(text: str, begin: int, end: int, language: str) -> list[tuple[int, int]]:
    """The sentences of the paragraph ``text[begin:end]``, trimmed, in order."""
    paragraph = text[begin:end].replace("\n", " ").replace("\r", " ")
    if len(paragraph) > _LONGEST * 8 and not re.search(r"[.!?。！？؟।]", paragraph):
        found = [(0, len(paragraph))]
    else:
        found = [
            (s["start_index"], s["end_index"])
            for s in sentencex.get_sentence_boundaries(language, paragraph)
        ]
    out: list[tuple[int, int]] = []
    for first, last in _rejoined(paragraph, found, language):
        for piece in _pieces(paragraph, first, last):
            b, e = _trim(paragraph, *piece)
            if b < e:
                out.append((begin + b, begin + e))
    return out


def _rejoined(paragraph: str, found: list[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """Join what was parted after initials, unless the next word often begins a sentence."""
    out: list[tuple[int, int]] = []
    for begin, end in found:
        if out and _INITIALS.search(paragraph[out[-1][0] : out[-1][1]].rstrip()[-12:]):
            word = _WORD.search(paragraph, begin, end)
            if word is not None and word.group().casefold() not in stop_words(language):
                out[-1] = (out[-1][0], end)
                continue
        out.append((begin, end))
    return out


def _wrap_width(text: str, lines: list[tuple[int, int]]) -> int | None:
    if len(lines) < 4:
        return None
    lengths = sorted(len(text[b:e].rstrip()) for b, e in lines)
    width = lengths[int(0.9 * (len(lengths) - 1))]
    if not 30 <= width <= 100:
        return None
    full = sum(1 for n in lengths if 0.75 * width <= n <= 1.1 * width + 4)
    return width if full >= 0.5 * len(lengths) else None


def _continues(
    text: str, before: tuple[int, int], line: tuple[int, int], width: int | None
) -> bool:
    if text.count("\n", before[1], line[0]) > 1:
        return False
    written = text[line[0] : line[1]]
    unindented = written.lstrip()
    first = unindented[0]
    if width is None and not first.islower():
        return False
    previous = text[before[0] : before[1]].rstrip()
    ended = previous.endswith(_ENDING)
    if width is None:
        return not ended
    if len(written) - len(unindented) >= 2:
        return False
    last_line = len(previous) - previous.rfind("\n") - 1
    if last_line < 0.6 * width:
        return not ended and first.islower()
    return True


def _pieces(paragraph: str, begin: int, end: int) -> list[tuple[int, int]]:
    if end - begin <= _LONG:
        return [(begin, end)]
    cuts = [m.end() for m in _INNER_END.finditer(paragraph, begin, end) if m.end() < end]
    bounds = [begin, *cuts, end]
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
