"""What is found out about a whole cluster, as values: where its copies disagree, who was first.

They say more than ``dedup.model.Cluster`` does and cost more: every member is compared in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from dedup.model import Cluster, EditKind, SentenceStatus, Span, StoredArticle, Synopsis


@dataclass(frozen=True, slots=True)
class Saying:
    """What one article says at a disputed place: its words and the passage they stand in.

    ``words`` is None where the article carries the passage and leaves the words out; both are
    None where it states nothing of the kind anywhere.
    """

    article_id: str
    words: Span | None
    passage: Span | None


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the versions of a disputed fact, and the articles that have it.

    ``value`` is the fact in normal form ("11000"), the words where there is none, "" where it is
    left out.
    """

    value: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place in the story where copies differ in substance; at least two variants.

    The first variant is that of the base. ``places`` are the passages of the base in which the
    same disagreement stands, empty where the base states nothing of the kind.
    """

    kind: EditKind
    variants: tuple[Variant, ...]
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Rewording:
    """Words that differ and say the same: "Jan. 4" and "Saturday"."""

    kind: EditKind
    left: Saying
    right: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Carriers:
    """The articles of a cluster, and those beside it that share only a passage with one."""

    members: tuple[StoredArticle, ...]
    beside: tuple[StoredArticle, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs in substance among the copies, and what is only worded differently."""

    disagreements: tuple[Disagreement, ...]
    rewordings: tuple[Rewording, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """Articles whose stories are word for word the same, earliest first."""

    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfUpdates:
    """Later versions that an outlet published of its own article ``first_id``."""

    source: str
    first_id: str
    later_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one sentence: identical, edited or removed, and whether it moved."""

    status: SentenceStatus
    moved: bool


@dataclass(frozen=True, slots=True)
class Fates:
    """The fates of the base's sentences in one article, and how many it added."""

    sentences: tuple[Fate, ...]
    added: int

    def count(self, status: SentenceStatus) -> int:
        """How many sentences had this fate."""
        return sum(fate.status is status for fate in self.sentences)


class Sign(StrEnum):
    """What speaks for an article, or an agency, as the first."""

    CREDIT = "credit"
    TIME = "time"
    SUPERSET = "superset"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign: for which article (None for an agency that is not among them), borne by whom.

    ``agency`` is the one credited; ``by`` the articles that credit it or are contained;
    ``lead`` by how much the article is earlier than any other.
    """

    sign: Sign
    article_id: str | None
    agency: str | None = None
    by: tuple[str, ...] = ()
    lead: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who likely came first: an article, an agency, or neither where it is unknown.

    ``undated`` are articles without any date, ``days`` those of which only the day is known.
    """

    article_id: str | None
    agency: str | None
    evidence: tuple[Evidence, ...]
    undated: tuple[str, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anybody is likely to have been first."""
        return self.article_id is not None or self.agency is not None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Order of appearance (article ids), who came first, and who only updated their own."""

    order: tuple[str, ...]
    origin: Origin
    updates: tuple[SelfUpdates, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A cluster in full, read for a newsroom.

    ``synopsis`` has the columns asked for; everything else speaks of all versions that were
    read, each by its first article (``heads``, the base first). ``fates`` are those of the
    representative's sentences; ``reuse[a, b]`` is the share of a's words that stand in b
    in runs of five or more.
    """

    cluster: Cluster
    synopsis: Synopsis
    heads: tuple[str, ...]
    versions: tuple[Version, ...]
    beside: tuple[Version, ...]
    differences: Differences
    provenance: Provenance
    fates: Mapping[str, Fates]
    reuse: Mapping[tuple[str, str], float]

    @property
    def all_versions(self) -> tuple[Version, ...]:
        """Those of the members, then those beside."""
        return self.versions + self.beside

    @property
    def aside(self) -> frozenset[str]:
        """The ids of all articles beside the cluster."""
        return frozenset(id for version in self.beside for id in version.article_ids)
