"""How fast articles leave a store, and what stays behind: ``python -m benchmarks.removal``.

A store is filled (see ``benchmarks.filling``); some articles are deleted one by one, some in
calls of 500, the rest expire in calls of 4,000, as in the service. Then it is filled and emptied
once more: what it occupies afterwards is set against what it occupied when it was first empty
again. As the speed of a machine changes by the minute, rates are also told as multiples of the
rate at which datasketch alone takes articles as long as wire items in, just before and just after.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.filling import Filler, fill
from benchmarks.machines import Server, memory, processor, program, started
from benchmarks.peer import Peer
from benchmarks.report import Clock, clocked, show
from dedup.settings import Settings
from dedup.signature import Signer
from dedup.store import open_store
from dedup.store.base import Store

LATER = datetime.now(UTC) + timedelta(days=3650)
SINGLY, TOGETHER, AT_ONCE = 300, 500, 4000
TURN = 300
"""So many articles the peer takes in before and after."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6000, help="articles in the store (6,000)")
    parser.add_argument("--stores", nargs="+", default=["sqlite", "redis", "cluster"])
    given = parser.parse_args()
    columns = {}
    redis = ""
    filler = Filler(Settings(), pool=500)
    for kind in given.stores:
        with tempfile.TemporaryDirectory() as folder, started(kind, Path(folder)) as (url, servers):
            options = f"?capacity={given.count}" if servers else ""
            settings = Settings(store=url + options)
            store = open_store(settings.store, Signer(settings).header, settings)
            columns[kind] = _measure(store, servers, filler, given.count)
            store.close()
            redis = program(servers) if servers else redis
    names = next(iter(columns.values()))
    show(
        f"{given.count:,} articles stored",
        ["", *columns],
        {name: [column[name] for column in columns.values()] for name in names},
        beside=redis,
    )


def _measure(store: Store, servers: list[Server], filler: Filler, count: int) -> dict[str, str]:
    first = filler.number
    fill(store, filler, count)
    ids = [f"filled-{n:08d}" for n in range(first, first + count)]
    full = _size(store, servers)
    out = {}
    used = processor(servers)
    with clocked() as clock:
        for id in ids[:SINGLY]:
            store.delete([id])
    out["deleted one by one, articles/s"] = _rate(SINGLY, clock)
    many = ids[SINGLY : SINGLY + count // 3]
    peer = Peer()
    turns = [peer.seconds(TURN)]
    used = processor(servers)
    with clocked() as clock:
        for begin in range(0, len(many), TOGETHER):
            store.delete(many[begin : begin + TOGETHER])
    out[f"deleted in calls of {TOGETHER}, articles/s"] = _rate(len(many), clock)
    turns.append(peer.seconds(TURN))
    out["  times the rate of datasketch alone"] = _times(len(many), clock, turns)
    out["  processor time an article here / there, us"] = _shares(
        len(many), clock, processor(servers) - used
    )
    used, gone = processor(servers), 0
    with clocked() as clock:
        while some := store.expire(LATER, AT_ONCE):
            gone += some
    out[f"expired in calls of {AT_ONCE:,}, articles/s"] = _rate(gone, clock)
    turns = [turns[-1], peer.seconds(TURN)]
    out["  times the rate of datasketch alone "] = _times(gone, clock, turns)
    out["  processor time an article here / there, us "] = _shares(
        gone, clock, processor(servers) - used
    )
    empty = _emptied(store, servers)
    fill(store, filler, count)
    while store.expire(LATER, AT_ONCE):
        pass
    out["bytes an article when full"] = f"{full / count:,.0f}"
    out["bytes, empty after the first turn-over"] = f"{empty:,}"
    out["bytes, empty after the second"] = f"{_emptied(store, servers):,}"
    return out


def _emptied(store: Store, servers: list[Server]) -> int:
    """What an empty store occupies once its feed is empty and it has been tidied up."""
    while store.expire_events(LATER, AT_ONCE):
        pass
    while store.tidy():
        pass
    return _size(store, servers)


def _size(store: Store, servers: list[Server]) -> int:
    return memory(servers) if servers else store.stats().bytes


def _rate(count: int, clock: Clock) -> str:
    return f"{count / clock.wall:,.0f}"


def _times(count: int, clock: Clock, turns: list[float]) -> str:
    """The rate as a multiple of that at which the peer took its articles in, turn by turn."""
    return f"{count / clock.wall * sum(turns) / (TURN * len(turns)):.1f}"


def _shares(count: int, clock: Clock, servers: float) -> str:
    return f"{clock.cpu / count * 1e6:,.0f} / {servers / count * 1e6:,.0f}"


if __name__ == "__main__":
    main()
