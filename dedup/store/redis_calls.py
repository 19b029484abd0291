"""Calls to Redis: plain commands, and scripts of this package."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

Argument = bytes | str | int | float
Reply = Any


class Script:
    """A Lua script of this package; servers know it by its SHA-1 digest.

    A guarded one runs only for callers that know the epoch of the index (``Tables.guarded``).
    """

    def __init__(self, name: str, *, guarded: bool = True) -> None:
        self.text = b"".join(map(_lua, ("guard.lua", name) if guarded else (name,)))
        self.digest = hashlib.sha1(self.text, usedforsecurity=False).hexdigest()


def _lua(name: str) -> bytes:
    return resources.files("dedup.store").joinpath("lua", name).read_bytes()


@dataclass(frozen=True, slots=True)
class Call:
    """A command to the server that holds ``slot``; ``script`` if it runs one."""

    slot: int
    command: tuple[Argument, ...]
    script: Script | None = None


def run_script(
    slot: int, script: Script, keys: Sequence[bytes], arguments: Sequence[Argument]
) -> Call:
    """A call of a script; all keys lie in ``slot`` where the servers form a cluster."""
    return Call(slot, ("EVALSHA", script.digest, len(keys), *keys, *arguments), script)
