# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of rows whose copy may not be kept any longer."""

from __future__ import annotations

import pytest

from service.queue.jobs import Job, JobKind
from service.reports.record import LinkState
from service.worker import loop
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.world import World

LARKSPUR = (1, "Larkspur")
THORNBURY = "Thornbury"


class TakenAgain(BaseException):
    """No handler of the worker's catches it."""


def test_a_row_that_cannot_be_ended_does_not_stop_everything_else(
    world: World, context: Context, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.file(LARKSPUR, (THORNBURY,))
    taken: list[bytes] = []

    def fails(_context: Context, job: Job) -> None:
        if job.id in taken:
            raise TakenAgain
        taken.append(job.id)
        raise RuntimeError

    for kind in JobKind:
        monkeypatch.setitem(loop.WHEN_EXPIRED, kind, fails)
    clock.advance(days=8)
    Worker(context).step()
    assert len(taken) == 1


@pytest.mark.parametrize("answers", [True, False], ids=["wiki-answers", "wiki-down"])
def test_whom_a_late_report_names_is_recused_from_it(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock, *, answers: bool
) -> None:
    world.file(LARKSPUR, (THORNBURY,))
    clock.advance(days=8)  # the worker stood still
    if not answers:
        sandbox.fail("503", wiki="sandboxwiki")
    Worker(context).run_until_idle()
    sandbox.recover()
    world.add_reader(THORNBURY, sandbox.person(THORNBURY).id)
    giver, named = world.as_reader("Rowanbark"), world.as_reader(THORNBURY)
    with world.services.database.read() as session:
        assert len(world.domain.reading.listing(session, world.desk, giver)) == 1
        assert world.domain.reading.listing(session, world.desk, named) == []
        assert world.domain.sharing.backlog(session, giver, named).left == 0


def test_links_that_nobody_asked_about_in_time_are_given_up_and_not_left_waiting(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    report_id = world.file(LARKSPUR, (), (f"{sandbox.base_url}/wiki/Special:Diff/310000042",))
    clock.advance(days=8)
    Worker(context).run_until_idle()
    with world.services.database.read() as session:
        report = world.domain.reports.get(session, report_id)
        assert report is not None
        assert [link.state for link in report.meta.links] == [LinkState.GIVEN_UP]
        assert world.domain.queue.next_due(session, clock()) is None
