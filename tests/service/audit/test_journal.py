# SPDX-License-Identifier: AGPL-3.0-or-later
"""The audit: what was done is chained once, and what was changed afterwards is named."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from service.audit.chain import FaultKind
from service.audit.journal import Act, Entry
from service.audit.models import AuditEntryRow, AuditLeafRow
from tests.service.world import DESK, World


def act(world: World, count: int = 1) -> None:
    with world.services.database.write() as session:
        for number in range(count):
            entry = Entry(DESK, Act.OPENED, 9003, world.services.today(), f"{number:032x}")
            world.domain.journal.record(session, entry)


def chain(world: World) -> int:
    with world.services.database.write() as session:
        world.domain.cases.hold(session, DESK)
        return world.domain.journal.chain(session, DESK)


def faults(world: World) -> list[FaultKind]:
    with world.services.database.read() as session:
        return [fault.kind for fault in world.domain.journal.verify(session, DESK)]


def test_every_act_is_chained_once(world: World) -> None:
    act(world, 3)
    assert [chain(world), chain(world)] == [3, 0]
    act(world, 2)
    assert chain(world) == 2
    assert faults(world) == []
    with world.services.database.read() as session:
        assert world.domain.journal.head(session, DESK).position == 5


def test_an_act_that_fails_leaves_no_entry(world: World) -> None:
    def failing() -> None:
        with world.services.database.write() as session:
            entry = Entry(DESK, Act.OPENED, 9003, world.services.today())
            world.domain.journal.record(session, entry)
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    assert chain(world) == 0


def test_an_erased_entry_keeps_the_chain_whole(world: World) -> None:
    act(world, 3)
    chain(world)
    with world.services.database.write() as session:
        some = session.scalars(select(AuditEntryRow.id)).first()
        session.execute(delete(AuditEntryRow).where(AuditEntryRow.id == some))
    assert faults(world) == []


def test_a_dropped_leaf_is_named(world: World) -> None:
    act(world, 3)
    chain(world)
    with world.services.database.write() as session:
        some = session.scalars(select(AuditLeafRow.label)).first()
        session.execute(delete(AuditLeafRow).where(AuditLeafRow.label == some))
    assert set(faults(world)) & {FaultKind.DROPPED, FaultKind.TRUNCATED}


def test_a_changed_entry_is_named(world: World) -> None:
    act(world, 2)
    chain(world)
    with world.services.database.write() as session:
        row = session.scalars(select(AuditEntryRow)).first()
        assert row is not None
        value = dict(world.services.vault.open(AuditEntryRow.blob, row.id, row.blob))
        value["actor"] = 4242
        row.blob = world.services.vault.seal(AuditEntryRow.blob, row.id, value)
    assert faults(world) == [FaultKind.CHANGED]
