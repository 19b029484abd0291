"""How often Python looks for reference cycles.

Thousands of articles are kept in memory, each some dozens of objects, and every batch makes
thousands more that live as long as it does. By its own measure Python would go through all of them
every few batches, a twentieth of all work, and find next to nothing: cycles come from rare errors.
"""

from __future__ import annotations

import gc

_OBJECTS, _YOUNG, _OLD = 50_000, 20, 20
"""Objects that must have come before there is a search, 700 by default, and how many searches
among the new ones come before a search among older ones, 10 by default. 50,000 take some
megabytes."""


def search_seldom() -> None:
    """Make the searches rare, in this process and those that are forked from it."""
    gc.set_threshold(_OBJECTS, _YOUNG, _OLD)
