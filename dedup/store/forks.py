"""Stores in memory of a process that forks: what holds a file or a lock lets go of it meanwhile."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Pausing(Protocol):
    """What can be held through a fork."""

    def pause(self) -> None:
        """Before a fork: let what is under way end."""

    def resume(self) -> None:
        """After a fork, in both processes."""


def hold_through_forks(held: Pausing) -> None:
    """Pause it before every fork of this process, as long as it is there."""
    weak = weakref.ref(held)

    def pause() -> None:
        if (there := weak()) is not None:
            there.pause()

    def resume() -> None:
        if (there := weak()) is not None:
            there.resume()

    os.register_at_fork(before=pause, after_in_parent=resume, after_in_child=resume)
