"""What may be asked: the bodies and parameters of every call. Strict; unknown fields are errors."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from dedup.errors import InvalidArticle
from dedup.model import Article
from dedup.settings import Settings
from service.fields import (
    ArticleId,
    Language,
    Line,
    Metadata,
    RequestKey,
    Share,
    Text,
    Time,
    Url,
)
from service.refusals import TooLarge

EXAMPLE_TEXT = (
    "Ukrainian President Volodymyr Zelensky has said that Russian and North Korean forces "
    "suffered heavy losses in fighting in Russia's southern Kursk region."
)


def new_id() -> str:
    """An id for an article that came without one: a random UUID."""
    return str(uuid4())


class Body(BaseModel):
    """A body: strict, without unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Query(BaseModel):
    """Parameters of a path, a query or a header."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # flask-openapi3 asks for the schema with every request; making it takes 0.4 to 1.7 ms
    model_json_schema = classmethod(cache(BaseModel.model_json_schema.__func__))  # type: ignore


class ArticleIn(Body):
    """An article as it is sent: a text or an HTML page, and what is known about it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": ["text"],
                    "properties": {"text": {"type": "string"}, "html": {"type": "null"}},
                },
                {
                    "required": ["html"],
                    "properties": {"html": {"type": "string"}, "text": {"type": "null"}},
                },
            ],
            "example": {
                "text": EXAMPLE_TEXT,
                "title": "Zelensky claims heavy Russian, North Korean losses in Kursk",
                "source": "Hürriyet Daily News",
                "url": "https://www.hurriyetdailynews.com/kursk",
                "published_at": "2025-01-05T00:00:00Z",
                "language": "en",
                "metadata": {"desk": "world"},
            },
        }
    )

    id: ArticleId | None = None
    text: Text | None = Field(
        None, description="The article's text. Exactly one of text and html is needed."
    )
    html: Text | None = Field(
        None,
        description="The article's page. It is reduced to its story, and all offsets point into "
        "that text, which GET /v1/articles/{id} returns. It gives the title when none is sent.",
    )
    title: Line | None = Field(
        None, description="A line: line breaks and other white space in it become one space."
    )
    source: Line | None = Field(None, description="Who published it: an outlet or a feed; a line.")
    url: Url | None = None
    published_at: Time | None = Field(None, description="RFC 3339, with zone.")
    language: Language | None = Field(None, description="BCP 47. Recognised when not given.")
    metadata: Metadata | None = Field(
        None, description="Kept and returned as it is; plays no part in any verdict."
    )

    def to_article(
        self, id: str | None = None, max_chars: int | None = None, *, id_given: bool = True
    ) -> Article:
        """The article, its HTML reduced to story text.

        ``id`` is used when none was sent, and made by the caller unless ``id_given``; without
        either, one is made. Raises
        ``InvalidArticle`` for a text missing, sent twice or not found in the page, and
        ``TooLarge`` for one longer than ``max_chars``.
        """
        field = "text" if self.html is None else "html"
        given = self.text if self.html is None else self.html
        if given is None:
            raise InvalidArticle("text", "is required: send text or html")
        if self.text is not None and self.html is not None:
            raise InvalidArticle("html", "must not be sent together with text")
        if max_chars is not None and len(given) > max_chars:
            raise TooLarge(field, f"has {len(given)} characters; at most {max_chars} are taken")
        text, title = given, self.title
        if field == "html":
            from dedup.html import story

            found = story(given)
            text, title = found.text, title or found.title
        return Article(
            id=self.id or id or new_id(),
            text=text,
            title=title or None,
            source=self.source or None,
            url=self.url,
            published_at=self.published_at,
            language=self.language,
            metadata=self.metadata or {},
            id_given=self.id is not None or (id is not None and id_given),
        )


class Thresholds(Body):
    """From where on which relation is given; what is left out stays as the service is set."""

    same_text: Share | None = Field(None, description="WIRETWIN_SAME_TEXT_THRESHOLD")
    reuse: Share | None = Field(None, description="WIRETWIN_REUSE_THRESHOLD")
    passage: Share | None = Field(None, description="WIRETWIN_PASSAGE_THRESHOLD")

    def over(self, settings: Settings) -> Settings:
        """The settings with these thresholds in place of their own."""
        given = self.model_dump(exclude_none=True)
        return replace(settings, **{f"{name}_threshold": value for name, value in given.items()})


class CheckIn(ArticleIn):
    """An article to be checked, and thresholds for this check alone."""

    thresholds: Thresholds | None = None


def _side(value: Any) -> str:
    return "(id)" if isinstance(value, str) else "(article)"


Side = Annotated[
    Annotated[ArticleIn, Tag("(article)")] | Annotated[ArticleId, Tag("(id)")],
    Discriminator(_side),
]


class CompareIn(Body):
    """Two articles to be compared, each sent in full or named by its id."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"left": {"text": EXAMPLE_TEXT}, "right": "002"}}
    )

    left: Side = Field(description="An article, or the id of a stored one.")
    right: Side = Field(description="An article, or the id of a stored one.")
    thresholds: Thresholds | None = None


class ArticlePath(Query):
    """Which article."""

    id: ArticleId


class StoringHeader(Query):
    """How a request is known again."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    idempotency_key: RequestKey | None = Field(
        None,
        alias="Idempotency-Key",
        description="A name for this request, best a UUID. Sent again with the same body it gets "
        "the first answer and changes nothing.",
    )


class ClusterPath(Query):
    """Which cluster."""

    id: str = Field(min_length=1, max_length=512, json_schema_extra={"example": "f5ac60de1e41"})


class CompareQuery(Query):
    """Which two stored articles."""

    left: ArticleId
    right: ArticleId


class BatchQuery(Query):
    """How much a batch answers per line."""

    detail: Literal["none", "ids", "full"] = Field(
        "full",
        description="What stands in each line's matches: nothing, id, relation and score only, "
        "or whole matches.",
    )


class EventsQuery(Query):
    """Which events, and how long to wait for them."""

    after: int = Field(0, ge=0, le=2**53 - 1, description="The last cursor seen; 0 for none.")
    limit: int = Field(100, ge=1, le=1000)
    wait: float = Field(
        0, ge=0, le=60, description="Seconds to wait for an event when there is none yet."
    )


class EventsHeader(Query):
    """Where a reader of the stream goes on."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    last_event_id: int | None = Field(
        None,
        ge=0,
        le=2**53 - 1,
        alias="Last-Event-ID",
        description="The last cursor seen, as a browser sends it; it goes before `after`.",
    )


class ClustersQuery(Query):
    """Which clusters, in which order."""

    min_size: int = Field(2, ge=1, le=1_000_000, description="Members at least.")
    source: Line | None = Field(None, description="Clusters with a member from this source.")
    q: Line | None = Field(None, description="Clusters with a member that holds these words.")
    since: Time | None = Field(None, description="Latest article at or after this time.")
    until: Time | None = Field(None, description="Latest article before or at this time.")
    order: Literal["newest", "largest"] = "newest"
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=2000, description="next_cursor of the page before.")


class SynopsisQuery(Query):
    """How a synopsis is read."""

    base: ArticleId | None = Field(
        None, description="The member the others are read against; default: the representative."
    )
    columns: list[ArticleId] | None = Field(
        None,
        max_length=100,
        description="Members in the order wanted, the parameter repeated; default: all.",
    )
