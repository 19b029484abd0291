"""Acts: what the script that writes the graph is told to do, and by which names.

The script knows tables by number; the names of its acts are those of ``commit.lua``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from dedup.model import EventKind
from dedup.store.redis_calls import Argument
from dedup.store.redis_node import Summary
from dedup.store.redis_record import encode_ref

TABLES = (
    "alive",
    "ledger",
    "events",
    "ids",
    "nodes",
    "clusters",
    "waiting",
    "pending",
    "matches",
    "members",
    "redirects",
    "newest",
    "largest",
    "gone",
    "judgements",
    "judged",
    "urls",
    "names",
    "aliases",
    "topics",
)
"""The keys of the graph, in the order of the script that writes them."""
NUMBER = {name: number for number, name in enumerate(TABLES, 1)}
"""Of each the number by which the script knows it."""
ZERO = 1 << 63
"""Added to a time, so that those before 1970 sort before the others as bytes."""


class Acts:
    """What is to be done in one step, in order, and what must stand as it did for that."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._expected: list[tuple[str, bytes, bytes]] = []
        self._acts: list[tuple[Argument, ...]] = []

    def expect(self, table: str, field: bytes, version: bytes) -> None:
        """Write only if the field still begins so."""
        self._expected.append((table, field, version))

    def act(self, name: str, table: str, *arguments: Argument) -> None:
        """Do something to a table; the names of acts are those of the script."""
        self._acts.append((name, len(arguments) + 1, NUMBER[table], *arguments))

    def count(self, name: str, number: int) -> None:
        """Add to a number of the ledger."""
        self._acts.append(("count", 2, name, number))

    def rename(self, name: str, *ids: bytes) -> None:
        """Do something to the other names of an article; the names are those of the script."""
        tables = (NUMBER["names"], NUMBER["aliases"])
        self._acts.append((name, len(tables) + len(ids), *tables, *ids))

    def come(self, ref: int) -> None:
        """Let an article be there."""
        self._acts.append(("come", 1, encode_ref(ref)))

    def tell(
        self,
        kind: EventKind,
        articles: Sequence[str],
        cluster_id: str | None = None,
        into: str | None = None,
    ) -> None:
        """Append an event to the feed."""
        event = encode_event(self.now, kind, articles, cluster_id, into)
        self._acts.append(("tell", 1, event))


def newest_key(summary: Summary) -> bytes:
    """The place of a cluster among all, the one with the latest article last."""
    numbers = (summary.last_at + ZERO, summary.age)
    return b"".join(n.to_bytes(8, "big") for n in numbers) + bytes.fromhex(summary.id)


def largest_key(summary: Summary) -> bytes:
    """The place of a cluster among all, the largest last."""
    return summary.size.to_bytes(4, "big") + newest_key(summary)


def field_of(name: int | str | bytes) -> bytes:
    """The field of an article's ref, of a cluster's id, or as it is."""
    if isinstance(name, int):
        return encode_ref(name)
    return bytes.fromhex(name) if isinstance(name, str) else name


def encode_event(
    at: int, kind: EventKind, articles: Sequence[str], cluster_id: str | None, into: str | None
) -> bytes:
    """An event but its cursor, as JSON."""
    plain = [at, str(kind), list(articles), cluster_id, into]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
