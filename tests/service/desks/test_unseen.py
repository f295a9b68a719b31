# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recused functionary walks through every page of the desk, in a world with reports that are
hidden from him and in the same world without them, and receives the same bytes.

The two worlds share keys, clock and report ids, and begin with copies of one database. Taken out
of the answers is only what is random in both: the request's id, tokens of the session, a case's
random code, and the bytes (not the length) of what was sealed in each world.
"""

from __future__ import annotations

import copy
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.app import create_app
from service.cases.head import CaseState
from service.cases.visible import id_value, name_value
from service.config import Config
from service.database import Database
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from service.migrations.tables import all_tables
from service.services import build_services
from service.web.access import Access, access_of
from tests.service.attachments.sealed import with_file
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    FENNELWOOD,
    LARKSPUR,
    MARLOWICK,
    QUILLFEATHER,
    ROWANBARK,
    THORNBURY,
)
from tests.service.visiting import Visitor, visit
from tests.service.world import DESK, World

EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"
VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3 = (hashlib.sha256(bytes([n])).digest()[:16] for n in range(4))
NOBODYS_CASE = bytes(range(32))


@dataclass(frozen=True)
class Happened:
    """A history: what was filed and done, in order. ``hidden`` steps happen in one world only."""

    name: str
    steps: tuple[tuple[bool, str], ...]


HISTORIES = (
    Happened("nothing else is on file", ((True, "about him"), (True, "act on his"))),
    Happened(
        "another case came first",
        ((False, "visible"), (True, "about him"), (True, "act on his"), (True, "left out")),
    ),
    Happened(
        "his own case came first",
        ((True, "about him"), (True, "act on his"), (False, "visible"), (False, "act")),
    ),
    Happened(
        "the hidden part of a case was worked on before the visible part came",
        ((True, "left out"), (True, "act"), (True, "with another"), (False, "visible")),
    ),
    Happened(
        "a hidden report came to a case after it was closed",
        ((False, "visible"), (False, "act"), (True, "left out"), (True, "with another")),
    ),
)


def play(world: World, step: str) -> None:
    """One step of a history."""
    names: dict[str, int | None] = {"Thornbury": THORNBURY, "Brackenridge": BRACKENRIDGE}
    match step:
        case "visible":
            file(world, VISIBLE, QUILLFEATHER, {"Brackenridge": BRACKENRIDGE})
        case "about him":
            file(world, HIDDEN_1, LARKSPUR, {"Thornbury": THORNBURY})
        case "with another":
            file(world, HIDDEN_2, LARKSPUR, names)
        case "left out":
            brackenridge: dict[str, int | None] = {"Brackenridge": BRACKENRIDGE}
            file(world, HIDDEN_3, LARKSPUR, brackenridge, frozenset({THORNBURY}))
        case "act on his":
            act(world, THORNBURY)
        case "act":
            act(world, BRACKENRIDGE)


def file(
    world: World,
    report_id: bytes,
    reporter: tuple[int, str],
    accounts: dict[str, int | None],
    left_out: frozenset[int] = frozenset(),
) -> None:
    world.services.clock.advance(days=1)  # type: ignore[attr-defined]
    form = world.form(reporter, tuple(accounts), (EDIT,), "It hurt.", left_out, report_id)
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        with with_file(world, session, reporter[0], report_id):
            world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    world.fold(report_id, accounts)


def act(world: World, central_id: int) -> None:
    """A colleague opens, takes and closes the case about an account."""
    reader, case = world.as_reader("Rowanbark"), case_about(world, central_id)
    today = world.services.today()
    with world.services.database.write() as session:
        domain, desk = world.domain, world.desk
        everything = {VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3}
        assert domain.opening.open(session, desk, reader, case, everything, today)
        assert domain.acts.assign(session, desk, reader, case, reader.central_id, today)
        assert domain.acts.set_state(session, desk, reader, case, CaseState.CLOSED, today)


def case_about(world: World, central_id: int) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def case_by_name(world: World, name: str) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, name_value(name)))


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: its file can be copied. What is compared here are the pages."""
    url = f"sqlite:///{tmp_path / 'tables.sqlite'}"
    made = Database(url)
    all_tables().create_all(made.engine)
    made.dispose()
    return url


@pytest.fixture
def founded(world: World) -> World:
    """What both worlds begin with: four readers, one of them new and without old boxes."""
    world.add_reader("Thornbury", THORNBURY)
    world.add_reader("Marlowick", MARLOWICK)
    assert {one.central_id for one in world.readers.values()} == {
        ROWANBARK,
        FENNELWOOD,
        MARLOWICK,
        THORNBURY,
    }
    return world


@contextmanager
def copy_of(world: World, folder: Path, bundle: Path) -> Iterator[tuple[World, Flask]]:
    """A world of its own with the same past, keys and clock."""
    folder.mkdir()
    database = Path(str(world.services.database.url.database))
    with world.services.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database, folder / database.name)
    config = world.services.config
    clock = copy.copy(world.services.clock)  # goes its own way from here
    copied = Config(**{**vars(config), "database_url": f"sqlite:///{folder / database.name}"})
    services = build_services(copied, clock=clock)
    app = create_app(copied, services=services, bundle=bundle)
    try:
        yield World(services, dict(world.readers)), app
    finally:
        services.database.dispose()


