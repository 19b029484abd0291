"""Values of the model as JSON documents, field by field as ``service.answers`` describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dedup.model import (
    Article,
    Comparison,
    Edit,
    EditKind,
    Event,
    Match,
    Outcome,
    SentenceStatus,
    Span,
    Stats,
    StoredArticle,
)

Json = dict[str, Any]
Known = Mapping[str, StoredArticle]
"""Stored articles by id, to say more of a match than its id."""


def time(moment: datetime | None) -> str | None:
    """A moment as RFC 3339, UTC as ``Z``."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def share(value: float) -> float:
    """A share or a score, 0..1, to four places: no more is known of a text."""
    return round(value, 4)


def match(found: Match, known: Known) -> Json:
    """A match, with what is known of the matched article."""
    stored = known.get(found.id)
    article = stored.article if stored else None
    return {
        "id": found.id,
        **_compared(found),
        "title": article and article.title,
        "source": article and article.source,
        "url": article and article.url,
        "published_at": time(article.published_at) if article else None,
        "cluster_id": stored and stored.cluster_id,
    }


def match_ref(found: Match) -> Json:
    """A match in brief."""
    return {"id": found.id, "relation": found.relation, "score": share(found.score)}


def outcome(answer: Outcome, known: Known, named: bool = True) -> Json:
    """The answer about one article; ``named`` is false when it has no id of its own."""
    return {
        "id": answer.id if named else None,
        "status": answer.status,
        "verdict": answer.verdict,
        "matches": [match(found, known) for found in answer.matches],
        "cluster_id": answer.cluster_id,
        "left_out": [
            {"begin": left.begin, "end": left.end, "reason": left.reason}
            for left in answer.left_out
        ],
        "notes": list(answer.notes),
    }


def batch_line(line: int, answer: Outcome, matches: list[Json] | None) -> Json:
    """The answer about one good line of a batch."""
    return {
        "line": line,
        "id": answer.id,
        "status": answer.status,
        "verdict": answer.verdict,
        "cluster_id": answer.cluster_id,
        "matches": matches,
        "error": None,
    }


def batch_error(line: int, id: str | None, problem: Json) -> Json:
    """The answer about one bad line of a batch."""
    return {
        "line": line,
        "id": id,
        "status": None,
        "verdict": None,
        "cluster_id": None,
        "matches": None,
        "error": problem,
    }


def article_ref(stored: StoredArticle) -> Json:
    """A stored article without its text."""
    return {
        "id": stored.article.id,
        "title": stored.article.title,
        "source": stored.article.source,
        "url": stored.article.url,
        "published_at": time(stored.article.published_at),
        "language": stored.article.language,
        "received_at": time(stored.received_at),
        "version": stored.version,
        "cluster_id": stored.cluster_id,
        "pending": stored.pending,
    }


def article(stored: StoredArticle) -> Json:
    """A stored article."""
    return {
        **article_ref(stored),
        "text": stored.article.text,
        "metadata": dict(stored.article.metadata),
    }


def comparison(left: Article, right: Article, compared: Comparison) -> Json:
    """Two articles sentence by sentence."""
    return {
        **_compared(compared),
        "pairs": [
            {
                "left": stretch(left, pair.left),
                "right": stretch(right, pair.right),
                "status": pair.status,
                "similarity": share(pair.similarity),
                "quotation": pair.quotation,
                "moved": pair.moved,
                "furniture": pair.furniture,
                "edits": edits(pair.edits),
            }
            for pair in compared.pairs
        ],
    }


def events(found: Sequence[Event], after: int) -> Json:
    """A part of the feed, and the cursor to go on from."""
    return {"items": [event(one) for one in found], "next": after}


def event(found: Event) -> Json:
    """One event."""
    return {
        "cursor": found.cursor,
        "at": time(found.at),
        "kind": found.kind,
        "article_ids": list(found.article_ids),
        "cluster_id": found.cluster_id,
        "into": found.into,
    }


def stats(found: Stats) -> Json:
    """The size of a store; times are those of publication or, where unknown, of arrival."""
    return {
        "articles": found.articles,
        "clusters": found.clusters,
        "postings": found.postings,
        "bytes": found.bytes,
        "pending": found.pending,
        "oldest": time(found.oldest),
        "newest": time(found.newest),
    }


def _compared(of: Match | Comparison) -> Json:
    return {
        "relation": of.relation,
        "score": share(of.score),
        "resemblance": share(of.resemblance),
        "containment": {
            "left_in_right": share(of.containment.left_in_right),
            "right_in_left": share(of.containment.right_in_left),
        },
        "narrative_reuse": share(of.narrative_reuse),
        "quotation_reuse": share(of.quotation_reuse),
        "sentences": {status.value: of.sentences.get(status, 0) for status in SentenceStatus},
        "reasons": list(of.reasons),
        "changes": {kind.value: of.changes.get(kind, 0) for kind in EditKind},
    }


def stretch(article: Article, span: Span | None) -> Json | None:
    """A stretch of an article, with its text; None for none."""
    if span is None:
        return None
    return {"begin": span.begin, "end": span.end, "text": article.text[span.begin : span.end]}


def edits(made: Iterable[Edit]) -> list[Json]:
    """What became of which words."""
    return [
        {
            "op": edit.op,
            "left": [edit.left.begin, edit.left.end],
            "right": [edit.right.begin, edit.right.end],
            "kind": edit.kind,
        }
        for edit in made
    ]
