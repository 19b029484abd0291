"""A vocabulary: words as they were written, each with a number, and what is known of each.

The same words come in every article. What is asked of every word (its normal form, its hash,
whether it is a stop word of some language) is worked out when it is first met and kept in arrays
by its number, so that a text of n words costs n look-ups in one dictionary and a few array
operations, whatever is asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.model import Hashes
from dedup.ragged import Ints

_ROOM = 1 << 12


class Vocabulary:
    """Holds some ``limit`` words and then begins anew. Safe to use from several threads."""

    def __init__(self, fold: Callable[[str], tuple[str, int]], limit: int) -> None:
        """``fold`` gives the normal form of a word and its hash, 64 bits."""
        self._fold = fold
        self._limit = limit
        self._book = _Book(fold)

    def read(self, raw: Sequence[str]) -> Read:
        """Words of a text, or of many. Cost: a look-up for each, and ``fold`` for each new one."""
        if len(self._book) >= self._limit:
            self._book = _Book(self._fold)
        book = self._book
        number = np.fromiter(map(book.__getitem__, raw), dtype=np.int64, count=len(raw))
        return Read(book, number)


class Read:
    """Words that were read; ``number`` says of each which word of the vocabulary it is."""

    def __init__(self, book: _Book, number: Ints) -> None:
        self._book = book
        self.number = number

    @property
    def words(self) -> tuple[str, ...]:
        """Their normal forms."""
        return tuple(self._book.words.take(self.number).tolist())

    @property
    def hashes(self) -> Hashes:
        """Their hashes."""
        hashes: Hashes = self._book.hashes.take(self.number)
        return hashes

    def told(self, tell: Callable[[str], int]) -> Ints:
        """What a function tells of each. It must tell the same of one normal form every time."""
        return self._book.told(tell).take(self.number)


class _Book(dict[str, int]):
    """The numbers of words, and arrays with what is known of them by number."""

    __slots__ = ("_fold", "_lock", "_told", "hashes", "words")

    def __init__(self, fold: Callable[[str], tuple[str, int]]) -> None:
        super().__init__()
        self._fold = fold
        self._lock = threading.Lock()
        self.words: NDArray[Any] = np.empty(_ROOM, dtype=np.object_)
        self.hashes: Hashes = np.empty(_ROOM, dtype=np.uint64)
        self._told: dict[Callable[[str], int], tuple[Ints, int]] = {}
        """What a function tells, and of how many words."""

    def __missing__(self, raw: str) -> int:
        word, hash = self._fold(raw)
        with self._lock:
            number = self.get(raw)
            if number is None:
                number = len(self)
                if number == len(self.words):
                    self.words, self.hashes = _doubled(self.words), _doubled(self.hashes)
                self.words[number] = raw if word == raw else word  # one object for both
                self.hashes[number] = hash
                self[raw] = number  # at last: from now on others find it
        return number

    def told(self, tell: Callable[[str], int]) -> Ints:
        """What a function tells of every word, by number; each is asked about once."""
        told, known = self._told.get(tell, (_NOTHING, 0))
        count = len(self)
        if known < count:
            # not under the lock, for the function may read words itself
            fresh = np.array(list(map(tell, self.words[known:count].tolist())), dtype=np.int64)
            with self._lock:
                told, now = self._told.get(tell, (_NOTHING, 0))
                if now < count:  # unless another thread was here meanwhile
                    if len(told) < count:
                        told = np.concatenate((told[:now], np.empty(2 * count - now, told.dtype)))
                    told[now:count] = fresh[now - known :]
                    self._told[tell] = told, count
        return told


_NOTHING = np.empty(0, dtype=np.int64)


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate((array, np.empty_like(array)))
