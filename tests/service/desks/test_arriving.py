# SPDX-License-Identifier: AGPL-3.0-or-later
"""A functionary arrives: on the roster, and recused, before anything is served."""

from __future__ import annotations

from sqlalchemy import select

from service.desks.arriving import confirm_rights
from service.desks.models import DeskRow
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, MARLOWICK, ROWANBARK
from tests.service.world import DESK, World


def arrive(world: World, central_id: int, name: str) -> None:
    services = world.services
    confirm_rights(services.database, world.domain, central_id, name, [DESK], services.today())


def version(world: World) -> int:
    with world.services.database.read() as session:
        found = session.scalar(select(DeskRow.version).where(DeskRow.key == DESK))
    assert found is not None
    return found


def hidden_from(world: World, report: bytes) -> frozenset[int]:
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    return found.meta.hidden_from


def test_newcomer_stands_on_the_roster_without_reading(world: World) -> None:
    arrive(world, MARLOWICK, "Marlowick")

    with world.services.database.read() as session:
        members = {one.name for one in world.domain.roster.members(session, DESK)}
        readers = {one.name for one in world.domain.roster.readers(session, DESK)}
    assert members == {"Fennelwood", "Marlowick", "Rowanbark"}
    assert readers == {"Fennelwood", "Rowanbark"}


def test_newcomer_is_recused_from_what_was_filed_about_him(world: World) -> None:
    report = world.file(LARKSPUR, ("Marlowick",))
    world.fold(report, {"Marlowick": MARLOWICK})

    arrive(world, MARLOWICK, "Marlowick")

    assert hidden_from(world, report) == {MARLOWICK}


def test_new_name_recuses_from_reports_that_name_it(world: World) -> None:
    """A report that named an account no wiki knew; now a reader bears the name."""
    report = world.file(LARKSPUR, ("Rowan Renamed",))
    world.fold(report, {"Rowan Renamed": None})
    assert world.open_part("Fennelwood", report, "narrative")

    arrive(world, ROWANBARK, "Rowan Renamed")

    assert hidden_from(world, report) == {ROWANBARK}
    with world.services.database.read() as session:
        boxes = world.domain.reports.boxes(session, [report], ROWANBARK)
    assert boxes == {}


def test_arriving_again_changes_nothing(world: World) -> None:
    before = version(world)

    arrive(world, ROWANBARK, "Rowanbark")

    assert version(world) == before


def test_recusal_keeps_the_findings_of_the_report(world: World) -> None:
    report = world.file(LARKSPUR, ("Marlowick", "Brackenridge"))
    world.fold(report, {"Marlowick": MARLOWICK, "Brackenridge": BRACKENRIDGE})
    with world.services.database.write() as session:
        found = world.domain.reports.get(session, report, lock=True)
        assert found is not None
        world.domain.reports.seal_part(session, found, "finding-0", {"findings": []})
    assert world.open_part("Rowanbark", report, "finding-0") == b'{"findings":[]}'

    arrive(world, MARLOWICK, "Marlowick")

    assert world.open_part("Rowanbark", report, "finding-0") == b'{"findings":[]}'
