"""Credit lines: which news agency an article says it took its text from.

Only what outlets print as a credit counts: a dateline ("LONDON (Reuters) -"), a line of its own
("By AFP", "Agence France-Presse"), the sign-off at the end ("(AP)", "Reporting by ..."), or a
``credit`` or ``agency`` in the article's metadata. "AFP reported" in the text is a source of the
story, not of the copy, and the credit of a photograph is neither.
"""

from __future__ import annotations

import re

from dedup.model import Article

AGENCIES = {
    "AFP": "afp|agence france[ -]presse",
    "AP": "ap|associated press",
    "Reuters": "reuters",
    "dpa": "dpa|deutsche presse-agentur",
    "EFE": "efe|agencia efe",
    "ANSA": "ansa",
    "PA": "pa media|press association",
    "UPI": "upi|united press international",
    "TASS": "tass|itar-tass|тасс",
    "Interfax": "interfax|интерфакс",
    "RIA Novosti": "ria novosti|риа новости",
    "Xinhua": "xinhua|新华社|新華社",
    "Kyodo": "kyodo|共同通信|共同社",
    "Anadolu": "anadolu|anadolu agency|aa",
    "Ukrinform": "ukrinform|укринформ|укрінформ",
    "WAFA": "wafa|وفا",
    "Bloomberg": "bloomberg|bloomberg news",
}
"""The agencies known, with the ways in which credits write them (regular expressions)."""

_ANY = "|".join(f"(?P<a{n}>{ways})" for n, ways in enumerate(AGENCIES.values()))
_NAMES = tuple(AGENCIES)
_DATELINE = re.compile(rf"^[^\n!?]{{0,60}}?[(（【/]\s*(?:{_ANY})\s*[)）】/]\s*[-–—:：,]?", re.I)
_AGENCY_DATELINE = re.compile(rf"^(?:{_ANY})\s*[-–—/:：]\s", re.I)
_LINE = re.compile(
    rf"^(?:(?:by|from|source|via|von|quelle|fuente|par|с|источник|来源)\b\s*[:：]?\s*)?"
    rf"(?:[\w.'’ -]{{0,40}}[,/|&]\s*)?(?:the\s+)?(?:{_ANY})"
    rf"(?:\s+(?:news agency|newswire|staff))?\s*[.,]?$",
    re.I,
)
_SIGN_OFF = re.compile(rf"(?:[(（—–/-]\s*)(?:{_ANY})\s*[)）]?\W*$", re.I)
_REPORTERS = re.compile(r"\(?(?:additional )?reporting by .{3,200}editing by ", re.I | re.S)
_PHOTO = re.compile(r"photo|image|picture|getty|foto|imago|©", re.I)
_ENDS = 12
"""Lines at either end of an article in which credits stand."""
_LONGEST = 70
"""Characters of the longest line that can be a credit."""


def credit(article: Article) -> str | None:
    """The agency that the article credits for its text, None where it credits none."""
    for name in ("credit", "agency"):
        given = article.metadata.get(name)
        if isinstance(given, str) and (found := _named(_LINE.match(given.strip()))):
            return found
    lines = [line.strip() for line in article.text.splitlines() if line.strip()]
    for line in lines[:_ENDS]:
        found = _named(_DATELINE.match(line)) or _named(_AGENCY_DATELINE.match(line))
        if found and not _PHOTO.search(line[:80]):
            return found
    for line in (*lines[:_ENDS], *lines[-_ENDS:]):
        if len(line) <= _LONGEST and not _PHOTO.search(line) and (m := _LINE.match(line)):
            return _named(m)
    for line in lines[-3:]:
        if not _PHOTO.search(line[-80:]) and (found := _named(_SIGN_OFF.search(line))):
            return found
    return "Reuters" if _REPORTERS.search(article.text[-600:]) else None


def agency_of(source: str | None) -> str | None:
    """The agency that an outlet's name is, if it is one."""
    return _named(_LINE.match(source.strip())) if source else None


def _named(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return next(_NAMES[n] for n in range(len(_NAMES)) if match[f"a{n}"] is not None)
