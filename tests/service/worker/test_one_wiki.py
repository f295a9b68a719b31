# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several workers, one wiki: they take turns, and a dead one blocks it no longer than its lease."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.queue.jobs import Job, JobKind, Queue
from service.queue.models import TurnRow
from service.worker.context import Context
from service.worker.loop import LEASE_S
from service.worker.one_wiki import LONGEST_S, alone, turn_of
from tests.service.conftest import ManualClock
from tests.service.world import World


@pytest.fixture
def jobs(world: World, context: Context) -> tuple[Job, Job, Job]:
    """Claimed rows: two ask one wiki, one another."""
    queue: Queue = world.domain.queue
    now = context.clock()
    found: list[Job] = []
    for dbname in ("sandboxwiki", "sandboxwiki", "sandbox2wiki"):
        with context.database.write() as session:
            queue.put(session, JobKind.CHECK, {"wiki": dbname}, made=now, due=now)
        with context.database.write() as session:
            job = queue.claim(session, [JobKind.CHECK], now, LEASE_S)
        assert job is not None
        found.append(job)
    one, other, elsewhere = found
    return one, other, elsewhere


def turns(context: Context) -> list[str]:
    with context.database.read() as session:
        return list(session.scalars(select(TurnRow.name)))


def test_second_worker_waits_and_other_wikis_do_not(
    context: Context, jobs: tuple[Job, Job, Job]
) -> None:
    one, other, elsewhere = jobs
    inside, go_on = threading.Event(), threading.Event()
    asked: list[bytes] = []

    def ask(_context: Context, job: Job) -> None:
        asked.append(job.id)
        if job is one:
            inside.set()
            assert go_on.wait(60)

    busy = threading.Thread(target=alone(ask), args=(context, one))
    busy.start()
    assert inside.wait(60)
    alone(ask)(context, other)
    alone(ask)(context, elsewhere)
    assert asked == [one.id, elsewhere.id]
    assert turns(context) == [turn_of(context.domain.vault, "sandboxwiki")]
    go_on.set()
    busy.join()

    assert turns(context) == []
    with context.database.write() as session:
        now = context.clock() + timedelta(seconds=5)
        again = context.domain.queue.claim(session, [JobKind.CHECK], now, LEASE_S)
    assert again is not None
    assert (again.id, again.attempts) == (other.id, 0), "waiting is no failed attempt"


def test_wiki_is_free_after_a_handler_that_failed(
    context: Context, jobs: tuple[Job, Job, Job]
) -> None:
    def fail(_context: Context, _job: Job) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        alone(fail)(context, jobs[0])

    assert turns(context) == []


def test_dead_workers_wiki_is_free_when_its_row_is(
    context: Context, clock: ManualClock, jobs: tuple[Job, Job, Job]
) -> None:
    turn = turn_of(context.domain.vault, "sandboxwiki")
    with context.database.write() as session:
        assert context.domain.queue.take_turn(session, turn, context.clock(), LONGEST_S)
    asked: list[Job] = []

    alone(lambda _context, job: asked.append(job))(context, jobs[0])
    assert asked == []
    clock.advance(seconds=LEASE_S)
    with context.database.write() as session:
        job = context.domain.queue.claim(session, [JobKind.CHECK], context.clock(), LEASE_S)
    assert job is not None
    alone(lambda _context, job: asked.append(job))(context, job)

    assert asked == [job]
