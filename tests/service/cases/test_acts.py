# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acts on cases: state and who is responsible, and what either tells whom."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.cases.head import CaseState
from service.cases.listed import Row
from service.cases.membership import MOST_WIKIS
from service.cases.reading import Related
from service.cases.visible import id_value
from service.matching.tokens import Kind, case_id, derive
from service.reports.record import Stage
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER, WILLOWMERE = (101, "Larkspur"), (102, "Quillfeather"), (103, "Willowmere")
ROWANBARK, FENNELWOOD, THORNBURY, BRACKENRIDGE = 9003, 9004, 9006, 9007
EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", ROWANBARK)
    world.add_reader("Fennelwood", FENNELWOOD)
    world.add_reader("Thornbury", THORNBURY)
    return world


@pytest.fixture
def case(world: World) -> bytes:
    """The case about Brackenridge, with one report."""
    file(world, LARKSPUR)
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(BRACKENRIDGE)))


def file(world: World, reporter: tuple[int, str], left_out: frozenset[int] = frozenset()) -> bytes:
    """A report about Brackenridge that is in its case."""
    report = world.file(reporter, ("Brackenridge",), (EDIT,), left_out=left_out)
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return report


def set_state(world: World, reader: str, case: bytes, state: CaseState) -> bool:
    with world.services.database.write() as session:
        return world.domain.acts.set_state(
            session, world.desk, world.as_reader(reader), case, state, world.services.today()
        )


def assign(world: World, reader: str, case: bytes, assignee: int | None) -> bool:
    with world.services.database.write() as session:
        return world.domain.acts.assign(
            session, world.desk, world.as_reader(reader), case, assignee, world.services.today()
        )


def row(world: World, reader: str = "Rowanbark") -> Row:
    with world.services.database.read() as session:
        (found,) = world.domain.reading.listing(session, world.desk, world.as_reader(reader))
    return found


def audited(world: World) -> list[tuple[str, str]]:
    """Act and reason of every entry about a case."""
    with world.services.database.read() as session:
        entries = session.scalars(select(AuditEntryRow)).all()
    values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in entries]
    kept = [one for one in values if one["act"] in {"state-changed", "assigned"}]
    return sorted((one["act"], one["reason"]) for one in kept)


def test_case_is_taken_worked_on_and_closed(world: World, case: bytes) -> None:
    assert assign(world, "Rowanbark", case, ROWANBARK)
    assert set_state(world, "Rowanbark", case, CaseState.WORKING)
    assert (row(world).state, row(world).assignee) == (CaseState.WORKING, ROWANBARK)

    assert set_state(world, "Fennelwood", case, CaseState.CLOSED)

    assert (row(world).state, row(world).assignee) == (CaseState.CLOSED, ROWANBARK)
    assert audited(world) == [
        ("assigned", str(ROWANBARK)),
        ("state-changed", "closed"),
        ("state-changed", "working"),
    ]


def test_act_that_changes_nothing_is_no_act(world: World, case: bytes) -> None:
    assert set_state(world, "Rowanbark", case, CaseState.OPEN)
    assert assign(world, "Rowanbark", case, None)

    assert audited(world) == []


def test_case_that_does_not_exist_cannot_be_acted_on(world: World, case: bytes) -> None:
    assert not set_state(world, "Rowanbark", bytes(32), CaseState.CLOSED)
    assert not assign(world, "Rowanbark", bytes(32), ROWANBARK)
    assert audited(world) == []


def test_own_case_cannot_be_acted_on(world: World) -> None:
    world.fold(world.file(LARKSPUR, ("Thornbury",)), {"Thornbury": THORNBURY})
    keys = world.services.match_keys
    own = case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(THORNBURY)))

    assert not set_state(world, "Thornbury", own, CaseState.CLOSED)
    assert row(world).state is CaseState.OPEN


def test_closing_a_case_tells_its_reporters_nothing(world: World, case: bytes) -> None:
    """A case's state must not tell one reporter that another wrote before (DESIGN 6)."""
    report = file(world, QUILLFEATHER)

    set_state(world, "Rowanbark", case, CaseState.CLOSED)

    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    assert found.meta.stage is Stage.RECEIVED


def test_report_that_comes_after_closing_opens_the_case_again(world: World, case: bytes) -> None:
    assign(world, "Rowanbark", case, ROWANBARK)
    set_state(world, "Rowanbark", case, CaseState.CLOSED)
    world.services.clock.advance(days=30)  # type: ignore[attr-defined]

    file(world, QUILLFEATHER)

    assert (row(world).state, row(world).assignee) == (CaseState.OPEN, ROWANBARK)
    assert row(world).due == world.services.today() + timedelta(days=7)


