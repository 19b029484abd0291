"""datasketch's MinHash without the rest of the package.

The package imports SciPy and a Redis client whenever any part of it is imported, for indexes that
are not used here: as much work as all else that the service does until its first answer.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING

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

__all__ = ["MinHash", "best_bands"]

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
