"""A batch: lines in, lines out, in order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from dedup.engine import Engine
from dedup.errors import StoreError, WiretwinError
from dedup.model import Article, Outcome
from service import ndjson, present
from service.errors import InvalidBody, log_unforeseen, problem
from service.handfuls import handfuls
from service.matched import matched
from service.present import Json, Known
from service.schemas import ArticleIn
from service.strict_json import parse

MOST_LINES = 64
MOST_BYTES = 4 * 1024 * 1024
"""Lines taken together: at most so many, and none beyond so many bytes."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the input: an article, or why it is none."""

    number: int
    id: str | None
    taken: Article | Exception


def _bytes(line: ndjson.Line) -> int:
    return len(line[1]) if isinstance(line[1], bytes) else 0


class Batch:
    """Articles line by line into an engine. ``detail`` is none, ids or full."""

    def __init__(self, engine: Engine, max_text_chars: int, detail: str) -> None:
        self.engine = engine
        self.max_text_chars = max_text_chars
        self.detail = detail

    def answers(self, lines: Iterator[ndjson.Line]) -> Iterator[Json]:
        """One document per line, in order. Memory: two handfuls of lines and their answers."""
        for handful in handfuls(lines, MOST_LINES, MOST_BYTES, _bytes):
            yield from self._answered([self._read(number, raw) for number, raw in handful])

    def _read(self, number: int, raw: bytes | Exception) -> _Line:
        id = None
        try:
            if isinstance(raw, Exception):
                raise raw
            value = parse(raw)
            if not isinstance(value, dict):
                raise InvalidBody("body", "must be a JSON object")
            id = value["id"] if isinstance(value.get("id"), str) else None
            article = ArticleIn.model_validate(value).to_article(max_chars=self.max_text_chars)
            return _Line(number, article.id, article)
        except (WiretwinError, ValidationError) as error:
            return _Line(number, id, error)

    def _answered(self, handful: list[_Line]) -> Iterator[Json]:
        outcomes = self._stored([one.taken for one in handful if isinstance(one.taken, Article)])
        known: Known = {}
        if self.detail == "full":
            good = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
            known = matched(self.engine, (match for outcome in good for match in outcome.matches))
        waiting = iter(outcomes)
        for line in handful:
            outcome = next(waiting) if isinstance(line.taken, Article) else line.taken
            if isinstance(outcome, Exception):
                yield present.batch_error(line.number, line.id, problem(outcome))
            elif self.detail == "none":
                yield present.batch_line(line.number, outcome, None)
            elif self.detail == "ids":
                refs = [present.match_ref(match) for match in outcome.matches]
                yield present.batch_line(line.number, outcome, refs)
            else:
                matches = [present.match(match, known) for match in outcome.matches]
                yield present.batch_line(line.number, outcome, matches)

    def _stored(self, articles: list[Article]) -> list[Outcome | Exception]:
        """An outcome or an error for each article; one that fails does not stop the others."""
        try:
            return [*self.engine.add_many(articles)]
        except StoreError as error:
            return [error] * len(articles)
        except Exception as error:
            if len(articles) > 1:
                return [outcome for article in articles for outcome in self._stored([article])]
            log_unforeseen(error)
            return [error]
