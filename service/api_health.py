"""``/healthz`` and ``/readyz``: alive, and able to work."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint

from dedup.engine import Engine
from service import answers
from service.openapi import OPERATIONS, refusals
from service.present import Json


def make_health(engine: Engine) -> APIBlueprint:
    """The calls of a load balancer."""
    api = APIBlueprint("health", __name__, abp_tags=[OPERATIONS])

    @api.get("/healthz", responses={200: answers.Status, **refusals(store=False)})
    def healthz() -> Json:
        """The process answers."""
        return {"status": "ok"}

    @api.get("/readyz", responses={200: answers.Status, **refusals()})
    def readyz() -> Json:
        """The store answers too."""
        engine.store.ping()
        return {"status": "ready"}

    return api
