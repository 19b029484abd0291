"""Small steps on arrays that several rooms take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


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
