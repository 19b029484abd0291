"""The client for asyncio does what the other one does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from apart import apart
from samples import cropped, story
from serving import Service

from service.client import AsyncClient, Client, NotFound, Retry, Unreachable

QUICK = Retry(attempts=4, first_pause=0.05)


def test_it_has_the_same_methods_and_arguments() -> None:
    def arguments(cls: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(method).parameters)
            for name, method in vars(cls).items()
            if inspect.isfunction(method) and not name.startswith("_")
        }

    assert arguments(AsyncClient) == arguments(Client)


def test_every_call(start_service: Callable[..., Service]) -> None:
    apart(lambda: asyncio.run(_every_call(start_service().url)))


async def _every_call(url: str) -> None:
    text = story("async")
    async with AsyncClient(url, retry=QUICK) as client:
        assert await client.ready()
        stored = await asyncio.gather(
            client.put("a", {"text": text}), client.post({"text": cropped(text, 9)})
        )
        assert {outcome.status for outcome in stored} == {"created"}
        assert (await client.get("a")).text == text
        assert (await client.check({"text": text})).verdict == "exact"
        assert (await client.matches("a"))[0].id == stored[1].id
        assert (await client.compare("a", {"text": text})).relation == "exact"
        found = [cluster async for cluster in client.clusters(page=1)]
        assert len(found) == 1
        assert (await client.cluster(found[0].id)).size == 2
        assert (await client.synopsis(found[0].id)).rows
        events = [event.cursor async for event in client.events(follow=False)]
        assert events == sorted(events)
        await client.judge("a", stored[1].id or "", "same")
        assert [said.left async for said in client.judgements()]
        await client.unjudge("a", stored[1].id or "")
        await client.delete("a")
        with pytest.raises(NotFound):
            await client.get("a")

        async def articles() -> AsyncIterator[dict[str, Any]]:
            for n in range(70):
                yield {"id": str(n), "text": story(f"async {n}")}

        lines = [line async for line in client.batch(articles(), detail="none")]
        assert [(line.line, line.id) for line in lines] == [(n + 1, str(n)) for n in range(70)]
        plain = [line.status async for line in client.batch([{"id": "0", "text": "a b"}])]
        assert plain == ["updated"]
        async for event in client.events(wait=1):
            assert event.cursor == 1
            break


class LosesAnswers(httpx.AsyncHTTPTransport):
    """A network on which the service gets every request, but its first answers are lost."""

    lost = 2

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the answer may not come back."""
        answer = await super().handle_async_request(request)
        if self.lost:
            self.lost -= 1
            await answer.aread()
            raise httpx.ReadError("the connection was cut")
        return answer


def test_what_is_repeated_happens_once(start_service: Callable[..., Service]) -> None:
    service = start_service()

    async def post() -> None:
        async with AsyncClient(service.url, retry=QUICK, transport=LosesAnswers()) as client:
            assert (await client.post({"text": story("once")})).status == "created"
        once = Retry(attempts=1)
        async with AsyncClient(service.url, retry=once, transport=LosesAnswers()) as client:
            assert not await client.ready()
            with pytest.raises(Unreachable):
                await client.get("a")

    apart(lambda: asyncio.run(post()))
    assert service.engine.store.stats().articles == 1
