"""What is answered about judgements."""

from __future__ import annotations

from pydantic import BaseModel, Field

from dedup.judgement import Opinion
from service import examples_judgements as examples
from service.answers import example_of
from service.fields import Time


class Judgement(BaseModel):
    """What a person said of two articles; ``left`` is the smaller id."""

    left: str
    right: str
    judgement: Opinion
    by: str | None
    note: str | None
    at: Time


class Judged(Judgement):
    """A judgement, and in which clusters its articles are now."""

    model_config = example_of(examples.JUDGED)

    left_cluster_id: str | None = Field(description="The cluster of the left article now.")
    right_cluster_id: str | None = Field(description="The cluster of the right article now.")


class Judgements(BaseModel):
    """One page of judgements."""

    model_config = example_of(examples.JUDGEMENTS)

    items: list[Judgement]
    next_cursor: str | None
