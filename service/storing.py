"""Articles into the engine so that one that fails does not stop the others, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dedup.engine import Engine
from dedup.errors import CutShort, StoreError
from dedup.model import Article, Outcome
from service import present
from service.errors import problem
from service.matched import matched
from service.present import Json, Known


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one article sent: its line, its id if it had one, the outcome or why not."""

    line: int
    id: str | None
    outcome: Outcome | Exception


def stored(
    engine: Engine,
    articles: Sequence[Article],
    unforeseen: Callable[[Exception], None],
    *,
    changes: bool = False,
) -> list[Outcome | Exception]:
    """An outcome or an error for each article, in order; with ``changes``, what changed as well.

    They are stored in bulk, and one by one when that fails. A ``StoreError`` stands for each of
    the articles it kept out; an error nobody foresaw is handed to ``unforeseen`` as well.
    """
    try:
        return [*engine.add_many(articles, changes=changes)]
    except StoreError as error:
        return [error] * len(articles)
    except CutShort as error:
        left = articles[len(error.outcomes) :]
        return [*error.outcomes, *stored(engine, left, unforeseen, changes=changes)]
    except Exception as error:
        if len(articles) > 1:
            return [
                one
                for article in articles
                for one in stored(engine, [article], unforeseen, changes=changes)
            ]
        unforeseen(error)
        return [error]


def documents(engine: Engine, answered: Sequence[Answered], detail: str) -> Iterator[Json]:
    """A document for each, as ``answers.BatchLine`` describes it.

    ``detail`` is none, ids or full: how much is said of the matches. Raises ``StoreError``
    before the first one.
    """
    known: Known = {}
    if detail == "full":
        good = [one.outcome for one in answered if isinstance(one.outcome, Outcome)]
        known = matched(engine, (match for outcome in good for match in outcome.matches))
    for one in answered:
        outcome = one.outcome
        if isinstance(outcome, Exception):
            yield present.batch_error(one.line, one.id, problem(outcome))
        elif detail == "none":
            yield present.batch_line(one.line, outcome, None)
        elif detail == "ids":
            refs = [present.match_ref(match) for match in outcome.matches]
            yield present.batch_line(one.line, outcome, refs)
        else:
            matches = [present.match(match, known) for match in outcome.matches]
            yield present.batch_line(one.line, outcome, matches)
