"""datasketch's MinHash without the rest of the package.

The package imports SciPy and a Redis client whenever any part of it is imported, for indexes that
are not used here: as much work as all else that the service does until its first answer.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from copy import copy
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dedup.model import Keys

_PACKAGE = "datasketch"


def _without_its_package(module: str) -> ModuleType:
    """A module of the package; the package itself can be imported as ever, before and after."""
    if _PACKAGE not in sys.modules:
        spec = find_spec(_PACKAGE)
        assert spec is not None
        sys.modules[_PACKAGE] = module_from_spec(spec)  # which does not run it
        try:
            return import_module(f"{_PACKAGE}.{module}")
        finally:
            del sys.modules[_PACKAGE]
    return import_module(f"{_PACKAGE}.{module}")


if TYPE_CHECKING:
    from datasketch import MinHash
else:
    MinHash = _without_its_package("minhash").MinHash

__all__ = ["SCHEME", "MinHash", "best_bands", "signatures"]

SCHEME = "affine32"
"""datasketch's permutation scheme."""
_KNOWN = {(0.5, 128): (25, 5)}
"""The best bands for the defaults, which take a tenth of a second to find."""


def best_bands(threshold: float, permutations: int) -> tuple[int, int]:
    """The number of bands and the rows a band that datasketch finds best for a threshold."""
    known = _KNOWN.get((threshold, permutations))
    if known is None:
        from datasketch import MinHashLSH

        index = MinHashLSH(threshold=threshold, num_perm=permutations)
        known = index.b, index.r
    return known


def signatures(empty: MinHash, hashes: Keys, at: Sequence[int]) -> NDArray[np.uint32]:
    """The signatures of many sets, one row each.

    The hashes of the sets are laid end to end, ``at`` is where each begins and the last one ends.
    ``empty`` is the signature of an empty set; its hash function gives hashes back as they are.
    """
    out = np.empty((len(at) - 1, len(empty.hashvalues)), dtype=np.uint32)
    for row, (begin, end) in zip(out, pairwise(at), strict=True):
        minhash = copy(empty)  # which an update replaces the values of, and does not change
        if begin < end:  # a batch is hashed item by item: an array of hashes is one, made ready
            minhash.update_batch([hashes[begin:end]])
        row[:] = minhash.hashvalues
    return out
