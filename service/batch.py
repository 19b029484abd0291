"""A batch: lines in, lines out, in order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from pydantic import ValidationError

from dedup.engine import Engine
from dedup.errors import StoreError, WiretwinError
from dedup.model import Article, Outcome
from service import ndjson, present
from service.errors import InvalidBody, log_unforeseen, problem
from service.matched import matched
from service.present import Json, Known
from service.schemas import ArticleIn
from service.strict_json import parse

CHUNK_LINES = 64
CHUNK_BYTES = 4 * 1024 * 1024
CHUNK_SECONDS = 0.25
"""Lines are taken together until there are so many, so many bytes, or so much time has passed."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the input: an article, or why it is none."""

    number: int
    id: str | None
    taken: Article | Exception


class Batch:
    """Articles line by line into an engine. ``detail`` is none, ids or full."""

    def __init__(self, engine: Engine, max_text_chars: int, detail: str) -> None:
        self.engine = engine
        self.max_text_chars = max_text_chars
        self.detail = detail

    def answers(self, lines: Iterator[ndjson.Line]) -> Iterator[Json]:
        """One document per line, in order. Memory: one chunk of lines and its answers."""
        for chunk in self._chunks(lines):
            yield from self._answered(chunk)

    def _chunks(self, lines: Iterator[ndjson.Line]) -> Iterator[list[_Line]]:
        chunk: list[_Line] = []
        size, began = 0, monotonic()
        for number, raw in lines:
            chunk.append(self._read(number, raw))
            size += len(raw) if isinstance(raw, bytes) else 0
            late = monotonic() - began > CHUNK_SECONDS
            if late or len(chunk) == CHUNK_LINES or size >= CHUNK_BYTES:
                yield chunk
                chunk, size, began = [], 0, monotonic()
        if chunk:
            yield chunk

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

    def _answered(self, chunk: list[_Line]) -> Iterator[Json]:
        outcomes = self._stored([one.taken for one in chunk if isinstance(one.taken, Article)])
        known: Known = {}
        if self.detail == "full":
            good = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
            known = matched(self.engine, (match for outcome in good for match in outcome.matches))
        waiting = iter(outcomes)
        for line in chunk:
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
