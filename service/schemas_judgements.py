"""What may be asked about judgements."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from service.fields import ArticleId, Line
from service.schemas import Body, Query


class JudgementIn(Body):
    """What a person says of two articles."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"left": "001", "right": "003", "judgement": "same", "by": "Ana Pérez"}
        }
    )

    left: ArticleId
    right: ArticleId = Field(description="Another article; which of them is left is all one.")
    judgement: Literal["same", "different"] = Field(description="Whether it is the same story.")
    by: Line | None = Field(None, description="Who says so.")
    note: Line | None = Field(None, description="Why.")


class PairQuery(Query):
    """Which two articles."""

    left: ArticleId
    right: ArticleId


class JudgementsQuery(Query):
    """Which judgements."""

    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, max_length=6000, description="next_cursor of the page before.")
