"""Records of articles in Redis, also of stores that were made before."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from making import entry

from dedup.store.redis_record import Record


def test_a_record_comes_back_as_it_was() -> None:
    one = Record.of(entry("a", [1, 2], bands=[3], source="AFP"), "a", 3, datetime.now(UTC))
    assert Record.decode(one.encode()) == one


def test_what_former_records_kept_of_the_topic_is_passed_over() -> None:
    one = Record.of(entry("a", [1, 2], source="AFP"), "a", 1, datetime.now(UTC))
    data, begin = one.encode(), struct.Struct(">Iqq6I")
    version, received, at, *sizes = begin.unpack_from(data)
    place = begin.size + sum(sizes[:3])
    topic = bytes(range(16))
    sizes[3] = len(topic)
    former = begin.pack(version, received, at, *sizes)
    former += data[begin.size : place] + topic + data[place:]
    assert Record.decode(former) == one
