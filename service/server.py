"""The service as processes: one listening socket, a master, and workers under gunicorn.

gunicorn serves one worker as well as many, because its workers hand a request to the service
while its body still arrives, a kilobyte at a time (waitress, the other server in plain Python,
collects the body first, so that a batch would answer nothing before its end).
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from dedup.settings import Settings
from service.draining import Draining
from service.housekeeping import Housekeeper
from service.worker import Worker
from service.workers import worker_ended

if TYPE_CHECKING:
    from flask import Flask
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker as AnyWorker

GRACE_SECONDS = 30
"""How long a stopping worker may take to finish what it began."""


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def address(listener: socket.socket) -> str:
    """The URL under which the socket answers."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    listener: socket.socket,
    app: Flask,
    settings: Settings,
    draining: Draining,
    housekeeper: Housekeeper,
    ready: Callable[[], None],
) -> NoReturn:
    """Serve the app on the socket until SIGTERM or SIGINT, then finish the requests taken.

    ``draining`` is told first; the socket is closed ``settings.drain_seconds`` later.
    The app is made before the workers are, so that they share the memory of its index; its
    store must be able to go through a fork. The socket is used up. ``ready`` is called once, by
    the first worker that answers requests. A worker that dies is replaced. ``housekeeper`` works
    beside the requests in every worker, and ends with it. Raises
    ``SystemExit``, in the workers too: with 0 after a stop, with gunicorn's code when no worker
    can start.
    """
    _Server(listener, app, settings, draining, housekeeper, ready).run()
    raise SystemExit(0)


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(
        self,
        listener: socket.socket,
        app: Flask,
        settings: Settings,
        draining: Draining,
        housekeeper: Housekeeper,
        ready: Callable[[], None],
    ) -> None:
        self.bind = f"fd://{listener.detach()}"
        self.app = app
        self.settings = settings
        self.draining = draining
        self.housekeeper = housekeeper
        self.ready = ready
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self.bind,
            "workers": self.settings.workers,
            "worker_class": Worker,
            "threads": self.settings.threads,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": 8190,  # the longest id, percent-encoded, takes 6144
            "control_socket_disable": True,
            "loglevel": "warning",
            "logger_class": _Log,
            "proc_name": "wiretwin",
            "when_ready": self._in_master,
            "post_worker_init": self._in_worker,
            "worker_exit": lambda _arbiter, _worker: self.housekeeper.stop(),
            "child_exit": lambda _arbiter, worker: worker_ended(worker.pid),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app

    def _in_master(self, arbiter: Arbiter) -> None:
        # what is there now stays: no worker needs to look through it for garbage, which would
        # take a tenth of a second now and then and copy the pages that workers share
        gc.collect()
        gc.freeze()

        def stop(_number: int, _frame: FrameType | None) -> None:
            # gunicorn stops at once on SIGINT; here the first Ctrl-C is as gentle as SIGTERM
            signal.signal(signal.SIGINT, arbiter.signal)
            signal.signal(signal.SIGTERM, arbiter.signal)
            self.draining.begin()
            wait = threading.Timer(self.settings.drain_seconds, os.kill, term)
            wait.daemon = True
            wait.start()

        term = (os.getpid(), signal.SIGTERM)
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)

    def _in_worker(self, worker: AnyWorker) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the master passes it on
        self.housekeeper.start()
        if worker.age == 1:
            self.ready()


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's own messages, in the log of the service."""

    def setup(self, cfg: Any) -> None:
        """Leave handlers and format to ``service.logs``."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
