# SPDX-License-Identifier: AGPL-3.0-or-later
"""Held reports and the worker's nights: one release each, at a moment that tells nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.audit.journal import Act
from service.audit.models import AuditEntryRow
from service.cases.fold import ResolvedName
from service.cases.release_job import NIGHT, next_night, release_held, turn_of
from service.queue.models import TurnRow
from service.worker.building import build_context
from service.worker.context import Context
from service.worker.loop import Worker
from tests.service.conftest import ManualClock
from tests.service.worker.test_kill import die_until_done, environment
from tests.service.world import DESK, World

__all__ = ["environment"]

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")


@pytest.fixture
def quiet(world: World) -> Context:
    """The worker's surroundings; nothing here asks a wiki."""
    return build_context(world.services)


def file(world: World, reporter: tuple[int, str], hold: str = "") -> bytes:
    report = world.file(reporter, ("Brackenridge",), hold=hold)
    names = [ResolvedName("Brackenridge", "Brackenridge", 9007)]
    with world.services.database.write() as session:
        world.domain.folding.fold(session, report, names, ())
    return report


def cases(world: World) -> list[str]:
    """How many reports are in each case of the list."""
    with world.services.database.read() as session:
        rows = world.domain.reading.listing(session, world.desk, world.as_reader("Rowanbark"))
    return [row.reports for row in rows]


def released(world: World) -> list[str]:
    """What the audit says was released, sorted."""
    vault = world.services.vault
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    entries = [vault.open(AuditEntryRow.blob, row.id, row.blob) for row in rows]
    return sorted(one["subject"] for one in entries if one["act"] == Act.RELEASED)


def next_turn(world: World) -> datetime:
    with world.services.database.read() as session:
        free_at = session.scalar(select(TurnRow.free_at).where(TurnRow.name == turn_of(DESK)))
    assert free_at is not None
    return datetime.fromtimestamp(free_at, UTC)


def test_what_matches_during_the_day_is_released_in_the_night_and_not_before(
    world: World, quiet: Context, clock: ManualClock
) -> None:
    release_held(quiet)  # the first turn, with nothing on file
    file(world, LARKSPUR, "2")
    file(world, QUILLFEATHER, "2")
    turn = next_turn(world)
    for moment in (turn - timedelta(seconds=1), turn):
        assert cases(world) == []
        clock.now = moment
        release_held(quiet)
    assert cases(world) == ["2-4"]


def test_the_moment_does_not_depend_on_what_is_filed(
    world: World, quiet: Context, clock: ManualClock
) -> None:
    release_held(quiet)
    before = next_turn(world)
    file(world, LARKSPUR, "2")
    file(world, QUILLFEATHER, "2")
    clock.advance(hours=1)
    release_held(quiet)
    assert next_turn(world) == before


def test_the_worker_does_it_by_itself(world: World, quiet: Context, clock: ManualClock) -> None:
    worker = Worker(quiet)
    release_held(quiet)
    file(world, LARKSPUR, "2")
    file(world, QUILLFEATHER)
    clock.now = next_turn(world)
    worker.step()
    assert cases(world) == ["2-4"]


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda now: 1970 < now.year < 9999))
def test_the_next_moment_is_in_the_night_of_the_next_day(now: datetime) -> None:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    assert midnight <= next_night(now) < midnight + NIGHT


def test_nights_differ() -> None:
    now = datetime(2026, 5, 3, 14, 2, tzinfo=UTC)
    assert len({next_night(now) for _ in range(20)}) > 10


def test_desks_have_turns_of_their_own() -> None:
    names = {turn_of(desk) for desk in ("oversight", "stewards", "a" * 40)}
    assert len(names) == 3
    assert all(len(name) <= 16 for name in names)


def test_a_worker_that_is_killed_releases_all_or_nothing_and_the_next_one_the_rest(
    world: World, environment: dict[str, str]
) -> None:
    reports = [file(world, LARKSPUR, "2"), file(world, QUILLFEATHER, "2")]
    assert die_until_done(environment) >= 10
    assert cases(world) == ["2-4"]
    assert released(world) == sorted(one.hex() for one in reports)
    with world.services.database.read() as session:
        assert world.domain.journal.verify(session, DESK) == []


@pytest.mark.parametrize("first", [True, False], ids=["first turn", "later turn"])
def test_several_workers_at_the_same_moment_release_once(
    world: World, quiet: Context, clock: ManualClock, first: bool
) -> None:
    if not first:
        release_held(quiet)
        clock.now = next_turn(world)
    held = file(world, LARKSPUR, "2")
    file(world, QUILLFEATHER)
    start = threading.Barrier(4)
    faults: list[Exception] = []

    def work() -> None:
        start.wait()
        try:
            release_held(quiet)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert faults == []
    assert cases(world) == ["2-4"]
    assert released(world) == [held.hex()]
