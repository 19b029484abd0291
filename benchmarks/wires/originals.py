"""Reads the committed originals: for every story the agency's text and what others wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from .article import Article, Paragraph, Sentence
from .house import HERE


@dataclass(frozen=True, slots=True)
class Story:
    """One event as four newsrooms have it, and the hand-written pieces that operations need.

    ``leads`` are new first paragraphs. ``correction`` is a figure and its correction. ``trimmed``
    and ``reported`` map the number of a sentence with a quotation to the same sentence with less
    of it, and to reported speech.
    """

    name: str
    original: Article
    rewrite: Article
    independent: Article
    quotes: Article
    leads: tuple[Paragraph, ...]
    correction: tuple[str, str]
    trimmed: dict[int, str]
    reported: dict[int, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """A recurring notice: the same form on several days, and a correction of the first issue."""

    name: str
    issues: tuple[Article, ...]
    correction: tuple[str, str]


@cache
def originals(language: str) -> tuple[tuple[Story, ...], tuple[Notice, ...]]:
    """The stories and notices of one language, in the order of the file."""
    groups: dict[str, list[dict[str, Any]]] = {}
    path = HERE / "originals" / f"{language}.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        groups.setdefault(row["story"], []).append(row)
    stories = []
    notices = []
    for name, rows in groups.items():
        if rows[0]["kind"] == "notice":
            issues = tuple(_article(row) for row in rows)
            notices.append(Notice(name, issues, _correction(rows[0])))
        else:
            stories.append(_story(name, {row["kind"]: row for row in rows}))
    return tuple(stories), tuple(notices)


def _story(name: str, rows: dict[str, dict[str, Any]]) -> Story:
    agency = rows["original"]
    leads = tuple(
        tuple(
            Sentence(text, f"{agency['id']}/lead{number}#{place}")
            for place, text in enumerate(sentences)
        )
        for number, sentences in enumerate(agency["leads"])
    )
    return Story(
        name=name,
        original=_article(agency),
        rewrite=_article(rows["rewrite"]),
        independent=_article(rows["independent"]),
        quotes=_article(rows["quotes"]),
        leads=leads,
        correction=_correction(agency),
        trimmed={int(place): text for place, text in agency["trimmed"].items()},
        reported={int(place): text for place, text in agency["reported"].items()},
    )


def _article(row: dict[str, Any]) -> Article:
    paragraphs = []
    place = 0
    for block in row["paragraphs"]:
        paragraphs.append(
            tuple(Sentence(text, f"{row['id']}#{place + at}") for at, text in enumerate(block))
        )
        place += len(block)
    return Article(
        id=row["id"],
        language=row["language"],
        title=row["title"],
        source=row["source"],
        published_at=datetime.fromisoformat(row["published_at"]),
        paragraphs=tuple(paragraphs),
        dateline=row.get("dateline", ""),
    )


def _correction(row: dict[str, Any]) -> tuple[str, str]:
    return row["correction"]["from"], row["correction"]["to"]
