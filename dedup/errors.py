"""One family of exceptions: whatever wiretwin refuses or cannot do is a ``WiretwinError``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # commands that only complain import no arrays
    from dedup.model import Outcome


class WiretwinError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidArticle(WiretwinError):
    """An article that cannot be taken; ``field`` names the part that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidSetting(WiretwinError):
    """A setting whose value cannot be used; ``name`` is the environment variable."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class InvalidQuery(WiretwinError):
    """A filter, cursor or limit that cannot be used; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidPairs(WiretwinError):
    """A file of labelled pairs that cannot be used; the message names the line."""


class NotFound(WiretwinError):
    """No such article or cluster; ``field`` is the part of the question that named it."""

    def __init__(self, what: str, id: str, field: str = "id") -> None:
        super().__init__(f"there is no {what} {id!r}")
        self.what = what
        self.id = id
        self.field = field


class AlreadyStored(WiretwinError):
    """An article that was to be new is stored already."""

    def __init__(self, id: str) -> None:
        super().__init__(f"there is an article {id!r} already")
        self.id = id


class ArticleMoved(WiretwinError):
    """The id is another name of an article, whose own id is ``into``."""

    def __init__(self, id: str, into: str) -> None:
        super().__init__(f"article {id!r} is stored as {into!r}")
        self.id = id
        self.into = into


class ClusterMoved(WiretwinError):
    """The cluster was merged; ``into`` is the one that survives."""

    def __init__(self, id: str, into: str) -> None:
        super().__init__(f"cluster {id!r} was merged into {into!r}")
        self.id = id
        self.into = into


class StoreError(WiretwinError):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be reached or did not answer in time; trying again may help."""


class HeaderMismatch(StoreError):
    """The store was built with other parameters than the ones in force."""


class CutShort(WiretwinError):
    """An article of a batch could not be read, for the cause that is given.

    ``outcomes`` are those of the articles before it that were stored already.
    """

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(f"cut short after {len(outcomes)} articles")
        self.outcomes = list(outcomes)
