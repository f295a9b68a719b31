# SPDX-License-Identifier: AGPL-3.0-or-later
"""The nightly round: what is over goes, what is not stays, and any worker goes on with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.cases.head import CaseState
from service.cases.models import CaseHeadRow
from service.reports.record import Stage
from service.retention import night
from service.retention.models import ErasureRow, NightRow
from service.retention.night import Night
from service.retention.totals import Total, said
from service.worker.context import Context
from service.worker.loop import Worker
from tests.service.rows import keys_of, new_rows
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")
THORNBURY = 9006
YEAR = 365


def file(world: World, reporter: tuple[int, str] = LARKSPUR, name: str = "Thornbury") -> bytes:
    report = world.file(reporter, (name,))
    world.fold(report, {name: THORNBURY if name == "Thornbury" else None})
    return report


def make_round(context: Context) -> None:
    """All that a worker does in a night, or nothing when it is another one's turn."""
    night = Night(context)
    while night.step():
        pass


def make_steps(night: Night, count: int) -> None:
    for _ in range(count):
        assert night.step()


def pass_days(world: World, days: int) -> None:
    world.services.clock.advance(days=days)  # type: ignore[attr-defined]


def there(world: World) -> set[bytes]:
    with world.services.database.read() as session:
        return {one.id for one in world.domain.reports.of_desk(session, DESK)}


def read(world: World, report: bytes) -> None:
    today, reader = world.services.today(), world.as_reader("Rowanbark")
    with world.services.database.write() as session:
        domain = world.domain
        (row, *_) = domain.reading.listing(session, world.desk, reader)
        assert domain.opening.open(session, world.desk, reader, row.id, {report}, today)


def test_report_is_purged_on_the_day_on_which_its_time_is_over(
    world: World, context: Context
) -> None:
    before = keys_of(world.services.database)
    file(world)
    pass_days(world, YEAR - 1)
    make_round(context)
    assert len(there(world)) == 1

    pass_days(world, 1)
    make_round(context)

    left = new_rows(before, keys_of(world.services.database))
    kept = {"audit_entry": 1, "erasure": 1, "purge_total": 1, "night": 2, "turn": 1}
    # The queue's row of its arrival went with it; the other night row is the other desk's.
    assert left == kept


def test_first_reading_begins_the_term_anew(world: World, context: Context) -> None:
    report = file(world)
    pass_days(world, 200)
    read(world, report)
    pass_days(world, 200)
    make_round(context)
    assert there(world) == {report}
    pass_days(world, 165)
    make_round(context)
    assert there(world) == set()


def test_work_on_the_case_does_not_keep_a_report(world: World, context: Context) -> None:
    """A reporter would see by it that somebody else wrote about the same account."""
    file(world)
    pass_days(world, 200)
    later = file(world, QUILLFEATHER)
    with world.services.database.write() as session:
        (row,) = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
        world.domain.acts.set_state(
            session,
            world.desk,
            world.as_reader("Rowanbark"),
            row.id,
            CaseState.WORKING,
            world.services.today(),
        )
    pass_days(world, 165)
    make_round(context)
    assert there(world) == {later}


def test_report_that_never_was_entered_is_purged_too(world: World, context: Context) -> None:
    world.file(LARKSPUR)
    pass_days(world, YEAR)
    make_round(context)
    assert there(world) == set()


def test_report_of_a_desk_that_is_no_longer_configured_is_purged(
    world: World, context: Context
) -> None:
    world.file(LARKSPUR)
    orphaned = replace(context, desks=())
    pass_days(world, YEAR - 1)
    make_round(orphaned)
    assert len(there(world)) == 1
    pass_days(world, 1)
    make_round(orphaned)
    assert there(world) == set()


def test_each_desk_has_its_own_term(world: World, context: Context) -> None:
    file(world)
    short = replace(context, desks=(replace(world.desk, retention_days=30),))
    pass_days(world, 30)
    make_round(short)
    assert there(world) == set()


def test_purging_is_in_the_audit_without_saying_whom(world: World, context: Context) -> None:
    report = file(world)
    read(world, report)
    Worker(context).run_until_idle()
    pass_days(world, YEAR)
    Worker(context).run_until_idle()
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
        values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
        acts = [(one["act"], one["actor"], one["subject"]) for one in values]
        assert [one for one in acts if one[0] != "day-closed"] == [("purged", 0, "")]
        assert world.domain.journal.verify(session, DESK) == []


def test_totals_are_counted_by_how_far_reports_had_come(world: World, context: Context) -> None:
    reports = [file(world, (100 + number, f"Reporter {number}")) for number in range(4)]
    stages = [Stage.RECEIVED, Stage.READ, Stage.ANSWERED, Stage.CLOSED]
    with world.services.database.write() as session:
        for report_id, stage in zip(reports, stages, strict=True):
            report = world.domain.reports.get(session, report_id, lock=True)
            assert report is not None
            world.domain.reports.save_meta(session, report_id, replace(report.meta, stage=stage))
    pass_days(world, YEAR)
    make_round(context)
    with world.services.database.read() as session:
        total = world.domain.totals.of(session, DESK, world.services.today())
        assert total == Total(purged=4, read=1, answered=1, closed=1)
        assert world.domain.totals.of(session, DESK, date(2026, 4, 1)) == Total()


