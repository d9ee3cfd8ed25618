"""What the server counts, for Prometheus: of all its processes together."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wattstone.base import WattstoneError

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from wattstone.interfaces.store.server import Job

__all__ = ["FOLDER", "Metrics"]

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable of the environment that names the folder in which processes leave their counts."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_JOB_SECONDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 10_800.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counts of one process, and the sight of those of all.

    Parameters
    ----------
    queue : callable or None
        Gives the number of jobs by state, and for how long the longest has waited [s]; asked when somebody looks.
    """

    def __init__(self, queue: Callable[[], tuple[Mapping[str, int], float]] | None = None) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self._registry}
        self._requests = Counter(
            "wattstone_requests", "Requests by route and status.", ("method", "route", "status"), **made
        )
        self._seconds = Histogram(
            "wattstone_request_seconds", "Time to the end of the answer.", ("route",), buckets=_SECONDS, **made
        )
        self._jobs = Counter("wattstone_jobs_ended", "Jobs by kind and how they ended.", ("kind", "state"), **made)
        self._job_seconds = Histogram(
            "wattstone_job_seconds", "Time a job took.", ("kind",), buckets=_JOB_SECONDS, **made
        )
        self._rows = Counter("wattstone_ingested_rows", "Readings taken in by jobs.", **made)
        self.queue = queue

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def job(self, job: "Job", state: str, seconds: float, result: Mapping[str, Any]) -> None:
        """Count a job that has ended; as `Worker` tells of it."""
        self._jobs.labels(job.kind, state).inc()
        self._job_seconds.labels(job.kind).observe(seconds)
        data: Mapping[str, Any] = result.get("data") or {}
        if job.kind == "ingest" and state == "done" and not data.get("dry_run"):
            self._rows.inc(sum(int(one.get("rows", 0)) for one in data.get("sources", ()) if not one.get("already")))

    def text(self) -> bytes:
        """What Prometheus reads: the counts of all processes where they share a folder, and the queue as it stands."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        shared: CollectorRegistry = self._registry
        if os.environ.get(FOLDER):
            shared = CollectorRegistry()
            MultiProcessCollector(shared)
        now = CollectorRegistry()
        now.register(_Queue(self.queue))  # type: ignore[arg-type]
        return generate_latest(shared) + generate_latest(now)


class _Queue:
    """The queue, looked at when somebody asks."""

    def __init__(self, queue: Callable[[], tuple[Mapping[str, int], float]] | None) -> None:
        self._queue = queue

    def collect(self) -> "Iterator[Metric]":
        """The metrics."""
        from prometheus_client.core import GaugeMetricFamily

        reached = GaugeMetricFamily("wattstone_database_up", "Whether the records of the server answer.")
        jobs = GaugeMetricFamily("wattstone_jobs", "Jobs by state.", labels=["state"])
        age = GaugeMetricFamily("wattstone_queue_age_seconds", "How long the longest has waited.")
        try:
            held, seconds = _nothing() if self._queue is None else self._queue()
        except WattstoneError:
            reached.add_metric([], 0.0)
            yield reached
            return
        reached.add_metric([], 1.0)
        for state in ("queued", "running", "done", "failed", "cancelled"):
            jobs.add_metric([state], float(held.get(state, 0)))
        age.add_metric([], seconds)
        yield from (reached, jobs, age)


def _nothing() -> tuple[Mapping[str, int], float]:
    return {}, 0.0
