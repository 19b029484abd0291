"""When a call is made again: exponential backoff with full jitter, as the service asks for it.

https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how long: ``attempts`` in all, pauses in seconds.

    The n-th pause is drawn evenly from 0 to ``first_pause`` doubled n times, ``longest_pause``
    at most, and never shorter than the service's ``Retry-After``. A service that asks for more
    than ``longest_pause`` is not waited for.
    """

    attempts: int = 6
    first_pause: float = 0.5
    longest_pause: float = 30.0

    def pause(self, attempt: int, answer: httpx.Response | httpx.TransportError) -> float | None:
        """Seconds to wait after a failed attempt (from 1), or None to give up."""
        if attempt >= self.attempts:
            return None
        asked = retry_after(answer) if isinstance(answer, httpx.Response) else 0.0
        if asked > self.longest_pause:
            return None
        backoff = min(self.longest_pause, self.first_pause * 2 ** (attempt - 1))
        return max(asked, random.uniform(0, backoff))


def retry_after(answer: httpx.Response) -> float:
    """Seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3): a number or a date; else 0.0."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
