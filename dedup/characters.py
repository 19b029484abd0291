"""Characters: many texts laid end to end as one array of code points, and of what kind each is.

What costs time in reading short texts is the number of array operations, not the characters in
the arrays. So the texts of a batch are read together, with a line break after each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dedup.ragged import Ints, offsets

Kinds = NDArray[np.uint8]
_PLANE = 0x10000


def code_points(text: str) -> NDArray[np.uint32]:
    """The code point of every character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


class Characters:
    """The characters of texts.

    ``joined`` holds every text and a line break after it, ``points`` its code points, ``at`` where
    each text begins, with the end of the last line break.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.joined = "\n".join([*texts, ""])
        self.points = code_points(self.joined)
        self.at: Ints = offsets([len(text) + 1 for text in texts])


class KindTable:
    """The kinds of characters, as bits, by table; the few beyond the first plane one by one.

    ``kinds`` tells the kinds of a range of code points. Safe to use from several threads.
    """

    def __init__(self, kinds: Callable[[range], Kinds]) -> None:
        self._kinds = kinds

    @cached_property
    def _plane(self) -> Kinds:
        return self._kinds(range(_PLANE))

    def of(self, points: NDArray[np.uint32]) -> Kinds:
        """The kind of every character."""
        kinds = self._plane.take(points, mode="clip")
        if len(points) and int(points.max()) >= _PLANE:
            beyond = np.flatnonzero(points >= _PLANE)
            found, which = np.unique(points[beyond], return_inverse=True)
            each = [self._kinds(range(point, point + 1)) for point in found.tolist()]
            kinds[beyond] = np.concatenate(each)[which]
        return kinds


def _capitals(points: range) -> Kinds:
    return np.fromiter(map(str.isupper, map(chr, points)), dtype=np.uint8, count=len(points))


CAPITALS = KindTable(_capitals)
"""1 for capital letters, 0 for all else."""
