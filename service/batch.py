"""A batch: lines in, lines out, in order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import ValidationError

from dedup.engine import Engine
from dedup.errors import StoreError, WiretwinError
from dedup.model import Article, Outcome
from service import ndjson
from service.errors import log_unforeseen
from service.handfuls import handfuls
from service.metrics import Metrics
from service.present import Json
from service.refusals import InvalidBody
from service.schemas import ArticleIn
from service.storing import Answered, documents, stored
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

    def __init__(self, engine: Engine, metrics: Metrics, max_text_chars: int, detail: str) -> None:
        self.engine = engine
        self.metrics = metrics
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
        articles = [one.taken for one in handful if isinstance(one.taken, Article)]
        full = self.detail == "full"
        outcomes = stored(self.engine, articles, log_unforeseen, changes=full)
        self.metrics.outcomes([one for one in outcomes if isinstance(one, Outcome)])
        waiting = iter(outcomes)
        answered = [
            Answered(
                one.number, one.id, next(waiting) if isinstance(one.taken, Article) else one.taken
            )
            for one in handful
        ]
        try:
            yield from documents(self.engine, answered, self.detail)
        except StoreError as error:  # it went away after the articles had come in
            refused = [
                replace(one, outcome=error) if isinstance(one.outcome, Outcome) else one
                for one in answered
            ]
            yield from documents(self.engine, refused, self.detail)
