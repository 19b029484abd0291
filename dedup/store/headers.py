"""Headers: under which parameters a store was laid out and its index built."""

from __future__ import annotations

from dataclasses import asdict

from dedup.errors import HeaderMismatch
from dedup.model import Header

REINDEX = "reindex"
"""In the header: how far a rebuilding of the index has come, and under which header."""


def check_layout(found: object, wanted: int) -> None:
    """Raise ``HeaderMismatch`` unless the store is laid out as this version lays them out."""
    if found != wanted:
        raise HeaderMismatch(
            f"the store is laid out in version {found}, and this wiretwin reads version {wanted}: "
            "take it over with `wiretwin export` of the wiretwin that made it and "
            "`wiretwin import` of this one"
        )


def check_header(saved: dict[str, object], header: Header, begun: bool) -> None:
    """Raise ``HeaderMismatch`` naming every parameter that differs.

    ``begun`` says that somebody began to rebuild the index and did not finish.
    """
    if begun:
        raise HeaderMismatch(
            "the index of the store is being rebuilt, or that was cut short: "
            "run `wiretwin reindex` to its end"
        )
    wanted = asdict(header)
    names = [*wanted, *(name for name in saved if name not in wanted)]
    differing = [
        f"{name} is {saved.get(name)!r} there and {wanted.get(name)!r} here"
        for name in names
        if saved.get(name) != wanted.get(name)
    ]
    if differing:
        raise HeaderMismatch(
            "the store was built with other parameters ("
            + "; ".join(differing)
            + "): go back to them, or rebuild its index with `wiretwin reindex`"
        )
