"""Provenance: in which order copies appeared, and which was likely the first.

Being the earliest that is stored proves little: a wire that nobody sent may lie behind all.
So one sign alone names nobody, save the credit line; two that agree do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime, time, timedelta

from dedup.credits import agency_of, credit
from dedup.findings import Evidence, Origin, Provenance, SelfUpdates, Sign
from dedup.model import Article

_CREDITED = 0.2
"""Share of the articles that must credit an agency before it is named."""
_WHOLE = 0.9
"""Share of another story's shingles from which an article contains it."""


Share = Callable[[str, str], float]
"""How much of one article (0..1) stands in another; both by id."""


def provenance(
    articles: Sequence[Article],
    received: Mapping[str, datetime],
    heads: Sequence[str],
    share: Share,
) -> Provenance:
    """Order and origin of a cluster's members.

    ``received`` says when each arrived here; ``heads`` are the first articles of the versions
    that were read.
    """
    ordered = sorted(articles, key=lambda a: (moment(a, received[a.id]), received[a.id]))
    return Provenance(
        order=tuple(a.id for a in ordered),
        origin=_origin(ordered, heads, share),
        updates=_updates(ordered),
    )


def moment(article: Article, received: datetime) -> datetime:
    """When it was published, or else when it arrived; UTC where no zone is given."""
    at = article.published_at or received
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def day_only(at: datetime) -> bool:
    """Whether a time is only a date: midnight sharp is what a missing time becomes."""
    return at.time() == time.min


def _origin(ordered: Sequence[Article], heads: Sequence[str], share: Share) -> Origin:
    undated = tuple(a.id for a in ordered if a.published_at is None)
    days = tuple(a.id for a in ordered if a.published_at and day_only(a.published_at))
    agency, evidence = _credited(ordered)
    earliest = _earliest(ordered, frozenset(days))
    whole = _superset(heads, share)
    evidence += [sign for sign in (earliest, whole) if sign is not None]
    votes = Counter(sign.article_id for sign in evidence if sign.article_id is not None)
    first = max(votes, key=lambda id: votes[id], default=None)
    if first is None or votes[first] < 2:
        first = None
        if agency is not None:
            first = next((e.article_id for e in evidence if e.agency == agency), None)
    return Origin(first, agency if first is None else None, tuple(evidence), undated, days)


def _credited(ordered: Sequence[Article]) -> tuple[str | None, list[Evidence]]:
    """The agency that the articles credit, and which of them is its own; both agree or neither."""
    credits = {a.id: name for a in ordered if (name := credit(a)) is not None}
    agencies = Counter(credits.values()).most_common()
    evidence = []
    for agency, _ in agencies:
        own = next((a.id for a in ordered if agency_of(a.source) == agency), None)
        by = tuple(id for id, name in credits.items() if name == agency)
        evidence.append(Evidence(Sign.CREDIT, own, agency, by))
    agreed = len(agencies) == 1 and len(credits) >= _CREDITED * len(ordered)
    return (agencies[0][0] if agreed else None), evidence


def _earliest(ordered: Sequence[Article], vague: Set[str]) -> Evidence | None:
    """The article whose time is known to be before any other's."""
    if len(ordered) < 2 or any(a.published_at is None for a in ordered):
        return None
    first, *later = ordered
    begin = _utc(first.published_at)
    if first.id in vague or any(
        _utc(a.published_at).date() <= begin.date() for a in later if a.id in vague
    ):
        return None
    lead = min(_utc(a.published_at) for a in later) - begin
    return Evidence(Sign.TIME, first.id, lead=lead) if lead > timedelta(0) else None


def _utc(at: datetime | None) -> datetime:
    assert at is not None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _superset(heads: Sequence[str], share: Share) -> Evidence | None:
    """The only version that contains all others and is contained in none."""
    for one in heads:
        others = [id for id in heads if id != one]
        if not others or any(share(other, one) < _WHOLE for other in others):
            continue
        if all(share(one, other) < _WHOLE for other in others):
            return Evidence(Sign.SUPERSET, one, by=tuple(others))
    return None


def _updates(ordered: Sequence[Article]) -> tuple[SelfUpdates, ...]:
    """Outlets with more than one article: the later ones update the first."""
    by_source: dict[str, list[Article]] = {}
    for article in ordered:
        if article.source and article.source.strip():
            by_source.setdefault(article.source.strip().casefold(), []).append(article)
    return tuple(
        SelfUpdates(own[0].source or "", own[0].id, tuple(a.id for a in own[1:]))
        for own in by_source.values()
        if len(own) > 1
    )
