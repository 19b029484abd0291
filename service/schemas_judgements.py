"""What may be asked about judgements."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from dedup.judgement import Opinion
from service.fields import ArticleId, Line, Lines
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
    note: Lines | None = Field(None, description="Why.")


class PairQuery(Query):
    """Which two articles."""

    left: ArticleId
    right: ArticleId


class JudgementsQuery(Query):
    """Which judgements."""

    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, max_length=6000, description="next_cursor of the page before.")


class JudgeForm(Query):
    """The form that judges a pair; ``cluster`` is the page it stands on."""

    left: ArticleId
    right: ArticleId
    opinion: Opinion
    cluster: str | None = Field(None, max_length=512)


class UndoForm(Query):
    """The form that takes back what was said of pairs."""

    left: list[ArticleId] = Field(min_length=1)
    right: list[ArticleId] = Field(min_length=1)
    cluster: str | None = Field(None, max_length=512)

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        if len(self.left) != len(self.right):
            raise ValueError("left and right must be as many")
        return self


class ExpelForm(Query):
    """The form that takes a member out of a cluster."""

    article: ArticleId
