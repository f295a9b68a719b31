# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is read under a lock is what is in the database now, whoever looked at the row before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from service.desks.models import DeskRow
from service.reports.models import ReportRow
from tests.service.world import DESK, World


def test_a_report_that_was_read_before_is_read_again_under_the_lock(world: World) -> None:
    for name, central_id in (("Rowanbark", 9003), ("Fennelwood", 9004)):
        world.add_reader(name, central_id)
    report_id = world.file((101, "Larkspur"))
    with world.services.database.write() as session:
        seen = session.get_one(ReportRow, report_id)  # and kept: so the session keeps it, too
        another = update(ReportRow).values(day=date(2020, 1, 1))
        session.connection().execute(another.execution_options(synchronize_session=False))
        report = world.domain.reports.get(session, report_id, lock=True)
        assert report is not None
        assert seen.day != report.day == date(2020, 1, 1)


def test_a_desk_that_was_read_before_is_read_again_under_the_lock(world: World) -> None:
    with world.services.database.write() as session:
        seen = session.get_one(DeskRow, DESK)
        session.connection().execute(update(DeskRow).values(version=41))
        assert world.domain.cases.lock(session, DESK) == 42 == seen.version
