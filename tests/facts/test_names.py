"""Names, and which are one."""

from __future__ import annotations

import pytest
from stating import facts, values

from dedup.facts import agree


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("Volodymyr Zelensky", "Zelensky", True),
        ("Mr Zelensky", "President Zelensky", True),
        ("Makhnovka", "Makhnivka", False),
        ("Zelensky", "Zelenskyy", False),
        ("Ukraine", "Ukrainian", True),
        ("Erdoğan", "Erdogan", True),
        ("United States", "US", True),
        ("World Health Organization", "WHO", True),
        ("Sumy", "Kharkiv", None),
        ("Kim Jong Un", "Kim Jong Il", None),
    ],
)
def test_names_are_one_or_two(left: str, right: str, verdict: bool | None) -> None:
    one, other = facts(f"he met {left} there")[0], facts(f"he met {right} there")[0]
    assert agree(one, other) is verdict
    assert agree(other, one) is verdict


def test_capitals_that_tell_nothing() -> None:
    assert all(fact.weak for fact in facts("Villages were lost"))
    assert values("Zelensky Claims Heavy Losses Near Kursk Border", "name") == []
    assert all(fact.weak for fact in facts("in dem Dorf", "de"))
