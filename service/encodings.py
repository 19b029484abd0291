"""Bytes of a page as text, whatever its encoding."""

from __future__ import annotations


def decoded(page: bytes) -> str:
    """The text of a page whose encoding is as pages name it or get it wrong."""
    from dedup import html  # a fifth of a second, which a start need not wait for

    return html.decoded(page)
