"""Direct speech: which stretches of a paragraph stand between quotation marks.

Knows curly, straight, German low-high, guillemets in both directions, single marks and CJK
corner brackets. A single mark opens after a space or bracket and closes unless a letter or digit
follows; after an s it may be a possessive, so the search goes on if a lower-case word follows
and a later mark can close. A quotation that is not closed runs to the end of its paragraph
(speech over several paragraphs opens each anew and closes only the last). After the rules of the
Unicode Standard, section 6.2 (quotation marks), and common newsroom style.
"""

from __future__ import annotations

import re

# A class first, so that the search skips what is no mark; "``" only in twos.
_MARK = re.compile("[\"“”„‟«»‹›「」『』‘’‚'＂`](?:(?<!`)|`)")
_CLOSERS = {
    '"': '"”“',
    "＂": "＂",
    "“": '”"“',
    "”": "”",
    "„": '“”"',
    "‟": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "‘": "’'",
    "‚": "‘’",
    "'": "'’",
    "``": "''",
}
_SINGLE = "‘’‚'"


def quotations(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Quoted stretches of ``text[begin:end]``, marks excluded, in order, outermost only."""
    marks = [(m.start(), m.group()) for m in _MARK.finditer(text, begin, end)]
    out: list[tuple[int, int]] = []
    i = 0
    while i < len(marks):
        at, mark = marks[i]
        if not _opens(text, begin, end, at, mark):
            i += 1
            continue
        close = _closing(text, end, marks, i)
        inside = at + len(mark)
        if close is None:
            if mark in _SINGLE:  # an apostrophe after all
                i += 1
                continue
            out.append((inside, end))
            break
        out.append((inside, marks[close][0]))
        i = close + 1
    return out


def _opens(text: str, begin: int, end: int, at: int, mark: str) -> bool:
    after = text[at + len(mark)] if at + len(mark) < end else " "
    if mark not in _CLOSERS or mark == "”" or (after.isspace() and mark not in "«„"):
        return False
    if mark in _SINGLE:
        before = text[at - 1] if at > begin else " "
        return mark != "’" and (before.isspace() or before in '([—–-"“«„') and after.isalnum()
    return True


def _closing(text: str, end: int, marks: list[tuple[int, str]], opened: int) -> int | None:
    start, mark = marks[opened]
    closers = _CLOSERS[mark]
    single = mark in _SINGLE
    fallback: int | None = None
    if mark == "“":
        balanced = _balanced(marks, opened)
        if balanced is not None:
            return balanced
    for j in range(opened + 1, len(marks)):
        at, candidate = marks[j]
        if candidate not in closers or (candidate == "''" and mark != "``"):
            continue
        following = text[at + 1 : at + 3]
        opening = text[at - 1].isspace() and following[:1].isalnum()
        if mark in '"“' and candidate in '"“' and at > start and opening:
            continue  # opens a nested or a new quotation
        if single:
            if following[:1].isalnum():
                continue
            possessive = text[at - 1 : at] in "sS" and following[:1] == " "
            if possessive and following[1:2].islower():
                fallback = j if fallback is None else fallback
                continue
        return j
    return fallback


def _balanced(marks: list[tuple[int, str]], opened: int) -> int | None:
    """Where a curly quotation that holds others of its kind closes, if the marks balance."""
    depth, nested = 0, False
    for j in range(opened, len(marks)):
        depth += {"“": 1, "”": -1}.get(marks[j][1], 0)
        nested = nested or depth > 1
        if depth == 0:
            return j if nested else None
    return None
