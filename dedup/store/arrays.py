"""Small steps on arrays that several rooms take."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_LARGE = 1 << 18
"""Bytes from which an array that lasts gets pages of its own."""


def lasting(count: int, dtype: type[Any]) -> NDArray[Any]:
    """An array of zeros that is to live long among many that do not.

    A large one stands outside the heap: between short-lived arrays of like size it would leave
    holes there that nothing fits into, and memory would grow to several times what is needed.
    """
    size = count * np.dtype(dtype).itemsize
    if size < _LARGE:
        return np.zeros(count, dtype=dtype)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(pages, dtype=dtype)


def stretches(begins: Integers, sizes: Integers) -> tuple[Integers, Integers]:
    """Stretches of consecutive integers in a row: the number of the stretch, and the integer.

    ``stretches([5, 9], [2, 3])`` is ``[0, 0, 1, 1, 1], [5, 6, 9, 10, 11]``.
    """
    ends = sizes.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    return (
        np.repeat(np.arange(len(sizes)), sizes),
        np.arange(total) + np.repeat(begins - ends + sizes, sizes),
    )
