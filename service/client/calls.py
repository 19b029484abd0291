"""Every call as a value: what to send, and how to read the answer. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_json

from dedup.canonical import canonical
from service import answers, answers_clusters, answers_judgements
from service.client.errors import Unreachable, refused
from service.schemas import ArticleIn, Thresholds

T = TypeVar("T")
Sent = ArticleIn | Mapping[str, Any]
"""An article to send: the fields of ``POST /v1/articles``."""
Side = str | Sent
"""One side of a comparison: the id of a stored article, or an article."""
Limits = Thresholds | Mapping[str, float] | None
Detail = Literal["none", "ids", "full"]
Judgement = Literal["same", "different"]
WORTH_REPEATING = frozenset({429, 502, 503, 504})
JSON, LINES = "application/json", "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request. ``answer`` is the type of what comes back."""

    method: str
    path: str
    answer: Any
    params: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    longer: float = 0.0
    """Seconds that the service may hold the answer back, beyond the client's timeout."""
    in_lines: bool = False
    """The answer is a list, sent as JSON lines."""

    def failed(self, answer: httpx.Response | httpx.TransportError) -> bool:
        """Whether it may come to something when it is made again.

        So it may for a batch that the store could not take to its end: what it took already
        is unchanged the next time.
        """
        if isinstance(answer, httpx.TransportError) or answer.status_code in WORTH_REPEATING:
            return True
        if answer.status_code == 409 and "Retry-After" in answer.headers:
            return True  # the attempt before has not been answered yet
        if not self.in_lines or not answer.is_success or b'"error":{' not in answer.content:
            return False
        errors = [line.error for line in self.read(answer)]  # type: ignore[attr-defined]
        return any(error and error.status in WORTH_REPEATING for error in errors)

    def read(self, response: httpx.Response, repeated: bool = False) -> T:
        """The answer. Raises ``Refused`` for a refusal, ``Unreachable`` for what is no answer.

        What is not there when its removal is ``repeated`` was removed by the attempt before.
        """
        removed = self.method == "DELETE" and repeated and response.status_code == 404
        if response.is_success or removed:
            if self.answer is None:
                return None  # type: ignore[return-value]
            content = response.content
            if self.in_lines:
                content = b"[%b]" % b",".join(content.splitlines())
            try:
                found: T = _reader(self.answer).validate_json(content)
            except ValidationError as error:
                raise Unreachable(
                    f"{response.url} answers, but not as wiretwin does: {error}"
                ) from error
            return found
        raise refused(response)


@cache
def _reader(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)


def _id(id: str) -> str:
    return quote(id, safe="")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    return value


def _given(**values: Any) -> dict[str, Any]:
    """What was given, times as RFC 3339."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value is not None
    }


def _json(method: str, path: str, answer: Any, body: Any, **headers: str) -> Call[Any]:
    sent = {"Content-Type": JSON, **{name.replace("_", "-"): v for name, v in headers.items()}}
    return Call(method, path, answer, content=to_json(body), headers=sent)


def check(article: Sent, thresholds: Limits) -> Call[answers.Outcome]:
    """``POST /v1/check``."""
    limits = {} if thresholds is None else {"thresholds": _plain(thresholds)}
    return _json("POST", "/v1/check", answers.Outcome, {**_plain(article), **limits})


def put(id: str, article: Sent) -> Call[answers.Outcome]:
    """``PUT /v1/articles/{id}``."""
    return _json("PUT", f"/v1/articles/{_id(id)}", answers.Outcome, _plain(article))


def post(article: Sent, key: str | None) -> Call[answers.Outcome]:
    """``POST /v1/articles``, under a key that makes repeats harmless."""
    key = str(uuid4()) if key is None else key
    return _json("POST", "/v1/articles", answers.Outcome, _plain(article), Idempotency_Key=key)


def article(id: str) -> Call[answers.Article]:
    """``GET /v1/articles/{id}``."""
    return Call("GET", f"/v1/articles/{_id(id)}", answers.Article)


def delete(id: str) -> Call[None]:
    """``DELETE /v1/articles/{id}``."""
    return Call("DELETE", f"/v1/articles/{_id(id)}", None)


def matches(id: str) -> Call[answers.Matches]:
    """``GET /v1/articles/{id}/matches``."""
    return Call("GET", f"/v1/articles/{_id(id)}/matches", answers.Matches)


def compare(left: Side, right: Side, thresholds: Limits) -> Call[answers.Comparison]:
    """``POST /v1/compare``."""
    limits = {} if thresholds is None else {"thresholds": _plain(thresholds)}
    body = {"left": _plain(left), "right": _plain(right), **limits}
    return _json("POST", "/v1/compare", answers.Comparison, body)


def clusters(**query: Any) -> Call[answers_clusters.Clusters]:
    """``GET /v1/clusters``."""
    return Call("GET", "/v1/clusters", answers_clusters.Clusters, _given(**query))


def cluster(id: str) -> Call[answers_clusters.Cluster]:
    """``GET /v1/clusters/{id}``."""
    return Call("GET", f"/v1/clusters/{_id(id)}", answers_clusters.Cluster)


def synopsis(
    id: str, base: str | None, columns: Sequence[str] | None
) -> Call[answers_clusters.Synopsis]:
    """``GET /v1/clusters/{id}/synopsis``."""
    query = _given(base=base, columns=columns)
    return Call("GET", f"/v1/clusters/{_id(id)}/synopsis", answers_clusters.Synopsis, query)


def judge(
    left: str, right: str, judgement: Judgement, by: str | None, note: str | None
) -> Call[answers_judgements.Judged]:
    """``PUT /v1/judgements``."""
    body = _given(left=left, right=right, judgement=judgement, by=by, note=note)
    return _json("PUT", "/v1/judgements", answers_judgements.Judged, body)


def unjudge(left: str, right: str) -> Call[None]:
    """``DELETE /v1/judgements``."""
    return Call("DELETE", "/v1/judgements", None, {"left": left, "right": right})


def judgements(limit: int, cursor: str | None) -> Call[answers_judgements.Judgements]:
    """``GET /v1/judgements``."""
    query = _given(limit=limit, cursor=cursor)
    return Call("GET", "/v1/judgements", answers_judgements.Judgements, query)


def events(after: int, limit: int, wait: float) -> Call[answers.Events]:
    """``GET /v1/events``."""
    query = {"after": after, "limit": limit, "wait": wait}
    return Call("GET", "/v1/events", answers.Events, query, longer=wait)


def ready() -> Call[answers.Status]:
    """``GET /readyz``."""
    return Call("GET", "/readyz", answers.Status)


def batch(lines: Sequence[bytes], detail: Detail) -> Call[list[answers.BatchLine]]:
    """``POST /v1/batch`` with these lines."""
    return Call(
        "POST",
        "/v1/batch",
        list[answers.BatchLine],
        {"detail": detail},
        in_lines=True,
        content=b"\n".join(lines),
        headers={"Content-Type": LINES},
    )


def line(article: Sent) -> bytes:
    """An article as a line of a batch.

    One that nothing names gets an id, so that it bears repetition; the URL of a page names it, too.
    """
    fields = _plain(article)
    url = fields.get("url")
    if fields.get("id") is None and not (isinstance(url, str) and canonical(url)):
        fields = {**fields, "id": str(uuid4())}
    return to_json(fields)
