# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folding: what becomes of reports once it is known whom they name."""

from __future__ import annotations

import json

import pytest

from service.cases.listed import Row
from service.cases.reading import Case
from service.cases.visible import id_value
from service.matching.tokens import Kind, case_id, derive
from tests.onwiki.test_names import NAMED_WAYS
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")
THORNBURY = 9006
EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


def rows(world: World, reader: str) -> list[Row]:
    with world.services.database.read() as session:
        return world.domain.reading.listing(session, world.desk, world.as_reader(reader))


def case_about(world: World, central_id: int) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def opened(world: World, reader: str, case: bytes) -> Case | None:
    with world.services.database.read() as session:
        return world.domain.reading.open(session, world.desk, world.as_reader(reader), case)


def test_two_reports_on_one_account_become_one_case(world: World) -> None:
    for reporter in (LARKSPUR, QUILLFEATHER):
        report = world.file(reporter, ("Thornbury",))
        world.fold(report, {"Thornbury": THORNBURY})
    (row,) = rows(world, "Rowanbark")
    assert (row.reports, row.voices) == ("2-4", "2-4")


def test_two_reports_by_one_person_are_one_voice(world: World) -> None:
    for _ in range(2):
        world.fold(world.file(LARKSPUR), {"Thornbury": THORNBURY})
    (row,) = rows(world, "Rowanbark")
    assert (row.reports, row.voices) == ("2-4", "1")


def test_an_old_and_a_new_name_of_one_account_meet_in_one_case(world: World) -> None:
    world.fold(world.file(LARKSPUR, ("Thornbury",)), {"Thornbury": THORNBURY})
    world.fold(world.file(QUILLFEATHER, ("Old Thorn",)), {"Old Thorn": THORNBURY})
    assert len(rows(world, "Rowanbark")) == 1


def test_a_report_that_names_nobody_is_a_case_of_its_own(world: World) -> None:
    world.fold(world.file(LARKSPUR, ()), {})
    world.fold(world.file(QUILLFEATHER, ()), {})
    assert len(rows(world, "Rowanbark")) == 2


def test_a_report_is_served_to_nobody_before_its_names_are_resolved(world: World) -> None:
    world.file(LARKSPUR)
    assert rows(world, "Rowanbark") == []


def test_folding_twice_enters_once(world: World) -> None:
    report = world.file(LARKSPUR)
    world.fold(report, {"Thornbury": THORNBURY})
    world.fold(report, {"Thornbury": THORNBURY})
    (row,) = rows(world, "Rowanbark")
    assert row.reports == "1"


def test_a_reader_opens_narrative_facts_and_resolved_names(world: World) -> None:
    report = world.file(LARKSPUR, ("thornbury",), (EDIT,), "Word by word.")
    world.fold(report, {"thornbury": THORNBURY})
    assert world.open_part("Rowanbark", report, "narrative") == b"Word by word."
    facts = json.loads(world.open_part("Fennelwood", report, "facts"))
    assert facts["links"][0]["notation"] == "rev:enwiki:310000042"
    accounts = json.loads(world.open_part("Rowanbark", report, "accounts"))["accounts"]
    (account,) = accounts
    assert (account["typed"], account["central_id"]) == ("thornbury", THORNBURY)


class TestRecusal:
    """The reported account is itself a functionary of the desk."""

    @pytest.fixture
    def world(self, world: World) -> World:
        world.add_reader("Thornbury", THORNBURY)
        return world

    def test_the_named_functionary_gets_no_box(self, world: World) -> None:
        report = world.file(LARKSPUR, ("thornbury",))
        with pytest.raises(KeyError):
            world.open_part("Thornbury", report, "narrative")

    def test_the_case_does_not_exist_for_the_named_functionary(self, world: World) -> None:
        world.fold(world.file(LARKSPUR), {"Thornbury": THORNBURY})
        assert rows(world, "Thornbury") == []
        assert opened(world, "Thornbury", case_about(world, THORNBURY)) is None
        assert len(rows(world, "Rowanbark")) == 1

    def test_a_functionary_named_by_an_old_name_loses_the_box_when_that_is_known(
        self, world: World
    ) -> None:
        report = world.file(LARKSPUR, ("Old Thorn",))
        assert world.open_part("Thornbury", report, "narrative")  # nobody could know yet
        world.fold(report, {"Old Thorn": THORNBURY})
        with pytest.raises(KeyError):
            world.open_part("Thornbury", report, "narrative")
        assert rows(world, "Thornbury") == []

    def test_a_name_that_no_wiki_knows_still_recuses_who_bears_it(self, world: World) -> None:
        world.fold(world.file(LARKSPUR, ("Thornbury",)), {"Thornbury": None})
        assert rows(world, "Thornbury") == []

    def test_another_case_is_counted_without_the_hidden_report(self, world: World) -> None:
        both = world.file(LARKSPUR, ("Thornbury", "Brackenridge"))
        world.fold(both, {"Thornbury": THORNBURY, "Brackenridge": 9007})
        world.services.clock.advance(days=3)  # type: ignore[attr-defined]
        world.fold(world.file(QUILLFEATHER, ("Brackenridge",)), {"Brackenridge": 9007})
        (row,) = rows(world, "Thornbury")
        assert (row.reports, row.voices) == ("1", "1")
        case = opened(world, "Thornbury", row.id)
        assert case is not None
        assert both not in {one.report.id for one in case.reports}
        full = next(one for one in rows(world, "Rowanbark") if one.id == row.id)
        assert full.reports == "2-4"
        assert full.due < row.due

    def test_whoever_joins_the_desk_later_is_recused_too(self, world: World) -> None:
        world.fold(world.file(LARKSPUR, ("Marlowick",)), {"Marlowick": 9005})
        world.add_reader("Marlowick", 9005)
        assert rows(world, "Marlowick") == []

    def test_a_reader_whom_the_reporter_leaves_out_does_not_meet_the_report(
        self, world: World
    ) -> None:
        report = world.file(LARKSPUR, ("Brackenridge",), left_out=frozenset({9004}))
        world.fold(report, {"Brackenridge": 9007})
        assert rows(world, "Fennelwood") == []
        with pytest.raises(KeyError):
            world.open_part("Fennelwood", report, "narrative")

    @pytest.mark.parametrize("written", NAMED_WAYS)
    def test_however_the_name_is_written_its_bearer_gets_no_box_and_sees_no_case(
        self, world: World, written: str
    ) -> None:
        report = world.file(LARKSPUR, (written,))
        with pytest.raises(KeyError):
            world.open_part("Thornbury", report, "narrative")
        world.fold(report, {written: None})
        assert rows(world, "Thornbury") == []
