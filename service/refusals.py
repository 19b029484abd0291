"""Refusals: what can be wrong with a request beyond what the library itself refuses.

How each is answered stands in ``service.errors``.
"""

from __future__ import annotations

from typing import ClassVar

from dedup.errors import NotFound, WiretwinError


class MalformedBody(WiretwinError):
    """A body that is not the JSON text it claims to be."""


class InvalidBody(WiretwinError):
    """JSON that cannot be kept as it is; ``field`` names the part that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnsupportedMediaType(WiretwinError):
    """A body in a format, charset or coding this call does not take."""


class TooLarge(WiretwinError):
    """A body or a field beyond the size limit; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Unauthorized(WiretwinError):
    """A call without a key, or with one that is not known."""

    def __init__(self, message: str, challenge: str) -> None:
        super().__init__(message)
        self.headers = {"WWW-Authenticate": challenge}


class Forbidden(WiretwinError):
    """A call that the caller's key is not good for."""


class TooManyRequests(WiretwinError):
    """A caller who asks too often."""

    def __init__(self, message: str, retry_after: str) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": retry_after}


class EventsGone(WiretwinError):
    """Events that a reader has not seen are no longer kept; ``oldest`` is the first that is."""

    def __init__(self, after: int, oldest: int) -> None:
        super().__init__(
            f"the events after {after} are no longer kept; the oldest one is {oldest}. Read what "
            "is stored, then go on from after=0, which is the oldest event"
        )
        self.field = "after"


class Busy(WiretwinError):
    """More of one kind of call than there are threads to spare for it."""

    headers: ClassVar = {"Retry-After": "2"}


class AboutToStop(WiretwinError):
    """The service is about to stop."""

    headers: ClassVar = {"Retry-After": "5"}


class AlreadyExists(WiretwinError):
    """An article that was to be created is stored already."""

    field = "id"


class StillAnswering(WiretwinError):
    """A request with a key whose first request has not been answered yet."""

    field = "Idempotency-Key"
    headers: ClassVar = {"Retry-After": "2"}


class KeyReused(WiretwinError):
    """A request with the key of another one that said something else."""

    field = "Idempotency-Key"


class NotJudged(NotFound):
    """A pair of which nobody has said anything."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__("judgement on", f"{left}, {right}", "left")
