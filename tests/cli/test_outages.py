"""A service under load whose Redis is killed, frozen and started again."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from processes import children, started
from racing import contents, corpus
from servers import Server, one_server, wait_for

from dedup.engine import Engine, open_engine
from dedup.settings import Settings

ARTICLES = 120
TIMEOUT = 0.5
BOUND = 10.0
"""Seconds within which every request is answered, a loaded machine allowed for."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Server]:
    """A Redis server that keeps what it answered through a crash."""
    with one_server(tmp_path / "redis", "--appendonly", "yes", "--appendfsync", "always") as server:
        yield server


class Load:
    """Clients that put articles until each is stored, and others that read."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self.wrong: list[str] = []
        self.stop = threading.Event()
        articles = corpus(ARTICLES)
        random.Random(3).shuffle(articles)
        self._todo = [
            {"id": a.id, "text": a.text, "source": a.source, "language": a.language}
            for a in articles
        ]
        self._lock = threading.Lock()
        self.left = len(articles)
        works = [self._write] * 4 + [self._read] * 2
        self._threads = [threading.Thread(target=work) for work in works]

    @contextmanager
    def running(self) -> Iterator[Load]:
        """The load, until the block ends."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            for thread in self._threads:
                thread.join()

    def wait_for_more(self, status: int, count: int) -> None:
        """Wait until so many more answers have had this status."""
        wanted = self.statuses[status] + count
        wait_for(lambda: self.statuses[status] >= wanted, f"{count} answers {status}")

    def _write(self) -> None:
        with httpx.Client(base_url=self.url, timeout=30) as client:
            while not self.stop.is_set():
                with self._lock:
                    article = self._todo.pop() if self._todo else None
                if article is None:
                    return
                body = {name: value for name, value in article.items() if name != "id"}
                while not self.stop.is_set():
                    answer = self._ask(client, "PUT", f"/v1/articles/{article['id']}", json=body)
                    if answer.status_code in {200, 201}:
                        break
                    time.sleep(0.1)
                with self._lock:
                    self.left -= 1

    def _read(self) -> None:
        some = {"text": corpus(ARTICLES)[0].text}
        with httpx.Client(base_url=self.url, timeout=30) as client:
            while not self.stop.is_set():
                self._ask(client, "POST", "/v1/check", json=some)
                self._ask(client, "GET", "/v1/clusters")
                time.sleep(0.05)

    def _ask(self, client: httpx.Client, method: str, path: str, **body: object) -> httpx.Response:
        begun = time.monotonic()
        answer = client.request(method, path, **body)  # type: ignore[arg-type]
        with self._lock:
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.statuses[answer.status_code] += 1
            if answer.status_code == 503:
                told = answer.json()["type"], int(answer.headers.get("retry-after", 0)) > 0
                if told != ("urn:wiretwin:problem:store-unavailable", True):
                    self.wrong.append(answer.text)
            elif answer.status_code not in {200, 201}:
                self.wrong.append(answer.text)
        return answer


@contextmanager
def outage(store: Server, kind: str) -> Iterator[None]:
    """The store is away in the block."""
    assert store.process is not None
    if kind == "killed":
        store.stop()
    else:
        store.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        if kind == "killed":
            store.start()
        else:
            store.process.send_signal(signal.SIGCONT)


def test_outages_under_load_are_told_in_time_and_leave_nothing_half_done(
    tmp_path: Path, store: Server
) -> None:
    url = f"redis://{store.host}"
    environ = {
        "WIRETWIN_STORE": url,
        "WIRETWIN_STORE_TIMEOUT": str(TIMEOUT),
        "WIRETWIN_LOG_LEVEL": "error",  # nobody reads the log before the end
    }
    with started(tmp_path, "serve", "--port", "0", "--workers", "2", **environ) as (
        process,
        address,
        _,
    ):
        wait_for(lambda: len(children(process)) == 2, "the workers")
        workers = children(process)
        load = Load(address)
        with load.running():
            for kind in ("killed", "frozen", "killed"):
                load.wait_for_more(201, 20)
                with outage(store, kind):
                    load.wait_for_more(503, 6)
            wait_for(lambda: load.left == 0, "the rest of the articles")
        assert load.wrong == []
        assert load.statuses[503] >= 18
        assert load.slowest < BOUND
        assert children(process) == workers
        assert httpx.get(f"{address}/readyz").status_code == 200
        process.terminate()
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert_calm(url)


def assert_calm(url: str) -> None:
    """Everything is there once, and pairs and clusters are those of a calm run."""
    calm = open_engine(Settings(store="sqlite://"))
    calm.add_many(corpus(ARTICLES))
    engine = open_engine(Settings(store=url))
    while engine.finish_pending():
        pass
    found, wanted = contents(engine), contents(calm)
    assert found.articles == wanted.articles
    assert found.pairs == wanted.pairs
    assert found.clusters == wanted.clusters
    assert {one.version for one in engine.store.scan()} == {1}
    assert engine.store.stats().articles == ARTICLES
    engine.close()
    calm.close()


def compared(engine: Engine) -> bool:
    """Whether the first lines are stored, and all that is stored is linked."""
    stats = engine.store.stats()
    return stats.articles >= 19 and not stats.pending


def test_a_batch_goes_on_when_the_store_is_back(tmp_path: Path, store: Server) -> None:
    articles = corpus(60)
    environ = {
        "WIRETWIN_STORE": f"redis://{store.host}",
        "WIRETWIN_STORE_TIMEOUT": str(TIMEOUT),
        "WIRETWIN_LOG_LEVEL": "error",
    }
    step = threading.Event()
    with started(tmp_path, "serve", "--port", "0", **environ) as (_, address, _):

        def lines() -> Iterator[bytes]:
            for i, article in enumerate(articles):
                if i in {20, 40}:
                    step.wait(30)
                    step.clear()
                # longer than the server reads at a time
                pad = {"pad": "x" * 9000}
                document = {"id": article.id, "text": article.text, "metadata": pad}
                yield json.dumps(document).encode() + b"\n"

        headers = {"Content-Type": "application/x-ndjson"}
        answers: list[dict[str, object]] = []

        # with more detail the store is read once more after the last that is seen to be done here
        url = f"{address}/v1/batch?detail=none"

        def send() -> None:
            with httpx.stream("POST", url, content=lines(), headers=headers, timeout=60) as answer:
                answers.extend(map(json.loads, answer.iter_lines()))

        sender = threading.Thread(target=send)
        sender.start()
        engine = open_engine(Settings(store=f"redis://{store.host}"))
        wait_for(lambda: compared(engine), "the first lines")
        engine.close()
        with outage(store, "killed"):
            step.set()
            time.sleep(4 * TIMEOUT)
        step.set()
        sender.join(60)
    assert [one["line"] for one in answers] == list(range(1, 61))
    refused = {one["line"] for one in answers if one["error"]}
    assert len(refused) > 5
    assert refused <= set(range(20, 42))
    assert {one["error"]["status"] for one in answers if one["error"]} == {503}  # type: ignore[index]
    engine = open_engine(Settings(store=f"redis://{store.host}"))
    there = {one.article.id for one in engine.store.scan()}
    engine.close()
    assert {one["id"] for one in answers if one["status"] == "created"} <= there
