# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evidence rots: a reader has the wikis asked once more, and both answers stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from onwiki.sandbox.revisions import Hidden
from service.cases.asking_again import AskingRefused, Marked
from service.matching.tokens import Kind, case_id
from service.queue.models import JobRow
from service.reports.progress import progress_of
from service.reports.questions import Question
from service.reports.record import MOST_ANSWERS, LinkState
from service.worker.context import Context
from service.worker.loop import Worker
from tests.fixtures_sandbox import Sandbox
from tests.service.conftest import ManualClock
from tests.service.worker.test_report_to_findings import answers, findings, meta, states
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")
EDIT = 310000005


def opened_questions(world: World, report_id: bytes) -> list[Marked]:
    """What a reader's browser finds in the opened report: youngest questions of each link."""
    found = [link["again"] for link in world.facts(report_id)["links"] if link["again"]]
    for part in answers(world, report_id):
        found += part["again"]
    return [marked(one) for one in {one["position"]: one for one in found}.values()]


def marked(value: dict[str, Any]) -> Marked:
    question = Question(value["position"], value["cited"], value["asked"])
    return Marked(question, value["mark"])


def ask_again(world: World, report_id: bytes, *questions: Marked) -> int | None:
    """As Rowanbark, in the case about whom the report names."""
    reader = world.as_reader("Rowanbark")
    (token,) = meta(world, report_id).tokens(Kind.ACCOUNT)
    wanted = {report_id: list(questions) or opened_questions(world, report_id)}
    with world.services.database.write() as session:
        now = world.services.clock()
        return world.domain.asking_again.ask(
            session, world.desk, reader, case_id(token), wanted, now
        )


def hide(sandbox: Sandbox, revid: int, what: Hidden) -> None:
    with sandbox.store.writing() as db:
        db.execute("UPDATE revision SET hidden = ? WHERE id = ?", (int(what), revid))


@pytest.fixture
def report(world: World, context: Context, sandbox: Sandbox) -> bytes:
    """A report that cites one edit, checked."""
    report = world.file(LARKSPUR, ("Thornbury",), (f"{sandbox.base_url}/w/?diff={EDIT}",))
    Worker(context).run_until_idle()
    return report


def test_what_was_hidden_since_stands_beside_what_was_seen(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock, report: bytes
) -> None:
    hide(sandbox, EDIT, Hidden.TEXT | Hidden.USER)
    clock.advance(days=6)

    assert ask_again(world, report) == 1
    assert meta(world, report).asking_again == 1
    Worker(context).run_until_idle()

    before, after = findings(world, report)
    assert (before["kind"], before["hidden"]) == ("exists", [])
    assert sorted(after["hidden"]) == ["text", "user"]
    assert after["author"] is None
    assert after["checked_at"] > before["checked_at"]
    assert meta(world, report).asking_again == 0


