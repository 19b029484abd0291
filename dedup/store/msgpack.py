"""Arrays of numbers and of short names as MessagePack, which a script of Redis reads in one call.

https://github.com/msgpack/msgpack/blob/master/spec.md; ``cmsgpack`` in Redis.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ARRAY32, _UINT16, _FIXSTR = b"\xdd", 0xCD, 0xA0


def packed_numbers(numbers: NDArray[np.int64]) -> bytes:
    """Numbers from 0 to 65,535."""
    return _packed(_UINT16, numbers.astype(">u2").view(np.uint8).reshape(-1, 2))


def packed_names(names: NDArray[np.uint8]) -> bytes:
    """Names of one length, a row of bytes each, of 31 at most."""
    return _packed(_FIXSTR | names.shape[1], names)


def _packed(kind: int, rows: NDArray[np.uint8]) -> bytes:
    out = np.empty((len(rows), 1 + rows.shape[1]), dtype=np.uint8)
    out[:, 0], out[:, 1:] = kind, rows
    return _ARRAY32 + len(rows).to_bytes(4, "big") + out.tobytes()
