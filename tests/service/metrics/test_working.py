# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker's metrics say, on both databases."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from service.ids import new_id
from service.metrics.coarse import STEP
from service.metrics.working import QueueState, WorkerCounts
from service.queue.models import JobRow
from service.services import Services
from tests.service.conftest import ManualClock


def shown(*collectors: Collector) -> str:
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry).decode()


def add_rows(services: Services, kind: str, count: int, due: int) -> None:
    with services.database.write() as session:
        for _ in range(count):
            row = JobRow(id=new_id(), kind=kind, due=due, made=due, payload=b"sealed", about=None)
            session.add(row)


def test_waiting_rows_are_shown_in_steps_and_lateness_in_hours(
    services: Services, clock: ManualClock
) -> None:
    state = QueueState(services.database, clock)
    now = int(clock().timestamp())
    assert "cs_queue_overdue_hours 0.0" in shown(state)

    add_rows(services, "fold", STEP - 1, now - 3599)
    few = shown(state)
    assert "fold" not in few
    assert "cs_queue_overdue_hours 0.0" in few

    add_rows(services, "fold", 2, now - 2 * 3600)
    many = shown(state)
    assert 'cs_queue_rows{kind="fold"} 20.0' in many
    assert "cs_queue_overdue_hours 2.0" in many


def test_jobs_and_failed_duties_are_counted_in_steps() -> None:
    counts = WorkerCounts()
    for _ in range(STEP):
        counts.job("fold", done=True)
        counts.duty_failed("night")
    counts.job("check", done=False)
    counts.beat()

    found = shown(*counts.collectors)

    assert 'cs_jobs_total{kind="fold",outcome="done"} 20.0' in found
    assert 'cs_duties_failed_total{duty="night"} 20.0' in found
    assert "check" not in found
    assert "cs_worker_beat_timestamp_seconds " in found
