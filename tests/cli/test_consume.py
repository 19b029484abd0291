"""``consume`` as processes beside a real Redis: at least once, each article once, a gentle end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from redis import Redis
from servers import Server, one_server, unread, wait_for

from dedup.engine import open_engine
from dedup.settings import Settings
from service.answers import BatchLine

WIRETWIN = Path(sys.executable).with_name("wiretwin")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("WIRETWIN_")}
PLACES = ("harbour", "valley", "station", "market", "bridge", "forest", "airport", "school")
STORY = (
    "The river beside the {0} rose by {1} metres overnight and {1} villages were cleared, the "
    "mayor of {0} said on Monday. Engineers from {2} counties brought pumps to the {0}."
)


def text(number: int) -> str:
    """One of many short stories."""
    return STORY.format(PLACES[number % 8] + str(number), number, number * 7)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Server]:
    """A Redis server that keeps what it holds through a crash."""
    with one_server(tmp_path / "redis", "--appendonly", "yes", "--appendfsync", "always") as server:
        yield server


@contextmanager
def consuming(
    folder: Path, queue: Server, *options: str, **environ: str
) -> Iterator[subprocess.Popen[str]]:
    """A running consumer of the stream ``in``, its store beside it; killed at the end."""
    url = f"redis://{queue.host}"
    command = [WIRETWIN, "consume", "--stream", "in", "--group", "g", "--redis", url, *options]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=CLEAN | {"WIRETWIN_STORE": "sqlite:///store.db"} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            if not process.stdout.readline().startswith("wiretwin consumes in as "):
                pytest.fail(f"the command ended: {process.stderr.read()}")
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit code, the last words and the log of a process told to end."""
    process.terminate()
    out, log = process.communicate(timeout=60)
    return process.returncode, out, log


def send(client: Redis, numbers: range) -> None:
    with client.pipeline(transaction=False) as pipe:
        for n in numbers:
            article = {"id": str(n), "text": text(n), "source": f"outlet {n}"}
            pipe.xadd("in", {"article": json.dumps(article)})
        pipe.execute()


def answers(client: Redis, stream: str = "out") -> list[tuple[bytes, dict[str, Any]]]:
    """The messages that were answered, with the answers, in the order of the answers."""
    found: Any = client.xrange(stream)
    return [(fields[b"message"], json.loads(fields[b"result"])) for _, fields in found]


def left(client: Redis) -> int:
    """How many messages were given out or wait to be."""
    [group] = client.xinfo_groups("in")
    return int(group["pending"]) + unread(client, "in")


def stored(folder: Path) -> dict[str, tuple[int, bool]]:
    """The version of each stored article, and whether it is pending."""
    engine = open_engine(Settings(store=f"sqlite:///{folder}/store.db"))
    try:
        return {one.article.id: (one.version, one.pending) for one in engine.store.scan()}
    finally:
        engine.close()


def test_messages_of_both_forms_become_articles_and_are_answered(
    tmp_path: Path, queue: Server
) -> None:
    with queue.client as client, consuming(tmp_path, queue, "--results", "out") as consumer:
        sent: list[bytes] = [
            client.xadd("in", {"article": json.dumps({"id": "a", "text": text(1)}), "trace": "7"}),
            client.xadd("in", {"id": "b", "text": text(1), "url": "", "metadata": '{"desk": 3}'}),
            client.xadd("in", {"text": text(2)}),
            client.xadd("in", {"text": text(2)}),
        ]
        wait_for(lambda: client.xlen("out") == len(sent), "the answers")
        found = answers(client)
        assert [message for message, _ in found] == sent
        answer = [one for _, one in found]
        assert [one["id"] for one in answer[:2]] == ["a", "b"]
        assert [one["status"] for one in answer] == ["created"] * 3 + ["unchanged"]
        assert [one["verdict"] for one in answer[:3]] == ["unique", "exact", "unique"]
        assert answer[1]["matches"][0]["id"] == "a"
        assert answer[2]["id"] == answer[3]["id"]
        schema = Draft202012Validator(BatchLine.model_json_schema())
        for one in answer:
            schema.validate({"line": 1, **one})
        assert left(client) == 0
        code, out, log = ended(consumer)
        assert (code, log) == (0, "")
        assert out == "4 articles: 3 created, 0 updated, 1 unchanged; copies: 1; refused: 0\n"
        assert client.xinfo_consumers("in", "g") == []
        assert client.xlen("in") == len(sent)
    assert set(stored(tmp_path)) == {"a", "b", answer[2]["id"]}


