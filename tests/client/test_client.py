"""The Python client against real services: every call, refusals, repeats, streams."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from samples import cropped, story
from servers import Server, free_ports
from serving import Service, running

from dedup.settings import Settings
from service.client import (
    Client,
    ClientError,
    Conflict,
    Denied,
    Gone,
    Invalid,
    NotFound,
    Refused,
    Retry,
    Unavailable,
    Unreachable,
)
from service.schemas import ArticleIn

QUICK = Retry(attempts=6, first_pause=0.05, longest_pause=2.0)


@pytest.fixture
def client(start_service: Callable[..., Service]) -> Iterator[Client]:
    """A client of a service of its own."""
    with Client(start_service().url, retry=QUICK) as one:
        yield one


def test_every_call_and_its_answer(client: Client) -> None:
    text = story("client")
    when = datetime(2025, 1, 5, 13, 23, tzinfo=UTC)
    first = client.put("a/1", {"text": text, "published_at": when, "metadata": {"desk": "world"}})
    assert (first.id, first.status, first.verdict, first.matches) == (
        "a/1",
        "created",
        "unique",
        [],
    )
    assert client.put("a/1", ArticleIn(text=text, published_at=when, metadata={"desk": "world"}))
    checked = client.check({"text": cropped(text, 9)})
    assert (checked.id, checked.verdict) == (None, "contained_in")
    second = client.post({"text": cropped(text, 9), "source": "Daily"})
    assert second.matches[0].id == "a/1"
    assert second.matches[0].relation.is_reuse
    stored = client.get("a/1")
    assert (stored.text, stored.published_at, stored.metadata) == (text, when, {"desk": "world"})
    assert [match.id for match in client.matches("a/1")] == [second.id]
    compared = client.compare("a/1", {"text": cropped(text, 9)})
    assert any(pair.left and pair.right for pair in compared.pairs)
    strict = client.compare("a/1", second.id or "", thresholds={"passage": 1.0, "reuse": 1.0})
    assert strict.score <= 1
    [found] = client.clusters(source="Daily", since=when)
    assert found.size == 2
    cluster = client.cluster(found.id)
    assert {member.id for member in cluster.members} == {"a/1", second.id}
    synopsis = client.synopsis(found.id, base="a/1", columns=["a/1"])
    assert (synopsis.base_id, len(synopsis.columns)) == ("a/1", 1)
    kinds = [event.kind for event in client.events(follow=False, page=1)]
    assert kinds[:2] == ["article.created", "article.created"]
    assert client.ready()
    client.put("other", {"text": story("other")})
    judged = client.judge("a/1", "other", "same", by="Ana")
    assert judged.left_cluster_id == judged.right_cluster_id == found.id
    client.judge("other", second.id or "", "different")
    assert [said.judgement for said in client.judgements(page=1)] == ["same", "different"]
    client.unjudge("a/1", "other")
    client.delete("a/1")
    with pytest.raises(NotFound):
        client.unjudge("a/1", "other")
    with pytest.raises(NotFound):
        client.get("a/1")


def test_other_names_of_an_article_lead_to_it(client: Client) -> None:
    page = "https://news.example/story"
    client.put("first", {"text": story("names"), "url": page})
    assert (
        client.put("second", {"text": story("names"), "url": f"{page}?utm_source=x"}).id == "first"
    )
    assert client.get("second").id == "first"
    for _ in range(2):
        there, site = client.batch(
            {"text": story("names"), "url": url} for url in (page, "https://news.example/")
        )
        assert (there.id, there.error) == ("first", None)
        assert len(site.id or "") == 36
    client.delete("second")
    with pytest.raises(NotFound):
        client.get("first")


def test_pages_of_clusters_are_fetched_as_they_are_asked_for(client: Client) -> None:
    for n in range(3):
        text = story(f"page {n}")
        client.put(f"{n}/a", {"text": text})
        client.put(f"{n}/b", {"text": text})
    assert len({cluster.id for cluster in client.clusters(page=1)}) == 3


def test_refusals_carry_the_problem_document(client: Client) -> None:
    client.put("there", {"text": story("there")})
    for kind, call in {
        Invalid: lambda: client.check({"text": ""}),
        NotFound: lambda: client.compare("there", "not there"),
        Conflict: lambda: client.post({"id": "there", "text": story("other")}),
    }.items():
        with pytest.raises(kind) as caught:
            call()
        assert isinstance(caught.value, Refused)
        assert caught.value.problem.errors[0].field
        assert caught.value.problem.detail in str(caught.value)
    with pytest.raises(Invalid, match="colour"):
        client.put("x", {"text": "a b c", "colour": "red"})


def test_keys(start_service: Callable[..., Service]) -> None:
    url = start_service(api_keys="read:looks,write:stores").url
    with pytest.raises(Denied, match="401"), Client(url) as nobody:
        nobody.get("a")
    with Client(url, key="looks") as reader, pytest.raises(Denied, match="403"):
        reader.put("a", {"text": story("keys")})
    with Client(url, key="stores") as writer:
        assert writer.put("a", {"text": story("keys")}).status == "created"


def test_a_batch_is_lazy_numbered_and_goes_on_after_a_bad_article(client: Client) -> None:
    taken = 0

    def articles() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for n in range(150):
            taken += 1
            yield {"id": f"b/{n}", "text": story(f"batch {n}")} if n != 70 else {"id": "b/70"}

    lines = client.batch(articles(), detail="ids")
    first = next(lines)
    assert (first.line, first.id) == (1, "b/0")
    assert taken <= 65
    rest = list(lines)
    assert [line.line for line in rest] == list(range(2, 151))
    [bad] = [line for line in rest if line.error]
    assert bad.error is not None
    assert (bad.line, bad.id, bad.error.status) == (71, "b/70", 422)
    again = client.batch([{"text": story("no id")}, {"text": "x" * 2_000_000}], detail="none")
    assert all(line.id and line.status == "created" for line in again)


def test_events_are_followed_as_they_happen(client: Client) -> None:
    seen = []
    client.put("e/0", {"text": story("event 0")})

    def later() -> None:
        time.sleep(0.5)
        client.put("e/1", {"text": story("event 1")})

    thread = threading.Thread(target=later)
    thread.start()
    for event in client.events(wait=5):
        seen.append((event.kind, event.article_ids))
        if len(seen) == 2:
            break
    thread.join()
    assert seen == [("article.created", ["e/0"]), ("article.created", ["e/1"])]


def test_events_that_are_gone(start_service: Callable[..., Service]) -> None:
    service = start_service()
    with Client(service.url) as client:
        for n in range(3):
            client.put(f"g/{n}", {"text": story(f"gone {n}")})
        service.engine.store.expire_events(datetime.now(UTC), 2)
        with pytest.raises(Gone):
            list(client.events(after=1, follow=False))


def test_a_rate_limit_is_waited_for(start_service: Callable[..., Service]) -> None:
    url = start_service(rate_limit=4.0, rate_burst=1).url
    with Client(url, retry=QUICK) as patient:
        begun = time.monotonic()
        for n in range(3):
            patient.put(f"r/{n}", {"text": story(f"rate {n}")})
        assert time.monotonic() - begun > 1.5  # Retry-After is 1, twice
    with Client(url, retry=Retry(attempts=1)) as hasty, pytest.raises(Unavailable) as caught:
        [hasty.get("r/0") for _ in range(9)]
    assert caught.value.problem.status == 429


class LosesAnswers(httpx.HTTPTransport):
    """A network on which the service gets every request, but its first answers are lost."""

    def __init__(self, lost: int) -> None:
        super().__init__()
        self.lost = lost

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the answer may not come back."""
        answer = super().handle_request(request)
        if self.lost:
            self.lost -= 1
            answer.read()
            raise httpx.ReadError("the connection was cut")
        return answer


