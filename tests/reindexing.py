"""What the process of a reindex that is killed does."""

from __future__ import annotations

import os
import signal

from dedup.rebuild import open_rebuilder
from dedup.settings import Settings


def reindex_and_die(url: str, trips: int) -> None:
    """Reindex eight articles at a time, killed after so many transactions or round trips."""
    engine = open_rebuilder(Settings(store=url))
    left = trips

    def count(_seconds: float) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine.store.watch(count)
    for _ in engine.reindex(8):
        pass
    engine.close()