def test_what_is_no_article_goes_to_the_dead_with_the_reason(tmp_path: Path, queue: Server) -> None:
    bad: list[tuple[dict[str, str | bytes], str]] = [
        ({"article": "{"}, "column 2: Expecting property name enclosed in double quotes"),
        ({"article": "[]"}, "must be an object"),
        ({"article": '{"id": "x"}'}, "text: is required: send text or html"),
        ({"article": '{"text": "x", "\\ud800": 1}'}, "\\ud800: has a name with a lone surrogate"),
        ({f"field{n}": "x" for n in range(120)}, "field0: there is no such field"),
        ({"text": "x", "tittle": "y"}, "tittle: there is no such field"),
        ({"text": b"caf\xe9"}, "text: byte 3 is not valid UTF-8"),
        ({"text": "x", "metadata": "{"}, "column 2: Expecting property name"),
        ({"text": "x" * 3000}, "article: has 3000 bytes; at most 2000 are taken"),
        ({f"f{n}": "" for n in range(20_000)}, "text: is required: send text or html"),
    ]
    options = ("--results", "out", "--remove")
    with (
        queue.client as client,
        consuming(tmp_path, queue, *options, WIRETWIN_MAX_BODY_BYTES="2000") as consumer,
    ):
        sent: list[bytes] = [client.xadd("in", fields) for fields, _ in bad]  # type: ignore
        client.xadd("in", {"id": "good", "text": text(1)})
        wait_for(lambda: client.xlen("out") == len(bad) + 1, "the answers")
        dead: Any = client.xrange("in:dead")
        assert [one[b"dead-message"] for _, one in dead] == sent
        for (_, kept), (fields, reason) in zip(dead, bad, strict=True):
            assert kept[b"dead-reason"].decode().removeprefix("line 1, ").startswith(reason)
            originals = {name.encode(): value for name, value in list(fields.items())[:1000]}
            assert {name: kept[name] for name in originals} == {
                name: v.encode() if isinstance(v, str) else v for name, v in originals.items()
            }
        errors = [answer["error"] for _, answer in answers(client)]
        statuses = [error and error["status"] for error in errors]
        assert statuses == [400, 422, 422, 422, 422, 422, 422, 400, 413, 422, None]
        assert [error["detail"].encode() for error in errors[:-1]] == [
            one[b"dead-reason"] for _, one in dead
        ]
        assert left(client) == client.xlen("in") == 0
        assert ended(consumer)[:2] == (
            0,
            "1 article: 1 created, 0 updated, 0 unchanged; copies: 0; refused: 10\n",
        )
    assert set(stored(tmp_path)) == {"good"}


def killed_with_messages(client: Redis, consumer: subprocess.Popen[str]) -> bool:
    """Kill the consumer called one if it has messages in hand at this moment."""
    consumer.send_signal(signal.SIGSTOP)
    if client.xpending_range("in", "g", "-", "+", 1, "one"):
        consumer.kill()
        return True
    consumer.send_signal(signal.SIGCONT)
    return False


