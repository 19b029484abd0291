"""What only looks like a disagreement: marks of an editor in a quotation, other names of one thing.

A quotation with a gloss in brackets, with an ellipsis, or with a word veiled by asterisks says
itself that it was edited. A name and its initials, or a country and its people, are one thing.
"""

from __future__ import annotations

import re

from dedup.passages import Passages, Range

_GLOSS = 80
"""Characters over which a bracket reaches."""
_VEILED = re.compile(r"\w?\*{2,}|\*\w")
_CUT = re.compile(r"…|\.\s?\.\s?\.")
_BRACKETS = frozenset("[]()")
_PEOPLE = frozenset("n an ian ean ans ians eans ese ish i is ic ist ists ite ites er ers".split())
"""What makes the name of a people or a faith of another name (China, Chinese; Shia, Shiite)."""
_VOWELS = frozenset("aeiouy")


def edited(article: Passages, words: Range) -> bool:
    """Whether a quotation says at some words, or where they are missing, that it was edited."""
    text = article.analysed.article.text
    begin, end = article.around(words)
    if _CUT.search(text, begin, end) or _VEILED.search(text, begin, min(end + 4, len(text))):
        return True
    if not _BRACKETS.isdisjoint(text[begin:end]):
        return True
    before = text[max(begin - _GLOSS, 0) : begin]
    return before.rfind("[") > before.rfind("]")


def one_name(left: str, right: str) -> bool:
    """Whether two names, in normal form, are one: in short, or that of a people."""
    short, long = sorted((left, right), key=lambda name: len(name.split()))
    words = long.split()
    if len(words) > 1 and " " not in short:
        initials = "".join(word[0] for word in words)
        return short.endswith(initials) or short.startswith(initials)
    ours, theirs = left.split(), right.split()
    return len(ours) == len(theirs) and all(map(_one_people, ours, theirs))


def _one_people(left: str, right: str) -> bool:
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    stem = short[:-1] if short[-1] in _VOWELS else short
    return len(stem) >= 3 and long.startswith(stem) and long[len(stem) :] in _PEOPLE
