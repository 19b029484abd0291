"""``/metrics``: what the service does and holds, in the text format of Prometheus.

Under several workers each process counts into files of its own in one folder
(``service.workers``), and whichever is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dedup.engine import Engine
from dedup.errors import StoreError
from dedup.model import Outcome
from service.openapi import OPERATIONS, Calls, refusals
from service.workers import FOLDER

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_COMPARED = (0, 1, 2, 3, 5, 7, 10, 20, 50, 100)


class Metrics:
    """What one service counts."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter(
            "wiretwin_requests",
            "Requests answered.",
            ["method", "path", "status"],
            registry=own,
        )
        self._seconds = Histogram(
            "wiretwin_request_seconds",
            "Time from a request to the last byte of its answer.",
            ["method", "path"],
            buckets=_SECONDS,
            registry=own,
        )
        self._in_progress = Gauge(
            "wiretwin_requests_in_progress",
            "Requests begun and not yet answered.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._articles = Counter(
            "wiretwin_articles_taken",
            "Articles taken: created, updated, unchanged, or checked without being stored.",
            ["status"],
            registry=own,
        )
        self._verdicts = Counter(
            "wiretwin_verdicts",
            "Verdicts given.",
            ["verdict"],
            registry=own,
        )
        self._compared = Histogram(
            "wiretwin_candidates_compared",
            "Stored articles that one article was compared with in full.",
            buckets=_COMPARED,
            registry=own,
        )
        self._round_trips = Histogram(
            "wiretwin_store_round_trip_seconds",
            "Transactions of SQLite or round trips to Redis.",
            buckets=_SECONDS,
            registry=own,
        )

    def begun(self) -> None:
        """Count a request that has come."""
        self._in_progress.inc()

    def ended(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._in_progress.dec()
        self._requests.labels(method, path, status).inc()
        self._seconds.labels(method, path).observe(seconds)

    def outcomes(self, given: Iterable[Outcome]) -> None:
        """Count what became of articles."""
        for outcome in given:
            self._articles.labels(outcome.status or "checked").inc()
            if outcome.status != "unchanged":
                self._verdicts.labels(outcome.verdict).inc()
                self._compared.observe(outcome.compared)

    def round_trip(self, seconds: float) -> None:
        """Count an exchange with the store."""
        self._round_trips.observe(seconds)

    def text(self, engine: Engine) -> bytes:
        """All that was counted, by all workers, and what the store holds."""
        counted = self._registry
        if FOLDER in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        held = CollectorRegistry()
        held.register(_Held(engine))
        return generate_latest(counted) + generate_latest(held)


class _Held(Collector):
    """What the store holds, asked when it is needed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks nothing."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Counts and bytes; only that it is down when the store does not answer."""
        try:
            stats = self.engine.store.stats()
        except StoreError:
            yield GaugeMetricFamily("wiretwin_store_up", "Whether the store answers.", 0)
            return
        yield GaugeMetricFamily("wiretwin_store_up", "Whether the store answers.", 1)
        for name, help, value in (
            ("articles", "Articles stored.", stats.articles),
            ("clusters", "Clusters of at least two articles.", stats.clusters),
            ("pending", "Articles stored and not yet compared.", stats.pending),
            ("store_bytes", "What the store occupies, on disk or in memory.", stats.bytes),
        ):
            yield GaugeMetricFamily(f"wiretwin_{name}", help, value)
        if stats.newest is not None:
            yield GaugeMetricFamily(
                "wiretwin_newest_article_seconds",
                "Time of the latest article, since 1970.",
                stats.newest.timestamp(),
            )


def make_metrics(engine: Engine, metrics: Metrics) -> Calls:
    """The call of a monitoring system."""
    api = Calls("metrics", __name__, abp_tags=[OPERATIONS])

    @api.get("/metrics", responses={200: None, **refusals(store=False)})
    def get_metrics() -> Response:
        """What the service does and holds, for Prometheus."""
        return Response(metrics.text(engine), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return api
