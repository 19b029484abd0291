"""The stored articles behind matches, so that an answer says more of them than their ids."""

from __future__ import annotations

from collections.abc import Iterable

from dedup.engine import Engine
from dedup.model import Match, Outcome
from service import present
from service.present import Json, Known


def matched(engine: Engine, matches: Iterable[Match]) -> Known:
    """The stored articles of these matches, by id, in one look at the store."""
    ids = list(dict.fromkeys(match.id for match in matches))
    return engine.store.get(ids) if ids else {}


def outcome(engine: Engine, answer: Outcome, named: bool = True) -> Json:
    """An outcome as JSON; ``named`` is false when the article has no id of its own."""
    return present.outcome(answer, matched(engine, answer.matches), named)
