"""Articles from a queue into the store: at least once, in bulk, through failures of either side.

A message is acknowledged when the store has its article and its result is written. What cannot be
stored for a reason that lies in the message goes to the stream of dead messages; when the store or
the queue fails, the consumer waits and goes on with what it has.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from redis.backoff import ExponentialWithJitterBackoff

from dedup.engine import Engine
from dedup.errors import StoreError, WiretwinError
from dedup.model import Article, Outcome
from service import records
from service.refusals import InvalidBody, TooLarge
from service.storing import Answered, documents, stored
from service.streams import Fields, Inbox, Message, QueueUnavailable, Settled
from service.strict_json import parse

ARTICLE = b"article"
WAIT_MS = 500
"""How long to wait for a message before looking whether to stop."""
_PAUSES = ExponentialWithJitterBackoff(base=0.1, cap=10.0)

_LONGEST_REASON = 1000

T = TypeVar("T")

log = logging.getLogger(__name__)


class GivenUp(WiretwinError):
    """A message that was given out again and again and never came to an end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at a time, and when a message counts as left behind or as dead."""

    batch: int = 64
    idle_seconds: float = 60.0
    deliveries: int = 5
    detail: str = "full"


class Consumer:
    """Takes messages until it is told to stop. Memory: one batch of messages and its answers."""

    def __init__(self, engine: Engine, inbox: Inbox, limits: Limits, stop: threading.Event) -> None:
        self.counts: Counter[str] = Counter()
        self._engine = engine
        self._inbox = inbox
        self._limits = limits
        self._stop = stop
        self._failures = 0

    def run(self) -> None:
        """Consume until ``stop`` is set; then finish what is in hand, acknowledge it and leave.

        Raises ``QueueError`` for a queue that refuses.
        """
        left_of_own, next_look = True, 0.0
        while not self._stop.is_set():
            try:
                if left_of_own:
                    self._one_by_one(self._inbox.own)
                    left_of_own = False
                if time.monotonic() >= next_look:
                    self._one_by_one(self._abandoned)
                    next_look = time.monotonic() + self._limits.idle_seconds / 2
                if not self._stop.is_set():
                    self._take(self._inbox.fresh(self._limits.batch, WAIT_MS))
                self._failures = 0
            except QueueUnavailable as error:
                left_of_own = True  # what was given out, but did not arrive here
                self._wait(error)
        try:
            self._inbox.leave()
        except QueueUnavailable as error:
            log.warning("left without saying so: %s", error)

    def _abandoned(self) -> Message | None:
        message = self._inbox.abandoned(round(self._limits.idle_seconds * 1000))
        if message is not None:
            log.info("took over message %s", message.id.decode())
        return message

    def _one_by_one(self, next_message: Callable[[], Message | None]) -> None:
        """Take messages that were given out before, alone, as one may be what ended a consumer."""
        while not self._stop.is_set():
            if not self._store_answers():
                continue
            message = next_message()
            if message is None:
                return
            self._take([message])

    def _store_answers(self) -> bool:
        """Whether it does; waits a while if not, so that no delivery is counted in vain."""
        try:
            self._engine.store.ping()
        except StoreError as error:
            self._wait(error)
            return False
        return True

    def _take(self, messages: Sequence[Message]) -> None:
        """Store the articles of messages, then settle them, however long either takes.

        Told to stop while the store or the queue is away, it leaves them to whoever comes next.
        """
        if not messages:
            return
        read = [self._read(message) for message in messages]
        outcomes = self._stored([one for one in read if isinstance(one, Article)])
        if outcomes is None:
            return
        waiting = iter(outcomes)
        results = [next(waiting) if isinstance(one, Article) else one for one in read]
        answered = [
            Answered(0, one.id if isinstance(one, Article) else None, result)
            for one, result in zip(read, results, strict=True)
        ]
        detail = self._limits.detail
        answers = self._until_done(lambda: list(documents(self._engine, answered, detail)))
        if answers is None:
            return
        settled = []
        for message, result, answer in zip(messages, results, answers, strict=True):
            del answer["line"]  # the id of the message stands for it
            reason = None
            if isinstance(result, Exception):
                reason = answer["error"]["detail"] = self._reason(result)
            settled.append(Settled(message, json.dumps(answer, ensure_ascii=False), reason))
        if self._until_done(partial(self._settle, settled)):
            self._count(settled, results)

    def _settle(self, settled: Sequence[Settled]) -> bool:
        self._inbox.settle(settled)
        return True

    def _read(self, message: Message) -> Article | Exception:
        try:
            if message.fields is None:
                raise GivenUp("the message was trimmed from the stream before it was done with")
            if message.deliveries > self._limits.deliveries:
                raise GivenUp(f"given out {message.deliveries - 1} times, and never came to an end")
            return article(message.fields, self._engine)
        except records.NO_ARTICLE as error:
            return error

    def _stored(self, articles: Sequence[Article]) -> list[Outcome | Exception] | None:
        """An outcome or a reason for each article, none of them that the store was away."""
        store = partial(
            stored,
            self._engine,
            unforeseen=_unforeseen,
            changes=self._limits.detail == "full",
        )
        outcomes: list[Outcome | Exception] = store(articles)
        while True:
            kept_out = [i for i, one in enumerate(outcomes) if isinstance(one, StoreError)]
            if not kept_out:
                return outcomes
            error = outcomes[kept_out[0]]
            assert isinstance(error, StoreError)
            self._wait(error)
            if self._stop.is_set():
                return None
            again = store([articles[i] for i in kept_out])
            for i, outcome in zip(kept_out, again, strict=True):
                outcomes[i] = outcome

    def _until_done(self, step: Callable[[], T]) -> T | None:
        """Do a step that may be repeated until it is done; None if told to stop before that."""
        while True:
            try:
                return step()
            except (StoreError, QueueUnavailable) as error:
                self._wait(error)
                if self._stop.is_set():
                    return None

    def _wait(self, error: WiretwinError) -> None:
        self._failures += 1
        pause = _PAUSES.compute(min(self._failures, 10))
        log.warning("%s; trying again in %.1f s", error, pause)
        self._stop.wait(pause)

    @staticmethod
    def _reason(error: Exception) -> str:
        foreseen = isinstance(error, records.NO_ARTICLE)
        text = records.reason(error) if foreseen else f"{type(error).__name__}: {error}"
        # it may quote what UTF-8 cannot carry, and as much as there is
        return text[:_LONGEST_REASON].encode("utf-8", "backslashreplace").decode()

    def _count(self, settled: Sequence[Settled], results: Sequence[Outcome | Exception]) -> None:
        for one, result in zip(settled, results, strict=True):
            if isinstance(result, Outcome):
                self.counts["stored"] += 1
                self.counts[str(result.status)] += 1
                self.counts["copies"] += any(m.relation.is_reuse for m in result.matches)
            else:
                self.counts["refused"] += 1
                log.warning("message %s is dead: %s", one.message.id.decode(), one.reason)


def article(fields: Fields, engine: Engine) -> Article:
    """The article of a message: JSON in the field ``article``, or a field for each of its own.

    Beside ``article`` other fields play no part. Without it, an empty field is one not given,
    and ``metadata`` is JSON. Raises one of ``records.NO_ARTICLE``.
    """
    settings = engine.settings
    size = sum(map(len, fields.values()))
    if size > settings.max_body_bytes:
        raise TooLarge("article", f"has {size} bytes; at most {settings.max_body_bytes} are taken")
    if ARTICLE in fields:
        return records.article_of(parse(fields[ARTICLE]), settings)
    given = {_text(name, name): _text(name, value) for name, value in fields.items() if value}
    if "metadata" in given:
        given["metadata"] = parse(fields[b"metadata"])
    return records.article_of(given, settings)


def _text(field: bytes, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        name = field.decode("utf-8", "backslashreplace")
        raise InvalidBody(name, f"byte {error.start} is not valid UTF-8") from None


def _unforeseen(error: Exception) -> None:
    log.error("an article could not be stored", exc_info=error)
