"""When a story arrived, as a small drawing: dots, or bars where there are many.

A dot is an arrival whose time is known; a bar across a day one of which only the day is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from service.view.words import day_only, duration, instant, when

LEFT = 14
RIGHT = 306
"""Where the first and the last arrival are drawn, in SVG units of a field 320 wide."""
FLOOR = 44
"""The height of the line of time."""
_DOT = 11
"""Two dots nearer than this stand on each other."""
_STACK = 4
"""So many dots stand on each other at most; more become bars."""
_MANY = 30
_BARS = 18
_DAYS = 8
_TALL = 36


@dataclass(frozen=True, slots=True)
class Arrival:
    """One article of a cluster: when it came, whether it stands beside, whether it disagrees."""

    at: datetime
    beside: bool
    odd: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """One arrival at a known time."""

    x: float
    y: float
    look: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: a day, or an interval with its number of arrivals of one look as its
    height."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Label:
    """A time written below the line."""

    x: int
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Arrivals on a line of time; ``label`` says the same in words, ``note`` explains the marks.

    ``top`` is where the drawing begins.
    """

    dots: tuple[Dot, ...]
    bars: tuple[Bar, ...]
    texts: tuple[Label, ...]
    label: str
    note: str
    top: float


def line(arrivals: Sequence[Arrival]) -> Line | None:
    """Draw arrivals; None where all came at one known time."""
    timed = sorted((a for a in arrivals if not day_only(a.at)), key=lambda a: instant(a.at))
    days = [a for a in arrivals if day_only(a.at)]
    begin = min(instant(a.at) for a in arrivals)
    end = max([instant(a.at) for a in timed] + [instant(a.at) + timedelta(days=1) for a in days])
    if begin == end:
        return None
    scale = _Scale(begin, end)
    dots = _dots(timed, scale)
    if len(timed) > _MANY or any(dot is None for dot in dots):
        bars, dots = _bars(timed, scale), []
    else:
        bars = []
    counted = bool(bars)
    bars += [_day(a, scale) for a in days[:_DAYS]]
    placed = [dot for dot in dots if dot is not None]
    return Line(
        dots=tuple(placed),
        bars=tuple(bars),
        texts=_texts(begin, end),
        label=_label(arrivals, begin, end),
        note=_note([dot.look for dot in placed] + [bar.look for bar in bars], counted),
        top=min([FLOOR - 8, *(dot.y - 8 for dot in placed), *(bar.y - 3 for bar in bars)]),
    )


class _Scale:
    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin, self.span = begin, end - begin

    def x(self, at: datetime) -> float:
        return round(LEFT + (RIGHT - LEFT) * ((instant(at) - self.begin) / self.span), 1)


def _look(arrival: Arrival) -> str:
    odd = " odd" if arrival.odd else ""
    return f"{'beside' if arrival.beside else 'copy'}{odd}"


def _dots(timed: Sequence[Arrival], scale: _Scale) -> list[Dot | None]:
    """A dot for every arrival, None for one that finds no room."""
    dots: list[Dot | None] = []
    levels: list[float] = [float("-inf")] * _STACK
    for arrival in timed:
        x = scale.x(arrival.at)
        level = next((n for n, last in enumerate(levels) if x - last >= _DOT), None)
        if level is None:
            dots.append(None)
        else:
            levels[level] = x
            dots.append(Dot(x, FLOOR - level * _DOT, _look(arrival)))
    return dots


def _bars(timed: Sequence[Arrival], scale: _Scale) -> list[Bar]:
    """For every interval what came in it, as one bar of each look upon the other."""
    width = (RIGHT - LEFT) / _BARS
    columns: list[list[Arrival]] = [[] for _ in range(_BARS)]
    for arrival in timed:
        columns[min(int((scale.x(arrival.at) - LEFT) / width), _BARS - 1)].append(arrival)
    each = _TALL / max(map(len, columns))
    bars = []
    for n, column in enumerate(columns):
        top = float(FLOOR)
        column.sort(key=lambda arrival: (arrival.beside, arrival.odd))
        for look, same in groupby(column, key=_look):
            height = each * len(list(same))
            top -= height
            x = round(LEFT + n * width, 1)
            bars.append(Bar(x, round(top, 1), round(width - 3, 1), round(height, 1), look))
    return bars


def _day(arrival: Arrival, scale: _Scale) -> Bar:
    begin = scale.x(arrival.at)
    end = scale.x(instant(arrival.at) + timedelta(days=1))
    return Bar(begin, FLOOR - 5, max(end - begin, 4), 10, f"day {_look(arrival)}")


def _texts(begin: datetime, end: datetime) -> tuple[Label, Label]:
    first, last = when(begin), when(end)
    return (
        Label(LEFT - 6, "start", f"{first.day.rpartition(' ')[0]} {first.clock}".rstrip()),
        Label(
            RIGHT + 6,
            "end",
            (last.clock or last.day)
            if first.day == last.day
            else f"{last.day.rpartition(' ')[0]} {last.clock}".rstrip(),
        ),
    )


def _label(arrivals: Sequence[Arrival], begin: datetime, end: datetime) -> str:
    copies = sum(not a.beside for a in arrivals)
    words = f"{copies} arrivals from {when(begin).full} to {when(end).full}"
    beside = len(arrivals) - copies
    return words + (f", and {beside} beside" if beside else "")


def _note(looks: Sequence[str], counted: bool) -> str:
    """What the marks mean, as far as they are drawn; ``counted`` if bars stand for many."""
    drawn = {word for look in looks for word in look.split()}
    parts = ["height: how many"] if counted else []
    if "odd" in drawn:
        parts.append("yellow: has another version")
    if "beside" in drawn:
        parts.append("dashed: beside")
    if "day" in drawn:
        parts.append("lying bar: day only" if counted else "bar: day only")
    return " · ".join(parts)


def lasted(arrivals: Sequence[Arrival]) -> str:
    """How long it took from the first known time to the last, empty for fewer than two."""
    times = sorted(instant(a.at) for a in arrivals if not day_only(a.at))
    return duration(times[-1] - times[0]) if len(times) > 1 and times[-1] > times[0] else ""
