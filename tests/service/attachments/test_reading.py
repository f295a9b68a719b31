# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reader's way to files: what decides about a report's parts decides about its files."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.attachments.sizes import CHUNK
from service.audit.models import AuditEntryRow
from service.cases.visible import id_value
from service.ids import new_id, to_text
from service.matching.tokens import Kind, case_id, derive
from service.reports.record import Stage
from tests.service.attachments.sealed import with_file
from tests.service.visiting import Visitor, visit
from tests.service.world import DESK, World

THORNBURY = 9006
LARKSPUR = (101, "Larkspur")


@pytest.fixture
def world(world: World) -> World:
    world.add_reader("Rowanbark", 9003)
    world.add_reader("Fennelwood", 9004)
    return world


@pytest.fixture
def report(world: World) -> bytes:
    """A report about Thornbury with one file, in its case."""
    form = world.form(LARKSPUR, ("Thornbury",))
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        with with_file(world, session, LARKSPUR[0], form.id):
            world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    world.fold(form.id, {"Thornbury": THORNBURY})
    return form.id


@pytest.fixture
def address(world: World) -> str:
    token = derive(world.services.match_keys, DESK, Kind.ACCOUNT, id_value(THORNBURY))
    return f"/desk/{DESK}/cases/{to_text(case_id(token))}/attachments"


@pytest.fixture
def reader(app: Flask, world: World) -> Visitor:
    return visit(app, world, "Rowanbark")


def ask(report: bytes, number: int = 0, start: int = 0) -> dict[str, object]:
    return {"report": to_text(report), "number": number, "start": start}


def entries(world: World) -> int:
    with world.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntryRow)) or 0


def test_reader_gets_a_chunk_as_a_download_without_a_kind(
    reader: Visitor, report: bytes, address: str
) -> None:
    answer = reader.send(address, ask(report))

    assert (answer.status_code, len(answer.data)) == (200, CHUNK)
    assert answer.data.startswith(b"age-encryption.org/v1\n-> mlkem768x25519 ")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_first_chunk_is_an_opening_of_the_report_and_the_next_is_not(
    reader: Visitor, report: bytes, address: str, world: World
) -> None:
    before = entries(world)
    reader.send(address, ask(report))
    reader.send(address, ask(report))

    assert entries(world) == before + 1
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    assert found.meta.stage is Stage.READ


def test_what_is_not_in_the_case_is_not_there(
    reader: Visitor, report: bytes, address: str, world: World
) -> None:
    other = world.file(LARKSPUR, ("Brackenridge",))
    world.fold(other, {"Brackenridge": 9007})
    before = entries(world)

    for asked in (ask(other), ask(new_id()), ask(report, number=1), {"report": "x"} | NOTHING):
        assert reader.send(address, asked).status_code == 404
    assert reader.send(address.replace("cases/", "cases/A"), ask(report)).status_code == 404
    assert entries(world) <= before + 1  # number=1 did open the report that is there


NOTHING = {"number": 0, "start": 0}


def test_only_pages_that_show_opened_pictures_allow_what_their_script_made(
    reader: Visitor, report: bytes, address: str
) -> None:
    def images(path: str) -> str:
        policy = reader.get(path).headers["Content-Security-Policy"]
        return policy.split("img-src ", 1)[1].split(";", 1)[0]

    assert images(address.removesuffix("/attachments")) == "'self' data: blob:"
    assert images(f"/desk/{DESK}") == images("/reports") == "'self' data:"


def test_reader_without_a_box_gets_none(
    app: Flask, world: World, report: bytes, address: str
) -> None:
    world.add_reader("Marlowick", 9005)

    assert visit(app, world, "Marlowick").send(address, ask(report)).status_code == 404


def test_report_that_is_gone_leaves_no_chunk(world: World, report: bytes) -> None:
    with world.services.database.write() as session:
        found = world.domain.reports.get(session, report)
        assert found is not None
        world.domain.attachments.erase(session, found)
        assert world.domain.attachments.chunks(session, found, 0, 0) == []


@pytest.mark.parametrize("asked", [{}, [], {"report": "x", "number": "0", "start": 0}])
def test_nonsense_is_a_bad_request(reader: Visitor, address: str, asked: object) -> None:
    assert reader.send(address, asked).status_code == 400
