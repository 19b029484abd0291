"""What a client raises: one family, each with the problem document that the service sent."""

from __future__ import annotations

from http import HTTPStatus

import httpx
from pydantic import ValidationError

from dedup.errors import WiretwinError
from service.answers import Problem


class ClientError(WiretwinError):
    """A call that came to nothing."""


class Unreachable(ClientError):
    """No answer from the service, or none that it could have given."""


class Refused(ClientError):
    """The service refused; ``problem`` says why, and ``problem.errors`` names the fields."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}")
        self.problem = problem


class Invalid(Refused):
    """The request cannot be right, whatever is stored (400, 413, 414, 415, 422)."""


class Denied(Refused):
    """No key, an unknown one, or one that is not good for this call (401, 403)."""


class NotFound(Refused):
    """There is no such article or cluster (404)."""


class Conflict(Refused):
    """What is stored stands against it (409)."""


class Gone(Refused):
    """The events after this cursor are no longer kept (410)."""


class Unavailable(Refused):
    """Too many requests, or a service or store that is away, after all repeats (429, 5xx)."""


_KINDS: dict[int, type[Refused]] = {
    **dict.fromkeys((400, 413, 414, 415, 422), Invalid),
    **dict.fromkeys((401, 403), Denied),
    404: NotFound,
    409: Conflict,
    410: Gone,
    **dict.fromkeys((429, 502, 503, 504), Unavailable),
}


def refused(answer: httpx.Response) -> Refused:
    """The error for a refusal; a proxy's answer becomes a problem document, too."""
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        known = answer.status_code in set(HTTPStatus)
        problem = Problem(
            type="about:blank",
            title=HTTPStatus(answer.status_code).phrase if known else "Refused",
            status=answer.status_code,
            detail=answer.text[:500],
            instance=answer.request.url.path,
            errors=[],
        )
    return _KINDS.get(answer.status_code, Refused)(problem)
