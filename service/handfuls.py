"""What has arrived by now, taken together: work in bulk without waiting for more.

The first item is handed on at once; what arrives while it is worked on makes the next handful,
as databases commit in groups. So a slow sender gets each answer without delay and a fast one is
served in bulk, with no delay to be tuned.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


def handfuls(
    items: Iterator[Item], most: int, most_size: int, size: Callable[[Item], int]
) -> Iterator[list[Item]]:
    """The items in order, in lists of those that are there by the time they are asked for.

    A thread reads ahead: at most ``most`` items, and none beyond a total size of ``most_size``
    (a single larger one is let through). It ends with the items, with the generator, or when
    reading fails, which is raised here after what was read before.
    """
    ahead = _Ahead(items, most, most_size, size)
    threading.Thread(target=ahead.read, name="read-ahead", daemon=True).start()
    try:
        while handful := ahead.take():
            yield handful
    finally:
        ahead.stop()


class _Ahead(Generic[Item]):
    def __init__(
        self, items: Iterator[Item], most: int, most_size: int, size: Callable[[Item], int]
    ) -> None:
        self.items = items
        self.most = most
        self.most_size = most_size
        self.size_of = size
        self.changed = threading.Condition()
        self.waiting: list[Item] = []
        self.size = 0
        self.ended = False
        self.error: BaseException | None = None

    def read(self) -> None:
        """Read until the end, waiting while enough is ahead."""
        try:
            for item in self.items:
                with self.changed:
                    self.changed.wait_for(self._room)
                    if self.ended:
                        return
                    self.waiting.append(item)
                    self.size += self.size_of(item)
                    self.changed.notify_all()
        except BaseException as error:
            self.error = error
        finally:
            self.stop()

    def take(self) -> list[Item]:
        """All that is there, at least one item; empty at the end."""
        with self.changed:
            self.changed.wait_for(lambda: self.waiting or self.ended)
            taken, self.waiting, self.size = self.waiting, [], 0
            self.changed.notify_all()
        if not taken and self.error is not None:
            raise self.error
        return taken

    def stop(self) -> None:
        """Read no further."""
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def _room(self) -> bool:
        few = len(self.waiting) < self.most and self.size < self.most_size
        return self.ended or few or not self.waiting