@pytest.mark.parametrize(
    ("count", "band"),
    [(0, "under 5"), (4, "under 5"), (5, "5-9"), (10, "10-19"), (49, "20-49"), (1000, "100+")],
)
def test_numbers_are_said_in_bands(count: int, band: str) -> None:
    assert said(count) == band


def test_list_of_erasures_is_pruned_when_no_backup_is_old_enough(
    world: World, context: Context
) -> None:
    file(world)
    pass_days(world, YEAR)
    make_round(context)
    pass_days(world, 90)
    make_round(context)
    assert erasures(world) == 1
    pass_days(world, 1)
    make_round(context)
    assert erasures(world) == 0


def erasures(world: World) -> int:
    with world.services.database.read() as session:
        return len(session.scalars(select(ErasureRow.label)).all())


def blobs(world: World) -> dict[bytes, bytes]:
    with world.services.database.read() as session:
        return {row.id: row.blob for row in session.scalars(select(CaseHeadRow))}


def test_every_head_is_sealed_anew_each_night_and_says_the_same(
    world: World, context: Context
) -> None:
    for number in range(7):
        file(world, name=f"Somebody {number}")
    before = blobs(world)
    with world.services.database.read() as session:
        said_before = world.domain.cases.heads.of_desk(session, DESK)
    make_round(context)
    after = blobs(world)
    assert after.keys() == before.keys()
    assert not set(before.values()) & set(after.values())
    with world.services.database.read() as session:
        said_after = world.domain.cases.heads.of_desk(session, DESK)
    assert sorted(said_after, key=lambda one: one.code) == sorted(
        said_before, key=lambda one: one.code
    )


def test_round_is_made_once_a_day(world: World, context: Context) -> None:
    file(world)
    make_round(context)
    before = blobs(world)
    world.services.clock.advance(hours=2)  # type: ignore[attr-defined]
    make_round(context)
    assert blobs(world) == before
    pass_days(world, 1)
    make_round(context)
    assert not set(before.values()) & set(blobs(world).values())


def test_another_worker_goes_on_where_one_was_stopped(
    world: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "HEADS_AT_ONCE", 2)
    for number in range(7):
        file(world, name=f"Somebody {number}")
    before = blobs(world)
    make_steps(Night(context), 4)
    changed = {one for one in before if blobs(world)[one] != before[one]}
    assert 0 < len(changed) < 7
    kept = {one: blobs(world)[one] for one in changed}

    make_round(context)  # too early: the other one may still be at it
    assert {one: blobs(world)[one] for one in changed} == kept
    world.services.clock.advance(minutes=10)  # type: ignore[attr-defined]
    make_round(context)

    after = blobs(world)
    assert {one: after[one] for one in changed} == kept  # once a night
    assert all(after[one] != before[one] for one in before)


def test_case_that_changes_meanwhile_is_neither_lost_nor_spoilt(
    world: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "HEADS_AT_ONCE", 1)
    reports = [file(world, name=f"Somebody {number}") for number in range(3)]
    make_steps(Night(context), 4)
    file(world, QUILLFEATHER, "Somebody 0")
    assert len(reports) == 3
    world.services.clock.advance(minutes=10)  # type: ignore[attr-defined]
    make_round(context)
    with world.services.database.read() as session:
        rows = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
        nights = session.scalars(select(NightRow)).all()
    assert sorted(row.reports for row in rows) == ["1", "1", "2-4"]
    assert {row.resealed for row in nights} == {world.services.today()}


def test_journal_of_the_database_holds_nothing_after_a_purge(
    world: World, context: Context, database_url: str
) -> None:
    file(world)
    pass_days(world, YEAR)
    make_round(context)
    if database_url.startswith("sqlite"):
        path = f"{world.services.database.url.database}-wal"
        with open(path, "rb") as journal:
            assert journal.read() == b""


def test_somebody_who_reads_only_delays_the_cutting(world: World, database_url: str) -> None:
    file(world)
    if not database_url.startswith("sqlite"):
        assert world.services.database.forget_pages()
        return
    with world.services.database.read() as session:
        session.scalar(select(CaseHeadRow.id))
        file(world, QUILLFEATHER)
        assert not world.services.database.forget_pages()
    assert world.services.database.forget_pages()


def test_prolonged_report_is_kept_for_one_more_term(world: World, context: Context) -> None:
    report = file(world)
    pass_days(world, YEAR - 10)
    with world.services.database.write() as session:
        (row,) = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
        assert row.ends == world.services.today() + timedelta(days=10)
        world.domain.prolonging.prolong(
            session,
            world.desk,
            world.as_reader("Rowanbark"),
            (row.id, report),
            "An appeal is open.",
            world.services.today(),
        )
        (row,) = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
        assert row.ends == world.services.today() + timedelta(days=YEAR)
    pass_days(world, YEAR - 1)
    make_round(context)
    assert there(world) == {report}
    pass_days(world, 1)
    make_round(context)
    assert there(world) == set()