class TestHiddenReports:
    """Thornbury was left out of some reports of a case."""

    def test_hidden_report_does_not_open_a_closed_case_for_him(
        self, world: World, case: bytes
    ) -> None:
        set_state(world, "Rowanbark", case, CaseState.CLOSED)
        file(world, QUILLFEATHER, frozenset({THORNBURY}))

        assert row(world, "Thornbury").state is CaseState.CLOSED
        assert row(world, "Rowanbark").state is CaseState.OPEN

    def test_work_on_hidden_reports_is_not_seen_with_the_first_visible_one(
        self, world: World
    ) -> None:
        hidden = file(world, LARKSPUR, frozenset({THORNBURY}))
        case = row(world).id
        assign(world, "Rowanbark", case, ROWANBARK)
        set_state(world, "Rowanbark", case, CaseState.WORKING)
        assert hidden

        file(world, QUILLFEATHER)

        seen = row(world, "Thornbury")
        assert (seen.state, seen.assignee) == (CaseState.OPEN, None)
        assert row(world, "Rowanbark").state is CaseState.WORKING

    def test_work_after_the_first_visible_report_is_seen(self, world: World) -> None:
        file(world, LARKSPUR, frozenset({THORNBURY}))
        file(world, QUILLFEATHER)

        assign(world, "Rowanbark", row(world).id, ROWANBARK)

        assert row(world, "Thornbury").assignee == ROWANBARK

    def test_his_own_act_shows_nothing_that_was_hidden(self, world: World) -> None:
        file(world, LARKSPUR, frozenset({THORNBURY}))
        case = row(world).id
        assign(world, "Rowanbark", case, ROWANBARK)
        file(world, QUILLFEATHER)

        set_state(world, "Thornbury", case, CaseState.WORKING)

        seen = row(world, "Thornbury")
        assert (seen.state, seen.assignee) == (CaseState.WORKING, None)

    def test_related_cases_are_counted_without_hidden_reports(self, world: World) -> None:
        file(world, LARKSPUR)
        other = world.file(QUILLFEATHER, ("Ashdown",), (EDIT,), left_out=frozenset({THORNBURY}))
        world.fold(other, {"Ashdown": 9008})

        assert [one.shared for one in related(world, "Rowanbark")] == [1]
        assert related(world, "Thornbury") == []


def related(world: World, reader: str) -> list[Related]:
    keys = world.services.match_keys
    case = case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(BRACKENRIDGE)))
    asking = world.as_reader(reader)
    with world.services.database.read() as session:
        found = world.domain.reading.open(session, world.desk, asking, case)
        assert found is not None
        return world.domain.reading.related(session, world.desk, asking, found)


def test_head_of_a_case_that_cites_many_wikis_keeps_its_size(world: World, case: bytes) -> None:
    """Its blob has one size; reports that cite ever more wikis must not stop the folding."""
    wikis = [wiki for wiki in world.services.wikis if not (wiki.private or wiki.port)][:100]
    links = [f"https://{wiki.host}/wiki/Special:Diff/310000042" for wiki in wikis]
    for start in (0, 50):
        report = world.file(WILLOWMERE, ("Brackenridge",), tuple(links[start : start + 50]))
        world.fold(report, {"Brackenridge": BRACKENRIDGE})

    assert len(row(world).wikis) == MOST_WIKIS
    assert row(world).reports == "2-4"


def test_mark_in_the_sealed_part_names_the_account_of_the_case(world: World) -> None:
    report = world.file(LARKSPUR, ("Brackenridge", "Ashdown"))
    world.fold(report, {"Brackenridge": BRACKENRIDGE, "Ashdown": 9008})
    accounts = json.loads(world.open_part("Rowanbark", report, "accounts"))["accounts"]
    marks = {one["name"]: one["mark"] for one in accounts}
    keys, reader = world.services.match_keys, world.as_reader("Rowanbark")

    for name, central_id in (("Brackenridge", BRACKENRIDGE), ("Ashdown", 9008)):
        case = case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))
        with world.services.database.read() as session:
            found = world.domain.reading.open(session, world.desk, reader, case)
        assert found is not None
        assert [one.mark for one in found.reports] == [marks[name]]