def test_link_that_moved_is_asked_about_as_it_was_pinned(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    report = world.file(LARKSPUR, ("Thornbury",), (f"{sandbox.base_url}/w/?oldid={EDIT}&diff=cur",))
    Worker(context).run_until_idle()
    (pinned,) = findings(world, report)
    page = sandbox.wiki("sandboxwiki").api(
        action="query", prop="revisions", revids=EDIT, rvprop="ids"
    )["query"]["pages"][0]
    with sandbox.store.writing() as db:
        db.execute(
            "UPDATE page SET latest = ? WHERE id = ? AND wiki = 'sandboxwiki'",
            (EDIT, page["pageid"]),
        )

    ask_again(world, report)
    Worker(context).run_until_idle()

    again = findings(world, report)[1]
    assert again["reference"] == pinned["reference"] == f"rel:sandboxwiki:{EDIT}:cur"
    for ends in ("revid", "older", "newer"):
        assert again.get(ends) == pinned.get(ends)


def test_short_link_is_asked_about_where_it_led(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    short = sandbox.shorten("3Ab", f"{sandbox.base_url}/wiki/Special:Diff/{EDIT}")
    report = world.file(LARKSPUR, ("Thornbury",), (short,))
    Worker(context).run_until_idle()
    sandbox.shorten("3Ab", f"{sandbox.base_url}/wiki/Special:Diff/310000006")
    sandbox.forget_requests()

    ask_again(world, report)
    Worker(context).run_until_idle()

    assert [one["reference"] for one in findings(world, report)] == [f"rev:sandboxwiki:{EDIT}"] * 2
    part = answers(world, report)[1]
    assert part["short_links"] == {"short:3Ab": f"rev:sandboxwiki:{EDIT}"}


def test_link_that_was_given_up_is_checked_after_all(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    short = sandbox.shorten("3Ad", f"{sandbox.base_url}/wiki2/Special:Diff/480000004")
    links = (f"{sandbox.base_url}/w/?diff={EDIT}", short)
    report = world.file(LARKSPUR, ("Thornbury",), links)
    sandbox.fail("503", action="query")
    sandbox.fail("503", action="short")
    Worker(context).run_until_idle()
    clock.advance(days=8)
    Worker(context).run_until_idle()
    assert states(world, report) == [LinkState.GIVEN_UP] * 2
    sandbox.recover()

    assert ask_again(world, report) == 2
    Worker(context).run_until_idle()

    assert states(world, report) == [LinkState.CHECKED] * 2
    assert {one["kind"] for one in findings(world, report)} == {"exists"}
    assert meta(world, report).asking_again == 0


def test_reporter_of_a_held_report_does_not_see_that_it_was_asked_about(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock
) -> None:
    """It would tell that it is read, and so that others have reported."""
    link = f"{sandbox.base_url}/w/?diff={EDIT}"
    held = world.file(LARKSPUR, ("Thornbury",), (link,), hold="2")
    Worker(context).run_until_idle()
    before = seen_by_the_reporter(world, held)
    world.file(QUILLFEATHER, ("Thornbury",))
    Worker(context).run_until_idle()
    world.night()

    assert ask_again(world, held) == 1
    Worker(context).run_until_idle()

    assert len(findings(world, held)) == 2
    assert seen_by_the_reporter(world, held) == before


def seen_by_the_reporter(world: World, report_id: bytes) -> tuple[object, ...]:
    """Progress without and parts with the key."""
    with world.services.database.read() as session:
        report = world.domain.own.get(session, LARKSPUR[0], report_id)
        assert report is not None
        parts = world.domain.own.sealed(session, LARKSPUR[0], report).parts
    progress = progress_of(report, world.desk, world.services.wikis, ())
    return progress, sorted(parts), report.last_act


def test_wiki_that_is_down_is_asked_later_and_at_last_no_more(
    world: World, context: Context, sandbox: Sandbox, clock: ManualClock, report: bytes
) -> None:
    sandbox.fail("503", wiki="sandboxwiki")
    ask_again(world, report)
    worker = Worker(context)
    worker.run_until_idle()
    assert meta(world, report).asking_again == 1
    assert states(world, report) == [LinkState.CHECKED], "the first answer stands"

    clock.advance(days=6, hours=23, minutes=59, seconds=50)
    worker.run_until_idle()

    assert meta(world, report).asking_again == 0
    assert len(findings(world, report)) == 1
    with world.services.database.read() as session:
        assert session.scalars(select(JobRow)).all() == []


def test_row_of_a_worker_that_stood_still_is_ended_after_seven_days(
    world: World, context: Context, clock: ManualClock, report: bytes
) -> None:
    ask_again(world, report)
    clock.advance(days=8)

    Worker(context).run_until_idle()

    assert meta(world, report).asking_again == 0


def test_nothing_is_asked_twice_at_once(world: World, context: Context, report: bytes) -> None:
    assert ask_again(world, report) == 1
    assert ask_again(world, report) == 0

    Worker(context).run_until_idle()

    assert len(findings(world, report)) == 2


def test_only_what_the_report_cites_can_be_asked_about_for_it(
    world: World, context: Context, sandbox: Sandbox, report: bytes
) -> None:
    other = world.file(QUILLFEATHER, ("Thornbury",), (f"{sandbox.base_url}/w/?diff=310000006",))
    Worker(context).run_until_idle()
    (own,), (foreign,) = opened_questions(world, report), opened_questions(world, other)
    elsewhere = Marked(Question(0, own.question.cited, "rev:sandboxwiki:310000010"), own.mark)

    for forged in (foreign, elsewhere, Marked(own.question, "")):
        with pytest.raises(AskingRefused, match="desks-again-error-link"):
            ask_again(world, report, own, forged)
    assert meta(world, report).asking_again == 0


def test_report_has_an_end_of_answers(
    world: World, report: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ANSWERS > 10
    monkeypatch.setattr("service.cases.asking_again.MOST_ANSWERS", 0)
    with pytest.raises(AskingRefused, match="desks-again-error-often"):
        ask_again(world, report)


def test_case_that_is_not_there_is_asked_nothing(world: World, report: bytes) -> None:
    with world.services.database.write() as session:
        reader = world.as_reader("Rowanbark")
        wanted = {report: opened_questions(world, report)}
        now = world.services.clock() + timedelta(0)
        ask = world.domain.asking_again.ask
        assert ask(session, world.desk, reader, bytes(32), wanted, now) is None
    assert world.desk.key == DESK


def test_short_links_to_endless_titles_keep_no_report_waiting(
    world: World, context: Context, sandbox: Sandbox
) -> None:
    """What they lead to is longer than one row of the queue: it takes several."""
    codes = [f"3{a}{b}" for a in "ABCDE" for b in "abcdefghij"]
    long = "/wiki/" + "Quotation_%22" * 60
    pasted = tuple(sandbox.shorten(code, f"{sandbox.base_url}{long}{code}") for code in codes)
    report = world.file(LARKSPUR, ("Thornbury",), pasted)

    Worker(context).run_until_idle()

    assert meta(world, report).folded
    assert set(states(world, report)) <= {LinkState.CHECKED, LinkState.LATER}
