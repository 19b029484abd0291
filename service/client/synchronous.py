"""The client for plain code."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

import httpx

from service.answers import Article, BatchLine, Comparison, Event, Match, Outcome
from service.answers_clusters import Cluster, ClusterSummary, Synopsis
from service.answers_judgements import Judged, Judgement
from service.client import calls
from service.client.calls import Call, Detail, Limits, Sent, Side
from service.client.errors import Unavailable, Unreachable
from service.client.options import options
from service.client.pieces import Piece
from service.client.retry import Retry

T = TypeVar("T")


class Client:
    """Calls a service at a URL; several threads may share one.

    ``key`` is an API key. ``timeout`` is in seconds and holds for connecting, for each read and
    for each write. ``retry`` says how often a call is made again, ``transport`` how httpx reaches
    the service. Every method raises ``Refused`` when the service refuses, and ``Unreachable``
    when it does not answer; both are a ``ClientError``.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8080",
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retry: Retry | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._retry = Retry() if retry is None else retry
        self._http = httpx.Client(**options(url, key), transport=transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def check(self, article: Sent, thresholds: Limits = None) -> Outcome:
        """Compare an article with everything stored, storing nothing."""
        return self._send(calls.check(article, thresholds))

    def put(self, id: str, article: Sent) -> Outcome:
        """Store an article under an id, or replace the one that has it."""
        return self._send(calls.put(id, article))

    def post(self, article: Sent, idempotency_key: str | None = None) -> Outcome:
        """Store a new article; without an id it gets one.

        It is sent under a key made here, so that a repeat stores nothing twice. Give a key of
        your own to repeat the call in another process. Raises ``Conflict`` for an id that is
        stored already.
        """
        return self._send(calls.post(article, idempotency_key))

    def get(self, id: str) -> Article:
        """A stored article. Raises ``NotFound``."""
        return self._send(calls.article(id))

    def delete(self, id: str) -> None:
        """Remove an article for good. Raises ``NotFound``."""
        self._send(calls.delete(id))

    def matches(self, id: str) -> list[Match]:
        """What a stored article is related to, strongest first. Raises ``NotFound``."""
        return self._send(calls.matches(id)).items

    def compare(self, left: Side, right: Side, thresholds: Limits = None) -> Comparison:
        """Compare two articles sentence by sentence, each sent in full or named by its id."""
        return self._send(calls.compare(left, right, thresholds))

    def batch(self, articles: Iterable[Sent], detail: Detail = "full") -> Iterator[BatchLine]:
        """Store many articles: an answer each, in their order, while they are taken.

        A bad article is answered by ``error``, and the rest goes on. An article with neither id
        nor URL gets an id here. Memory: 64 articles and their answers, however many there are.
        """
        piece = Piece()
        for line in map(calls.line, articles):
            if not piece.has_room(line):
                yield from piece.placed(self._send(calls.batch(piece.lines, detail)))
            piece.add(line)
        if piece.lines:
            yield from piece.placed(self._send(calls.batch(piece.lines, detail)))

    def clusters(
        self,
        *,
        min_size: int = 2,
        source: str | None = None,
        q: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        order: Literal["newest", "largest"] = "newest",
        page: int = 50,
    ) -> Iterator[ClusterSummary]:
        """All clusters that fit, fetched ``page`` at a time as they are asked for."""
        query: dict[str, Any] = {"min_size": min_size, "source": source, "q": q, "since": since}
        query |= {"until": until, "order": order, "limit": page}
        cursor: str | None = None
        while True:
            found = self._send(calls.clusters(**query, cursor=cursor))
            yield from found.items
            if (cursor := found.next_cursor) is None:
                return

    def cluster(self, id: str) -> Cluster:
        """A cluster, or the one it was merged into. Raises ``NotFound``."""
        return self._send(calls.cluster(id))

    def synopsis(
        self, id: str, *, base: str | None = None, columns: Sequence[str] | None = None
    ) -> Synopsis:
        """The sentences of a cluster's story side by side. Raises ``NotFound``."""
        return self._send(calls.synopsis(id, base, columns))

    def judge(
        self,
        left: str,
        right: str,
        judgement: Literal["same", "different"],
        *,
        by: str | None = None,
        note: str | None = None,
    ) -> Judged:
        """Say whether two articles are the same story, above every comparison."""
        return self._send(calls.judge(left, right, judgement, by, note))

    def unjudge(self, left: str, right: str) -> None:
        """Take back what was said of two articles. Raises ``NotFound``."""
        self._send(calls.unjudge(left, right))

    def judgements(self, page: int = 100) -> Iterator[Judgement]:
        """All that was said of pairs, the oldest first, fetched ``page`` at a time."""
        cursor: str | None = None
        while True:
            found = self._send(calls.judgements(page, cursor))
            yield from found.items
            if (cursor := found.next_cursor) is None:
                return

    def events(
        self, after: int = 0, *, follow: bool = True, wait: float = 30.0, page: int = 500
    ) -> Iterator[Event]:
        """What happened after a cursor, in order, each at least once.

        With ``follow`` it goes on for ever, asking every ``wait`` seconds (60 at most). Keep
        the cursor of what you have dealt with, and begin there next time. Raises ``Gone`` when
        events after it are no longer kept.
        """
        while True:
            found = self._send(calls.events(after, page, wait if follow else 0.0))
            yield from found.items
            after = found.next
            if not found.items:
                if not follow:
                    return
                time.sleep(self._retry.first_pause)  # one that drains answers at once

    def ready(self) -> bool:
        """Whether the service and its store would take a call now; it is asked once."""
        try:
            self._send(calls.ready(), Retry(attempts=1))
        except (Unavailable, Unreachable):
            return False
        return True

    def _send(self, call: Call[T], retry: Retry | None = None) -> T:
        retry = self._retry if retry is None else retry
        attempt = 0
        while True:
            attempt += 1
            answer: httpx.Response | httpx.TransportError
            try:
                answer = self._http.request(
                    call.method,
                    call.path,
                    params=call.params,
                    content=call.content,
                    headers=call.headers,
                    timeout=self._timeout + call.longer,
                )
            except httpx.TransportError as error:
                answer = error
            pause = retry.pause(attempt, answer) if call.failed(answer) else None
            if pause is not None:
                time.sleep(pause)
            elif isinstance(answer, httpx.TransportError):
                raise Unreachable(f"{self._http.base_url}: {answer!r}") from answer
            else:
                return call.read(answer, repeated=attempt > 1)
