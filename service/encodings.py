"""Bytes of a page as text, whatever its encoding."""

from __future__ import annotations


def decoded(page: bytes) -> str:
    """The text of a page whose encoding is as pages name it or get it wrong."""
    from trafilatura.utils import (
        decode_file,  # a fifth of a second, which a start need not wait for
    )

    return str(decode_file(page))
