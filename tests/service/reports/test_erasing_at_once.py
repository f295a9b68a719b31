# SPDX-License-Identifier: AGPL-3.0-or-later
"""Withdrawing while the worker's handler is in the middle of its transaction: whoever comes first,
nothing of the report is left, and nobody waits for ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from service.database import Database
from service.queue.jobs import JobKind, LeaseLost
from service.reports.arrival import arrive
from service.reports.checking import give_up_checking
from service.worker.building import build_context
from tests.service.reports.test_erasing import TRACES, claim, erase, file, split, world
from tests.service.rows import keys_of, new_rows
from tests.service.world import World

__all__ = ["world"]

MOST_STATEMENTS = 40


def arriving(world: World, _report: bytes) -> Callable[[], None]:
    job = claim(world, JobKind.ARRIVE)
    assert job is not None
    return lambda: arrive(build_context(world.services), job)


def folding(world: World, report: bytes) -> Callable[[], None]:
    split(world)
    job = claim(world, JobKind.FOLD)
    assert job is not None
    return lambda: fold_as_the_worker(world, report, job)


def fold_as_the_worker(world: World, report: bytes, job: Any) -> None:
    """``fold_report`` once the wiki has answered."""
    with world.services.database.write() as session:
        world.domain.queue.finish(session, job)
        world.domain.folding.fold(session, report, [], [])


def ending_a_check(world: World, _report: bytes) -> Callable[[], None]:
    split(world)
    job = claim(world, JobKind.CHECK)
    assert job is not None
    return lambda: give_up_checking(build_context(world.services), job)


HANDLERS = {"arriving": arriving, "folding": folding, "a check": ending_a_check}


@pytest.mark.parametrize("name", HANDLERS)
def test_withdrawing_in_the_middle_of_a_handler_leaves_nothing(world: World, name: str) -> None:
    before = keys_of(world.services.database)
    for number in range(1, MOST_STATEMENTS):
        report = file(world)
        handler = HANDLERS[name](world, report)
        reached = withdraw_before_statement(world, report, handler, number)
        left = new_rows(before, keys_of(world.services.database))
        assert left == {one: count * number for one, count in TRACES.items()}, number
        if not reached:
            break
    assert not reached, "the handler has more statements than were tried"
    assert number >= 4


def withdraw_before_statement(
    world: World, report: bytes, handler: Callable[[], None], number: int
) -> bool:
    """Run the handler; before its n-th statement somebody begins to withdraw, and is let run until
    he is done or waits for a lock. False when the handler has fewer statements.
    """
    here = threading.get_ident()
    faults: list[BaseException] = []
    left = number

    def withdraw() -> None:
        try:
            erase(world, report)
        except BaseException as fault:  # noqa: BLE001 - it is looked at below
            faults.append(fault)

    other = threading.Thread(target=withdraw)

    def count(*_: Any) -> None:
        nonlocal left
        if threading.get_ident() != here:
            return
        left -= 1
        if left == 0:
            other.start()
            let_run(world.services.database, other)

    engine = world.services.database.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        # MariaDB may end the handler to untie the two; its row is gone, so nobody takes it up.
        with suppress(LeaseLost, OperationalError):
            handler()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    reached = left <= 0
    if not reached:
        other.start()
    other.join(timeout=60)
    assert not other.is_alive()
    assert faults == []
    return reached


def let_run(database: Database, other: threading.Thread) -> None:
    """Until the thread is done or waits for a lock. On SQLite it waits whenever we write."""
    if database.url.get_backend_name() == "sqlite":
        return
    waiting = text("SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state='LOCK WAIT'")
    watcher = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with watcher.connect() as connection:
        while other.is_alive() and not connection.scalar(waiting):
            other.join(timeout=0.15)  # the table is read anew only after a tenth of a second
