"""Redis servers for a benchmark: those that the tests start, made to keep what they have."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from servers import Server, cluster, one_server

__all__ = ["Server", "memory", "processor", "program", "started"]

DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec", "--slowlog-log-slower-than", "-1")
"""An append-only file that is synced every second, and no log of slow commands, which takes up
memory that would be counted."""


@contextmanager
def started(kind: str, folder: Path) -> Iterator[tuple[str, list[Server]]]:
    """The URL of an empty store of this kind (sqlite, redis or cluster), and its servers."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/store.db", []
    elif kind == "redis":
        with one_server(folder / "one", *DURABLE) as server:
            yield f"redis://{server.host}", [server]
    else:
        with cluster(folder / "cluster", *DURABLE) as servers:
            yield "redis+cluster://" + ",".join(one.host for one in servers), servers


def memory(servers: list[Server]) -> int:
    """Bytes that all servers use for data."""
    total = 0
    for server in servers:
        with server.client as client:
            told = client.info("memory")
            total += told["used_memory"] - told["mem_clients_normal"]
    return total


def processor(servers: list[Server]) -> float:
    """Seconds of processor time that all servers have used."""
    total = 0.0
    for server in servers:
        with server.client as client:
            told = client.info("cpu")
            total += told["used_cpu_user"] + told["used_cpu_sys"]
    return total


def program(servers: list[Server]) -> str:
    """Which Redis the servers are, and how it allocates memory, by which sizes differ."""
    with servers[0].client as client:
        told = client.info()
    return f"Redis {told['redis_version']}, {told['mem_allocator']}"


def index_bytes(servers: list[Server]) -> int:
    """Bytes of all keys that hold postings: the small hashes and the long buckets."""
    total = 0
    for server in servers:
        with server.client as client:
            pipe = client.pipeline(transaction=False)
            for key in client.scan_iter(count=5000):
                tag, _, rest = key.partition(b"}")
                if not tag.endswith(b":g") and (rest == b"long" or rest.startswith(b"p")):
                    pipe.execute_command("MEMORY USAGE", key, "SAMPLES", 0)
            total += sum(pipe.execute())
    return total
