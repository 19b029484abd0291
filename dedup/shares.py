"""Shares in words, for whoever reads them as all or nothing."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share from 0 to 1 in whole per cent; never 100 % or 0 % of what is not all or nothing."""
    value = round(share * 100)
    if share > 0 and value == 0:
        return "under 1 %"
    return f"{value if share >= 1 else min(value, 99)} %"


def hundredths(share: float) -> str:
    """A share from 0 to 1 to two places; never 1.00 of what is not all."""
    return f"{share if share >= 1 else min(share, 0.99):.2f}"
