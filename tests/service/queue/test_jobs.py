# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue: nothing is taken twice, nothing is lost, results need the lease."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.queue.jobs import LONGEST_KEPT, Job, JobKind, LeaseLost, Queue, back_off
from service.queue.models import JobRow
from service.services import Services
from tests.service.conftest import ManualClock

KINDS = list(JobKind)


@pytest.fixture
def queue(services: Services) -> Queue:
    return services.domain.queue


def put(services: Services, queue: Queue, count: int = 1) -> None:
    now = services.clock()
    with services.database.write() as session:
        for number in range(count):
            queue.put(session, JobKind.CHECK, {"number": number}, made=now, due=now)


def claim(services: Services, queue: Queue, lease_s: int = 60) -> Job | None:
    with services.database.write() as session:
        return queue.claim(session, KINDS, services.clock(), lease_s)


def test_many_workers_take_every_row_once(services: Services, queue: Queue) -> None:
    put(services, queue, 200)

    def work(_: int) -> list[int]:
        taken: list[int] = []
        while job := claim(services, queue):
            taken.append(job.payload["number"])
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [number for some in pool.map(work, range(8)) for number in some]
    assert sorted(taken) == list(range(200))


def test_a_row_that_is_not_due_is_not_taken(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    later = services.clock() + timedelta(minutes=5)
    with services.database.write() as session:
        queue.put(session, JobKind.FOLD, {}, made=services.clock(), due=later)
    assert claim(services, queue) is None
    clock.advance(minutes=5)
    assert claim(services, queue) is not None


def test_the_row_of_a_dead_worker_is_taken_again_when_the_lease_is_over(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    put(services, queue)
    first = claim(services, queue, lease_s=60)
    assert claim(services, queue) is None
    clock.advance(seconds=61)
    second = claim(services, queue)
    assert first is not None
    assert second is not None
    assert first.id == second.id


def test_a_worker_whose_lease_was_taken_over_cannot_write_its_result(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    put(services, queue)
    slow = claim(services, queue, lease_s=60)
    clock.advance(seconds=61)
    claim(services, queue)
    assert slow is not None
    with pytest.raises(LeaseLost), services.database.write() as session:
        queue.finish(session, slow)
    with pytest.raises(LeaseLost), services.database.write() as session:
        queue.postpone(session, slow, services.clock())


def test_a_postponed_row_comes_back_with_one_attempt_more(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    put(services, queue)
    job = claim(services, queue)
    assert job is not None
    with services.database.write() as session:
        queue.postpone(session, job, services.clock() + timedelta(seconds=30))
    clock.advance(seconds=31)
    again = claim(services, queue)
    assert again is not None
    assert again.attempts == 1


def test_waiting_grows_to_six_hours_and_no_further() -> None:
    assert back_off(0) < timedelta(minutes=1)
    assert timedelta(hours=4) < back_off(40) < timedelta(hours=8)


def test_a_wiki_that_says_when_is_not_asked_earlier() -> None:
    assert back_off(0, 900.0) >= timedelta(seconds=900)


def test_a_copy_older_than_seven_days_is_taken_to_be_ended_even_if_not_due(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    much_later = services.clock() + timedelta(days=30)
    with services.database.write() as session:
        queue.put(session, JobKind.FOLD, {}, made=services.clock(), due=much_later)
    clock.advance(seconds=LONGEST_KEPT.total_seconds())
    with services.database.write() as session:
        assert queue.claim_expired(session, services.clock(), 60) is None
    clock.advance(seconds=1)
    with services.database.write() as session:
        assert queue.claim_expired(session, services.clock(), 60) is not None


def test_a_turn_comes_once_in_its_distance_over_all_workers(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    def turn() -> bool:
        with services.database.write() as session:
            return queue.take_turn(session, "notices", services.clock(), 10)

    assert [turn(), turn()] == [True, False]
    clock.advance(seconds=10)
    assert [turn(), turn()] == [True, False]


def test_a_row_that_no_key_opens_does_not_stop_the_others(
    services: Services, queue: Queue, clock: ManualClock
) -> None:
    put(services, queue)
    with services.database.write() as session:
        session.execute(update(JobRow).values(payload=b"sealed under a key that is gone"))
    clock.advance(seconds=1)
    put(services, queue)
    assert claim(services, queue) is not None
    assert claim(services, queue) is None
    with services.database.read() as session:
        assert len(session.scalars(select(JobRow)).all()) == 2, "and nothing is lost"
