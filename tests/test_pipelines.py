"""What docs/pipelines.md shows, run as it is written; only addresses are those of the test."""

from __future__ import annotations

import ast
import functools
import http.server
import json
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import documents
import pytest
from documents import BIN, blocks, page, section
from servers import Server, wait_for
from serving import Service

from dedup.engine import open_engine
from dedup.settings import Settings

PAGE = page("docs/pipelines.md")
STORIES = {
    "one": "Two bridges in the old town were closed on Monday after the flood, the mayor said.",
    "two": "A ferry with ninety people aboard ran aground off the northern coast before dawn.",
}


def code(title: str, language: str) -> list[str]:
    """The code of one language in a section."""
    return blocks(section(PAGE, title), language)


def run(folder: Path, command: str, **places: str) -> str:
    """Run a command of the page in a shell; what it prints."""
    return documents.run(folder, command, {ADDRESSES[n]: here for n, here in places.items()})


ADDRESSES = {
    "service": "http://127.0.0.1:8080",
    "redis": "redis://127.0.0.1:6379",
    "site": "http://127.0.0.1:8000",
}


def saved(folder: Path, name: str, program: str, **places: str) -> None:
    """Save a program of the page."""
    for there, here in places.items():
        assert ADDRESSES[there] in program
        program = program.replace(ADDRESSES[there], here)
    (folder / name).write_text(program, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A news site with a feed, and its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        links, items = "", ""
        for name, story in STORIES.items():
            html = f"<html><head><title>{name}</title></head><body><p>{story}</p></body></html>"
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
            links += f'<a class="story" href="/{name}.html">{name}</a>'
            items += (
                f"<item><title>{name}</title><link>{url}/{name}.html</link>"
                f'<guid isPermaLink="false">{name}</guid>'
                f"<pubDate>Sun, 05 Jan 2025 13:23:00 GMT</pubDate></item>"
            )
        (folder / "index.html").write_text(f"<html><body>{links}</body></html>", encoding="utf-8")
        (folder / "feed.xml").write_text(
            f'<rss version="2.0"><channel><title>The News</title>{items}</channel></rss>',
            encoding="utf-8",
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield url
        server.shutdown()
        thread.join()


def test_curl(tmp_path: Path, start_service: Callable[..., Service]) -> None:
    lines = [json.dumps({"id": name, "text": story}) for name, story in STORIES.items()]
    (tmp_path / "wire.ndjson").write_text("\n".join([lines[0], "{}", lines[1]]) + "\n")
    upload, errors = code("curl", "sh")
    service = start_service()
    run(tmp_path, upload, service=service.url)
    written = (tmp_path / "answers.ndjson").read_text(encoding="utf-8")
    answers = [json.loads(line) for line in written.splitlines()]
    assert [answer["id"] for answer in answers] == ["one", None, "two"]
    assert set(service.engine.store.get(["one", "two"])) == {"one", "two"}
    if shutil.which("jq"):
        [told] = [json.loads(line) for line in run(tmp_path, errors).splitlines()]
        assert told["line"] == 2


def test_a_folder_and_feeds_from_cron(tmp_path: Path, site: str) -> None:
    pytest.importorskip("feedparser")
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "a.txt").write_text(STORIES["one"], encoding="utf-8")
    folder, feeds = code("cron", "sh")
    assert run(tmp_path, folder).startswith("1 article: 1 created")
    assert run(tmp_path, folder).startswith("0 articles: ")
    [line] = code("cron", "crontab")
    assert folder.strip() in line
    [program] = code("cron", "python")
    saved(tmp_path, "feeds.py", program)
    assert run(tmp_path, feeds, site=site).startswith("2 articles: 2 created")
    engine = open_engine(Settings(store=f"sqlite:///{tmp_path}/wiretwin.db"))
    stored = engine.store.get(list(STORIES))
    engine.close()
    assert {id: one.article.text for id, one in stored.items()} == STORIES
    assert stored["one"].article.source == "The News"
    assert stored["one"].article.url == f"{site}/one.html"
    assert str(stored["one"].article.published_at) == "2025-01-05 13:23:00+00:00"


def test_scrapy(tmp_path: Path, site: str, redis_server: Server) -> None:
    pytest.importorskip("scrapy")
    with redis_server.client as client:
        client.flushall()
        [program] = code("Scrapy", "python")
        saved(tmp_path, "news.py", program, redis=f"redis://{redis_server.host}", site=site)
        run(tmp_path, code("Scrapy", "sh")[0])
        sent = [json.loads(fields[b"article"]) for _, fields in client.xrange("articles")]
    assert {one["id"] for one in sent} == {f"{site}/{name}.html" for name in STORIES}


def test_redis_streams(tmp_path: Path, redis_server: Server) -> None:
    consume, cli = code("Redis Streams", "sh")
    send, read = code("Redis Streams", "python")
    redis = f"redis://{redis_server.host}"
    with redis_server.client as client:
        client.flushall()
        saved(tmp_path, "send.py", send, redis=redis)
        run(tmp_path, "python send.py")
        if shutil.which("redis-cli"):
            port = str(redis_server.port)
            run(tmp_path, cli.replace("redis-cli", f"redis-cli -p {port}", 1))
        else:
            words = shlex.split(cli)[1:]
            client.execute_command(*words)
        with subprocess.Popen(
            [BIN / "wiretwin", *shlex.split(consume)[1:], "--redis", redis],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            text=True,
        ) as consumer:
            try:
                wait_for(lambda: client.xlen("results") == 2, "the answers")
            finally:
                consumer.send_signal(signal.SIGTERM)
            assert consumer.wait(timeout=60) == 0
        assert client.xlen("articles") == 0
    saved(tmp_path, "read.py", read, redis=redis)
    assert run(tmp_path, "python read.py").splitlines() == [
        "reuters/2025-01-05/kursk created unique []",
        "afp/17 created unique []",
    ]


def test_kafka_is_a_program() -> None:
    [program] = code("Kafka", "python")
    tree = ast.parse(program)
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"confluent_kafka"}