def test_what_is_repeated_happens_once(start_service: Callable[..., Service]) -> None:
    service = start_service()

    def over(lost: int) -> Client:
        return Client(service.url, retry=QUICK, transport=LosesAnswers(lost))

    with over(2) as client:
        posted = client.post({"text": story("once")})
    with over(1) as client:
        [line] = client.batch([{"text": story("once more")}])
    assert service.engine.store.stats().articles == 2
    assert posted.status == "created"
    assert line.status == "unchanged"
    with over(1) as client:
        client.delete(posted.id or "")
    assert service.engine.store.stats().articles == 1
    with over(9) as client, pytest.raises(Unreachable):
        client.get("x")


def test_a_store_that_comes_back_is_waited_for(tmp_path: Path) -> None:
    [port] = free_ports(1)
    store = Server(port, tmp_path, ("--appendonly", "yes", "--appendfsync", "always"))
    settings = Settings(store=f"redis://127.0.0.1:{port}", store_timeout=0.3)
    with store, running(settings) as service, Client(service.url) as client:
        client.put("s/1", {"text": story("before")})
        store.stop()
        impatient = Client(service.url, retry=Retry(attempts=1))
        with impatient, pytest.raises(Unavailable):
            impatient.put("s/2", {"text": story("away")})
        with Client(service.url, retry=Retry(attempts=1)) as asking:
            assert not asking.ready()
        thread = threading.Timer(1.0, store.start)
        thread.start()
        [line] = client.batch([{"id": "s/2", "text": story("away")}])
        thread.join()
        assert (line.status, line.error) == ("created", None)
        assert client.ready()


def test_nobody_there() -> None:
    [port] = free_ports(1)
    with Client(f"http://127.0.0.1:{port}", retry=Retry(attempts=2, first_pause=0.01)) as client:
        assert not client.ready()
        with pytest.raises(Unreachable, match=str(port)):
            client.get("a")
    assert issubclass(Unreachable, ClientError)
    assert issubclass(Refused, ClientError)


def test_what_is_no_wiretwin_is_told(redis_server: Server) -> None:
    with (
        Client(f"http://{redis_server.host}", retry=Retry(attempts=1)) as client,
        pytest.raises(Unreachable),
    ):
        client.get("a")
