"""``Idempotency-Key``: a request that is sent again gets its first answer, and changes nothing.

After draft-ietf-httpapi-idempotency-key-header-07. What a key stands for is kept in the store, so
that all workers know it, for ``settings.idempotency_hours``; keys of different callers differ. Only
answers of success are kept: a request that was refused has stored nothing, and its key is free.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import g
from pydantic import BaseModel

from dedup.errors import StoreError
from dedup.settings import Settings
from dedup.store.base import Store
from dedup.store.claims import TOKEN, Claim, ClaimState
from service.refusals import KeyReused, StillAnswering

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
HOLD_SECONDS = 60.0
"""Whoever takes longer over an answer is thought dead, and the same request is taken up again."""

Answer = tuple[dict[str, Any], int, dict[str, str]]
"""A document, its status code and its headers."""


class Idempotency:
    """Answers requests that bear a key."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._keep = settings.idempotency_hours * 3600

    def answer(self, key: str, body: BaseModel, do: Callable[[str, bool], Answer]) -> Answer:
        """What ``do`` answers, or answered to this request before.

        ``do`` is told an id for an article that has none, the same for the same request, and
        whether somebody else may have done it in part or in whole, and died before he could say
        so. Raises ``StillAnswering``, ``KeyReused``, and what ``do`` raises.
        """
        name, token = f"{g.get('key', '')} {plain(key)}", secrets.token_bytes(TOKEN)
        digest = _digest(body)
        claim = self._store.claim(name, digest, token, HOLD_SECONDS, self._keep)
        if claim.digest != digest:
            raise KeyReused("stands for a request that said something else; take a new key")
        if claim.state is ClaimState.TAKEN:
            raise StillAnswering("the first request with this key is not answered yet")
        if claim.answer is not None:
            return _again(claim.answer)
        answer = self._do(name, token, claim, do)
        self._store.settle(name, token, _kept(answer))
        return answer

    def _do(
        self, name: str, token: bytes, claim: Claim, do: Callable[[str, bool], Answer]
    ) -> Answer:
        try:
            return do(str(UUID(bytes=claim.first)), claim.state is ClaimState.INHERITED)
        except BaseException:
            with suppress(StoreError):
                self._store.settle(name, token, None)
            raise


def plain(key: str) -> str:
    """A key as it was meant: with or without quotation marks it is the same."""
    if not key.startswith('"'):
        return key
    return re.sub(r"\\(.)", r"\1", key[1:-1])


def _digest(body: BaseModel) -> bytes:
    """Equal for bodies that say the same."""
    said = json.dumps(body.model_dump(mode="json", exclude_none=True), sort_keys=True)
    return hashlib.blake2b(said.encode("utf-8"), digest_size=TOKEN).digest()


def _kept(answer: Answer) -> bytes:
    return zlib.compress(json.dumps(answer).encode())


def _again(kept: bytes) -> Answer:
    document, code, headers = json.loads(zlib.decompress(kept))
    return document, code, {**headers, REPLAYED: "true"}
