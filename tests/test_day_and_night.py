"""A working day in a minute: uploads and a queue at once, while a worker and a consumer die.

``DAY_ARTICLES`` says how many articles come each way.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from processes import CLEAN, WIRETWIN, children, started
from racing import Contents, contents, corpus
from redis import Redis
from servers import Server, wait_for

from dedup.engine import open_engine
from dedup.model import Article
from dedup.settings import Settings
from service.answers import BatchLine
from service.client import Client, Retry

EACH = int(os.environ.get("DAY_ARTICLES", "5000"))
LONG = 300.0


def sent(article: Article) -> dict[str, Any]:
    """An article as a pipeline sends it."""
    assert article.published_at is not None
    return {
        "id": article.id,
        "text": article.text,
        "source": article.source,
        "published_at": article.published_at.isoformat(),
        "language": article.language,
    }


@contextmanager
def consumer(folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A consumer of the stream, ended at the end."""
    options = ("--stream", "in", "--group", "g", "--store", url, "--idle", "3")
    with subprocess.Popen(
        [WIRETWIN, "consume", *options],
        cwd=folder,
        env=CLEAN | {"WIRETWIN_LOG_LEVEL": "error"},
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def uploaded(url: str, articles: list[Article], answers: list[BatchLine]) -> None:
    """Upload articles through the client, which goes on when a worker dies."""
    with Client(url, timeout=60, retry=Retry(attempts=10, longest_pause=2)) as client:
        answers.extend(client.batch(map(sent, articles), detail="none"))


def taken(queue: Redis, stored: int) -> bool:
    """Whether the stream has nothing left that a consumer owes."""
    [group] = queue.xinfo_groups("in")
    return bool(group["lag"] == 0 and group["pending"] == 0 and stored)


def calm(articles: list[Article]) -> Contents:
    """What one process makes of the articles in order."""
    engine = open_engine(Settings(store="sqlite://"))
    for begin in range(0, len(articles), 64):
        engine.add_many(articles[begin : begin + 64])
    found = contents(engine)
    engine.close()
    return found


def test_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path, redis_server: Server) -> None:
    articles = corpus(2 * EACH)
    store = f"redis://{redis_server.host}"
    answers: list[BatchLine] = []
    with ExitStack() as stack:
        queue = stack.enter_context(redis_server.client)
        queue.flushall()
        waiting = queue.pipeline(transaction=False)
        for article in articles[1::2]:
            waiting.xadd("in", {"article": json.dumps(sent(article))})
        waiting.execute()
        environ = {"WIRETWIN_STORE": store, "WIRETWIN_WORKERS": "2", "WIRETWIN_LOG_LEVEL": "error"}
        serving = started(tmp_path, "serve", "--port", "0", **environ)
        process, url, _ = stack.enter_context(serving)
        consumers = [stack.enter_context(consumer(tmp_path, store)) for _ in range(2)]
        engine = open_engine(Settings(store=store, store_timeout=60))
        stack.callback(engine.close)
        upload = threading.Thread(target=uploaded, args=(url, articles[::2], answers))
        upload.start()
        stack.callback(upload.join)

        def stored() -> int:
            return engine.store.stats().articles

        wait_for(lambda: stored() > EACH // 2, "a quarter of the articles", LONG)
        os.kill(min(children(process)), signal.SIGKILL)
        wait_for(lambda: stored() > EACH, "half of the articles", LONG)
        consumers[0].kill()
        assert stored() < 2 * EACH  # both died on the way
        wait_for(lambda: not upload.is_alive(), "the upload", LONG)
        wait_for(lambda: taken(queue, stored()), "the queue", LONG)
        wait_for(lambda: engine.store.stats().pending == 0, "what the dead left", LONG)

        assert [answer.id for answer in answers] == [article.id for article in articles[::2]]
        assert not [answer for answer in answers if answer.error]
        assert queue.xlen("in:dead") == 0
        there = engine.store.get([article.id for article in articles])
        assert len(there) == stored() == 2 * EACH
        assert {one.version for one in there.values()} == {1}
        with Client(url) as client:
            events = list(client.events(follow=False, page=1000))
        assert [event.cursor for event in events] == list(range(1, len(events) + 1))
        created = Counter(e.article_ids[0] for e in events if e.kind == "article.created")
        assert created == dict.fromkeys(there, 1)
        found = contents(engine)
    assert found == calm(articles)
