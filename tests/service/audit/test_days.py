# SPDX-License-Identifier: AGPL-3.0-or-later
"""A head a day: whatever was done, the same for everybody, and found again or missed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select

from service.audit.chaining import chain_entries
from service.audit.days import SERVED_DAYS, DayHead
from service.audit.journal import Act, Entry
from service.audit.models import AuditDayRow, AuditEntryRow, AuditLeafRow
from service.worker.building import build_context
from tests.service.conftest import ManualClock
from tests.service.world import DESK, World


def act(world: World, count: int = 1) -> None:
    with world.services.database.write() as session:
        for number in range(count):
            entry = Entry(DESK, Act.OPENED, 9003, world.services.today(), f"{number:032x}")
            world.domain.journal.record(session, entry)


def work(world: World) -> None:
    while chain_entries(build_context(world.services)):
        pass


def heads(world: World) -> list[DayHead]:
    with world.services.database.read() as session:
        return world.domain.audit_days.heads(session, DESK, world.services.today())


def length(world: World) -> int:
    with world.services.database.read() as session:
        return world.domain.journal.head(session, DESK).position


def test_every_day_has_a_head_of_its_own_whatever_was_done(
    world: World, clock: ManualClock
) -> None:
    for done in (0, 3, 0, 0, 1):
        act(world, done)
        work(world)
        clock.advance(days=1)
    work(world)

    found = heads(world)
    assert [one.day for one in found] == [
        date(2026, 5, 2),
        *(date(2026, 5, day) for day in range(3, 8)),
    ]
    assert len({one.digest for one in found}) == len(found)


def test_day_that_is_not_over_has_no_head(world: World) -> None:
    act(world, 2)
    work(world)

    assert [one.day for one in heads(world)] == [date(2026, 5, 2)]


def test_day_is_closed_once_however_often_the_worker_looks(world: World) -> None:
    work(world)
    before = length(world), heads(world)
    work(world)
    work(world)

    assert (length(world), heads(world)) == before == (1, heads(world))


def test_acts_of_the_day_stand_before_its_end(world: World, clock: ManualClock) -> None:
    """An act that no worker chained yet is in the day's head, and cannot be dropped unseen."""
    work(world)
    act(world, 3)
    clock.advance(days=1)
    work(world)

    with world.services.database.read() as session:
        kept, missing = world.domain.audit_days.remembered(session, DESK, heads(world))
        assert missing == []
        assert [one.position for one in kept] == [1, 5]
        assert world.domain.journal.verify(session, DESK, kept) == []


def test_only_the_last_days_are_given_out(world: World, clock: ManualClock) -> None:
    work(world)
    clock.advance(days=SERVED_DAYS - 1)
    assert [one.day for one in heads(world)] == [date(2026, 5, 2)]
    clock.advance(days=1)
    assert heads(world) == []


@pytest.mark.parametrize("dropped", [AuditDayRow, AuditLeafRow])
def test_head_whose_rows_were_dropped_is_missed(
    world: World, dropped: type[AuditDayRow] | type[AuditLeafRow]
) -> None:
    work(world)
    assert len(heads(world)) == 1
    with world.services.database.write() as session:
        session.execute(delete(dropped))

    assert heads(world) == []


def test_entry_that_is_gone_changes_no_head(world: World, clock: ManualClock) -> None:
    """What is erased when its time is over must not look like an attack."""
    act(world, 2)
    clock.advance(days=1)
    work(world)
    before = heads(world)
    with world.services.database.write() as session:
        some = session.scalars(select(AuditEntryRow.id)).first()
        session.execute(delete(AuditEntryRow).where(AuditEntryRow.id == some))

    assert heads(world) == before
