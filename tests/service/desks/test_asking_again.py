# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two addresses behind "Ask the wikis again": what they take, and what they tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from service.audit.models import AuditEntryRow
from service.ids import to_text
from service.queue.models import JobRow
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, MARLOWICK
from tests.service.visiting import Visitor, case_address
from tests.service.world import World

EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"


@pytest.fixture
def report(world: World) -> bytes:
    filed = world.file(LARKSPUR, ("Brackenridge",), (EDIT,))
    world.fold(filed, {"Brackenridge": BRACKENRIDGE})
    return filed


@pytest.fixture
def case(report: bytes, about: Callable[[int], bytes]) -> str:
    assert report
    return case_address(about(BRACKENRIDGE))


@pytest.fixture
def question(world: World, report: bytes) -> dict[str, Any]:
    found: dict[str, Any] = world.facts(report)["links"][0]["again"]
    return found


def kinds_of_rows(world: World) -> list[str]:
    with world.services.database.read() as session:
        return sorted(session.scalars(select(JobRow.kind)).all())


def test_asking_is_queued_and_written_down(
    reader: Visitor, case: str, report: bytes, question: dict[str, Any], world: World
) -> None:
    before = reader.ask(f"{case}/answers").get_json()
    answer = reader.send(f"{case}/again", {"reports": {to_text(report): [question]}})
    after = reader.ask(f"{case}/answers").get_json()

    assert answer.get_json() == {"asked": 1}
    assert kinds_of_rows(world).count("recheck") == 1
    state = {"id": to_text(report), "findings": 0}
    assert before == {"reports": [{**state, "asking": False}]}
    assert after == {"reports": [{**state, "asking": True}]}
    with world.services.database.read() as session:
        rows = session.scalars(select(AuditEntryRow)).all()
    opened = [world.services.vault.open(AuditEntryRow.blob, row.id, row.blob) for row in rows]
    assert [(one["actor"], one["subject"]) for one in opened if one["act"] == "asked-again"] == [
        (world.readers["Rowanbark"].central_id, report.hex())
    ]


def test_nothing_new_is_answered_with_304(reader: Visitor, case: str) -> None:
    etag = reader.ask(f"{case}/answers").headers["ETag"]

    again = reader.get(f"{case}/answers", **{"If-None-Match": etag})

    assert again.status_code == 304


def test_question_that_the_report_does_not_hold_is_refused_with_a_reason(
    reader: Visitor, case: str, report: bytes, question: dict[str, Any], world: World
) -> None:
    forged = {**question, "asked": "rev:enwiki:1"}

    answer = reader.send(f"{case}/again", {"reports": {to_text(report): [forged]}})

    assert answer.status_code == 422
    assert "does not belong to its report" in answer.get_json()["errors"][0]["message"]
    assert "recheck" not in kinds_of_rows(world)


@pytest.mark.parametrize(
    "nonsense",
    [
        "text",
        [],
        {"reports": []},
        {"reports": {"x": []}},
        {"reports": {"A" * 22: [1]}},
        {"reports": {"A" * 22: [{"position": -1, "cited": "", "asked": "", "mark": ""}]}},
        {"reports": {"A" * 22: [{"position": True, "cited": "", "asked": "", "mark": ""}]}},
        {"reports": {"A" * 22: [{"position": 0, "cited": 1, "asked": "", "mark": ""}]}},
        {"reports": {"A" * 22: "links"}},
        {"reports": {"A" * 22: None}},
    ],
)
def test_nonsense_is_a_bad_request(reader: Visitor, case: str, nonsense: Any) -> None:
    assert reader.send(f"{case}/again", nonsense).status_code == 400


def test_report_without_a_box_is_not_in_the_answers(
    come: Callable[[str], Visitor], case: str, world: World
) -> None:
    world.add_reader("Marlowick", MARLOWICK)

    assert come("Marlowick").ask(f"{case}/answers").get_json() == {"reports": []}


def test_case_that_is_not_there_is_404_for_both(
    reader: Visitor, report: bytes, question: dict[str, Any]
) -> None:
    absent = case_address(bytes(32))

    assert reader.ask(f"{absent}/answers").status_code == 404
    again = reader.send(f"{absent}/again", {"reports": {to_text(report): [question]}})
    assert again.status_code == 404
