# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recused functionary walks through every page of the desk, in a world with reports that are
hidden from him and in the same world without them, and receives the same bytes.

The two worlds share keys, clock and report ids, and begin with copies of one database. Taken out
of the answers is only what is random in both: the request's id, tokens of the session, a case's
random code, the record's head of a day, and the bytes (not the length) of what was sealed in each
world. The walk itself is in walking.py; a new route is in it by itself, or fails it.
"""

from __future__ import annotations

import copy
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from service.app import create_app
from service.cases.head import CaseState
from service.cases.visible import id_value, name_value
from service.config import Config
from service.database import Database
from service.declared.declaring import declare as declare_account
from service.declared.store import Declared, DeclaredKind
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from service.migrations.tables import all_tables
from service.services import build_services
from service.web.access import Access, access_of
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    FENNELWOOD,
    LARKSPUR,
    MARLOWICK,
    QUILLFEATHER,
    ROWANBARK,
    THORNBURY,
)
from tests.service.desks.walking import Body, Questions, Walk
from tests.service.visiting import Visitor, visit
from tests.service.world import DESK, World

EDIT = "https://en.wikipedia.org/wiki/Special:Diff/310000042"
VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3 = (hashlib.sha256(bytes([n])).digest()[:16] for n in range(4))
NOBODYS_CASE = bytes(range(32))
THICKET, BRAMBLE = 9011, 9012


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
        "reports name accounts that he declared",
        (
            (True, "about his private account"),
            (False, "visible"),
            (True, "about his public account"),
            (True, "act on his private account"),
        ),
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
        case "about his private account":
            file(world, HIDDEN_1, LARKSPUR, {"Thicket": THICKET})
        case "about his public account":
            file(world, HIDDEN_2, LARKSPUR, {"Bramble": BRAMBLE})
        case "act on his private account":
            act(world, THICKET)
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
    next_day(world)
    form = world.form(reporter, tuple(accounts), (EDIT,), "It hurt.", left_out, report_id)
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    world.fold(report_id, accounts)


def next_day(world: World) -> None:
    """The clock goes on, and the worker closes the day that is over."""
    world.services.clock.advance(days=1)  # type: ignore[attr-defined]
    with world.services.database.write() as session:
        world.domain.cases.hold(session, DESK)
        world.domain.audit_days.close(session, DESK, world.services.today())


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
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With Thornbury as a coordinator of the desk, so that nothing is closed to him."""
    path = Path(environ["CS_DESKS"])
    named = 'key = "oversight"\n'
    path.write_text(path.read_text().replace(named, f"{named}coordinators = [{THORNBURY}]\n"))
    return environ


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
    """What both worlds begin with: four readers, one of them new and without old boxes. Thornbury
    coordinates the desk, too, and declared two other accounts.
    """
    world.add_reader("Thornbury", THORNBURY)
    world.add_reader("Marlowick", MARLOWICK)
    assert {one.central_id for one in world.readers.values()} == {
        ROWANBARK,
        FENNELWOOD,
        MARLOWICK,
        THORNBURY,
    }
    declare(world, "Thicket", THICKET, DeclaredKind.PRIVATE)
    declare(world, "Bramble", BRAMBLE, DeclaredKind.PUBLIC)
    return world


def declare(world: World, name: str, central_id: int, kind: DeclaredKind) -> None:
    account = Declared(name, central_id, kind, world.services.today())
    with world.services.database.write() as session:
        member = world.domain.roster.member(session, DESK, THORNBURY)
        assert member is not None
        declare_account(world.domain, session, [DESK], member, account)


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
    app.config["SERVER_NAME"] = copied.host  # or every answer is "another host", and all are alike
    try:
        yield World(services, dict(world.readers)), app
    finally:
        services.database.dispose()


def questions(world: World) -> Questions:
    """What he may come to ask for: his own cases and the other's, colleagues, every report."""
    roster = world.domain.roster
    label = {
        name: to_text(roster.label(DESK, key.central_id)) for name, key in world.readers.items()
    }
    cases = {
        "absent": NOBODYS_CASE,
        "his own": case_about(world, THORNBURY),
        "his name's": case_by_name(world, "Thornbury"),
        "his private account's": case_about(world, THICKET),
        "his public account's": case_about(world, BRAMBLE),
        "the other": case_about(world, BRACKENRIDGE),
    }
    reports = [to_text(one) for one in (VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3)]
    every_case = "&".join(f"case={to_text(one)}" for one in cases.values())
    return Questions(
        arguments={
            "desk": {"the desk": DESK},
            "case": {name: to_text(case) for name, case in cases.items()},
            "person": {
                "colleague": label["Marlowick"],
                "himself": label["Thornbury"],
                "nobody": to_text(bytes(32)),
            },
            "report": {one: one for one in reports},
        },
        queries={
            "desks.queue": (
                "?state=all",
                "?state=closed",
                "?assignee=nobody",
                "?state=all&page=2",
            ),
            "desks.previews": (
                f"?{every_case}",
                *(f"?case={to_text(case)}" for case in cases.values()),
            ),
            "desks.backlog": tuple(f"?after={one}" for one in reports),
        },
        bodies={
            "desks.sealed": (
                Body(json={"reports": reports}),
                *(Body(json={"reports": [one]}) for one in reports),
            ),
            "desks.assign": (Body(form={"assignee": "me"}), Body(form={"assignee": "nobody"})),
            "desks.set_state": (Body(form={"state": "working"}), Body(form={"state": "closed"})),
            "desks.boxes": tuple(Body(json={"boxes": {one: "AAAA"}}) for one in reports),
            "desks.vouch": (Body(form={"fingerprint": "x"}),),
            "desks.removal": (Body(form={}), Body(form={"drop": "1"}), Body(form={})),
            "desks.confirm_first_key": (Body(form={"fingerprint": "x"}),),
            "declared.add": (Body(form={"name": "Hedgerow", "kind": "private"}),),
            "declared.stop": (Body(form={"name": "Bramble"}), Body(form={"name": "Thicket"})),
        },
    )


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
        looking, other = walk(with_hidden, app), walk(without, other_app)
        found, expected = looking.answers(), other.answers()

    assert looking.statuses["desks.queue"] == {200}, "or nothing was compared"
    assert looking.statuses["desks.case"] >= {404}
    assert found.keys() == expected.keys()
    differing = [asked for asked, answer in found.items() if answer != expected[asked]]
    assert differing == []


def walk(world: World, app: Flask) -> Walk:
    return Walk(app, visit(app, world, "Thornbury"), questions(world))


def pass_time(world: World, step: str) -> None:
    """The clock goes on where nothing happens."""
    if not step.startswith("act"):
        next_day(world)


def test_walk_visits_every_route_of_a_functionary_and_is_let_in(app: Flask, founded: World) -> None:
    """A page that only ever said "there is nothing here" would show nothing."""
    play(founded, "visible")
    walk_here = walk(founded, app)
    walk_here.answers()

    functionarys = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if access_of(view) in {Access.READER, Access.COORDINATOR}
    }
    assert functionarys <= walk_here.statuses.keys()
    shut_out = {one for one in functionarys if walk_here.statuses[one] <= {400, 404, 405}}
    assert shut_out == set()


def test_colleagues_do_see_what_is_hidden_from_him(
    founded: World, come: Callable[[str], Visitor]
) -> None:
    """The walk would prove nothing in a world where nobody sees anything."""
    play(founded, "about him")

    assert "/cases/" in come("Rowanbark").text(f"/desk/{DESK}")
    assert "Nothing waits for you." in come("Thornbury").text(f"/desk/{DESK}")
