"""When a story arrived, as the numbers of a small drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.view.words import duration, instant, when

LEFT = 14
RIGHT = 306
"""Where the first and the last arrival are drawn, in SVG units of a field 320 wide."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One arrival."""

    x: int


@dataclass(frozen=True, slots=True)
class Label:
    """A time written below the line."""

    x: int
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Arrivals on a line of time; ``label`` says the same in words."""

    marks: tuple[Dot, ...]
    texts: tuple[Label, ...]
    label: str


def line(first: datetime, last: datetime) -> Line:
    """The span from the first arrival to the last."""
    begin, end = when(first), when(last)
    lasted = duration(instant(last) - instant(first))
    same_day = begin.day == end.day
    return Line(
        marks=(Dot(LEFT), Dot(RIGHT)),
        texts=(
            Label(LEFT - 6, "start", f"{begin.day.rpartition(' ')[0]} {begin.clock}".rstrip()),
            Label(
                RIGHT + 6,
                "end",
                (end.clock or end.day)
                if same_day
                else f"{end.day.rpartition(' ')[0]} {end.clock}".rstrip(),
            ),
        ),
        label=f"First arrival {begin.full}, last {end.full}, {lasted} later",
    )
