"""What a person says of two articles: that they are the same story, or that they are not.

A judgement stands above every comparison. ``same`` joins two articles into one cluster, whatever
the comparison says; under ``different`` their edge holds no cluster together. It is kept by the
ids of the articles, so it outlives new versions of them, and goes when one of them is removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Opinion(StrEnum):
    """Whether two articles carry the same story."""

    SAME = "same"
    DIFFERENT = "different"


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Two ids in the order in which a judgement keeps them, smaller first."""
    return (one, other) if one <= other else (other, one)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's word on a pair of articles; ``left`` is the smaller id. See ``of``.

    ``by`` names the person and ``note`` says why, if they are known.
    """

    left: str
    right: str
    opinion: Opinion
    at: datetime
    by: str | None = None
    note: str | None = None

    @classmethod
    def of(
        cls,
        one: str,
        other: str,
        opinion: Opinion,
        at: datetime,
        by: str | None = None,
        note: str | None = None,
    ) -> Judgement:
        """A judgement on two articles in whatever order."""
        return cls(*pair_of(one, other), opinion, at, by, note)

    @property
    def pair(self) -> tuple[str, str]:
        """The ids of the two articles."""
        return (self.left, self.right)

    def repeats(self, other: Judgement | None) -> bool:
        """Whether it says nothing but what another one said before."""
        if other is None:
            return False
        mine = (*self.pair, self.opinion, self.by, self.note)
        return mine == (*other.pair, other.opinion, other.by, other.note)


@dataclass(frozen=True, slots=True)
class JudgementPage:
    """Some judgements, the oldest first, and the cursor of the next page, None at the end."""

    items: tuple[Judgement, ...]
    next_cursor: str | None
