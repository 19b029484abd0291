"""Numbers shared by processes, and what outlives one of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection

from service.draining import Draining
from service.shared import SharedNumbers

FORK = multiprocessing.get_context("fork")


def _count(numbers: SharedNumbers, times: int) -> None:
    for _ in range(times):
        numbers.change(1, lambda n: n + 1)


def test_no_change_is_lost() -> None:
    numbers = SharedNumbers(3)
    workers = [FORK.Process(target=_count, args=(numbers, 500)) for _ in range(3)]
    threads = [threading.Thread(target=_count, args=(numbers, 500)) for _ in range(3)]
    for one in (*workers, *threads):
        one.start()
    for one in (*workers, *threads):
        one.join()
    assert [numbers[0], numbers[1], numbers[2]] == [0, 3000, 0]


def _hold(numbers: SharedNumbers, held: Connection) -> None:
    with numbers.alone(0) as alone:
        held.send(alone)
        time.sleep(60)


def test_one_process_is_alone_until_it_dies() -> None:
    numbers = SharedNumbers(2)
    receiver, sender = FORK.Pipe(duplex=False)
    worker = FORK.Process(target=_hold, args=(numbers, sender))
    worker.start()
    assert receiver.recv() is True
    with numbers.alone(0) as alone:
        assert not alone
    with numbers.alone(1) as alone:
        assert alone
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    with numbers.alone(0) as alone:
        assert alone


def _begin(draining: Draining) -> None:
    draining.begin()


def test_draining_reaches_every_process_and_wakes_who_sleeps() -> None:
    draining = Draining()
    assert not draining
    assert draining.sleep(0.01) is False
    begun = time.monotonic()
    worker = FORK.Process(target=_begin, args=(draining,))
    worker.start()
    assert draining.sleep(30) is True
    assert time.monotonic() - begun < 20
    worker.join()
    assert draining
    assert draining.sleep(30) is True
