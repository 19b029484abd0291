"""Where articles, postings, edges and clusters are kept."""

from __future__ import annotations

from dedup.errors import InvalidSetting
from dedup.model import Header
from dedup.settings import Settings
from dedup.store.base import Store


def open_store(url: str, header: Header, settings: Settings, *, rebuild: bool = False) -> Store:
    """The store that ``url`` names, made if it is not there yet.

    ``rebuild`` opens a store under any header, to rebuild its index and for nothing else.
    Raises ``InvalidSetting`` for a URL that names none, ``HeaderMismatch`` for a store built with
    other parameters, ``StoreUnavailable`` for one that does not answer.
    """
    if url.startswith("sqlite:"):
        from dedup.store.sqlite import SqliteStore

        return SqliteStore(url, header, settings, rebuild)
    if url.startswith(("redis", "unix:")):
        from dedup.store.redis import RedisStore

        return RedisStore(url, header, settings, rebuild)
    raise InvalidSetting(
        "WIRETWIN_STORE",
        f"{url!r} is not a store; write sqlite:///file.db, redis://host:6379 or "
        "redis+cluster://host:6379, for example",
    )
