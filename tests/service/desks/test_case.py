# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a case, what is handed out sealed, and what is written down about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.ids import to_bytes, to_text
from service.reports.record import Stage
from service.sealing.parts import PartContext, unframe
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, MARLOWICK, QUILLFEATHER
from tests.service.sealing.age_opener import open_file
from tests.service.visiting import Visitor, case_address
from tests.service.world import World

WORDS = "He followed me from page to page. Quincunx."


@pytest.fixture
def reports(world: World) -> list[bytes]:
    """Two reports about Brackenridge, by two people."""
    filed = []
    for reporter in (LARKSPUR, QUILLFEATHER):
        report = world.file(reporter, ("Brackenridge",), narrative=WORDS)
        world.fold(report, {"Brackenridge": BRACKENRIDGE})
        filed.append(report)
    return filed


@pytest.fixture
def case(reports: list[bytes], about: Callable[[int], bytes]) -> str:
    """Address of the case."""
    assert reports
    return case_address(about(BRACKENRIDGE))


def sealed(visitor: Visitor, case: str, reports: list[Any]) -> list[dict[str, Any]]:
    answer = visitor.send(f"{case}/sealed", {"reports": reports})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["reports"]
    return found


def openings(world: World) -> list[tuple[int, str]]:
    """Who opened which report, from the audit."""
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    values = [world.services.vault.open(AuditEntryRow.blob, one.id, one.blob) for one in rows]
    return [(one["actor"], one["subject"]) for one in values if one["act"] == "opened"]


def test_page_shows_reports_under_codes(reader: Visitor, case: str, world: World) -> None:
    page = reader.text(case)

    assert len(re.findall("data-report=", page)) == 2
    assert len(re.findall("data-box", page)) == 2
    reporters = re.findall(r"By ([0-9A-Z]{4}), 3 May 2026\.", page)
    assert len(set(reporters)) == 2
    for secret in ("Larkspur", "Quillfeather", "Brackenridge", "Quincunx"):
        assert secret not in page


def test_codes_of_a_person_differ_between_cases(
    reader: Visitor, world: World, about: Callable[[int], bytes]
) -> None:
    report = world.file(LARKSPUR, ("Brackenridge", "Ashdown"))
    world.fold(report, {"Brackenridge": BRACKENRIDGE, "Ashdown": 9008})

    pages = [reader.text(case_address(about(one))) for one in (BRACKENRIDGE, 9008)]

    codes = [set(re.findall(r"(?:By|Report) ([0-9A-Z]{4})\b", page)) for page in pages]
    assert codes[0].isdisjoint(codes[1])


def test_reader_opens_the_words_with_what_is_handed_out(
    reader: Visitor, case: str, reports: list[bytes], world: World
) -> None:
    first, second = sealed(reader, case, [to_text(one) for one in reports])

    assert {first["id"], second["id"]} == {to_text(one) for one in reports}
    identity = world.readers["Rowanbark"].identity
    box = open_file(to_bytes(first["box"], None), [identity])
    key = unframe(PartContext(first["id"], "box"), box).decode()
    parts = {part["name"]: to_bytes(part["sealed"], None) for part in first["parts"]}
    narrative = open_file(parts["narrative"], [key])
    assert unframe(PartContext(first["id"], "narrative"), narrative).decode() == WORDS


def test_identity_of_the_reporter_is_never_handed_out(
    reader: Visitor, case: str, reports: list[bytes]
) -> None:
    for one in sealed(reader, case, [to_text(one) for one in reports]):
        assert {part["name"] for part in one["parts"]} == {"facts", "narrative", "accounts"}


def test_first_opening_is_written_down_once(
    reader: Visitor, case: str, reports: list[bytes], world: World
) -> None:
    for _ in range(2):
        sealed(reader, case, [to_text(reports[0])])

    reader_id = world.readers["Rowanbark"].central_id
    assert openings(world) == [(reader_id, reports[0].hex())]


def test_opening_tells_the_reporter_that_it_is_being_read(
    reader: Visitor, case: str, reports: list[bytes], world: World
) -> None:
    sealed(reader, case, [to_text(reports[0])])

    with world.services.database.read() as session:
        found = world.domain.reports.get_many(session, reports)
    stages = [found[one].meta.stage for one in reports]
    assert stages == [Stage.READ, Stage.RECEIVED]
    assert found[reports[0]].meta.read_on == world.services.today()


def test_report_of_another_case_is_not_handed_out_here(
    reader: Visitor, case: str, world: World
) -> None:
    other = world.file(LARKSPUR, ("Ashdown",))
    world.fold(other, {"Ashdown": 9008})

    assert sealed(reader, case, [to_text(other), to_text(bytes(16)), "nonsense", 7]) == []
    assert openings(world) == []


def test_reader_without_a_box_is_told_who_can_share(
    world: World, case: str, reports: list[bytes], come: Callable[[str], Visitor]
) -> None:
    world.add_reader("Marlowick", MARLOWICK)
    newcomer = come("Marlowick")

    page = newcomer.text(case)

    assert "came before your key was vouched for" in page
    assert "data-box" not in page
    assert sealed(newcomer, case, [to_text(one) for one in reports]) == []
    assert openings(world) == []


@pytest.mark.parametrize("value", [7, [], {}, {"reports": "all"}, "reports"])
def test_what_is_no_list_of_reports_is_refused(reader: Visitor, case: str, value: object) -> None:
    assert reader.send(f"{case}/sealed", value).status_code == 400


def test_acts_lead_back_to_the_case(reader: Visitor, case: str) -> None:
    for act, fields in (
        ("assignee", {"assignee": "me"}),
        ("state", {"state": "working"}),
    ):
        answer = reader.post(f"{case}/{act}", **fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, case)

    page = reader.text(case)
    assert "Give it back" in page
    assert "<dd>Being worked on</dd>" in page


@pytest.mark.parametrize(
    ("act", "field", "value"), [("state", "state", "burnt"), ("assignee", "assignee", "9004")]
)
def test_act_that_does_not_exist_is_refused(
    reader: Visitor, case: str, act: str, field: str, value: str
) -> None:
    assert reader.post(f"{case}/{act}", **{field: value}).status_code == 400


def test_act_without_the_forms_token_changes_nothing(reader: Visitor, case: str) -> None:
    assert reader.client.post(f"{case}/state", data={"state": "closed"}).status_code == 400
    assert "<dd>Open</dd>" in reader.text(case)


@pytest.mark.parametrize("text", ["nonsense", "A" * 22, "A" * 43, "A" * 44])
def test_what_is_no_case_is_not_there(reader: Visitor, case: str, text: str) -> None:
    assert reader.get(case.rsplit("/", 1)[0] + "/" + text).status_code == 404
