"""How benchmarks say what they measured: the machine, the time, and a table."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass
class Clock:
    """Wall and processor seconds of a block; the processor time is that of this process."""

    wall: float = 0.0
    cpu: float = 0.0

    def __iadd__(self, other: Clock) -> Clock:
        """Count those of another block, too."""
        self.wall += other.wall
        self.cpu += other.cpu
        return self


@contextmanager
def clocked() -> Iterator[Clock]:
    """Time a block."""
    clock = Clock()
    wall, cpu = time.perf_counter(), time.process_time()
    yield clock
    clock.wall, clock.cpu = time.perf_counter() - wall, time.process_time() - cpu


def machine() -> str:
    """What this runs on, and how busy that is with other things."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, {pages:.0f} GB; "
        f"load {load:.1f} at {time.strftime('%H:%M')}"
    )


def show(
    title: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]], beside: str = ""
) -> None:
    """Print a table: a row of values under every name; ``beside`` is said of the machine, too."""
    told = f"{machine()}; {beside}" if beside else machine()
    table = Table(title=title, caption=told, title_justify="left", caption_justify="left")
    table.add_column(columns[0])
    for column in columns[1:]:
        table.add_column(column, justify="right")
    for name, values in rows.items():
        table.add_row(name, *values)
    Console(width=130).print(table)
