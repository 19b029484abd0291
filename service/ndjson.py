"""Lines of a body as they arrive, in bounded memory (https://jsonlines.org)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO
from wsgiref.types import WSGIEnvironment

from werkzeug.wsgi import get_input_stream

from service.refusals import TooLarge

MEDIA_TYPES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
)

Line = tuple[int, bytes | TooLarge]
"""A line's number, from 1, and its bytes, or why they are not there."""


def body(environ: WSGIEnvironment) -> IO[bytes]:
    """The body of a request as it arrives, without the size limit that other calls have.

    gunicorn hands it on by the kilobyte: the end of what was sent so far may wait for more, or
    for the end of the body.
    """
    stream = get_input_stream(environ)
    return io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream


def lines(stream: IO[bytes], limit: int) -> Iterator[Line]:
    """The lines of a stream that are not blank; blank ones count but are passed over.

    A line of more than ``limit`` bytes is read to its end, thrown away and given as
    ``TooLarge``. Memory: one line.
    """
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := stream.readline(65536)) and not rest.endswith(b"\n"):
                pass
            yield number, TooLarge("body", f"the line has more than {limit} bytes")
        elif not line.isspace():
            yield number, line
