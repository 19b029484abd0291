"""Status signs: a small drawing plus the word, so that no status rests on colour or shape alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dedup.model import EditKind, SentenceStatus
from dedup.shares import percent
from service.view.words import KIND_ORDER, amount

REWRITTEN_BELOW = 0.5
"""An edited sentence that keeps less than this share of its words is called rewritten."""


class Sign(StrEnum):
    """The drawings, by name; ``parts.html`` holds the strokes."""

    KEPT = "kept"
    EDITED = "edited"
    MOVED = "moved"
    DROPPED = "dropped"
    ADDED = "added"
    FURNITURE = "furniture"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Tag:
    """A sign with its word; ``aside`` follows in a quieter ink, ``link`` makes the word a link."""

    sign: Sign
    word: str
    aside: str = ""
    link: str = ""


QUOTATION = Tag(Sign.QUOTATION, "Quotation")


def status_tag(status: SentenceStatus, similarity: float, *, kept: bool = True) -> Tag:
    """What became of a sentence, with the share of words kept where that says something."""
    if status is SentenceStatus.EDITED or (status is SentenceStatus.MOVED and similarity < 1):
        word = "Rewritten" if similarity < REWRITTEN_BELOW else "Edited"
        return Tag(Sign.EDITED, word, f"{percent(similarity)} of words kept" if kept else "")
    return {
        SentenceStatus.IDENTICAL: Tag(Sign.KEPT, "Kept"),
        SentenceStatus.MOVED: Tag(Sign.KEPT, "Kept"),
        SentenceStatus.ADDED: Tag(Sign.ADDED, "Added"),
        SentenceStatus.REMOVED: Tag(Sign.DROPPED, "Dropped"),
        SentenceStatus.FURNITURE: Tag(Sign.FURNITURE, "Page furniture"),
    }[status]


def moved_tag(before: str = "", after: str = "", link: str = "") -> Tag:
    """Says that a sentence stands elsewhere: ``Moved: 2 → 6``."""
    word = f"Moved: {before} → {after}" if before and after else "Moved"
    return Tag(Sign.MOVED, word, link=link)


def kind_words(counts: Mapping[EditKind, int]) -> list[str]:
    """``1 number``, ``2 quotations``: the changes of substance, facts first."""
    return [
        amount(counts[kind], str(kind))
        for kind in KIND_ORDER
        if kind is not EditKind.WORDING and counts.get(kind)
    ]
