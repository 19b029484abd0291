"""Pauses: at least what the service asks for, at most what was allowed, spread in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.client import Retry
from service.client.errors import refused
from service.client.retry import retry_after

LOST = httpx.ReadError("lost")


def busy(value: str | None) -> httpx.Response:
    """A refusal with Retry-After."""
    headers = {} if value is None else {"Retry-After": value}
    return httpx.Response(503, headers=headers, request=httpx.Request("GET", "http://a/b"))


@given(
    st.integers(1, 20),
    st.floats(0.001, 5),
    st.floats(0.01, 60),
    st.one_of(st.none(), st.integers(0, 100)),
)
def test_pauses(attempt: int, first: float, longest: float, asked: int | None) -> None:
    retry = Retry(attempts=10, first_pause=first, longest_pause=longest)
    pause = retry.pause(attempt, busy(None if asked is None else str(asked)))
    if attempt >= 10 or (asked or 0) > longest:
        assert pause is None
    else:
        assert pause is not None
        assert (asked or 0) <= pause <= max(asked or 0, min(longest, first * 2 ** (attempt - 1)))


def test_pauses_are_spread() -> None:
    assert len({Retry().pause(3, LOST) for _ in range(20)}) > 10


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "1.5"])
def test_what_names_no_time_asks_for_none(value: str | None) -> None:
    assert retry_after(busy(value)) == 0


def test_a_date_is_waited_for() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=20)
    assert 15 < retry_after(busy(format_datetime(soon, usegmt=True))) <= 20
    assert retry_after(busy("Wed, 21 Oct 2015 07:28:00 GMT")) == 0


def test_a_refusal_by_a_proxy_is_a_problem_too() -> None:
    problem = refused(
        httpx.Response(502, text="<h1>Oh</h1>", request=httpx.Request("GET", "http://a/b"))
    ).problem
    assert (problem.status, problem.title, problem.instance) == (502, "Bad Gateway", "/b")
