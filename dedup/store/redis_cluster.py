"""Calls to the masters of a Redis Cluster: where slots are, and where they have gone."""

from __future__ import annotations

from typing import Any

import redis.cluster
from redis import ConnectionPool, exceptions

from dedup.store.redis_calls import Call
from dedup.store.redis_servers import Servers, bounded, translated
from dedup.store.redis_url import Address

# redis-py leaves these untyped
_RedisCluster: Any = redis.cluster.RedisCluster
_Node: Any = redis.cluster.ClusterNode

_PLACE = {"host", "port", "path", "db", "connection_class"}


class ClusterServers(Servers):
    """The masters of a Redis Cluster."""

    def __init__(self, address: Address, timeout: float) -> None:
        super().__init__(timeout)
        options = {k: v for k, v in address.options.items() if k not in _PLACE}
        with translated():
            self._cluster = _RedisCluster(
                startup_nodes=[_Node(host, port) for host, port in address.hosts],
                require_full_coverage=False,
                **{**bounded(timeout), **options},
            )

    def pools(self) -> list[ConnectionPool]:
        """See ``Servers.pools``."""
        return [self._pool_of(node) for node in self._cluster.get_primaries()]

    def _disconnect(self) -> None:
        self._cluster.close()

    def _pool(self, call: Call) -> ConnectionPool:
        return self._pool_of(self._cluster.nodes_manager.get_node_from_slot(call.slot))

    def _pool_of(self, node: Any) -> ConnectionPool:
        pool: ConnectionPool = self._cluster.get_redis_connection(node).connection_pool
        return pool

    def _move(self, error: exceptions.AskError) -> None:
        self._cluster.nodes_manager.move_slot(error)

    def _ask(self, error: exceptions.AskError) -> ConnectionPool:
        node = self._cluster.nodes_manager.get_node(error.host, error.port)
        return self._pool_of(node or _Node(error.host, error.port))

    def _reconnect(self, error: Exception, broken: int) -> bool:
        with translated():
            self._cluster.nodes_manager.initialize()
        return True
