"""A team's day: workers, a batch and consumers at once on Redis, and two of them killed.

``DAY_ARTICLES`` says how many articles come by either way; 5000 take a minute or two.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
from processes import CLEAN, WIRETWIN, children, started
from racing import contents, corpus
from redis import Redis
from servers import one_server, unread, wait_for

from dedup.engine import open_engine
from dedup.model import Article
from dedup.settings import Settings

ARTICLES = int(os.environ.get("DAY_ARTICLES", "1000"))
LONG = 900.0
QUIET = {"WIRETWIN_LOG_LEVEL": "error"}


def fields(article: Article) -> dict[str, Any]:
    """An article as it is sent."""
    return {
        "id": article.id,
        "text": article.text,
        "source": article.source,
        "language": article.language,
        "published_at": article.published_at.isoformat() if article.published_at else None,
    }


def send_batch(
    url: str,
    articles: list[Article],
    answered: dict[str, Any],
    halfway: threading.Event,
    go_on: threading.Event,
) -> None:
    """Send articles in one batch after the other until each is answered, whatever breaks.

    In the middle it says so, and waits to be told to go on.
    """
    while left := [one for one in articles if one.id not in answered]:
        body = lines(left, halfway, go_on)
        headers = {"Content-Type": "application/x-ndjson"}
        host = url.removeprefix("http://")
        with closing(http.client.HTTPConnection(host, timeout=120)) as client:
            try:
                client.request("POST", "/v1/batch?detail=ids", body, headers, encode_chunked=True)
                with client.getresponse() as answer:
                    for line in answer:
                        one = json.loads(line)
                        if one["error"] is None:
                            answered[one["id"]] = one
            except (OSError, http.client.HTTPException, ValueError):
                continue  # the worker was killed: what it had not answered is sent again


def lines(
    articles: list[Article], halfway: threading.Event, go_on: threading.Event
) -> Iterator[bytes]:
    """Articles as the lines of a batch."""
    for i, one in enumerate(articles):
        if i == len(articles) // 2:
            halfway.set()
            go_on.wait(LONG)
        yield json.dumps(fields(one)).encode() + b"\n"


def consumer(folder: Path, url: str, name: str) -> subprocess.Popen[bytes]:
    """A consumer of the stream; what dies leaves its messages to the others after a second."""
    options = ("--stream", "in", "--group", "g", "--consumer", name, "--results", "out")
    bounds = ("--detail", "none", "--idle", "1", "--keep-results", "1000000", "--batch", "16")
    command = [WIRETWIN, "consume", *options, *bounds, "--store", url]
    return subprocess.Popen(command, cwd=folder, env=CLEAN | QUIET, stdout=subprocess.DEVNULL)


def follow(url: str, events: list[dict[str, Any]], stop: threading.Event) -> None:
    """Read the feed as it grows."""
    after = 0
    with httpx.Client(base_url=url, timeout=60) as client:
        while True:
            last = stop.is_set()
            try:
                page = client.get("/v1/events", params={"after": after, "limit": 1000}).json()
            except (httpx.HTTPError, ValueError):  # its worker was killed
                if last:
                    return
                continue
            events += page["items"]
            after = page["next"]
            if last and not page["items"]:
                return
            stop.wait(0.05)


def test_nothing_is_lost_or_doubled_in_a_day_with_two_deaths(tmp_path: Path) -> None:
    articles = corpus(2 * ARTICLES)
    by_batch, by_stream = articles[::2], articles[1::2]
    with ExitStack() as stack:
        server = stack.enter_context(one_server(tmp_path / "redis"))
        store = f"redis://{server.host}"
        client: Redis = stack.enter_context(server.client)
        arguments = ("--port", "0", "--workers", "2", "--store", store)
        process, url, _ = stack.enter_context(started(tmp_path, "serve", *arguments, **QUIET))
        wait_for(lambda: len(children(process)) == 2, "the workers")
        with client.pipeline(transaction=False) as pipe:
            for one in by_stream:
                pipe.xadd("in", {"article": json.dumps(fields(one))})
            pipe.execute()
        consumers = [consumer(tmp_path, store, name) for name in ("one", "two")]
        for one in consumers:
            stack.callback(one.kill)
        answered: dict[str, Any] = {}
        events: list[dict[str, Any]] = []
        stop, halfway, go_on = (threading.Event() for _ in range(3))
        stack.callback(stop.set)
        stack.callback(go_on.set)
        sending = threading.Thread(
            target=send_batch, args=(url, by_batch, answered, halfway, go_on), daemon=True
        )
        following = threading.Thread(target=follow, args=(url, events, stop), daemon=True)
        sending.start()
        following.start()
        engine = open_engine(Settings(store=store))
        stack.callback(engine.close)

        wait_for(lambda: client.xlen("out") > ARTICLES // 10, "the first answers", LONG)
        consumers[0].send_signal(signal.SIGKILL)
        assert halfway.wait(LONG)
        # the worker with the batch in hand has done the most work
        os.kill(max(children(process), key=cpu_seconds), signal.SIGKILL)
        go_on.set()
        consumers[0].wait()

        sending.join(LONG)
        wait_for(lambda: done(client), "the end of the stream", LONG)
        wait_for(lambda: len(children(process)) == 2, "a new worker")
        consumers[1].terminate()
        assert consumers[1].wait(60) == 0
        while engine.finish_pending():
            pass
        stop.set()
        following.join(LONG)
        assert not client.exists("in:dead")
        assert set(answered) == {one.id for one in by_batch}

        calm = open_engine(Settings(store="sqlite://"))
        stack.callback(calm.close)
        for begin in range(0, len(articles), 50):
            calm.add_many(articles[begin : begin + 50])
        found, wanted = contents(engine), contents(calm)
        assert found.articles == wanted.articles
        assert found.pairs == wanted.pairs
        assert found.clusters == wanted.clusters
        assert {one.version for one in engine.store.scan()} == {1}
        assert engine.store.stats().articles == len(articles)

        assert [one["cursor"] for one in events] == list(range(1, engine.store.last_event() + 1))
        told = Counter(one["kind"] for one in events)
        assert told["article.created"] == len(articles)
        assert told["article.updated"] == told["article.deleted"] == 0
        assert replayed(events) == {frozenset(c) for c in found.clusters}


def cpu_seconds(pid: int) -> str:
    """How much a process has worked, to be compared."""
    listed = subprocess.run(
        ["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout


def done(client: Redis) -> bool:
    """Whether the group has nothing left."""
    [group] = client.xinfo_groups("in")
    return not group["pending"] and not unread(client, "in")


def replayed(events: list[dict[str, Any]]) -> set[frozenset[str]]:
    """The clusters that a reader of the feed knows of at its end."""
    home: dict[str, str] = {}
    for one in events:
        kind, ids, cluster, into = one["kind"], one["article_ids"], one["cluster_id"], one["into"]
        if kind in {"cluster.created", "cluster.grown"}:
            home.update(dict.fromkeys(ids, cluster))
        elif kind == "cluster.merged":
            home = {id: into if c == cluster else c for id, c in home.items()}
        elif kind == "cluster.split":
            for id in ids:
                if into is None:
                    home.pop(id, None)
                else:
                    home[id] = into
    clusters: dict[str, set[str]] = {}
    for id, cluster in home.items():
        clusters.setdefault(cluster, set()).add(id)
    return set(map(frozenset, clusters.values()))
