"""Opening a store in Redis: the servers, and the header that says how the store is laid out."""

from __future__ import annotations

import json
from dataclasses import asdict

from dedup.errors import HeaderMismatch
from dedup.model import Header
from dedup.store.headers import REINDEX, check_header, check_layout
from dedup.store.redis_cluster import ClusterServers
from dedup.store.redis_servers import OneServer, Servers
from dedup.store.redis_tables import Tables
from dedup.store.redis_url import Address, read_url
from dedup.store.tags import CAPACITY, CLUSTER_TAGS, Layout, prefix_bits

_LEAVE_OUT = "leave the parameter out of the URL, or export the store into a new one"
_FORMAT = 2
"""Version of what stands in Redis beside the header that all stores share."""


def open_tables(url: str, header: Header, timeout: float, rebuild: bool = False) -> Tables:
    """The tables of a store, made if it is not there yet.

    Raises ``InvalidSetting``, ``HeaderMismatch`` or ``StoreUnavailable``.
    """
    address = read_url(url)
    servers: Servers = (
        ClusterServers(address, timeout) if address.hosts else OneServer(address, timeout)
    )
    try:
        layout, begun = _layout(servers, address, header, rebuild)
        tables = Tables(servers, layout)
        tables.join_epoch(begun=begun)
        return tables
    except BaseException:
        servers.close()
        raise


def _layout(
    servers: Servers, address: Address, header: Header, rebuild: bool
) -> tuple[Layout, bool]:
    """How the store is laid out, and whether it was made just now by this process."""
    tags = address.tags or (CLUSTER_TAGS if address.hosts else 1)
    bits = prefix_bits(address.capacity or CAPACITY, tags)
    wanted = {**asdict(header), "redis_format": _FORMAT, "tags": tags, "prefix_bits": bits}
    plain = Tables(servers, Layout(address.name, tags, bits))
    stored, begun = plain.ask("GET", "header"), False
    if stored is None:
        begun = bool(plain.ask("SETNX", "header", json.dumps(wanted)))
        stored = plain.ask("GET", "header")
    saved = json.loads(stored)
    there = Layout(address.name, saved.pop("tags", 0), saved.pop("prefix_bits", 0))
    check_layout(saved.pop("redis_format", 0), _FORMAT)
    rebuilt = saved.pop(REINDEX, None)
    if not rebuild:
        check_header(saved, header, rebuilt is not None)
    if address.tags is not None and address.tags != there.tags:
        raise HeaderMismatch(f"the store has {there.tags} tags, not {address.tags}: {_LEAVE_OUT}")
    if address.capacity is not None and bits != there.bits:
        raise HeaderMismatch(f"the store was laid out for another capacity: {_LEAVE_OUT}")
    return there, begun
