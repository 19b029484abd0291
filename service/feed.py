"""The feed of events as a reader follows it: in order, at least once, never with a gap.

Cursors ascend by one. A reader who names the last cursor it has seen gets the one after it, or is
told that this one is no longer kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from dedup.engine import Engine
from dedup.errors import InvalidQuery, WiretwinError
from dedup.model import Event
from service.draining import Draining
from service.refusals import Busy, EventsGone

LOOK_SECONDS = 0.2
"""How often the store is asked for news while somebody waits: other processes write them."""
ALIVE_SECONDS = 15.0
"""A stream with nothing to tell gives a sign of life so often."""
PAGE = 500


class Feed:
    """Events for at most ``listeners`` readers who wait at a time, since each holds a thread."""

    def __init__(self, engine: Engine, draining: Draining, listeners: int) -> None:
        self._store = engine.store
        self._draining = draining
        self._places = threading.BoundedSemaphore(listeners)

    def page(self, after: int, limit: int, wait: float = 0.0) -> tuple[list[Event], int]:
        """Events after a cursor, once there are any, or none after ``wait`` seconds.

        With the cursor to go on from. Raises ``EventsGone`` when some of them are no longer
        kept, ``Busy`` when too many wait.
        """
        events, after = self.begin(after, limit)
        if not events and wait:
            events = self._wait(after, limit, wait)
        return events, events[-1].cursor if events else after

    def begin(self, after: int, limit: int) -> tuple[list[Event], int]:
        """Events after a cursor that there are now, and the cursor they follow on.

        Cursor 0 stands for whatever comes before the oldest event that is kept. Raises
        ``EventsGone``.
        """
        events = self.read(after, limit)
        if not events and after == 0:
            after = self._store.last_event()
            events = self.read(after, limit)
        return events, after

    def _wait(self, after: int, limit: int, seconds: float) -> list[Event]:
        events: list[Event] = []
        release = self.take_place()
        try:
            end = time.monotonic() + seconds
            while not events and (left := end - time.monotonic()) > 0:
                stopping = self._draining.sleep(min(left, LOOK_SECONDS))
                events = self.read(after, limit)
                if stopping:
                    break
        finally:
            release()
        return events

    def follow(self, after: int, events: list[Event]) -> Iterator[Event | None]:
        """These events and all that come after them; None now and then when there are none.

        It ends when the service stops, when the store does not answer, and when the reader has
        fallen behind what is kept: one who asks again is told.
        """
        told = time.monotonic()
        while True:
            for event in events:
                yield event
                after, told = event.cursor, time.monotonic()
            if not events and time.monotonic() - told > ALIVE_SECONDS:
                yield None
                told = time.monotonic()
            if self._draining or (not events and self._draining.sleep(LOOK_SECONDS)):
                return
            try:
                events = self.read(after, PAGE)
            except WiretwinError:
                return

    def take_place(self) -> Callable[[], None]:
        """Become one of those who wait; returns what gives the place back. Raises ``Busy``."""
        if not self._places.acquire(blocking=False):
            raise Busy("too many readers are waiting for events; try again in a moment")
        return self._places.release

    def read(self, after: int, limit: int) -> list[Event]:
        """Events after a cursor that there are now.

        Raises ``EventsGone``, and ``InvalidQuery`` for a cursor that no event has had.
        """
        events = self._store.events(after, limit)
        if after and not events:
            last = self._store.last_event()
            if last < after:
                raise InvalidQuery("after", f"is beyond the last event, which is {last}")
            if last > after:  # the next one came just now, or is no longer kept
                events = self._store.events(after, limit)
                if not events:
                    raise EventsGone(after, last + 1)
        if after and events and events[0].cursor > after + 1:
            raise EventsGone(after, events[0].cursor)
        return events
