"""Ragged arrays: pieces of different lengths laid end to end, so that one call serves them all.

``at`` stands for where each piece begins, with the end of the last one: n + 1 numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger]
Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


def offsets(sizes: Sequence[int] | Ints) -> Ints:
    """Where pieces of these sizes begin, and where the last one ends."""
    if not isinstance(sizes, np.ndarray):
        return np.array(list(accumulate(sizes, initial=0)), dtype=np.int64)
    out = np.zeros(len(sizes) + 1, dtype=np.int64)
    sizes.cumsum(out=out[1:])
    return out


def shifted(parts: Sequence[Ints], by: Ints) -> Ints:
    """The parts laid end to end, each with a number of its own added to it."""
    if len(parts) == 1:
        return parts[0] + by
    return np.concatenate(parts) + by.repeat([len(part) for part in parts])


def sorted_within(values: NDArray[Any], at: Ints) -> Ints:
    """The order in which every piece is sorted, equal values by place. Cheaper than one sort."""
    bounds = pairwise(at.tolist())
    return np.concatenate([values[b:e].argsort(kind="stable") + b for b, e in bounds])


def pieces(values: Ints, step: int) -> Ints:
    """Where the pieces begin, and the last one ends, in which each number is that before it plus
    ``step``."""
    head = np.empty(len(values) + 1, dtype=np.bool_)
    head[0] = head[-1] = True
    head[1:-1] = values[1:] != values[:-1] + step
    return head.nonzero()[0]


def ranges(begins: Ints, sizes: Ints) -> Ints:
    """Ranges of numbers laid end to end: where each begins, and how many numbers it has."""
    ends = sizes.cumsum()
    out: Ints = (begins - ends + sizes).repeat(sizes)
    out += np.arange(len(out))
    return out


def totals(places: Ints, amounts: NDArray[np.number], size: int) -> Floats:
    """The sum of the amounts that fall on each of ``size`` places."""
    out: Floats = np.bincount(places, amounts, size).astype(np.float64, copy=False)
    return out
