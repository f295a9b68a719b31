# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reporter is told about the own report, and that it is made of that report alone."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from service.cases.head import CaseState
from service.ids import new_id
from service.matching.tokens import Kind
from service.reports.models import ReportRow
from service.reports.record import Link, LinkState, Membership, Meta, Stage
from service.services import Services
from service.thread.story import Event, EventKind, Role
from service.thread.telling import told
from tests.service.thread.conftest import QUILLFEATHER
from tests.service.thread.correspondence import add, events_of, report_of, write
from tests.service.world import World

MAY_3, MAY_4 = date(2026, 5, 3), date(2026, 5, 4)


def opened(day: date) -> Event:
    return Event(EventKind.OPENED, day, Role.FUNCTIONARY)


def test_first_openings_are_told_by_day_with_how_many(app: Flask) -> None:
    with app.test_request_context("/"):
        said = told([opened(MAY_3), opened(MAY_4), opened(MAY_3)], silent=False).openings

    assert said == (
        "2 functionaries of the desk opened it for the first time on 3 May 2026.",
        "One functionary of the desk opened it for the first time on 4 May 2026.",
    )


def test_opened_name_is_told_with_reason_and_words(app: Flask) -> None:
    named = Event(EventKind.NAMED, MAY_4, Role.FUNCTIONARY, "law", "<b>A $date & court</b>")
    with app.test_request_context("/"):
        (said,) = told([named], silent=False).openings

    assert said == (
        "Your name was opened by a functionary of the desk on 4 May 2026: a law or a court asks "
        "for it. In the functionary\u2019s words: “<b>A $date & court</b>”"
    )


def test_reader_is_told_once_however_often_he_opens(
    world: World, case: bytes, report: bytes
) -> None:
    today = world.services.today()
    for reader in ("Rowanbark", "Rowanbark", "Fennelwood"):
        with world.services.database.write() as session:
            world.domain.opening.open(
                session, world.desk, world.as_reader(reader), case, {report}, today
            )

    assert [one.kind for one in events_of(world, report)] == [EventKind.OPENED] * 2


def test_story_is_that_of_the_report_alone(world: World, case: bytes, report: bytes) -> None:
    """Whatever is filed, opened, answered and closed beside it."""
    other = world.file(QUILLFEATHER, ("Brackenridge",))
    world.fold(other, {"Brackenridge": 9007})
    before = (report_of(world, report).meta, events_of(world, report))

    reader, today = world.as_reader("Rowanbark"), world.services.today()
    add(world, other)
    with world.services.database.write() as session:
        world.domain.opening.open(session, world.desk, reader, case, {other}, today)
        world.domain.acts.set_state(session, world.desk, reader, case, CaseState.CLOSED, today)

    assert (report_of(world, report).meta, events_of(world, report)) == before


def test_thread_names_the_parts_in_the_order_in_which_they_came(
    world: World, case: bytes, report: bytes, app: Flask
) -> None:
    add(world, report, "First.")
    write(world, case, report, "Second.")
    add(world, report, "Third.")

    with app.test_request_context("/"):
        thread = told(events_of(world, report), silent=False).thread
    assert [one.part for one in thread] == ["added-0", "message-0", "added-1"]
    assert set(report_of(world, report).meta.parts) >= {one.part for one in thread}


def test_erased_story_leaves_no_row(world: World, report: bytes) -> None:
    add(world, report)
    with world.services.database.write() as session:
        world.domain.story.erase(session, report_of(world, report))

    assert events_of(world, report) == ()


@pytest.mark.parametrize("wiki", ["be_x_oldwiki", "zh_min_nanwikisource"])
def test_largest_record_fits_its_column(services: Services, wiki: str) -> None:
    """Everybody has read it, every link is on a wiki with a long name, everything was added."""
    people = frozenset(range(200_000_000, 200_000_051))
    tokens = [bytes([number] * 32) for number in range(61)]
    meta = Meta(
        reporter=tokens[0],
        folded_at=10**6,
        memberships=tuple(
            Membership(Kind.ACCOUNT if at < 10 else Kind.REVISION, token)
            for at, token in enumerate(tokens)
        ),
        hidden_from=frozenset(range(50)),
        boxes=people,
        opened_by=people,
        stage=Stage.ANSWERED,
        read_on=MAY_3,
        review=True,
        findings=99,
        links=tuple(Link(wiki, LinkState.NOT_EVIDENCE) for _ in range(50)),
        events=10**6,
        added=20,
        messages=100,
        added_at=10**6,
        added_on=MAY_4,
    )

    sealed = services.vault.seal(ReportRow.meta, new_id(), meta.to_json())

    assert Meta.from_json(meta.to_json()) == meta
    assert sealed
