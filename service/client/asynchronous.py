"""The client for asyncio: what ``Client`` returns is awaited, what it yields is iterated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
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


class AsyncClient:
    """``Client`` for asyncio; its methods, arguments and errors are the same."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8080",
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retry: Retry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._retry = Retry() if retry is None else retry
        self._http = httpx.AsyncClient(**options(url, key), transport=transport)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def check(self, article: Sent, thresholds: Limits = None) -> Outcome:
        """As ``Client.check``."""
        return await self._send(calls.check(article, thresholds))

    async def put(self, id: str, article: Sent) -> Outcome:
        """As ``Client.put``."""
        return await self._send(calls.put(id, article))

    async def post(self, article: Sent, idempotency_key: str | None = None) -> Outcome:
        """As ``Client.post``."""
        return await self._send(calls.post(article, idempotency_key))

    async def get(self, id: str) -> Article:
        """As ``Client.get``."""
        return await self._send(calls.article(id))

    async def delete(self, id: str) -> None:
        """As ``Client.delete``."""
        await self._send(calls.delete(id))

    async def matches(self, id: str) -> list[Match]:
        """As ``Client.matches``."""
        return (await self._send(calls.matches(id))).items

    async def compare(self, left: Side, right: Side, thresholds: Limits = None) -> Comparison:
        """As ``Client.compare``."""
        return await self._send(calls.compare(left, right, thresholds))

    async def batch(
        self, articles: Iterable[Sent] | AsyncIterable[Sent], detail: Detail = "full"
    ) -> AsyncIterator[BatchLine]:
        """As ``Client.batch``."""
        piece = Piece()
        async for article in _each(articles):
            line = calls.line(article)
            if not piece.has_room(line):
                for one in piece.placed(await self._send(calls.batch(piece.lines, detail))):
                    yield one
            piece.add(line)
        if piece.lines:
            for one in piece.placed(await self._send(calls.batch(piece.lines, detail))):
                yield one

    async def clusters(
        self,
        *,
        min_size: int = 2,
        source: str | None = None,
        q: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        order: Literal["newest", "largest"] = "newest",
        page: int = 50,
    ) -> AsyncIterator[ClusterSummary]:
        """As ``Client.clusters``."""
        query: dict[str, Any] = {"min_size": min_size, "source": source, "q": q, "since": since}
        query |= {"until": until, "order": order, "limit": page}
        cursor: str | None = None
        while True:
            found = await self._send(calls.clusters(**query, cursor=cursor))
            for one in found.items:
                yield one
            if (cursor := found.next_cursor) is None:
                return

    async def cluster(self, id: str) -> Cluster:
        """As ``Client.cluster``."""
        return await self._send(calls.cluster(id))

    async def synopsis(
        self, id: str, *, base: str | None = None, columns: Sequence[str] | None = None
    ) -> Synopsis:
        """As ``Client.synopsis``."""
        return await self._send(calls.synopsis(id, base, columns))

    async def judge(
        self,
        left: str,
        right: str,
        judgement: Literal["same", "different"],
        *,
        by: str | None = None,
        note: str | None = None,
    ) -> Judged:
        """As ``Client.judge``."""
        return await self._send(calls.judge(left, right, judgement, by, note))

    async def unjudge(self, left: str, right: str) -> None:
        """As ``Client.unjudge``."""
        await self._send(calls.unjudge(left, right))

    async def judgements(self, page: int = 100) -> AsyncIterator[Judgement]:
        """As ``Client.judgements``."""
        cursor: str | None = None
        while True:
            found = await self._send(calls.judgements(page, cursor))
            for one in found.items:
                yield one
            if (cursor := found.next_cursor) is None:
                return

    async def events(
        self, after: int = 0, *, follow: bool = True, wait: float = 30.0, page: int = 500
    ) -> AsyncIterator[Event]:
        """As ``Client.events``."""
        while True:
            found = await self._send(calls.events(after, page, wait if follow else 0.0))
            for one in found.items:
                yield one
            after = found.next
            if not found.items:
                if not follow:
                    return
                await asyncio.sleep(self._retry.first_pause)  # one that drains answers at once

    async def ready(self) -> bool:
        """As ``Client.ready``."""
        try:
            await self._send(calls.ready(), Retry(attempts=1))
        except (Unavailable, Unreachable):
            return False
        return True

    async def _send(self, call: Call[T], retry: Retry | None = None) -> T:
        retry = self._retry if retry is None else retry
        attempt = 0
        while True:
            attempt += 1
            answer: httpx.Response | httpx.TransportError
            try:
                answer = await self._http.request(
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
                await asyncio.sleep(pause)
            elif isinstance(answer, httpx.TransportError):
                raise Unreachable(f"{self._http.base_url}: {answer!r}") from answer
            else:
                return call.read(answer, repeated=attempt > 1)


async def _each(articles: Iterable[Sent] | AsyncIterable[Sent]) -> AsyncIterator[Sent]:
    if isinstance(articles, AsyncIterable):
        async for article in articles:
            yield article
    else:
        for article in articles:
            yield article
