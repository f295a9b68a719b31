# SPDX-License-Identifier: AGPL-3.0-or-later
"""A counsellor reads what was filed to the counsellors, writes to those who agreed to it, and meets
nothing of what the same account was reported for elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from service.cases.visible import id_value
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from service.reports.record import Stage
from tests.service.desks.conftest import BRACKENRIDGE, LARKSPUR, QUILLFEATHER
from tests.service.desks.test_report_acts import post
from tests.service.desks.walking import comparable
from tests.service.reports.desk import ReaderKey, give_key
from tests.service.rights.everybody import COUNSELLOR, COUNSELLORS, COUNSELLORS_DESK, person
from tests.service.rights.posted import Posted
from tests.service.thread.correspondence import report_of
from tests.service.visiting import Visitor
from tests.service.world import DESK, World

COLLEAGUE = (9024, "Sorrelmead")
DEWBERRY = (103, "Dewberry")


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    path = Path(environ["CS_DESKS"])
    path.write_text(path.read_text() + COUNSELLORS_DESK)
    return environ


@pytest.fixture
def counsellors(world: World) -> World:
    """The counsellors' desk, beside the oversighters' one."""
    desk = World(world.services, key=COUNSELLORS)
    for central_id, name in (COUNSELLOR, COLLEAGUE):
        desk.add_reader(name, central_id)
    return desk


@pytest.fixture
def fernwhistle(app: Flask, counsellors: World) -> Visitor:
    """The counsellor."""
    return person(COUNSELLOR, COUNSELLORS)(app, counsellors)


def file(world: World, who: tuple[int, str], contact: str = "tool") -> bytes:
    """A report about Brackenridge, whose reporter could read an answer."""
    own = ReaderKey(*who, *give_key(world.services, who[0]))
    report = world.file(who, ("Brackenridge",), own=own, contact=contact)
    world.fold(report, {"Brackenridge": BRACKENRIDGE})
    return report


def case_of(world: World) -> str:
    token = derive(world.services.match_keys, world.key, Kind.ACCOUNT, id_value(BRACKENRIDGE))
    return f"/desk/{world.key}/cases/{to_text(case_id(token))}"


def test_counsellor_writes_to_whoever_agreed_to_it(
    fernwhistle: Visitor, counsellors: World
) -> None:
    report = file(counsellors, LARKSPUR)
    address = f"{case_of(counsellors)}/reports/{to_text(report)}"

    assert post(counsellors, fernwhistle, address, report).status_code == 200

    assert report_of(counsellors, report).meta.stage is Stage.ANSWERED


def test_counsellor_cannot_write_to_whoever_did_not(
    fernwhistle: Visitor, counsellors: World
) -> None:
    file(counsellors, LARKSPUR)
    report = file(counsellors, QUILLFEATHER, contact="none")
    address = f"{case_of(counsellors)}/reports/{to_text(report)}"

    answer = post(counsellors, fernwhistle, address, report)

    assert answer.status_code == 422
    assert "asked not to be written to" in answer.get_json()["errors"][0]["message"]
    meta = report_of(counsellors, report).meta
    assert (meta.messages, meta.stage) == (0, Stage.RECEIVED)


def test_counsellor_cannot_write_to_whoever_wrote_to_another_desk(
    fernwhistle: Visitor, counsellors: World, world: World
) -> None:
    """Not by the address of that desk, and not by a case of the own one about the same account."""
    file(counsellors, LARKSPUR)
    elsewhere = file(world, DEWBERRY)

    for case in (case_of(world), case_of(counsellors)):
        address = f"{case}/reports/{to_text(elsewhere)}"
        assert fernwhistle.ask(f"{address}/message").status_code == 404
        message = Posted(world, to_text(elsewhere), COUNSELLOR[0]).to("thread.answer").form
        assert message is not None
        assert fernwhistle.post(f"{address}/message", **message).status_code == 404
    assert report_of(world, elsewhere).meta.messages == 0


def test_counsellor_sees_nothing_of_what_was_filed_to_another_desk(
    fernwhistle: Visitor, counsellors: World, world: World
) -> None:
    """The page of the case is the same, and parts of the other report are not handed out."""
    own = file(counsellors, LARKSPUR)
    case = case_of(counsellors)
    before = comparable(fernwhistle.get(case))
    listed = fernwhistle.text(f"/desk/{COUNSELLORS}").count("data-row")

    elsewhere = file(world, DEWBERRY)

    assert comparable(fernwhistle.get(case)) == before
    assert fernwhistle.text(f"/desk/{COUNSELLORS}").count("data-row") == listed > 0
    asked = {"reports": [to_text(own), to_text(elsewhere)]}
    handed = fernwhistle.send(f"{case}/sealed", asked).get_json()["reports"]
    assert [one["id"] for one in handed] == [to_text(own)]
    for path in (f"/desk/{DESK}", f"/desk/{DESK}/roster", case_of(world)):
        assert fernwhistle.get(path).status_code == 404
    assert fernwhistle.get(f"/reports/{to_text(elsewhere)}").status_code == 404


def test_readers_elsewhere_see_nothing_of_the_counsellors(
    app: Flask, counsellors: World, world: World
) -> None:
    file(counsellors, LARKSPUR)
    file(world, DEWBERRY)
    rowanbark = person((world.readers["Rowanbark"].central_id, "Rowanbark"), DESK)(app, world)

    assert rowanbark.text(case_of(world)).count("data-report=") == 1
    assert rowanbark.get(case_of(counsellors)).status_code == 404
