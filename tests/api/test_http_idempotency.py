"""``Idempotency-Key``: what is sent twice is stored once and answered alike."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from samples import cropped, story
from servers import empty_store
from serving import Service, running

from dedup.settings import Settings
from service import idempotency
from service.idempotency import plain


@pytest.fixture(params=["sqlite", "redis"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    """Two services on one store, as on two machines."""
    settings = Settings(store=empty_store(request.param, request, tmp_path))
    with running(settings) as one, running(settings) as other:
        yield one, other


def post(service: Service, body: object, key: str) -> httpx.Response:
    """Store an article under a key."""
    return service.client.post("/v1/articles", json=body, headers={"Idempotency-Key": key})


def test_the_same_request_gets_the_first_answer_from_any_worker(
    two: tuple[Service, Service],
) -> None:
    one, other = two
    whole = story("idempotent")
    one.client.put("/v1/articles/whole", json={"text": whole, "title": "Before"})
    body = {"text": cropped(whole, 9), "title": "A crop"}
    first = post(one, body, '"key 1"')
    assert (first.status_code, first.json()["verdict"]) == (201, "contained_in")
    assert "idempotent-replayed" not in first.headers
    one.client.put("/v1/articles/whole", json={"text": whole, "title": "After"})
    again = post(other, body | {"source": None}, '"key 1"')
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert one.engine.store.stats().articles == 2
    different = post(other, body, "key-2")
    assert different.json()["id"] != first.json()["id"]


def test_another_body_under_the_key_is_refused(service: Service) -> None:
    body = {"id": "keyed", "text": story("keyed")}
    assert post(service, body, "reused").status_code == 201
    answer = post(service, body | {"id": "keyed-2"}, "reused")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith(":key-reused")
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert service.client.get("/v1/articles/keyed-2").status_code == 404


def test_while_the_first_is_answered_others_wait(
    two: tuple[Service, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    begun, go_on = threading.Event(), threading.Event()
    add = one.engine.add

    def slowly(*args: object, **more: object) -> object:
        begun.set()
        assert go_on.wait(30)
        return add(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(one.engine, "add", slowly)
    body = {"text": story("slow")}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, one, body, "slow")
        assert begun.wait(30)
        answer = post(other, body, "slow")
        go_on.set()
        assert first.result().status_code == 201
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":still-answering")
    assert int(answer.headers["retry-after"]) > 0
    assert post(other, body, "slow").json() == first.result().json()


def test_of_many_at_once_one_is_stored(two: tuple[Service, Service]) -> None:
    body = {"text": story("at once")}

    def send(n: int) -> tuple[int, str | None]:
        while (answer := post(two[n % 2], body, "at-once")).status_code == 409:
            time.sleep(0.02)
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(6) as pool:
        assert len(Counter(pool.map(send, range(12)))) == 1
    assert two[0].engine.store.stats().articles == 1


@pytest.mark.parametrize("id", [None, "mine"])
def test_who_dies_over_it_leaves_it_to_the_next(
    two: tuple[Service, Service], monkeypatch: pytest.MonkeyPatch, id: str | None
) -> None:
    """The worker stores the article, and dies before it has kept its answer."""
    monkeypatch.setattr(idempotency, "HOLD_SECONDS", 0.05)
    one, other = two
    settle = one.engine.store.settle
    monkeypatch.setattr(one.engine.store, "settle", lambda *_: None)
    body = {"text": story("died")} | ({"id": id} if id else {})
    first = post(one, body, "died").json()
    monkeypatch.setattr(one.engine.store, "settle", settle)
    time.sleep(0.1)
    answer = post(other, body, "died")
    assert (answer.status_code, answer.json()["id"]) == (200, first["id"])
    assert answer.json()["status"] == "unchanged"
    assert one.engine.store.stats().articles == 1
    assert post(one, body, "died").content == answer.content


def test_what_was_refused_leaves_the_key_free(service: Service) -> None:
    assert post(service, {"html": "<p></p>"}, "free").status_code == 422
    assert post(service, {"id": "free", "text": story("free")}, "free").status_code == 201
    taken = {"id": "free", "text": story("taken")}
    assert post(service, taken, "free-2").status_code == 409
    service.client.delete("/v1/articles/free")
    assert post(service, taken, "free-2").status_code == 201


def test_keys_are_forgotten_and_belong_to_their_callers(
    start_service: Callable[..., Service],
) -> None:
    service = start_service(api_keys="write:one,write:two", idempotency_hours=0.001)
    bodies = [{"id": name, "text": story(name)} for name in ("one", "two")]

    def send(caller: int, body: int) -> int:
        headers = {"Idempotency-Key": "the-same", "X-API-Key": ("one", "two")[caller]}
        return service.client.post("/v1/articles", json=bodies[body], headers=headers).status_code

    assert [send(0, 0), send(1, 1), send(1, 0), send(0, 0)] == [201, 201, 422, 201]
    time.sleep(3.7)
    assert send(0, 0) == 409, "a new request, and the article is there"


@pytest.mark.parametrize("key", ['""', '"open', 'close"', 'in"side', "two words", "x" * 256, "é"])
def test_keys_that_are_none(service: Service, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = service.client.post("/v1/articles", json={"text": "x"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_key_is_the_same_with_and_without_quotation_marks() -> None:
    assert plain('"abc"') == plain("abc") == "abc"
    assert plain(r'"a \"b\" \\"') == 'a "b" \\'
