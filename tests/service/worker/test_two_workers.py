# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two workers fold and chain at once, one of them is killed: nothing is forked, lost or doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.audit.journal import Act, Entry
from service.audit.models import AuditEntryRow, AuditLeafRow
from service.queue.models import JobRow
from service.services import utc_now
from tests.service.worker.test_kill import age_queue, environment
from tests.service.world import DESK, World

__all__ = ["environment"]

HARNESS = Path(__file__).with_name("two_workers.py")
REPORTERS = [(number, f"Reporter {number}") for number in range(1, 5)]
ACTS = 6
OUTLIVED, SURE_DEATH = 3, 17


@pytest.mark.parametrize("dies_before", [5, 17, 29, 43])
def test_one_of_two_workers_is_killed_and_nothing_is_forked_lost_or_doubled(
    world: World, environment: dict[str, str], dies_before: int
) -> None:
    reports = [world.file(reporter, ("Thornbury",)) for reporter in REPORTERS]
    age_queue(world)
    with world.services.database.write() as session:
        for number in range(ACTS):
            entry = Entry(DESK, Act.OPENED, 3, utc_now().date(), f"{number:032x}")
            world.domain.journal.record(session, entry)

    done = subprocess.run(
        [sys.executable, str(HARNESS), str(dies_before)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert done.returncode in {0, OUTLIVED}, done.stderr[-2000:]
    # The other one may leave too little to do for a late death.
    assert dies_before > SURE_DEATH or done.returncode == 0
    with world.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(JobRow)) == 0
        (row,) = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
        case = world.domain.reading.open(session, world.desk, world.as_reader("Rowanbark"), row.id)
        assert case is not None
        assert sorted(one.report.id for one in case.reports) == sorted(reports)
        assert row.voices == "2-4"
        require_one_chain(world)


def require_one_chain(world: World) -> None:
    """Every entry stands in its desk's chain exactly once, and the chain is whole."""
    journal, vault = world.domain.journal, world.services.vault
    with world.services.database.read() as session:
        entries = {one.id: one for one in session.scalars(select(AuditEntryRow))}
        leaves = session.scalars(select(AuditLeafRow)).all()
        chained = [
            bytes.fromhex(vault.open(AuditLeafRow.blob, one.label, one.blob)["entry"])
            for one in leaves
        ]
        assert sorted(chained) == sorted(entries)
        assert {one.chained for one in entries.values()} == {one.label for one in leaves}
        positions = 0
        for desk in {one.desk for one in entries.values()}:
            assert journal.verify(session, desk) == []
            positions += journal.head(session, desk).position
        assert positions == len(entries)
        acts = [vault.open(AuditEntryRow.blob, one.id, one.blob)["act"] for one in entries.values()]
    assert acts.count(Act.OPENED.value) == ACTS
    assert acts.count(Act.DAY_CLOSED.value) == 2, "each desk's day, by one of the two workers"
