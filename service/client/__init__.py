"""A client of the service, in two forms: ``Client`` and, for asyncio, ``AsyncClient``.

Answers are the models of ``service.answers``. Every call may be repeated without doing anything
twice, and is repeated when the service is busy or cannot be reached.
"""

from service.client.asynchronous import AsyncClient
from service.client.errors import (
    ClientError,
    Conflict,
    Denied,
    Gone,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
    Unreachable,
)
from service.client.retry import Retry
from service.client.synchronous import Client

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "Conflict",
    "Denied",
    "Gone",
    "Invalid",
    "NotFound",
    "Refused",
    "Retry",
    "Unavailable",
    "Unreachable",
]
