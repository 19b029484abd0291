"""Work done in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """Do it where no browser has left its event loop, which allows no other in its thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