def test_every_article_is_stored_once_though_a_consumer_is_killed(
    tmp_path: Path, queue: Server
) -> None:
    count = 240
    options = ("--results", "out", "--detail", "ids", "--idle", "1", "--batch", "16")
    with (
        queue.client as client,
        consuming(tmp_path, queue, *options, "--consumer", "one") as one,
        consuming(tmp_path, queue, *options, "--consumer", "two") as two,
    ):
        send(client, range(count))
        wait_for(lambda: client.xlen("out") > count // 8, "the first answers")
        wait_for(lambda: killed_with_messages(client, one), "a moment when it has some in hand")
        wait_for(lambda: left(client) == 0, "the rest")
        code, _, log = ended(two)
        assert code == 0
        assert "took over message" in log
        answered = [answer for _, answer in answers(client)]
        assert len(answered) == count
        assert {answer["id"] for answer in answered} == {str(n) for n in range(count)}
        assert client.exists("in:dead") == 0
        # what two took from one and gave back; one itself stands there for what it never knew
        assert [c["name"] for c in client.xinfo_consumers("in", "g")] == [b"one"]
    assert stored(tmp_path) == {str(n): (1, False) for n in range(count)}


def test_a_message_that_ends_its_consumers_is_given_up_and_the_others_are_not(
    tmp_path: Path, queue: Server
) -> None:
    with queue.client as client:
        client.xgroup_create("in", "g", "0", mkstream=True)
        send(client, range(3))
        given: Any = client.xreadgroup("g", "dead", {"in": ">"}, count=3)
        ids = [id for id, _ in given[0][1]]
        for _ in range(2):  # the second one is read again and again, alone
            client.xclaim("in", "g", "dead", 0, [ids[1]])
        options = ("--idle", "0.1", "--deliveries", "3", "--results", "out")
        with consuming(tmp_path, queue, *options) as consumer:
            wait_for(lambda: left(client) == 0, "the messages left behind")
            assert ended(consumer)[0] == 0
        [(_, dead)] = client.xrange("in:dead")  # type: ignore[misc]
        assert dead[b"dead-message"] == ids[1]
        assert dead[b"dead-reason"] == b"given out 3 times, and never came to an end"
        assert json.loads(dead[b"article"])["id"] == "1"
    assert set(stored(tmp_path)) == {"0", "2"}


def test_a_consumer_goes_on_with_what_it_left_itself(tmp_path: Path, queue: Server) -> None:
    with queue.client as client:
        client.xgroup_create("in", "g", "0", mkstream=True)
        send(client, range(3))
        client.xreadgroup("g", "me", {"in": ">"}, count=2)
        client.xtrim(
            "in", maxlen=2, approximate=False
        )  # the first is lost before anybody is done with it
        with consuming(tmp_path, queue, "--consumer", "me") as consumer:
            wait_for(lambda: left(client) == 0, "its own messages")
            assert "trimmed" in ended(consumer)[2]
    assert set(stored(tmp_path)) == {"1", "2"}


def test_sigterm_finishes_what_is_in_hand(tmp_path: Path, queue: Server) -> None:
    options = ("--results", "out", "--consumer", "me")
    with queue.client as client:
        send(client, range(300))
        with consuming(tmp_path, queue, *options) as consumer:
            wait_for(lambda: client.xlen("out") > 0, "the first answers")
            code, out, log = ended(consumer)
            assert (code, log) == (0, "")
        done = client.xlen("out")
        assert out.startswith(f"{done} articles: {done} created")
        assert client.xpending("in", "g")["pending"] == 0
        assert client.xinfo_consumers("in", "g") == []
        with consuming(tmp_path, queue, *options) as consumer:
            wait_for(lambda: client.xlen("out") == 300, "the rest")
            assert ended(consumer)[0] == 0
    assert stored(tmp_path) == {str(n): (1, False) for n in range(300)}


@pytest.mark.parametrize("keeps", [True, False])
def test_a_restart_of_redis_is_survived(tmp_path: Path, keeps: bool) -> None:
    options = ("--appendonly", "yes", "--appendfsync", "always") if keeps else ()
    with (
        one_server(tmp_path / "redis", *options) as queue,
        consuming(tmp_path, queue, "--results", "out", "--detail", "none") as consumer,
    ):
        with queue.client as client:
            send(client, range(100))
            wait_for(lambda: client.xlen("out") > 0, "the first answers")
        queue.stop()
        assert consumer.stderr is not None
        assert "trying again" in consumer.stderr.readline()
        queue.start()
        with queue.client as client:
            send(client, range(90, 120))
            wait_for(lambda: "119" in {one["id"] for _, one in answers(client)}, "the last answer")
            wait_for(lambda: left(client) == 0, "the end")
        assert ended(consumer)[0] == 0
        kept = stored(tmp_path)
        assert {str(n) for n in range(90, 120)} <= set(kept)
        assert set(kept.values()) == {(1, False)}
        if keeps:
            assert len(kept) == 120


def test_a_queue_that_is_frozen_is_waited_for(tmp_path: Path, queue: Server) -> None:
    options = ("--results", "out")
    with (
        queue.client as client,
        consuming(tmp_path, queue, *options, WIRETWIN_STORE_TIMEOUT="0.5") as consumer,
    ):
        assert queue.process is not None
        queue.process.send_signal(signal.SIGSTOP)
        assert consumer.stderr is not None
        assert "the queue does not answer" in consumer.stderr.readline()
        queue.process.send_signal(signal.SIGCONT)
        send(client, range(5))
        wait_for(lambda: client.xlen("out") == 5, "the answers")
        assert ended(consumer)[0] == 0


def test_a_store_that_is_away_is_waited_for(tmp_path: Path, queue: Server) -> None:
    durable = ("--appendonly", "yes", "--appendfsync", "always")
    with (
        one_server(tmp_path / "store", *durable) as store,
        queue.client as client,
        consuming(
            tmp_path, queue, "--results", "out", WIRETWIN_STORE=f"redis://{store.host}"
        ) as consumer,
    ):
        send(client, range(50))
        wait_for(lambda: client.xlen("out") > 0, "the first answers")
        store.stop()
        send(client, range(50, 100))
        assert consumer.stderr is not None
        assert "the store does not answer" in consumer.stderr.readline()
        store.start()
        wait_for(lambda: left(client) == 0, "the rest")
        assert ended(consumer)[0] == 0
        assert {answer["id"] for _, answer in answers(client)} == {str(n) for n in range(100)}
        assert {answer["error"] for _, answer in answers(client)} == {None}
        assert not client.exists("in:dead")


def test_told_to_stop_while_the_store_is_away_it_leaves_the_messages(
    tmp_path: Path, queue: Server
) -> None:
    with (
        one_server(tmp_path / "store") as store,
        queue.client as client,
        consuming(
            tmp_path, queue, "--results", "out", WIRETWIN_STORE=f"redis://{store.host}"
        ) as consumer,
    ):
        client.xadd("in", {"text": text(7)})
        wait_for(lambda: client.xlen("out") == 1, "the first answer")
        store.stop()
        send(client, range(3))
        assert consumer.stderr is not None
        assert "the store does not answer" in consumer.stderr.readline()
        assert ended(consumer)[0] == 0
        assert client.xpending("in", "g")["pending"] > 0
        assert left(client) == 3


def test_results_are_bounded(tmp_path: Path, queue: Server) -> None:
    options = ("--results", "out", "--detail", "none", "--keep-results", "100", "--batch", "64")
    with queue.client as client, consuming(tmp_path, queue, *options) as consumer:
        send(client, range(400))
        wait_for(lambda: left(client) == 0, "the end")
        assert 100 <= client.xlen("out") <= 300  # trimmed by whole nodes of 100
        assert ended(consumer)[0] == 0


def refused(folder: Path, *args: str) -> tuple[int, str]:
    """The exit code and the complaint of a command that cannot begin."""
    done = subprocess.run(
        [WIRETWIN, "consume", *args],
        cwd=folder,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr


def test_what_cannot_begin_says_why(tmp_path: Path, queue: Server) -> None:
    names = ("--stream", "in", "--group", "g")
    code, complaint = refused(tmp_path, *names, "--redis", "redis://127.0.0.1:1")
    assert (code, complaint.count("\n")) == (1, 1)
    assert complaint.startswith("Error: the queue does not answer: ")
    code, complaint = refused(tmp_path, *names, "--redis", "http://127.0.0.1")
    assert code == 2
    assert "Invalid value for --redis" in complaint
    with queue.client as client:
        client.set("in", "a string")
    code, complaint = refused(tmp_path, *names, "--redis", f"redis://{queue.host}")
    assert (code, complaint.count("\n")) == (1, 1)
    assert complaint.startswith("Error: the queue refuses: WRONGTYPE")
    names = ("--stream", "other", "--group", "g", "--results", "in")
    assert refused(tmp_path, *names, "--redis", f"redis://{queue.host}") == (
        1,
        "Error: 'in' is no stream but a string\n",
    )