@dataclass(frozen=True)
class Walk:
    """Everything that he can ask for at the desk; answers by what was asked, made comparable."""

    world: World
    visitor: Visitor

    def answers(self) -> dict[str, bytes]:
        desk, found = f"/desk/{DESK}", {}
        cases = {
            "absent": NOBODYS_CASE,
            "his own": case_about(self.world, THORNBURY),
            "his name's": case_by_name(self.world, "Thornbury"),
            "the other": case_about(self.world, BRACKENRIDGE),
        }
        colleague = to_text(self.world.domain.roster.label(DESK, MARLOWICK))
        queries = ("", "?state=all", "?state=closed", "?assignee=nobody", "?state=all&page=2")
        for query in queries:
            found[f"queue {query}"] = self.visitor.get(desk + query)
        found["roster"] = self.visitor.get(f"{desk}/roster")
        found["his key"] = self.visitor.get("/key")
        found["backlog"] = self.visitor.ask(f"{desk}/roster/{colleague}/backlog")
        reports = [to_text(one) for one in (VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3)]
        every = "&".join(f"case={to_text(one)}" for one in cases.values())
        found["previews"] = self.visitor.ask(f"{desk}/previews?{every}")
        for name, case in cases.items():
            address = f"{desk}/cases/{to_text(case)}"
            found[f"case, {name}"] = self.visitor.get(address)
            found[f"case for a script, {name}"] = self.visitor.ask(address)
            found[f"preview, {name}"] = self.visitor.ask(f"{desk}/previews?case={to_text(case)}")
            found[f"sealed, {name}"] = self.visitor.send(f"{address}/sealed", {"reports": reports})
            for number, report in enumerate(reports):
                asked = {"report": report, "number": 0, "start": 0}
                found[f"file {number}, {name}"] = self.visitor.send(f"{address}/attachments", asked)
        for report in reports:
            boxes = {"boxes": {report: "AAAA"}}
            if report != to_text(VISIBLE):
                found[f"boxes, {report}"] = self.visitor.send(
                    f"{desk}/roster/{colleague}/boxes", boxes
                )
        for name, case in cases.items():
            address = f"{desk}/cases/{to_text(case)}"
            found[f"taking, {name}"] = self.visitor.post(f"{address}/assignee", assignee="me")
            found[f"work, {name}"] = self.visitor.post(f"{address}/state", state="working")
            found[f"afterwards, {name}"] = self.visitor.get(address)
        found["queue afterwards"] = self.visitor.get(f"{desk}?state=all")
        return {asked: comparable(answer) for asked, answer in found.items()}


def comparable(answer: TestResponse) -> bytes:
    """Status, headers and body, without what is random in every world."""
    request_id = answer.headers.pop("X-Request-Id").encode()
    del answer.headers["Content-Length"]  # tokens differ in length; the body is compared whole
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers))
    body = answer.get_data()
    if answer.mimetype == "application/octet-stream":
        body = b"%d sealed" % len(body)
    text = f"{answer.status}\n{headers}\n".encode() + body
    text = text.replace(request_id, b"REQUEST")
    text = re.sub(rb'(name="csrf_token" value|name="csrf-token" content)="[^"]+"', b"TOKEN", text)
    text = re.sub(rb'data-person="[^"]+"', b"SESSION", text)
    text = re.sub(rb"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b", b"CODE", text)
    sealed = re.compile(rb'"(?:sealed|box)":"([A-Za-z0-9_-]+)"')
    return sealed.sub(lambda found: b"%d sealed" % len(found[1]), text)


@pytest.fixture(params=HISTORIES, ids=lambda one: one.name)
def history(request: pytest.FixtureRequest) -> Happened:
    happened: Happened = request.param
    return happened


def test_recused_functionary_receives_the_same_bytes_in_both_worlds(
    founded: World, history: Happened, tmp_path: Path, bundle: Path
) -> None:
    with (
        copy_of(founded, tmp_path / "with", bundle) as (with_hidden, app),
        copy_of(founded, tmp_path / "without", bundle) as (without, other_app),
    ):
        for hidden, step in history.steps:
            play(with_hidden, step)
            if hidden:
                pass_time(without, step)
            else:
                play(without, step)
        found = Walk(with_hidden, visit(app, with_hidden, "Thornbury")).answers()
        expected = Walk(without, visit(other_app, without, "Thornbury")).answers()

    assert [asked for asked, answer in found.items() if answer != expected[asked]] == []


def pass_time(world: World, step: str) -> None:
    """The clock goes on where nothing happens."""
    if not step.startswith("act"):
        world.services.clock.advance(days=1)  # type: ignore[attr-defined]


def test_walk_visits_every_route_of_the_desk(app: Flask, founded: World) -> None:
    """A new route is added to the walk, or it fails here."""
    walked = {
        "desks.queue",
        "desks.previews",
        "desks.case",
        "attachments.of_case",
        "desks.sealed",
        "desks.set_state",
        "desks.assign",
        "desks.roster",
        "desks.backlog",
        "desks.boxes",
    }
    only_about_people = {"desks.vouch"}
    readers = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if access_of(view) is Access.READER
    }

    assert readers == walked | only_about_people


def test_colleagues_do_see_what_is_hidden_from_him(
    founded: World, come: Callable[[str], Visitor]
) -> None:
    """The walk would prove nothing in a world where nobody sees anything."""
    play(founded, "about him")

    assert "/cases/" in come("Rowanbark").text(f"/desk/{DESK}")
    assert "Nothing waits for you." in come("Thornbury").text(f"/desk/{DESK}")
