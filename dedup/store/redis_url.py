"""What a Redis URL names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import redis.connection

from dedup.errors import InvalidSetting

SETTING = "WIRETWIN_STORE"
_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")
_PORT = 6379
_parse_url: Any = redis.connection.parse_url  # redis-py leaves it untyped
_PASSED_ON = {
    "db",
    "ssl_ca_certs",
    "ssl_cert_reqs",
    "ssl_certfile",
    "ssl_check_hostname",
    "ssl_keyfile",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Servers and how to speak to them (``options``, for redis-py), and which store on them.

    ``hosts`` is empty unless the URL names a Redis Cluster. ``tags`` and ``capacity`` shape a
    store that is made; None leaves them to an existing store, or to the defaults.
    """

    options: dict[str, Any]
    hosts: tuple[tuple[str, int], ...]
    name: str
    tags: int | None
    capacity: int | None


def read_url(url: str) -> Address:
    """Read ``redis://``, ``rediss://``, ``unix://`` or ``redis+cluster://host:port,host:port``.

    Parameters of ours: ``name`` (several stores may share one server), ``capacity`` (for how many
    articles the index is laid out) and ``tags`` (over how many slots of a cluster it is spread).
    Raises ``InvalidSetting``.
    """
    scheme, _, rest = url.partition("://")
    parts = urlsplit("redis://" + rest)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = given.pop("name", "wiretwin")
    if not re.fullmatch(r"[\w.:-]{1,64}", name, re.ASCII):
        raise InvalidSetting(SETTING, f"name={name!r}: use letters, digits and . : _ -")
    tags = _number(given, "tags", 1, 1024)
    capacity = _number(given, "capacity", 1000, 10_000_000_000)
    unknown = sorted(given.keys() - _PASSED_ON)
    if unknown or scheme not in _SCHEMES:
        raise InvalidSetting(SETTING, f"{', '.join(unknown) or scheme!r} is unknown here")
    hosts: tuple[tuple[str, int], ...] = ()
    login, at, places = parts.netloc.rpartition("@")
    if scheme.endswith("+cluster"):
        hosts = tuple(_host(one) for one in places.split(","))
        if parts.path.strip("/"):
            raise InvalidSetting(SETTING, "a Redis Cluster has no numbered databases")
        plain, netloc = scheme.removesuffix("+cluster"), f"{login}{at}{hosts[0][0]}:{hosts[0][1]}"
    else:
        plain, netloc = scheme, parts.netloc
    query = f"?{urlencode(given)}" if given else ""
    try:
        options = dict(_parse_url(f"{plain}://{netloc}{parts.path}{query}"))
    except ValueError as error:
        raise InvalidSetting(SETTING, f"{_public(url)!r} is not a Redis URL: {error}") from None
    if hosts and plain == "rediss":
        options["ssl"] = True
    return Address(options, hosts, name, tags, capacity)


def _number(given: dict[str, str], name: str, low: int, high: int) -> int | None:
    text = given.pop(name, None)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
        raise InvalidSetting(SETTING, f"{name}={text}: a whole number from {low} to {high}")
    return int(text)


def _host(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, str(_PORT)
    if not host or not port.isascii() or not port.isdecimal():
        raise InvalidSetting(SETTING, f"{text!r} is not host:port")
    return host.strip("[]"), int(port)


def _public(url: str) -> str:
    """The URL without its password."""
    return re.sub(r"://[^@/]*@", "://...@", url)
