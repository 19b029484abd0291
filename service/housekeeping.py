"""Housekeeping beside the requests: what is pending is finished, what is too old leaves.

One thread in each worker; the workers of a service take turns, and those of several services on
one store do each other no harm. Work is done in pieces, with a pause after each as long as the
piece took, so that requests find the store and the processor free at least half of the time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dedup.engine import Engine
from dedup.errors import StoreError
from dedup.settings import Settings
from service.draining import Draining
from service.shared import SharedNumbers

log = logging.getLogger(__name__)

_ARTICLES, _EXPIRED = 100, 4000
"""So many articles are finished, or expire, at a time, which takes a second at most, or two."""
_EVENTS = 1000
_LOOK_SECONDS = 0.2
_END_SECONDS = 10.0
"""So long a worker that ends waits for the piece in hand."""


class Housekeeper:
    """Keeps a store in order every ``settings.sweep_seconds``; to be made before any fork."""

    def __init__(self, engine: Engine, settings: Settings, draining: Draining) -> None:
        self._engine = engine
        self._settings = settings
        self._draining = draining
        self._turn = SharedNumbers(1)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._unfinished: set[int] = set()

    def start(self) -> None:
        """Begin, in the process that calls, unless the settings say never."""
        if self._settings.sweep_seconds:
            self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let the piece in hand come to its end, and no other begin."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)

    def sweep(self) -> None:
        """Do all there is to do now, or as much of it as there is time for until it stops."""
        now = datetime.now(UTC)
        settings, store = self._settings, self._engine.store
        # what is pending for less than that is most likely still in somebody's hands
        lately = now - timedelta(seconds=settings.sweep_seconds)
        self._repeat("finished %d pending articles", lambda: self._finish(lately))
        if settings.retention_days:
            end = now - timedelta(days=settings.retention_days)
            self._repeat("expired %d articles", lambda: store.expire(end, _EXPIRED))
        end_of_feed = now - timedelta(days=settings.keep_events_days)
        self._repeat("expired %d events", lambda: store.expire_events(end_of_feed, _EVENTS))
        self._repeat("", lambda: int(store.tidy()))

    def _run(self) -> None:
        while not self._wait(self._settings.sweep_seconds):
            with self._turn.alone(0) as my_turn:
                if my_turn:
                    self._sweep_safely()

    def _sweep_safely(self) -> None:
        try:
            self.sweep()
        except StoreError as error:
            log.warning("housekeeping: %s", error)
        except Exception:
            log.exception("housekeeping failed")

    def _repeat(self, done: str, piece: Callable[[], int]) -> None:
        """Do pieces until one finds nothing to do; then say how much was done."""
        total = 0
        while not self._stopping():
            begun = time.monotonic()
            count = piece()
            total += count
            if not count:
                break
            self._wait(time.monotonic() - begun)
        if total and done:
            log.info(done, total)

    def _finish(self, before: datetime) -> int:
        """Finish some articles that are pending since before a time; one that fails is left."""
        refs = self._engine.store.pending(_ARTICLES + len(self._unfinished), before)
        self._unfinished.intersection_update(refs)
        todo = [ref for ref in refs if ref not in self._unfinished]
        try:
            return self._engine.finish(todo) if todo else 0
        except StoreError:
            raise
        except Exception:
            return sum(map(self._finish_one, todo))

    def _finish_one(self, ref: int) -> int:
        try:
            return self._engine.finish([ref])
        except StoreError:
            raise
        except Exception:
            log.exception("article %d cannot be finished; it stays pending", ref)
            self._unfinished.add(ref)
            return 0

    def _stopping(self) -> bool:
        return self._stop.is_set() or bool(self._draining)

    def _wait(self, seconds: float) -> bool:
        """Wait so long, or until it is to stop; returns whether it is."""
        end = time.monotonic() + seconds
        while not self._stopping():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._stop.wait(min(left, _LOOK_SECONDS))
        return True
