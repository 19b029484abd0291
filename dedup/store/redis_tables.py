"""The tables of one store in Redis: reading articles and the graph, and committing plans."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dedup.cache import Cache
from dedup.cluster import Topic
from dedup.errors import StoreUnavailable
from dedup.store import codec
from dedup.store.redis_acts import TABLES
from dedup.store.redis_calls import Argument, Call, Reply, Script, run_script
from dedup.store.redis_plan import Transaction
from dedup.store.redis_postings import OnShard
from dedup.store.redis_reading import Outdated, Reading, Seen, Unread
from dedup.store.redis_record import Head, Record, decode_refs, encode_ref
from dedup.store.redis_servers import Servers
from dedup.store.tags import Layout

T = TypeVar("T")
_TRIES = 200
_READINGS = 3
_REMEMBERED = 10_000
_READ = ("nodes", "clusters", "redirects", "waiting", "alive")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An article as it was read; ``record`` is None only while it is on its way."""

    seen: Seen
    waiting: bool
    record: Record | None

    @property
    def cluster_id(self) -> str | None:
        """The id of its cluster, if it has one."""
        return self.seen.cluster[1] if self.seen.cluster else None


class Tables:
    """Safe to use from several threads."""

    def __init__(self, servers: Servers, layout: Layout) -> None:
        self.servers = servers
        self.layout = layout
        self._heads: Cache[int, Head] = Cache(_REMEMBERED)
        self._topics: Cache[int, Topic] = Cache(_REMEMBERED)
        self._seen: Cache[int, Seen] = Cache(_REMEMBERED)
        self._clusters: Cache[str, bytes] = Cache(_REMEMBERED)
        self.keys = {name: layout.graph + name.encode() for name in ("header", "epoch", *TABLES)}
        self.epoch = b""
        """Which index this process opened; every rebuilding begins another one."""
        self._read = Script("read.lua")
        self._commit = Script("commit.lua")

    def call(self, command: str, table: str, *arguments: Argument) -> Call:
        """A plain command on a table of the graph."""
        return Call(self.layout.graph_slot, (command, self.keys[table], *arguments))

    def ask(self, command: str, table: str, *arguments: Argument) -> Reply:
        """The reply to a plain command on a table of the graph."""
        return self.servers.run([self.call(command, table, *arguments)])[0]

    def script(self, script: Script, tables: Iterable[str], arguments: Sequence[Argument]) -> Call:
        """A script on tables of the graph."""
        keys = [self.keys[name] for name in tables]
        return self._guarded(self.layout.graph_slot, self.layout.graph, script, keys, arguments)

    def on_shards(self, script: Script) -> OnShard:
        """What makes calls of a script on keys of a shard."""
        layout = self.layout

        def call(shard: int, keys: Sequence[bytes], arguments: Sequence[Argument]) -> Call:
            slot, tag = layout.slots[shard], layout.shards[shard]
            return self._guarded(slot, tag, script, keys, arguments)

        return call

    def _guarded(
        self,
        slot: int,
        tag: bytes,
        script: Script,
        keys: Sequence[bytes],
        arguments: Sequence[Argument],
    ) -> Call:
        """A script that runs only as long as the index is the one that was opened."""
        return run_script(slot, script, [*keys, tag + b"epoch"], [*arguments, self.epoch])

    # -- the epoch -----------------------------------------------------------------------------

    def join_epoch(self, *, begun: bool) -> None:
        """Take the epoch there is for this process's; ``begun`` by who made the store."""
        self.ask("SETNX", "epoch", secrets.token_bytes(8))
        self.epoch = self.ask("GET", "epoch")
        self._spread_epoch("SET" if begun else "SETNX")

    def begin_epoch(self) -> None:
        """Let no process that has the store open read the index or write any more but this one."""
        self.epoch = secrets.token_bytes(8)
        self.ask("SET", "epoch", self.epoch)
        self._spread_epoch("SET")

    def _spread_epoch(self, command: str) -> None:
        layout = self.layout
        self.servers.run(
            [
                Call(slot, (command, tag + b"epoch", self.epoch))
                for slot, tag in zip(layout.slots, layout.shards, strict=True)
            ]
        )

    # -- reading -------------------------------------------------------------------------------

    def remember(self, ref: int, head: Head, seen: Seen) -> None:
        """Keep what was seen of an article, to spare a plan the reading."""
        self._heads.put(ref, head)
        self._keep(ref, seen)

    def _keep(self, ref: int, seen: Seen) -> None:
        self._seen.put(ref, seen)
        if seen.cluster is not None and seen.cluster[2] is not None:
            self._clusters.put(seen.cluster[1], seen.cluster[2])

    def reading(self, refs: Iterable[int]) -> Reading:
        """What is remembered of articles; it may be out of date, which ``transact`` notices."""
        reading = Reading(self._heads, self._topics)
        for ref in refs:
            seen = self._seen.get(ref)
            if seen is not None and seen.cluster is not None:
                written, now, record = seen.cluster  # another member may have told of it since
                seen = Seen(seen.node, (written, now, self._clusters.get(now) or record))
            if seen is not None:
                reading.take(ref, seen)
        return reading

    def fetch(self, refs: Sequence[int], without: Collection[int] = ()) -> dict[int, Fetched]:
        """The articles that are there, in one round trip; the records of some are not needed.

        An article goes from the waiting ones to its shard while it is indexed; one that was
        caught between is read once more.
        """
        found: dict[int, Fetched] = {}
        todo = list(dict.fromkeys(refs))
        for _ in range(_READINGS):
            found |= self._fetch_once(todo, without)
            todo = [r for r in todo if r in found and not found[r].record and r not in without]
            if not todo:
                break
        return {ref: one for ref, one in found.items() if ref not in todo}

    def _fetch_once(self, refs: Sequence[int], without: Collection[int]) -> dict[int, Fetched]:
        if not refs:
            return {}
        calls, records = self.record_calls([ref for ref in refs if ref not in without])
        seen, *replies = self.servers.run([self.read_call(refs), *calls])
        stored = records(replies)
        found = {}
        for ref, one, waiting in self.sights(refs, seen):
            if one is not None:
                data = None if ref in without else waiting or stored[ref]
                record = Record.decode(data) if data else None
                found[ref] = Fetched(one, waiting is not None, record)
                if record is not None:
                    self.remember(ref, record.head, one)
                else:
                    self._keep(ref, one)
        return found

    def record_calls(
        self, refs: Sequence[int]
    ) -> tuple[list[Call], Callable[[Sequence[Reply]], dict[int, bytes | None]]]:
        """Calls that read records from the shards, and what makes their replies records by ref."""
        layout = self.layout
        shards: dict[int, list[int]] = {}
        for ref in refs:
            shards.setdefault(layout.shard_of(ref), []).append(ref)
        calls = [
            Call(layout.slots[shard], ("MGET", *map(layout.article, some)))
            for shard, some in shards.items()
        ]

        def by_ref(replies: Sequence[Reply]) -> dict[int, bytes | None]:
            return {
                ref: data
                for some, reply in zip(shards.values(), replies, strict=True)
                for ref, data in zip(some, reply, strict=True)
            }

        return calls, by_ref

    def read_call(self, refs: Sequence[int]) -> Call:
        """A call that reads nodes and their clusters."""
        return self.script(self._read, _READ, [b"".join(map(encode_ref, refs))])

    def sights(
        self, refs: Sequence[int], reply: Reply
    ) -> list[tuple[int, Seen | None, bytes | None]]:
        """Of every ref what was seen of it (None if it is not there), and its waiting record."""
        there, nodes, waiting, clusters = reply
        called = _called(clusters)
        out: list[tuple[int, Seen | None, bytes | None]] = []
        for ref, flag, node, record in zip(refs, there, nodes, waiting, strict=True):
            seen = Seen(node, None if node is None else called.get(node[8:14]))
            out.append((ref, seen if flag == ord("1") else None, record))
        return out

    # -- writing -------------------------------------------------------------------------------

    def transact(self, plan: Callable[[Transaction], T], reading: Reading, now: int) -> T:
        """Carry a plan out: one round trip if all it needs has been read and nothing changed.

        Raises ``Outdated`` when an article the plan replaces or removes is another one by now.
        """
        for attempt in range(_TRIES):
            tx = Transaction(reading, now)
            try:
                result = plan(tx)
            except Unread as need:
                self._complete(reading, need)
                continue
            differing = self.commit(tx, reading)
            if not differing:
                return result
            if attempt > 4:
                time.sleep(random.uniform(0, 0.002 * attempt))
        raise StoreUnavailable("the store is busy: others keep changing the same articles")

    def commit(self, tx: Transaction, reading: Reading) -> bool:
        """Write what a plan worked out; whether it was refused and is to be made anew."""
        reply = self.servers.run([self.script(self._commit, TABLES, tx.arguments())])[0]
        if not reply:
            for ref, seen in tx.seen().items():
                self._keep(ref, seen)
            for ref, topic in tx.told.items():
                self._topics.put(ref, topic)
            return False
        reading.topics.clear()  # they are not among what was checked
        positions, gone, nodes, clusters = reply
        checks, called = tx.checks(), _called(clusters)
        for position in positions:
            _, name, _ = checks[position]
            if isinstance(name, bytes):
                raise Outdated
            reading.forget(name)
        used = [name for table, name, _ in checks if table == "nodes" and isinstance(name, int)]
        for used_ref, node in zip(used, nodes, strict=True):
            cluster = None if node is None else called.get(node[8:14])
            reading.take(used_ref, Seen(node, cluster))
        reading.gone.update(decode_refs(gone))
        return True

    def _complete(self, reading: Reading, need: Unread) -> None:
        """Read what a plan lacks, in one round trip."""
        refs = list(dict.fromkeys([*need.nodes, *need.heads]))
        record_calls, records = self.record_calls(list(need.heads))
        lists, told = list(need.members), list(need.topics)
        calls = [self.read_call(refs), *record_calls]
        if lists:
            calls.append(self.call("HMGET", "members", *map(bytes.fromhex, lists)))
        if told:
            calls.append(self.call("HMGET", "topics", *map(encode_ref, told)))
        seen, *replies = self.servers.run(calls)
        topics = replies.pop() if told else []
        listed = replies.pop() if lists else []
        stored = records(replies)
        for ref, one, waiting in self.sights(refs, seen):
            reading.take(ref, one or Seen(None))
            data = waiting or stored.get(ref)
            if one is None or (ref in stored and not data):
                reading.gone.add(ref)
            elif data:
                reading.heads[ref] = Record.decode(data).head
        for ref, topic in zip(told, topics, strict=True):
            reading.topics[ref] = codec.decode_topic(topic or b"")
        for id, members in zip(lists, listed, strict=True):
            reading.members[id] = decode_refs(members or b"")


def _called(clusters: Sequence[bytes | None]) -> dict[bytes, tuple[str, str, bytes | None]]:
    """Clusters by the names that nodes have for them: that name, the name now, the record."""
    found = {}
    for i in range(0, len(clusters), 3):
        name, now, record = clusters[i : i + 3]
        assert name is not None
        assert now is not None
        found[name] = (name.hex(), now.hex(), record)
    return found
