# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a filing to sealed findings, through the real worker, pywikibot and the sandbox wiki."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from service.reports.record import LinkState, Meta
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")
MISSING = 399999999


def links(sandbox: Sandbox) -> tuple[str, ...]:
    """Two real edits in two forms, and one that does not exist."""
    edits = [one for one in demo_revisions(sandbox) if one > 10**8][:2]
    return (
        f"{sandbox.base_url}/wiki/Special:Diff/{edits[0]}",
        f"{sandbox.base_url}/w/index.php?oldid={edits[1]}",
        f"{sandbox.base_url}/w/index.php?diff={MISSING}",
    )


def demo_revisions(sandbox: Sandbox) -> list[int]:
    with sandbox.store.reading() as db:
        rows = db.execute("SELECT id FROM revision WHERE wiki = 'sandboxwiki' ORDER BY id")
        return [row[0] for row in rows]


def meta(world: World, report_id: bytes) -> Meta:
    with world.services.database.read() as session:
        report = world.domain.reports.get(session, report_id)
        assert report is not None
        return report.meta


def answers(world: World, report_id: bytes) -> list[dict[str, Any]]:
    """The parts that keep what wikis answered, in the order of answering."""
    names = [
        name for name in meta(world, report_id).parts if name.startswith(("finding-", "again-"))
    ]
    return [json.loads(world.open_part("Rowanbark", report_id, name)) for name in names]


def findings(world: World, report_id: bytes) -> list[dict[str, Any]]:
    return [one for part in answers(world, report_id) for one in part["findings"]]


def states(world: World, report_id: bytes) -> list[LinkState]:
    return [link.state for link in meta(world, report_id).links]


def test_a_report_is_folded_and_its_links_are_checked(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",), links(sandbox))
    assert states(world, report) == [LinkState.WAITING] * 3
    Worker(context).run_until_idle()
    assert meta(world, report).folded
    assert states(world, report) == [LinkState.CHECKED] * 3
    kinds = [one["kind"] for one in findings(world, report)]
    assert sorted(kinds) == ["exists", "exists", "not-visible"]


def test_all_links_of_a_report_on_a_wiki_are_asked_in_one_request(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    pasted = tuple(
        f"{sandbox.base_url}/w/index.php?oldid={revid}" for revid in demo_revisions(sandbox)[:50]
    )
    report = world.file(LARKSPUR, (), pasted)
    sandbox.forget_requests()
    Worker(context).run_until_idle()
    asked = [one for one in sandbox.requests() if one["params"].get("action") == "query"]
    assert set(states(world, report)) == {LinkState.CHECKED}
    assert 1 <= len(asked) <= 1 + 3


def test_a_wiki_that_does_not_answer_is_asked_again_later(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    report = world.file(LARKSPUR, (), links(sandbox))
    sandbox.fail("503", wiki="sandboxwiki")
    Worker(context).run_until_idle()
    assert states(world, report) == [LinkState.LATER] * 3
    assert meta(world, report).findings == 0
    sandbox.recover()
    Worker(context).run_until_idle()
    assert states(world, report) == [LinkState.LATER] * 3, "not before the time that was given"
    clock.advance(hours=1)
    Worker(context).run_until_idle()
    assert states(world, report) == [LinkState.CHECKED] * 3
    assert len(findings(world, report)) == 3


def test_a_wiki_that_never_answers_is_given_up_after_seven_days_and_the_page_says_so(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    report = world.file(LARKSPUR, (), links(sandbox))
    sandbox.fail("503", wiki="sandboxwiki", action="query")
    worker = Worker(context)
    for _ in range(60):
        worker.run_until_idle()
        if LinkState.GIVEN_UP in states(world, report):
            break
        clock.advance(hours=6)
    assert states(world, report) == [LinkState.GIVEN_UP] * 3


def test_no_report_is_served_while_the_central_wiki_is_down(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",))
    sandbox.fail("503", wiki="sandboxwiki")
    Worker(context).run_until_idle()
    assert not meta(world, report).folded
    sandbox.recover()
    clock.advance(hours=1)
    Worker(context).run_until_idle()
    assert meta(world, report).folded


def test_two_reports_from_two_wikis_meet_in_one_case(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    shared = links(sandbox)[0]
    world.file(LARKSPUR, ("Thornbury",), (shared,))
    world.file(QUILLFEATHER, ("thornbury",), (shared,))
    Worker(context).run_until_idle()
    with world.services.database.read() as session:
        reader = world.as_reader("Rowanbark")
        (row,) = world.domain.reading.listing(session, world.desk, reader)
    assert row.voices == "2-4"


def test_what_the_queue_knew_is_gone_when_all_is_done(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    world.file(LARKSPUR, ("Thornbury",), links(sandbox))
    Worker(context).run_until_idle()
    with world.services.database.read() as session:
        due = world.domain.queue.next_due(session, world.services.clock() + timedelta(days=30))
    assert due is None


def test_a_report_whose_names_can_never_be_resolved_is_still_read(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    world.file(LARKSPUR, ("Thornbury",))
    clock.advance(days=8)  # the worker stood still
    Worker(context).run_until_idle()
    with world.services.database.read() as session:
        reader = world.as_reader("Rowanbark")
        assert len(world.domain.reading.listing(session, world.desk, reader)) == 1
