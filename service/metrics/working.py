# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts of the worker: jobs, duties that failed, what waits; and when it last was alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from service.database import Database
from service.metrics.coarse import Coarse, coarse
from service.queue.models import JobRow

_HOUR_S: Final = 3600


class WorkerCounts:
    """Counts of one worker process."""

    def __init__(self) -> None:
        self._exact = CollectorRegistry()
        self._jobs = Counter(
            "cs_jobs",
            "Jobs by kind and outcome, in steps",
            ["kind", "outcome"],
            registry=self._exact,
        )
        self._failed = Counter(
            "cs_duties_failed", "Duties that failed, in steps", ["duty"], registry=self._exact
        )
        self._alive = CollectorRegistry()
        self._beat = Gauge(
            "cs_worker_beat_timestamp_seconds", "When the worker was alive", registry=self._alive
        )

    def job(self, kind: str, *, done: bool) -> None:
        self._jobs.labels(kind, "done" if done else "failed").inc()

    def duty_failed(self, duty: str) -> None:
        self._failed.labels(duty).inc()

    def beat(self) -> None:
        self._beat.set_to_current_time()

    @property
    def collectors(self) -> tuple[Collector, ...]:
        """What may be shown: counts in steps, the beat as it is."""
        return Coarse(self._exact), self._alive


class QueueState(Collector):
    """What waits in the queue, asked of the database at each scrape.

    How many rows wait is shown in steps. How long the oldest is overdue is shown in whole hours: it
    is 0 as long as the worker keeps up, whoever filed what.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        count = func.count(JobRow.id)
        try:
            with self._database.read() as session:
                rows = session.execute(
                    select(JobRow.kind, count, func.min(JobRow.due)).group_by(JobRow.kind)
                ).all()
        except SQLAlchemyError:
            return  # a database that is away is seen at /healthz; the worker's beat goes on
        waiting = GaugeMetricFamily("cs_queue_rows", "Rows that wait, in steps", labels=["kind"])
        for kind, number, _ in rows:
            if coarse(number):
                waiting.add_metric([kind], coarse(number))
        oldest = min((due for _, _, due in rows), default=None)
        now = int(self._clock().timestamp())
        overdue = 0 if oldest is None else max(0, now - oldest) // _HOUR_S
        yield waiting
        yield GaugeMetricFamily(
            "cs_queue_overdue_hours", "Whole hours that the oldest row is overdue", value=overdue
        )
