"""Paragraphs: which stretches of a text stand apart, with hard-wrapped lines rejoined.

A text counts as hard-wrapped when nearly all its lines are short and of about one length; there a
paragraph ends at an empty line, before an indented line, or after a short line that ends a
sentence. Elsewhere every line is a paragraph, but for one that goes on in lower case.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

_BREAKS = "\r\v\f\u2028\u2029\u0085"
"""End a line as a newline does."""
_ENDINGS = '.!?…。！？؟।:;"”’»“)]'
_INDENTED = 2
_FULL = 0.6
"""Share of the width from which a line was broken because the next word found no room."""


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The paragraphs of a text, trimmed, in order."""
    lines = _lines(text)
    if not lines:
        return []
    width = _wrap_width([last - begin for begin, _, last in lines])
    full = _FULL * width
    out: list[tuple[int, int]] = []
    before, start, end = lines[0]
    origin = before  # of the paragraph, with the spaces before it
    for begin, first, last in lines[1:]:
        if (begin - end > 1 and text.count("\n", end, begin) > 1) or (
            width and first - begin >= _INDENTED
        ):
            joined = False
        elif width and end - before >= full:
            joined = True
        else:
            flowing = text[end - 1] not in _ENDINGS and text[first].islower()
            newline = text.rfind("\n", origin, end) + 1  # not every line begins after one
            joined = flowing or (width > 0 and end - max(newline, origin) >= full)
        if not joined:
            out.append((start, end))
            origin, start = begin, first
        before, end = begin, last
    out.append((start, end))
    return out


def _lines(text: str) -> list[tuple[int, int, int]]:
    """Where each line begins, where it does without spaces, and where it ends without them."""
    for other in _BREAKS:
        if other in text:
            text = text.replace(other, "\n")
    out: list[tuple[int, int, int]] = []
    begin = 0
    for whole in text.split("\n"):
        line = whole.rstrip()
        if line:
            end = begin + len(line)
            out.append((begin, end - len(line.lstrip()), end))
        begin += len(whole) + 1
    return out


def _wrap_width(lengths: Sequence[int]) -> int:
    """The width that lines of these lengths are wrapped at, or 0."""
    if len(lengths) < 4:
        return 0
    ordered = sorted(lengths)
    width = ordered[int(0.9 * (len(ordered) - 1))]
    if not 30 <= width <= 100:
        return 0
    full = bisect_right(ordered, 1.1 * width + 4) - bisect_left(ordered, 0.75 * width)
    return width if full >= 0.5 * len(ordered) else 0
