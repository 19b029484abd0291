"""Names, titles, times and amounts as the pages write them.

Everything an article brings along passes through ``shown`` before it reaches a page: control
characters that could hide text or turn its direction become visible signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dedup.model import UNIQUE, Article, EditKind, Relation

NO_OUTLET = "Outlet not given"
NO_TITLE = "Untitled"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REPLACEMENT = "\ufffd"
_VISIBLE: dict[int, int | str | None] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r\f\v"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT),
    0x85: "\n",
    # overrides exist to show letters in another order than they stand
    0x202D: _REPLACEMENT,
    0x202E: _REPLACEMENT,
    # embeddings and isolates reach beyond their text when left open; dir="auto" does their work
    **dict.fromkeys((0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069), None),
    **dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT),
    0xFFFE: _REPLACEMENT,
    0xFFFF: _REPLACEMENT,
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

RELATION_WORDS = {
    Relation.EXACT: "Same text",
    Relation.NEAR_DUPLICATE: "Near duplicate",
    Relation.CONTAINS: "Contains it",
    Relation.CONTAINED_IN: "Contained in it",
    Relation.PARTIAL_COPY: "Partial copy",
    Relation.SHARED_PASSAGE: "Shared passage",
    Relation.SAME_TEMPLATE: "Same template",
    Relation.NONE: "Not related",
}

KIND_ORDER = (
    EditKind.NUMBER,
    EditKind.DATE,
    EditKind.NAME,
    EditKind.QUOTATION,
    EditKind.NEGATION,
    EditKind.CLAIM,
    EditKind.WORDING,
)
"""Kinds as the pages rank them: facts first, wording last."""


def shown(text: str) -> str:
    """The text with control characters made visible; safe to show beside our own words."""
    return text.translate(_VISIBLE)


def shorten(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters, cut between words where there is a gap."""
    # a little more than the limit is enough, however long the text
    line = " ".join(text[: limit * 4].split())
    if len(line) <= limit and len(text) <= limit * 4:
        return line
    cut = line[: limit - 1]
    head, gap, _ = cut.rpartition(" ")
    return (head if gap and len(head) > limit // 2 else cut).rstrip(" ,;:–-") + " …"


def outlet(article: Article) -> str:
    """The name of the outlet."""
    name = shorten(shown(article.source or ""), 60)
    return name or NO_OUTLET


def brief(id: str) -> str:
    """An id on one line of at most 24 characters: of a long one, such as a URL, the end."""
    line = " ".join(shown(id).split())
    return line if len(line) <= 24 else "…" + line[-23:]


def headline(article: Article, opening: str = "") -> str:
    """The title, or else the ``opening`` sentence of the story, or else the start of the text."""
    for text in (article.title or "", opening, article.text[:400]):
        line = shorten(shown(text), 160)
        if line:
            return line
    return NO_TITLE


def language_tag(code: str | None) -> str | None:
    """The language as a ``lang`` attribute takes it, None when there is none to state."""
    if code is None or code == "und" or not _LANGUAGE.fullmatch(code):
        return None
    return code


def web_address(url: str | None) -> str | None:
    """The address if it is one a page may link to."""
    if url is not None and re.match(r"https?://", url, re.IGNORECASE):
        return url
    return None


@dataclass(frozen=True, slots=True)
class When:
    """A moment in words: ``machine`` for the datetime attribute, ``note`` says what is unknown."""

    machine: str
    day: str
    clock: str
    note: str

    @property
    def words(self) -> str:
        """Day and time, or the day and that the time was not given."""
        return f"{self.day}, {self.clock}" if self.clock else f"{self.day}, time not given"

    @property
    def full(self) -> str:
        """``words`` with the zone, as far as it is known."""
        return f"{self.words} {self.note}".rstrip()


def day_only(at: datetime) -> bool:
    """Whether only the day was given: midnight sharp stands for a time that is not known."""
    return at.time() == datetime.min.time()


def when(at: datetime) -> When:
    """A time in UTC, or as it stands when it names no zone."""
    if day_only(at):
        return When(at.date().isoformat(), _day(at), "", "")
    if at.tzinfo is None:
        return When(at.isoformat(timespec="minutes"), _day(at), f"{at:%H:%M}", "no zone given")
    at = at.astimezone(UTC)
    return When(f"{at:%Y-%m-%dT%H:%MZ}", _day(at), f"{at:%H:%M}", "UTC")


def instant(at: datetime) -> datetime:
    """The time as UTC, one without a zone taken for UTC, so that any two can be ordered."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _day(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def duration(span: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = round(span.total_seconds() / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    units = [(days, "d"), (hours, "h"), (minutes, "min")]
    parts = [f"{amount} {unit}" for amount, unit in units if amount]
    return " ".join(parts[:2]) or "less than a minute"


def amount(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 copy``, ``2 copies``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def relation_words(relation: Relation | str) -> str:
    """A relation or verdict as a phrase that begins with a capital."""
    if relation == UNIQUE:
        return "Unique"
    return RELATION_WORDS[Relation(relation)]


def listed(names: list[str]) -> str:
    """``A``, ``A and B`` or ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
