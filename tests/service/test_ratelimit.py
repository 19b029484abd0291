"""The rate limit against a bucket of tokens, and across processes."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection

from hypothesis import given
from hypothesis import strategies as st

from service.ratelimit import RateLimit, retry_after

RATES = st.sampled_from([0.25, 0.5, 1.0, 2.0, 8.0])
STEPS = st.lists(st.integers(0, 12).map(lambda n: n / 8), max_size=60)


@given(RATES, st.integers(1, 10), STEPS)
def test_it_lets_through_what_a_bucket_of_tokens_does(
    rate: float, burst: int, steps: list[float]
) -> None:
    now, tokens = 100.0, float(burst)
    limit = RateLimit(rate, burst, clock=lambda: now)
    for step in steps:
        now += step
        tokens = min(burst, tokens + step * rate)
        wait = limit.take("somebody")
        if tokens >= 1:
            tokens -= 1
            assert wait == 0
        else:
            assert abs(wait - (1 - tokens) / rate) < 1e-6


@given(RATES, st.integers(1, 10))
def test_waiting_as_told_is_enough(rate: float, burst: int) -> None:
    now = 5.0
    limit = RateLimit(rate, burst, clock=lambda: now)
    for _ in range(burst):
        assert limit.take("a") == 0
    wait = limit.take("a")
    assert wait > 0
    now += int(retry_after(wait))
    assert limit.take("a") == 0


def test_callers_have_buckets_of_their_own() -> None:
    limit = RateLimit(1, 1, clock=lambda: 1.0)
    assert [limit.take("a"), limit.take("b"), limit.take("a")] == [0, 0, 1]


def test_retry_after_is_whole_seconds() -> None:
    assert [retry_after(s) for s in (0.001, 1.0, 1.2)] == ["1", "1", "2"]


def _take(limit: RateLimit, times: int, answers: Connection) -> None:
    answers.send(sum(limit.take("key") == 0 for _ in range(times)))


def test_processes_share_a_bucket() -> None:
    context = multiprocessing.get_context("fork")
    limit = RateLimit(0.001, 50)
    begun = time.monotonic()
    pipes = [context.Pipe(duplex=False) for _ in range(4)]
    workers = [context.Process(target=_take, args=(limit, 40, sender)) for _, sender in pipes]
    for worker in workers:
        worker.start()
    taken = sum(receiver.recv() for receiver, _ in pipes)
    for worker in workers:
        worker.join()
    assert 50 <= taken <= 51 + (time.monotonic() - begun) * 0.001
