# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was added to a report joins its cases and is checked, through the real worker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.cases.head import CaseState
from service.cases.listed import Row
from service.queue.jobs import LONGEST_KEPT
from service.reports.models import ReportRow
from service.reports.record import LinkState
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.thread.correspondence import add, report_of
from tests.service.worker.test_report_to_findings import demo_revisions, findings, states
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")


@pytest.fixture
def edit(sandbox: Sandbox) -> str:
    revid = next(one for one in demo_revisions(sandbox) if one > 10**8)
    return f"{sandbox.base_url}/wiki/Special:Diff/{revid}"


def rows(world: World, reader: str = "Rowanbark") -> list[Row]:
    with world.services.database.read() as session:
        return world.domain.reading.listing(session, world.desk, world.as_reader(reader))


def related(world: World, row: Row) -> int:
    """How many other cases are joined to this one."""
    reader = world.as_reader("Rowanbark")
    with world.services.database.read() as session:
        case = world.domain.reading.open(session, world.desk, reader, row.id)
        assert case is not None
        return len(world.domain.reading.related(session, world.desk, reader, case))


def close(world: World, row: Row) -> None:
    with world.services.database.write() as session:
        assert world.domain.acts.set_state(
            session,
            world.desk,
            world.as_reader("Rowanbark"),
            row.id,
            CaseState.CLOSED,
            world.services.today(),
        )


def test_added_links_are_checked_and_join_cases_that_cite_the_same(
    world: World, context: Context, edit: str
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",))
    world.file(QUILLFEATHER, ("Brackenridge",), (edit,))
    Worker(context).run_until_idle()
    assert [related(world, row) for row in rows(world)] == [0, 0]

    add(world, report, links=(edit, "https://evil.example/x"))
    Worker(context).run_until_idle()

    assert states(world, report) == [LinkState.CHECKED, LinkState.NOT_EVIDENCE]
    assert [one["kind"] for one in findings(world, report)] == ["exists"]
    assert [related(world, row) for row in rows(world)] == [1, 1]


def test_addition_before_the_names_are_known_goes_along_when_they_are(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock, edit: str
) -> None:
    world.file(QUILLFEATHER, ("Brackenridge",), (edit,))
    Worker(context).run_until_idle()
    sandbox.fail("503")
    report = world.file(LARKSPUR, ("Thornbury",))
    add(world, report, links=(edit,))
    Worker(context).run_until_idle()
    assert not report_of(world, report).meta.folded
    sandbox.recover()
    clock.advance(hours=1)

    Worker(context).run_until_idle()

    assert report_of(world, report).meta.folded
    assert states(world, report) == [LinkState.CHECKED]
    assert [related(world, row) for row in rows(world)] == [1, 1]


def test_short_link_is_looked_up_like_one_that_was_filed(
    world: World, context: Context, sandbox: Sandbox, edit: str
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",))
    add(world, report, links=(sandbox.shorten("3Ab", edit),))

    Worker(context).run_until_idle()

    assert states(world, report) == [LinkState.CHECKED]


def test_addition_opens_a_closed_case_again_as_a_new_report_does(
    world: World, context: Context, clock: ManualClock
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",))
    Worker(context).run_until_idle()
    close(world, rows(world)[0])
    clock.advance(days=30)

    add(world, report)
    Worker(context).run_until_idle()

    (row,) = rows(world)
    today = world.services.today()
    assert (row.state, row.last_day) == (CaseState.OPEN, today)
    assert row.due == today + timedelta(days=world.desk.answer_by_days)
    assert (row.reports, row.voices) == ("1", "1")


def test_addition_to_a_hidden_report_opens_nothing_for_whom_it_is_hidden_from(
    world: World, context: Context, clock: ManualClock, sandbox: Sandbox
) -> None:
    fennelwood = sandbox.person("Fennelwood").id
    world.add_reader("Marlowick", sandbox.person("Marlowick").id)
    hidden = world.file(LARKSPUR, ("Thornbury",), left_out=frozenset({fennelwood}))
    world.file(QUILLFEATHER, ("Thornbury",))
    Worker(context).run_until_idle()
    close(world, rows(world)[0])
    before = rows(world, "Fennelwood")
    clock.advance(days=30)

    add(world, hidden)
    Worker(context).run_until_idle()

    assert rows(world)[0].state is CaseState.OPEN
    assert rows(world, "Fennelwood") == before
    assert before[0].state is CaseState.CLOSED


def test_addition_older_than_the_queue_may_keep_it_is_entered_all_the_same(
    world: World, context: Context, clock: ManualClock, edit: str
) -> None:
    """The worker stood still for a week: the case knows of it, its links are given up."""
    report = world.file(LARKSPUR, ("Thornbury",))
    Worker(context).run_until_idle()
    add(world, report, links=(edit,))
    clock.advance(days=LONGEST_KEPT.days + 1)

    Worker(context).run_until_idle()

    assert states(world, report) == [LinkState.GIVEN_UP]
    assert report_of(world, report).meta.added_at is not None


def test_report_that_is_gone_by_then_is_left_alone(
    world: World, context: Context, edit: str
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",))
    add(world, report, links=(edit,))
    with world.services.database.write() as session:
        session.delete(session.get_one(ReportRow, report))

    assert Worker(context).run_until_idle() > 0
    assert rows(world) == []
