"""One cluster of the list: its headline, who carries it, where they disagree, when they came."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dedup.findings import Carriers, Differences
from dedup.model import ClusterSummary
from service.view import points, timeline
from service.view.carriers import time_of
from service.view.timeline import Arrival, Line
from service.view.words import (
    NO_OUTLET,
    When,
    amount,
    duration,
    instant,
    language_tag,
    listed,
    outlet,
    shorten,
    shown,
    when,
)

NAMED = 3
"""So many outlets of a cluster are named."""
FLAGS = 2
"""So many disagreements are named on a card."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A disagreement in a few words: ``11,000 / 12,000``, ``North Korean troops``, its kind."""

    values: str
    subject: str
    kind: str


@dataclass(frozen=True, slots=True)
class Card:
    """One cluster; ``flags`` is None where its texts were not read yet."""

    id: str
    size: int
    title: str
    language: str | None
    outlets: tuple[str, ...]
    others: int
    notes: str
    flags: tuple[Flag, ...] | None
    more_flags: int
    first: When
    lasted: str
    line: Line | None


def card(
    cluster: ClusterSummary,
    title: str,
    carriers: Carriers | None,
    differences: Differences | None,
) -> Card:
    """The card of a cluster; ``carriers`` is None where there are too many to look at."""
    names = [shorten(shown(name), 60) for name in cluster.sources]
    arrivals = _arrivals(carriers, differences) if carriers else []
    span = instant(cluster.last_at) - instant(cluster.first_at)
    if not arrivals:
        arrivals = [Arrival(at, False, False) for at in (cluster.first_at, cluster.last_at)]
    found = differences.disagreements if differences else ()
    return Card(
        id=cluster.id,
        size=cluster.size,
        title=title,
        language=language_tag(cluster.representative.article.language),
        outlets=tuple(names[:NAMED]) or ("Outlets not given",),
        others=max(0, len(names) - NAMED),
        notes=_notes(carriers) if carriers else "",
        flags=_flags(carriers, differences) if carriers and differences else None,
        more_flags=max(0, len(found) - FLAGS),
        first=when(cluster.first_at),
        lasted=timeline.lasted(arrivals) or (duration(span) if span and not carriers else ""),
        line=timeline.line(arrivals),
    )


def _arrivals(carriers: Carriers, differences: Differences | None) -> list[Arrival]:
    odd = set()
    if differences and differences.disagreements:
        for variant in differences.disagreements[0].variants[1:]:
            odd |= {saying.article_id for saying in variant.sayings}
    everyone = (*carriers.members, *carriers.beside)
    # of the articles with one text only the first was read
    texts = {one.article.text for one in everyone if one.article.id in odd}
    return [
        Arrival(time_of(one), beside, one.article.text in texts)
        for articles, beside in ((carriers.members, False), (carriers.beside, True))
        for one in articles
    ]


def _notes(carriers: Carriers) -> str:
    """Self-updates, and what stands beside."""
    counts = Counter(m.article.source for m in carriers.members if m.article.source)
    updates = sum(count - 1 for count in counts.values())
    parts = [amount(updates, "self-update")] if updates else []
    if carriers.beside:
        names = list(dict.fromkeys(outlet(b.article) for b in carriers.beside))
        named = len(names) <= NAMED and NO_OUTLET not in names
        who = listed(names) if named else amount(len(carriers.beside), "article")
        shares = "shares" if len(carriers.beside) == 1 else "share"
        parts.append(f"beside it: {who} {shares} a passage")
    return " · ".join(parts)


def _flags(carriers: Carriers, differences: Differences) -> tuple[Flag, ...]:
    texts = {one.article.id: one.article.text for one in (*carriers.members, *carriers.beside)}
    return tuple(
        Flag(*points.flag(one, texts), str(one.kind)) for one in differences.disagreements[:FLAGS]
    )
