# SPDX-License-Identifier: AGPL-3.0-or-later
"""Releasing at a desk: what its readers meet before and after, and what is written down."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.journal import Act
from service.audit.models import AuditEntryRow
from service.cases.head import CaseState
from service.cases.listed import Row
from service.ids import new_id
from service.matching.tokens import Kind, case_id
from service.reports.hold import Entered, Hold
from service.reports.record import (
    MOST_ACCOUNTS,
    MOST_LINKS,
    Link,
    LinkState,
    Membership,
    Meta,
    Report,
)
from tests.service.conftest import ManualClock
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER, DEWBERRY = (101, "Larkspur"), (102, "Quillfeather"), (103, "Dewberry")
BRACKENRIDGE: dict[str, int | None] = {"Brackenridge": 9007}
THORNBURY: dict[str, int | None] = {"Thornbury": 9006}


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


def file(
    world: World,
    reporter: tuple[int, str],
    accounts: dict[str, int | None] = BRACKENRIDGE,
    hold: str = "",
    voice: bool = True,
) -> bytes:
    """File a report and fold it."""
    form = world.form(reporter, tuple(accounts), hold=hold, voice=voice)
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        now = world.services.clock()
        report = world.domain.filing.file(session, world.desk, readers, form, now).id
    world.fold(report, accounts)
    return report


def rows(world: World) -> list[Row]:
    with world.services.database.read() as session:
        return world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))


def report_of(world: World, report_id: bytes) -> Report:
    with world.services.database.read() as session:
        report = world.domain.reports.get(session, report_id)
    assert report is not None
    return report


def is_out(world: World, *reports: bytes) -> list[bool]:
    return [report_of(world, one).entered() is not None for one in reports]


def test_a_held_report_is_in_no_list_case_or_preview_and_nothing_of_it_is_handed_out(
    world: World,
) -> None:
    held = file(world, LARKSPUR, hold="2")
    world.night()
    case = world.domain.cases
    reader, desk = world.as_reader("Rowanbark"), world.desk
    (account,) = report_of(world, held).meta.tokens(Kind.ACCOUNT)
    with world.services.database.write() as session:
        about = case_id(account)
        assert case.heads.get(session, about) is None
        opening = world.domain.opening
        assert opening.previews(session, desk, reader, [about]) == []
        assert opening.open(session, desk, reader, about, [held], date(2026, 5, 3)) is None
    assert rows(world) == []


def test_boxes_are_made_and_the_evidence_waits_sealed_as_always(world: World) -> None:
    held = file(world, LARKSPUR, hold="5")

    assert world.open_part("Fennelwood", held, "narrative") == b"It hurt."
    accounts = json.loads(world.open_part("Rowanbark", held, "accounts"))["accounts"]
    assert [one["typed"] for one in accounts] == ["Brackenridge"]


def test_two_who_wait_for_two_are_released_in_the_night(world: World, clock: ManualClock) -> None:
    first = file(world, LARKSPUR, hold="2")
    second = file(world, QUILLFEATHER, hold="2")
    assert rows(world) == []
    clock.advance(days=9)

    assert world.night() == 2

    (row,) = rows(world)
    assert (row.reports, row.voices) == ("2-4", "2-4")
    assert is_out(world, first, second) == [True, True]


def test_the_night_releases_once(world: World) -> None:
    file(world, LARKSPUR, hold="2")
    file(world, QUILLFEATHER)
    assert (world.night(), world.night()) == (1, 0)


def test_a_released_report_comes_with_the_day_and_the_version_of_its_release(
    world: World, clock: ManualClock
) -> None:
    held = file(world, LARKSPUR, hold="2")
    clock.advance(days=40)
    file(world, QUILLFEATHER)
    (before,) = rows(world)
    with world.services.database.write() as session:
        acts, reader = world.domain.acts, world.as_reader("Rowanbark")
        today = world.services.today()
        acts.set_state(session, world.desk, reader, before.id, CaseState.CLOSED, today)
    clock.advance(days=1)

    world.night()

    (after,) = rows(world)
    entered = report_of(world, held).entered()
    assert entered is not None
    assert entered.day == after.last_day == world.services.today()
    assert after.state is CaseState.OPEN  # a report came after it was closed
    assert after.due == after.last_day + timedelta(days=world.desk.answer_by_days)
    with world.services.database.read() as session:
        case = world.domain.reading.open(session, world.desk, reader, after.id)
    assert case is not None
    assert [one.day for one in case.reports] == [before.last_day, after.last_day]


def test_one_person_who_reports_twice_releases_nothing(world: World) -> None:
    file(world, LARKSPUR, hold="2")
    file(world, LARKSPUR)
    assert world.night() == 0


def test_a_new_account_releases_nothing(world: World) -> None:
    held = file(world, LARKSPUR, hold="2")
    file(world, QUILLFEATHER, voice=False)
    assert world.night() == 0
    file(world, DEWBERRY)
    assert world.night() == 1
    assert is_out(world, held) == [True]


def test_reports_to_another_account_release_nothing(world: World) -> None:
    file(world, LARKSPUR, hold="2")
    file(world, QUILLFEATHER, THORNBURY)
    assert world.night() == 0


def test_one_of_several_accounts_releases_the_report_in_all_its_cases(world: World) -> None:
    file(world, LARKSPUR, {**BRACKENRIDGE, **THORNBURY}, hold="2")
    file(world, QUILLFEATHER, THORNBURY)
    assert len(rows(world)) == 1

    world.night()

    assert len(rows(world)) == 2


def test_what_was_released_stays_when_the_other_one_leaves(world: World) -> None:
    held = file(world, LARKSPUR, hold="2")
    other = file(world, QUILLFEATHER)
    world.night()
    with world.services.database.write() as session:
        world.domain.cases.lock(session, DESK)
        world.domain.cases.leave(session, report_of(world, other))
    world.night()

    assert is_out(world, held) == [True]


def test_a_hold_that_was_ended_is_released_in_the_night_and_not_before(world: World) -> None:
    held = file(world, LARKSPUR, hold="5")
    with world.services.database.write() as session:
        world.domain.own.end_hold(session, held, world.services.today())
    assert rows(world) == []

    assert world.night() == 1

    assert len(rows(world)) == 1


def test_a_hold_that_was_ended_counts_for_others_in_the_same_night(world: World) -> None:
    held, other = file(world, LARKSPUR, hold="2"), file(world, QUILLFEATHER, hold="5")
    with world.services.database.write() as session:
        world.domain.own.end_hold(session, other, world.services.today())
    assert world.night() == 2
    assert is_out(world, held, other) == [True, True]


def test_each_release_is_in_the_audit_once(world: World) -> None:
    held = file(world, LARKSPUR, hold="2")
    file(world, QUILLFEATHER)
    world.night()
    world.night()
    vault = world.services.vault
    with world.services.database.read() as session:
        entries = [vault.open(AuditEntryRow.blob, row.id, row.blob) for row in all_rows(session)]
    released = [one["subject"] for one in entries if one["act"] == Act.RELEASED]
    assert released == [held.hex()]


def all_rows(session: Session) -> list[AuditEntryRow]:
    return list(session.scalars(select(AuditEntryRow)))


def test_a_newcomer_gets_boxes_of_what_was_held_once_it_is_out(world: World) -> None:
    """Before, sharing knows nothing of it (decisions.md, "Boxes of what is held")."""
    held = file(world, LARKSPUR, hold="2")
    world.add_reader("Marlowick", 9005)
    giver, newcomer = world.as_reader("Rowanbark"), world.as_reader("Marlowick")

    def to_share() -> list[bytes]:
        with world.services.database.read() as session:
            backlog = world.domain.sharing.backlog(session, giver, newcomer)
        assert len(backlog.boxes) == backlog.left
        return [one.report for one in backlog.boxes]

    assert to_share() == []
    file(world, QUILLFEATHER)
    world.night()
    assert to_share() == [held]


def test_the_record_of_the_largest_report_fits(world: World) -> None:
    """Most accounts, links and readers there can be, each of whom meets the release by himself."""
    people = frozenset(range(90_000_000, 90_000_051))
    hidden = frozenset(range(90_000_000, 90_000_024))
    when = date(2026, 5, 3)
    apart = {one: Entered(1_000_000 + one, when) for one in people - hidden}
    meta = Meta(
        reporter=b"r" * 32,
        folded_at=10_000_000,
        memberships=(
            *(Membership(Kind.ACCOUNT, bytes(32)) for _ in range(MOST_ACCOUNTS)),
            *(Membership(Kind.REVISION, bytes(32)) for _ in range(MOST_LINKS)),
            Membership(Kind.REPORTER, bytes(32)),
        ),
        hidden_from=hidden,
        boxes=people - hidden,
        opened_by=people - hidden,
        read_on=when,
        findings=MOST_LINKS,
        links=tuple(Link("be_x_oldwiki", LinkState.NOT_EVIDENCE) for _ in range(MOST_LINKS)),
        hold=Hold(5, when, Entered(10_000_000, when), apart),
        voice=True,
    )
    report = Report(new_id(), DESK, when, "age1pq1x", meta)
    with world.services.database.write() as session:
        world.domain.reports.add(session, report)
    assert report_of(world, report.id) == report
