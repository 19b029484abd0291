"""Named requests: who answers one, and the answer it got, so that the same one is answered once.

A sender names a request. Whoever first claims the name answers it; others meanwhile find it taken,
and later find the answer. One who dies over it holds the name for a while only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TOKEN = 16
"""Bytes of a token and of a digest."""


class ClaimState(StrEnum):
    """How things stand with a name."""

    OURS = "ours"
    """Nobody has claimed it before."""
    INHERITED = "inherited"
    """Somebody claimed it for the same content, held it too long, and has lost it to us."""
    TAKEN = "taken"
    """Somebody is at it, or was, for other content."""
    ANSWERED = "answered"
    """There is an answer."""


@dataclass(frozen=True, slots=True)
class Claim:
    """How things stand with a name after a claim.

    ``digest`` is of the content it was first claimed for, ``first`` the token it was first
    claimed with; both have ``TOKEN`` bytes. ``answer`` is None unless there is one.
    """

    state: ClaimState
    digest: bytes
    first: bytes
    answer: bytes | None = None
