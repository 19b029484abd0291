"""The log: every record is one JSON object on one line."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.logs import JsonLines


def line(message: str, **extra: Any) -> str:
    """A record as it is written."""
    record = logging.getLogger("any").makeRecord(
        "any", logging.WARNING, __file__, 1, message, (), sys.exc_info(), extra=extra
    )
    return JsonLines().format(record)


@given(st.text(), st.dictionaries(st.sampled_from(["path", "key", "status"]), st.text()))
def test_anything_is_one_line(message: str, extra: dict[str, Any]) -> None:
    written = line(message.replace("%", "%%"), **extra)
    assert "\n" not in written
    assert json.loads(written).items() >= extra.items()


def test_a_record_has_time_and_level_and_its_error() -> None:
    try:
        raise ValueError("what\nhappened")
    except ValueError:
        record = json.loads(line("it failed", request_id="abc"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"])
    assert (record["level"], record["message"]) == ("warning", "it failed")
    assert record["request_id"] == "abc"
    assert "ValueError: what" in record["exception"]
