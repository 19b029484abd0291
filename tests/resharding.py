"""Moves slots of a real Redis Cluster from one master to another while it is in use."""

from __future__ import annotations

import time

from redis import Redis
from servers import Server

_KEYS_AT_ONCE = 5


def move_slot(servers: list[Server], slot: int, target: Server, pause: float = 0.0) -> None:
    """Move a slot key by key, as ``redis-cli --cluster reshard`` does; ``pause`` after a few."""
    source = next(one for one in servers if slot in slots_of(one))
    with source.client as giver, target.client as taker:
        giver_id, taker_id = _id(giver), _id(taker)
        taker.execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", giver_id)
        giver.execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", taker_id)
        while keys := giver.execute_command("CLUSTER", "GETKEYSINSLOT", slot, _KEYS_AT_ONCE):
            giver.execute_command("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *keys)
            time.sleep(pause)
        for client in (taker, giver):
            client.execute_command("CLUSTER", "SETSLOT", slot, "NODE", taker_id)


def slots_of(server: Server) -> set[int]:
    """The slots a master serves, as it says itself."""
    with server.client as client:
        own = _id(client).decode()
        nodes = client.execute_command("CLUSTER", "SLOTS")
    return {
        slot
        for first, last, (_, _, id, *_), *_ in nodes
        if id.decode() == own
        for slot in range(first, last + 1)
    }


def errors_told(servers: list[Server], kind: str) -> int:
    """How often servers have refused a call with this error: MOVED, ASK, NOSCRIPT, TRYAGAIN."""
    total = 0
    for server in servers:
        with server.client as client:
            found = client.info("errorstats").get(f"errorstat_{kind}", {"count": 0})
            total += int(found["count"])
    return total


def _id(client: Redis) -> bytes:
    return bytes(client.execute_command("CLUSTER", "MYID"))
