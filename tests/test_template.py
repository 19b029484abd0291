"""Recurring notices against corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dedup.analyse import analyse
from dedup.compare import judge
from dedup.model import Article, Relation
from dedup.settings import Settings
from dedup.units import prepare

BRIEF = "The ferry carried 312 people. It ran aground at 2 a.m. Nobody was hurt in the accident."
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def relation(one: str, other: str, apart: timedelta | None) -> Relation:
    left = Article("left", one, published_at=None if apart is None else NOON)
    right = Article("right", other, published_at=None if apart is None else NOON + apart)
    pair = (prepare(analyse(left)), prepare(analyse(right)))
    return judge([pair], Settings())[0].relation


@pytest.mark.parametrize(
    ("apart", "expected"),
    [
        (timedelta(hours=3), Relation.NEAR_DUPLICATE),
        (timedelta(hours=-3), Relation.NEAR_DUPLICATE),
        (timedelta(days=3), Relation.SAME_TEMPLATE),
        (None, Relation.SAME_TEMPLATE),
    ],
)
def test_one_other_figure_in_a_brief_is_a_correction_within_a_day(
    apart: timedelta | None, expected: Relation
) -> None:
    assert relation(BRIEF, BRIEF.replace("312", "321"), apart) is expected


def test_two_issues_of_a_notice_on_one_day_differ_in_all_their_figures() -> None:
    later = BRIEF.replace("312", "87").replace("2 a.m.", "9 p.m.")
    assert relation(BRIEF, later, timedelta(hours=6)) is Relation.SAME_TEMPLATE
