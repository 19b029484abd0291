"""``/healthz`` and ``/readyz``: alive, and able to work."""

from __future__ import annotations

from dedup.engine import Engine
from service import answers
from service.draining import Draining
from service.openapi import OPERATIONS, Calls, refusals
from service.present import Json
from service.refusals import AboutToStop


def make_health(engine: Engine, draining: Draining) -> Calls:
    """The calls of a load balancer."""
    api = Calls("health", __name__, abp_tags=[OPERATIONS])

    @api.get("/healthz", responses={200: answers.Status, **refusals(store=False, open=True)})
    def healthz() -> Json:
        """The process answers."""
        return {"status": "ok"}

    @api.get("/readyz", responses={200: answers.Status, **refusals(open=True)})
    def readyz() -> Json:
        """The store answers too, and the service is not about to stop."""
        if draining:
            raise AboutToStop("the service finishes what it has begun and takes no more")
        engine.store.ping()
        return {"status": "ready"}

    return api
