"""What worker processes have in common: the folder in which their metrics are added up.

prometheus-client looks at ``PROMETHEUS_MULTIPROC_DIR`` when it is imported, so nothing here
imports it before that is set.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def several_workers() -> Iterator[None]:
    """Let processes forked in here count together; what they counted is forgotten at the end.

    To be entered before ``service.app`` is imported. A folder that the environment names
    already is used and left as it is.
    """
    if FOLDER in os.environ:
        yield
        return
    folder, owner = tempfile.mkdtemp(prefix="wiretwin-metrics-"), os.getpid()
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:
            del os.environ[FOLDER]
            shutil.rmtree(folder, ignore_errors=True)


def worker_ended(pid: int) -> None:
    """Let gauges forget a worker that is gone."""
    if FOLDER in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
