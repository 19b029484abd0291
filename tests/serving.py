"""A real service on a real socket, every answer of which is held against its description."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
from contract import Contract
from waitress.server import create_server

from dedup.engine import Engine, open_engine
from dedup.errors import InvalidSetting
from dedup.settings import Settings
from service.app import create_app
from service.draining import Draining


@dataclass(frozen=True)
class Service:
    """A running service: where it answers, a client for it, and what is behind it."""

    url: str
    client: httpx.Client
    engine: Engine
    settings: Settings
    draining: Draining


@contextmanager
def running(settings: Settings) -> Iterator[Service]:
    """Serve these settings on a free port of the loopback interface."""
    engine = open_engine(settings)
    draining = Draining()
    try:
        app = create_app(engine, settings, draining)
    except InvalidSetting:
        engine.close()
        raise
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    try:
        hooks = {"response": [Contract(url)]}
        with httpx.Client(base_url=url, timeout=60, event_hooks=hooks) as client:
            yield Service(url, client, engine, settings, draining)
    finally:
        draining.begin()
        server.task_dispatcher.shutdown()
        with suppress(OSError):  # the loop may wake for another reason, and close before it is told
            server.trigger.pull_trigger(server.close)
        thread.join()
        engine.close()
