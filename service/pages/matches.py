"""Matches as list entries, for the pages that show what an article is related to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from dedup.model import Match, StoredArticle
from dedup.shares import percent
from service.view.signs import kind_words
from service.view.words import headline, language_tag, listed, outlet, relation_words, when


@dataclass(frozen=True, slots=True)
class MatchEntry:
    """One match with the article it is about; ``compare`` is the address of the comparison."""

    id: str
    outlet: str
    title: str
    language: str | None
    when: str
    relation: str
    reuse: bool
    reasons: tuple[str, ...]
    shares: str
    changes: str
    compare: str
    cluster_id: str | None


def entries(
    matches: Sequence[Match], stored: Mapping[str, StoredArticle], left: str | None
) -> tuple[MatchEntry, ...]:
    """The matches whose articles are still there; ``left`` is the id of a stored left article."""
    return tuple(_entry(match, stored[match.id], left) for match in matches if match.id in stored)


def _entry(match: Match, stored: StoredArticle, left: str | None) -> MatchEntry:
    article, inside = stored.article, match.containment
    return MatchEntry(
        id=match.id,
        outlet=outlet(article),
        title=headline(article),
        language=language_tag(article.language),
        when=when(article.published_at).full if article.published_at else "no date given",
        relation=relation_words(match.relation).lower(),
        reuse=match.relation.is_reuse,
        reasons=match.reasons,
        shares=f"{percent(inside.left_in_right)} of this text stands there, "
        f"{percent(inside.right_in_left)} of that text here, in runs of five words",
        changes=listed(kind_words(match.changes)),
        compare=url_for("pages.compare", left=left, right=match.id) if left else "",
        cluster_id=stored.cluster_id,
    )
