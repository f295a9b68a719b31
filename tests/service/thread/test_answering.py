# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing to one reporter: who may, what becomes of the stage, and what nobody else learns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.ids import new_id
from service.reports.form import FilingRefused
from service.reports.record import Stage
from service.sealing.parts import PART_STEP
from service.thread import answering
from service.thread.answering import Writing
from service.thread.reaching import Reach, reach_of
from service.thread.story import EventKind, thread_of
from tests.service.reports.desk import ReaderKey
from tests.service.thread.conftest import BRACKENRIDGE, LARKSPUR, QUILLFEATHER, case_about
from tests.service.thread.correspondence import events_of, report_of, sealed_message, write
from tests.service.world import World


def refused(world: World, case: bytes, report: bytes, **how: object) -> str:
    with pytest.raises(FilingRefused) as error:
        write(world, case, report, **how)  # type: ignore[arg-type]
    return error.value.errors[0].message_key


def acts(world: World) -> list[str]:
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    found = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    return sorted(one["act"] for one in found if one["act"] in {"answered", "report-closed"})


def file_without_key(world: World, contact: str = "tool") -> bytes:
    report = world.file(QUILLFEATHER, ("Brackenridge",), contact=contact)
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return report


def test_answer_changes_the_stage_of_its_report_and_of_no_other(
    world: World, case: bytes, report: bytes
) -> None:
    other = file_without_key(world)

    assert write(world, case, report)

    assert report_of(world, report).meta.stage is Stage.ANSWERED
    assert report_of(world, other).meta.stage is Stage.RECEIVED
    assert events_of(world, other) == ()
    assert acts(world) == ["answered"]


def test_every_reader_opens_the_answer(world: World, case: bytes, report: bytes) -> None:
    write(world, case, report, "We have read it.")

    assert b"We have read it." in world.open_part("Fennelwood", report, "message-0")


def test_closing_is_a_stage_with_its_day_and_an_answer_later_opens_it_again(
    world: World, case: bytes, report: bytes
) -> None:
    write(world, case, report, "Nothing more to do.", writing=Writing.CLOSING)
    assert report_of(world, report).meta.stage is Stage.CLOSED
    assert refused(world, case, report, writing=Writing.CLOSING) == "thread-error-closed"
    world.services.clock.advance(days=2)  # type: ignore[attr-defined]

    write(world, case, report, "One thing more.")

    assert report_of(world, report).meta.stage is Stage.ANSWERED
    thread = thread_of(events_of(world, report))
    assert [(one.kind, one.part) for one in thread] == [
        (EventKind.CLOSED, "message-0"),
        (EventKind.ANSWERED, "message-1"),
    ]
    assert thread[1].day - thread[0].day == timedelta(days=2)
    assert acts(world) == ["answered", "report-closed"]


def test_same_form_twice_is_one_message(world: World, case: bytes, report: bytes) -> None:
    form = new_id()

    assert write(world, case, report, form=form)
    assert write(world, case, report, form=form, number=0)

    assert report_of(world, report).meta.messages == 1
    assert acts(world) == ["answered"]


def test_two_who_answer_at_once_meet_before_the_reporter_hears_both(
    world: World, case: bytes, report: bytes
) -> None:
    write(world, case, report, reader="Rowanbark")

    again = refused(world, case, report, reader="Fennelwood", number=0)
    assert again == "thread-error-answered-meanwhile"
    assert report_of(world, report).meta.messages == 1


def test_reporter_without_a_key_is_not_written_to(world: World, case: bytes) -> None:
    report = file_without_key(world)

    assert refused(world, case, report) == "thread-error-no-box"
    assert write(world, case, report, writing=Writing.CLOSING)


def test_reporter_who_does_not_want_it_is_not_written_to(world: World, own: ReaderKey) -> None:
    report = world.file(LARKSPUR, ("Brackenridge",), own=own, contact="none")
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    case = case_about(world, BRACKENRIDGE)

    assert refused(world, case, report) == "thread-error-unwanted"
    assert write(world, case, report, writing=Writing.CLOSING)


def test_box_of_a_reader_is_not_taken_for_the_reporters(world: World) -> None:
    report = report_of(world, file_without_key(world))

    assert report.meta.boxes
    assert reach_of(world.services.match_keys, report.meta) is Reach.NO_BOX


@pytest.mark.parametrize("size", [PART_STEP, 4 * PART_STEP, 6 * PART_STEP])
def test_message_of_another_size_is_refused(
    world: World, case: bytes, report: bytes, size: int
) -> None:
    file = sealed_message(report_of(world, report), "Short.", 0, size)

    assert refused(world, case, report, file=file) == "reports-error-sealed"


def test_message_in_the_clear_is_refused(world: World, case: bytes, report: bytes) -> None:
    assert refused(world, case, report, file=b"We have read it.") == "reports-error-sealed"


def test_number_of_messages_has_an_end(
    world: World, case: bytes, report: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MOST_MESSAGES", 1)
    write(world, case, report)

    assert refused(world, case, report) == "thread-error-messages-many"


def test_report_of_another_case_is_not_there(world: World, case: bytes, report: bytes) -> None:
    other = world.file(QUILLFEATHER, ("Thornbury",))
    world.fold(other, {"Thornbury": 9006})

    assert not write(world, case, other)
    assert not write(world, case_about(world, 9006), report)


def test_reader_without_a_box_writes_nothing(world: World, case: bytes, report: bytes) -> None:
    """He could not have read it."""
    world.add_reader("Marlowick", 9005)

    assert not write(world, case, report, reader="Marlowick")
    assert acts(world) == []


def test_recused_reader_writes_nothing(world: World) -> None:
    report = world.file(QUILLFEATHER, ("Brackenridge", "Thornbury"))
    world.fold(report, {"Brackenridge": BRACKENRIDGE, "Thornbury": 9006})

    case = case_about(world, BRACKENRIDGE)
    assert not write(world, case, report, reader="Thornbury", writing=Writing.CLOSING)
    assert report_of(world, report).meta.stage is Stage.RECEIVED
