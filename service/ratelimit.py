"""How often a caller may ask: a token bucket, kept as the time when it will be full again.

That is the generic cell rate algorithm (ITU-T I.371, annex A): one number for each caller instead
of a count and a time. All workers on a machine share the buckets; machines do not.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable

from service.shared import SharedNumbers

_BUCKETS = 65_536


class RateLimit:
    """``rate`` requests a second over time, ``burst`` at once, for every caller."""

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / rate
        self._tolerance = (burst - 1) / rate
        self._clock = clock
        self._full_at = SharedNumbers(_BUCKETS)

    def take(self, caller: str) -> float:
        """Take one request from the caller's bucket; seconds to wait if there is none, else 0.0.

        Callers have a bucket by a hash of their names; two in 65,536 share one by chance.
        """
        wait = 0.0
        now = self._clock()

        def after(full_at: float) -> float:
            nonlocal wait
            early = full_at - self._tolerance - now
            if early > 1e-9:
                wait = early
                return full_at
            return max(full_at, now) + self._interval

        self._full_at.change(_bucket(caller), after)
        return wait


def retry_after(wait: float) -> str:
    """Seconds to wait as the ``Retry-After`` header has them (RFC 9110, 10.2.3): whole ones."""
    return str(max(1, math.ceil(wait)))


def _bucket(caller: str) -> int:
    digest = hashlib.blake2b(caller.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) % _BUCKETS
