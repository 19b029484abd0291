"""Whether the service is about to stop: known to all its workers, asked by what may take long."""

from __future__ import annotations

import threading
import time

from service.shared import SharedNumbers

_LOOK_SECONDS = 0.1


class Draining:
    """False until ``begin`` is called in any process of the service."""

    def __init__(self) -> None:
        self._number = SharedNumbers(1)
        self._begun_here = threading.Event()

    def begin(self) -> None:
        """Take no more than has been taken."""
        self._begun_here.set()
        self._number.change(0, lambda _: 1.0)

    def __bool__(self) -> bool:
        return self._begun_here.is_set() or self._number[0] > 0

    def sleep(self, seconds: float) -> bool:
        """Sleep so long, or until draining begins; returns whether it has begun."""
        end = time.monotonic() + seconds
        while not self:
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._begun_here.wait(min(left, _LOOK_SECONDS))
        return True
