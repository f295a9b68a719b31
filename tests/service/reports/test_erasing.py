# SPDX-License-Identifier: AGPL-3.0-or-later
"""Erasing a report: nothing is left of it anywhere, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry
from service.audit.models import AuditEntryRow
from service.cases.head import CaseState
from service.cases.listed import Row
from service.cases.visible import id_value
from service.matching.tokens import Kind, case_id, derive
from service.queue.jobs import Job, JobKind, LeaseLost
from service.queue.models import JobRow
from service.reports.arrival import arrive
from service.reports.erasing import ConditionLost, Erasing
from service.reports.form import FilingRefused
from service.reports.record import Report
from service.worker.building import build_context
from tests.service.rows import keys_of, new_rows
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")
ROWANBARK, FENNELWOOD, THORNBURY, BRACKENRIDGE = 9003, 9004, 9006, 9007
EDITS = tuple(f"https://{wiki}.wikipedia.org/wiki/Special:Diff/31000004" for wiki in ("en", "de"))
TRACES = {"audit_entry": 1, "erasure": 1}
"""What may be left: that a report was withdrawn here today, and a label for the backups."""


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", ROWANBARK)
    world.add_reader("Fennelwood", FENNELWOOD)
    return world


def file(world: World, reporter: tuple[int, str] = LARKSPUR) -> bytes:
    return world.file(reporter, ("Thornbury", "Brackenridge"), EDITS)


def fold(world: World, report: bytes) -> None:
    """What the worker does with the rows of the queue, and with the case."""
    split(world)
    while claim(world):
        pass  # taken by a worker that is at work
    world.fold(report, {"Thornbury": THORNBURY, "Brackenridge": BRACKENRIDGE})


def claim(world: World, *kinds: JobKind) -> Job | None:
    services = world.services
    with services.database.write() as session:
        return services.domain.queue.claim(session, kinds or list(JobKind), services.clock(), 600)


def split(world: World) -> None:
    """Put a fold and two checks for each report that just arrived."""
    while job := claim(world, JobKind.ARRIVE):
        arrive(build_context(world.services), job)


def about(world: World, central_id: int) -> bytes:
    return case_id(derive(world.services.match_keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def read_and_act(world: World, report: bytes) -> None:
    """Both readers open it; one takes and closes the case."""
    case, today = about(world, THORNBURY), world.services.today()
    with world.services.database.write() as session:
        for name in ("Rowanbark", "Fennelwood"):
            reader = world.as_reader(name)
            assert world.domain.opening.open(session, world.desk, reader, case, {report}, today)
        assert world.domain.acts.assign(session, world.desk, reader, case, FENNELWOOD, today)
        assert world.domain.acts.set_state(
            session, world.desk, reader, case, CaseState.CLOSED, today
        )
    chain(world)


def chain(world: World) -> None:
    with world.services.database.write() as session:
        world.domain.cases.hold(session, DESK)
        world.domain.journal.chain(session, DESK)


def erase(world: World, report: bytes, act: Act = Act.WITHDRAWN) -> bool:
    today, erasing = world.services.today(), world.domain.erasing
    return (
        world.services.database.write_anew(
            lambda session: erasing.erase(session, report, act, today)
        )
        is not None
    )


def audited(world: World) -> list[tuple[str, int, str]]:
    """Act, actor and subject of every entry that is readable."""
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    return sorted((one["act"], one["actor"], one["subject"]) for one in values)


def rows(world: World) -> list[Row]:
    with world.services.database.read() as session:
        return world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))


@pytest.mark.parametrize("stage", ["just filed", "folded", "read and acted on"])
def test_dump_after_withdrawing_is_the_dump_before_filing(world: World, stage: str) -> None:
    before = keys_of(world.services.database)
    report = file(world)
    if stage != "just filed":
        fold(world, report)
    if stage == "read and acted on":
        read_and_act(world, report)
    assert len(new_rows(before, keys_of(world.services.database))) >= 4

    assert erase(world, report)

    left = new_rows(before, keys_of(world.services.database))
    # Leaves of the audit stay: without salt and entry they tell nothing but that they are there.
    leaves = left.pop("audit_leaf", 0)
    assert leaves == (4 if stage == "read and acted on" else 0)
    assert left == TRACES
    assert audited(world) == [("withdrawn", 0, "")]


def test_withdrawing_leaves_the_chain_of_the_audit_whole(world: World) -> None:
    report = file(world)
    fold(world, report)
    read_and_act(world, report)
    with world.services.database.read() as session:
        remembered = world.domain.journal.head(session, DESK)
    erase(world, report)
    chain(world)

    with world.services.database.read() as session:
        assert world.domain.journal.verify(session, DESK, [remembered]) == []
        assert world.domain.journal.head(session, DESK).position == remembered.position + 1


def test_other_reports_of_the_case_stay_as_if_it_had_never_been(world: World) -> None:
    withdrawn = file(world)
    fold(world, withdrawn)
    read_and_act(world, withdrawn)
    world.services.clock.advance(days=40)  # type: ignore[attr-defined]
    kept = file(world, QUILLFEATHER)
    fold(world, kept)

    erase(world, withdrawn)

    for row in rows(world):
        assert (row.reports, row.voices, row.state, row.assignee) == (
            "1",
            "1",
            CaseState.OPEN,
            None,
        )
        assert row.last_day == world.services.today()
    assert len(rows(world)) == 2
    with world.services.database.read() as session:
        heads = world.domain.cases.heads.of_desk(session, DESK)
        assert {(one.acted_at, one.assignee, one.state) for one in heads} == {
            (0, None, CaseState.OPEN)
        }
    assert world.open_part("Rowanbark", kept, "narrative") == b"It hurt."


def test_acts_after_the_remaining_report_stay(world: World) -> None:
    withdrawn = file(world)
    fold(world, withdrawn)
    kept = file(world, QUILLFEATHER)
    fold(world, kept)
    read_and_act(world, kept)

    erase(world, withdrawn)

    states = {row.id: (row.state, row.assignee) for row in rows(world)}
    assert states[about(world, THORNBURY)] == (CaseState.CLOSED, FENNELWOOD)


def test_the_queues_copies_of_one_report_go_at_once_and_others_stay(world: World) -> None:
    report, other = file(world), file(world, QUILLFEATHER)
    split(world)
    assert len(keys_of(world.services.database)["job"]) == 6

    erase(world, report)

    left = []
    while job := claim(world):
        left.append(bytes.fromhex(job.payload["report"]))
    assert left == [other] * 3


def test_rows_of_one_report_in_the_queue_share_no_label(world: World) -> None:
    file(world)
    split(world)

    with world.services.database.read() as session:
        labels = session.scalars(select(JobRow.about)).all()
    assert len(set(labels)) == len(labels) == 3


def test_handler_that_was_at_work_meanwhile_loses_its_lease(world: World) -> None:
    report = file(world)
    job = claim(world)
    assert job is not None
    erase(world, report)
    before = keys_of(world.services.database)

    with pytest.raises(LeaseLost):
        arrive(build_context(world.services), job)

    assert keys_of(world.services.database) == before


def test_fold_after_withdrawing_enters_nothing(world: World) -> None:
    report = file(world)
    erase(world, report)
    before = keys_of(world.services.database)

    with world.services.database.write() as session:
        assert not world.domain.folding.fold(session, report, [], [])

    assert keys_of(world.services.database) == before


def test_what_is_gone_cannot_be_erased_again(world: World) -> None:
    report = file(world)
    assert erase(world, report)
    before = keys_of(world.services.database)
    assert not erase(world, report)
    assert keys_of(world.services.database) == before


def test_condition_that_no_longer_holds_under_the_locks_changes_nothing(world: World) -> None:
    report = file(world)
    before, answers = keys_of(world.services.database), iter([True, False])

    def erase_if(session: Session) -> None:
        world.domain.erasing.erase(
            session, report, Act.PURGED, world.services.today(), lambda _: next(answers)
        )

    with pytest.raises(ConditionLost):
        world.services.database.write_anew(erase_if)
    assert keys_of(world.services.database) == before


def test_same_form_sent_again_after_withdrawing_is_refused(world: World) -> None:
    form = world.form(LARKSPUR, ("Thornbury",))
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        filing, now = world.domain.filing, world.services.clock()
        report = filing.file(session, world.desk, readers, form, now).id
    erase(world, report)

    with (
        pytest.raises(FilingRefused) as refused,
        world.services.database.write() as session,
    ):
        filing.file(session, world.desk, readers, form, now)
    assert [one.message_key for one in refused.value.errors] == ["reports-error-withdrawn"]


def test_features_erase_what_they_keep_in_the_same_transaction(world: World) -> None:
    report = file(world)
    fold(world, report)
    told: list[tuple[bytes, set[bytes]]] = []

    def eraser(_session: Session, gone: Report, cases: Sequence[bytes]) -> None:
        told.append((gone.id, set(cases)))

    domain = world.domain
    erasing = Erasing(domain.cases, domain.queue, domain.journal, domain.erasures, [eraser])
    with world.services.database.write() as session:
        erasing.erase(session, report, Act.WITHDRAWN, world.services.today())
    assert told == [(report, {about(world, THORNBURY), about(world, BRACKENRIDGE)})]


def test_entries_from_before_there_were_labels_are_found(world: World) -> None:
    report = file(world)
    with world.services.database.write() as session:
        entry = Entry(DESK, Act.OPENED, ROWANBARK, world.services.today(), report.hex())
        world.domain.journal.record(session, entry)
    with world.services.database.write() as session:
        session.execute(update(AuditEntryRow).values(about=None))

    erase(world, report)

    assert audited(world) == [("withdrawn", 0, "")]


def test_every_entry_about_a_report_is_found_however_many_there_are(world: World) -> None:
    report, other = file(world), file(world, QUILLFEATHER)
    with world.services.database.write() as session:
        for number in range(40):
            for one in (report, other):
                entry = Entry(DESK, Act.OPENED, number, world.services.today(), one.hex())
                world.domain.journal.record(session, entry)

    erase(world, report)

    kept = [subject for act, _actor, subject in audited(world) if act == "opened"]
    assert kept == [other.hex()] * 40
