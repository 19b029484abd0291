"""``GET /v1/events``: the feed, page by page or as a stream of server-sent events."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, json, jsonify, request, stream_with_context

from dedup.engine import Engine
from dedup.model import Event
from dedup.settings import Settings
from service import answers, present
from service.draining import Draining
from service.feed import PAGE, Feed
from service.openapi import CLUSTERS, Calls, refusals
from service.schemas import EventsHeader, EventsQuery

STREAM = "text/event-stream"
_RETRY_MS = 2000


def make_events(engine: Engine, settings: Settings, draining: Draining) -> Calls:
    """The call that tells what has happened."""
    api = Calls("events", __name__, url_prefix="/v1", abp_tags=[CLUSTERS])
    feed = Feed(engine, draining, listeners=settings.threads // 2)

    @api.get("/events", responses={200: answers.Events, **refusals(410, 422)})
    def events(query: EventsQuery, header: EventsHeader) -> Response:
        """What has happened to articles and clusters, in order, each event at least once.

        Ask again with `after` set to `next`. With `wait` the answer is held back until there is
        something to tell. With `Accept: text/event-stream` the answer is a stream of server-sent
        events (`limit` and `wait` play no part) that goes on from `Last-Event-ID`. Whoever has
        fallen behind what is kept is refused with 410: nobody misses an event unknowingly.
        """
        after = query.after if header.last_event_id is None else header.last_event_id
        wanted = request.accept_mimetypes.best_match(["application/json", STREAM])
        if wanted != STREAM:
            return jsonify(present.events(*feed.page(after, query.limit, query.wait)))
        first, after = feed.begin(after, PAGE)  # what is refused is refused by the status
        release = feed.take_place()
        written = _written(feed.follow(after, first))
        answer = Response(stream_with_context(written), mimetype=STREAM)
        answer.call_on_close(release)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Accel-Buffering"] = "no"  # nginx would hold the stream back
        return answer

    return api


def _written(events: Iterator[Event | None]) -> Iterator[str]:
    """Events as WHATWG HTML has them, section 9.2; a comment where there is nothing to tell."""
    yield f"retry: {_RETRY_MS}\n\n"
    for event in events:
        if event is None:
            yield ":\n\n"
        else:
            data = json.dumps(present.event(event))
            yield f"id: {event.cursor}\nevent: {event.kind}\ndata: {data}\n\n"
