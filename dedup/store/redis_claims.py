"""Named requests in Redis: a key each, spread over the shards, which Redis itself forgets."""

from __future__ import annotations

import hashlib

from dedup.store.claims import TOKEN, Claim, ClaimState
from dedup.store.redis_calls import Argument, Call, Reply, Script, run_script
from dedup.store.redis_tables import Tables

_STATES = (ClaimState.OURS, ClaimState.INHERITED, ClaimState.TAKEN, ClaimState.ANSWERED)
_HELD = 8
_BEGIN = _HELD + 3 * TOKEN


class Claims:
    """Safe to use from several threads; one round trip a call."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._claim = Script("claim.lua", guarded=False)
        self._settle = Script("settle.lua", guarded=False)

    def claim(self, name: str, digest: bytes, token: bytes, hold: float, keep: float) -> Claim:
        """See ``Store.claim``."""
        times = (round(hold * 1000), max(round(keep * 1000), 1))
        state, found = self._run(self._claim, name, digest, token, *times)
        first, known = found[_HELD + TOKEN : _HELD + 2 * TOKEN], found[_BEGIN - TOKEN : _BEGIN]
        return Claim(_STATES[state], known, first, found[_BEGIN:] or None)

    def settle(self, name: str, token: bytes, answer: bytes | None) -> None:
        """See ``Store.settle``."""
        self._run(self._settle, name, token, *([] if answer is None else [answer]))

    def _run(self, script: Script, name: str, *arguments: Argument) -> Reply:
        layout = self._tables.layout
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        shard = int.from_bytes(digest[:4], "big") % layout.tags
        key = layout.shards[shard] + b"k" + digest
        call: Call = run_script(layout.slots[shard], script, [key], arguments)
        return self._tables.servers.run([call])[0]
