"""The time window: how far apart two articles may be published and still be compared.

It counts in whole days (UTC), since that is what every store can keep beside a posting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dedup.store import codec

Days = NDArray[np.int64]
"""Days since 1970."""


@dataclass(frozen=True, slots=True)
class Near:
    """For each key of a query the times at which an article must have been published.

    In seconds since 1970, from ``begin`` up to but not including ``end``; ``begin`` is at least 1.
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many days between two articles; 0 sets no bound."""

    days: int

    def near(self, at: Sequence[datetime | None], counts: NDArray[np.int64]) -> Near | None:
        """The bounds for the keys of articles, ``counts[i]`` of them of the article of ``at[i]``.

        None where there is no bound.
        """
        if not self.days:
            return None
        day = np.repeat(days_of(at), counts)
        begin = np.maximum((day - self.days) * codec.DAY, 1)
        return Near(begin, (day + self.days + 1) * codec.DAY)


def days_of(at: Sequence[datetime | None]) -> Days:
    """The days of some times; None stands for now."""
    now = datetime.now(UTC)
    return np.array([codec.day(codec.microseconds(one or now)) for one in at], dtype=np.int64)
