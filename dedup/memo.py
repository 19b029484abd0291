"""A dictionary that works out what it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """What a function gives for each argument, remembered for the next time.

    For functions of words, asked for every word of every article: ``map(memo.__getitem__, words)``
    is one look-up in a dictionary a word, where ``functools.lru_cache`` also rearranges its list.
    Holds at most ``limit`` results and then begins anew. Safe to use from several threads; two that
    miss the same result both work it out.
    """

    __slots__ = ("_function", "_limit")

    def __init__(self, function: Callable[[K], V], limit: int) -> None:
        super().__init__()
        self._function = function
        self._limit = limit

    def __missing__(self, key: K) -> V:
        value = self._function(key)
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value
