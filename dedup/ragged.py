"""Ragged arrays: pieces of different lengths laid end to end, so that one call serves them all.

``at`` stands for where each piece begins, with the end of the last one: n + 1 numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger]
Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


def offsets(sizes: Sequence[int] | Ints) -> Ints:
    """Where pieces of these sizes begin, and where the last one ends."""
    out = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=out[1:])
    return out


def shifted(pieces: Sequence[Ints], by: Ints) -> Ints:
    """The pieces laid end to end, each with a number of its own added to it."""
    return np.concatenate(pieces) + np.repeat(by, [len(piece) for piece in pieces])


def sorted_within(values: NDArray[Any], at: Ints) -> Ints:
    """The order in which every piece is sorted, equal values by place. Cheaper than one sort."""
    bounds = pairwise(at.tolist())
    return np.concatenate([values[b:e].argsort(kind="stable") + b for b, e in bounds])


def expand(counts: Ints) -> tuple[Ints, Ints]:
    """Each number i repeated ``counts[i]`` times, and which of its repetitions each one is."""
    number = np.arange(len(counts)).repeat(counts)
    return number, np.arange(len(number)) - (counts.cumsum() - counts)[number]


def totals(places: Ints, amounts: NDArray[np.number], size: int) -> Floats:
    """The sum of the amounts that fall on each of ``size`` places."""
    out: Floats = np.bincount(places, amounts, size).astype(np.float64, copy=False)
    return out
