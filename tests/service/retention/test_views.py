# SPDX-License-Identifier: AGPL-3.0-or-later
"""The warning before a report is erased, and keeping it for one more term."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.cases.visible import id_value
from service.ids import new_id, to_text
from service.matching.tokens import Kind, case_id, derive
from tests.service.visiting import Visitor, case_address
from tests.service.world import DESK, World

LARKSPUR, QUILLFEATHER = (101, "Larkspur"), (102, "Quillfeather")
THORNBURY, BRACKENRIDGE = 9006, 9007
WARNED = "erased from 3 May 2027"
REASON = "An appeal is open"


@pytest.fixture
def report(world: World) -> bytes:
    """A report about Brackenridge that will be erased in ten days."""
    found = world.file(LARKSPUR, ("Brackenridge",))
    world.fold(found, {"Brackenridge": BRACKENRIDGE})
    world.services.clock.advance(days=355)  # type: ignore[attr-defined]
    return found


@pytest.fixture
def reader(come: Callable[[str], Visitor], report: bytes) -> Visitor:
    assert report
    return come("Rowanbark")


def about(world: World, central_id: int) -> bytes:
    return case_id(derive(world.services.match_keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def keep_address(world: World, report: bytes) -> str:
    return f"{case_address(about(world, BRACKENRIDGE))}/reports/{to_text(report)}/keep"


def reasons(world: World) -> list[str]:
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    return [one["reason"] for one in values if one["act"] == "prolonged"]


def test_list_and_case_say_when_a_report_will_be_erased(
    reader: Visitor, world: World, report: bytes
) -> None:
    assert WARNED in reader.text(f"/desk/{DESK}")
    page = reader.text(case_address(about(world, BRACKENRIDGE)))
    assert "Will be erased on 3 May 2027." in page
    assert keep_address(world, report) in page


def test_nothing_is_said_before_the_last_weeks(
    come: Callable[[str], Visitor], world: World
) -> None:
    found = world.file(LARKSPUR, ("Brackenridge",))
    world.fold(found, {"Brackenridge": BRACKENRIDGE})
    world.services.clock.advance(days=334)  # type: ignore[attr-defined]
    reader = come("Rowanbark")
    assert "data-ends" not in reader.text(f"/desk/{DESK}")
    assert "data-ends" not in reader.text(case_address(about(world, BRACKENRIDGE)))
    assert reader.get(keep_address(world, found)).status_code == 404
    world.services.clock.advance(days=1)  # type: ignore[attr-defined]
    assert "data-ends" in come("Rowanbark").text(f"/desk/{DESK}")


def test_first_reading_takes_the_warning_away(reader: Visitor, world: World, report: bytes) -> None:
    address = case_address(about(world, BRACKENRIDGE))
    assert reader.send(f"{address}/sealed", {"reports": [to_text(report)]}).status_code == 200
    assert "data-ends" not in reader.text(f"/desk/{DESK}")
    assert "data-ends" not in reader.text(address)


def test_report_is_kept_for_one_more_term_with_a_reason(
    reader: Visitor, world: World, report: bytes
) -> None:
    address = keep_address(world, report)
    assert "Keep it until 22 April 2028" in reader.text(address)

    answer = reader.post(address, reason=f"  {REASON}\n\u200b ")

    assert answer.status_code == 303
    assert answer.headers["Location"] == case_address(about(world, BRACKENRIDGE))
    assert "data-ends" not in reader.text(f"/desk/{DESK}")
    assert reasons(world) == [REASON]
    again = reader.post(address, reason=REASON)
    assert again.status_code == 422
    assert "It cannot be kept longer" in again.get_data(as_text=True)
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    ("reason", "said"),
    [("", "Please say why"), (" \t\u200b", "Please say why"), ("x" * 201, "too long")],
)
def test_reason_is_asked_for_at_its_field_and_what_was_typed_is_kept(
    reader: Visitor, world: World, report: bytes, reason: str, said: str
) -> None:
    answer = reader.post(keep_address(world, report), reason=reason)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    found = re.search(r'name="reason" type="text" value="([^"]*)"', page)
    assert found is not None
    assert found[1] == reason
    assert reasons(world) == []


def test_longest_reason_of_any_letters_fits(reader: Visitor, world: World, report: bytes) -> None:
    answer = reader.post(keep_address(world, report), reason='\U0001f98b"' * 100)
    assert answer.status_code == 303
    assert reasons(world) == ['\U0001f98b"' * 100]


def test_reporter_sees_the_own_days_and_that_it_was_prolonged(
    reader: Visitor, world: World, report: bytes
) -> None:
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    assert world.desk.ends(found.last_act).isoformat() == "2027-05-03"
    reader.post(keep_address(world, report), reason=REASON)
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    assert found.meta.prolonged
    assert world.desk.ends(found.last_act).isoformat() == "2028-04-22"


def test_what_is_not_there_and_what_is_hidden_are_answered_alike(
    come: Callable[[str], Visitor], world: World
) -> None:
    world.add_reader("Thornbury", THORNBURY)
    hidden = world.file(LARKSPUR, ("Brackenridge",), left_out=frozenset({THORNBURY}))
    world.fold(hidden, {"Brackenridge": BRACKENRIDGE})
    other = world.file(QUILLFEATHER, ("Ashdown",))
    world.fold(other, {"Ashdown": 9008})
    world.services.clock.advance(days=355)  # type: ignore[attr-defined]
    visitor = come("Thornbury")
    for report in (hidden, other, new_id()):
        address = keep_address(world, report)
        assert visitor.get(address).status_code == 404
        assert visitor.post(address, reason=REASON).status_code == 404
    assert reasons(world) == []
    assert come("Rowanbark").get(keep_address(world, hidden)).status_code == 200


def test_recused_reader_is_warned_of_his_own_world_only(
    come: Callable[[str], Visitor], world: World
) -> None:
    world.add_reader("Thornbury", THORNBURY)
    hidden = world.file(LARKSPUR, ("Brackenridge",), left_out=frozenset({THORNBURY}))
    world.fold(hidden, {"Brackenridge": BRACKENRIDGE})
    world.services.clock.advance(days=300)  # type: ignore[attr-defined]
    seen = world.file(QUILLFEATHER, ("Brackenridge",))
    world.fold(seen, {"Brackenridge": BRACKENRIDGE})
    world.services.clock.advance(days=55)  # type: ignore[attr-defined]
    assert WARNED in come("Rowanbark").text(f"/desk/{DESK}")
    assert "data-ends" not in come("Thornbury").text(f"/desk/{DESK}")
