# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with a report, and one person of every role who comes to the tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from flask import Flask

from service.ids import to_text
from service.keys.stepup import proved
from service.keys.store import WrapKind
from service.sealing import age
from service.sessions.person import Person
from tests.service.attachments.sealed import with_file
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    LARKSPUR,
    MARLOWICK,
    QUILLFEATHER,
    ROWANBARK,
    THORNBURY,
)
from tests.service.desks.worlds import EDIT, HIDDEN_1, QUESTION, case_about
from tests.service.keys.holder import Holder
from tests.service.reports.desk import ReaderKey, a_wrap
from tests.service.visiting import Visitor, case_address, sign_in, visit
from tests.service.world import DESK, World

REPORT: Final = HIDDEN_1
COORDINATOR: Final = (9020, "Willowmere")
STEWARD: Final = (9021, "Ashdown")
OPERATING: Final = (9022, "Pebbleworth")
COUNSELLOR: Final = (9023, "Fernwhistle")
COUNSELLORS: Final = "counsellors"
LARKSPURS_KEY: Final = age.new_identity()

NOTHING_THERE: Final = {
    "desk": DESK,
    "case": "A" * 43,
    "report": "A" * 22,
    "person": "A" * 43,
    "asked": "A" * 22,
}
"""Arguments of addresses of the desk, by which nothing is found."""

DESKS_HEAD: Final = f'operators = ["{OPERATING[1]}"]\n'
COUNSELLORS_DESK: Final = f"""
[[desk]]
key = "{COUNSELLORS}"
name = "Counsellors"
purpose = "somebody to talk to"
wikis = ["*"]
answer_by_days = 3
languages = ["en"]
elsewhere = "Write to emergency@wikimedia.org when somebody is in danger."

[[desk.member]]
central_id = {COUNSELLOR[0]}
reason = "Gives support; a list of names, as no group on a wiki stands for it."
until = 2030-01-01
"""


@dataclass
class Scene:
    """What is on file, and the arguments that lead to it."""

    world: World
    arguments: dict[str, str] = field(default_factory=dict)


def lay_scene(app: Flask, world: World) -> Scene:
    """A report about Thornbury, who reads at the desk. It was held, its reporter ended that, and
    its term is over soon; it came from a new account, and has a file. A reader asked where two
    accounts met. Its reporter has changed the key. Marlowick's key waits for a vouch; a steward
    reads at another desk.
    """
    world.add_reader("Thornbury", THORNBURY)
    world.add_reader("Marlowick", MARLOWICK, vouched=False)
    add_elsewhere(world, "stewards", STEWARD)
    add_elsewhere(world, COUNSELLORS, COUNSELLOR)
    add_coordinator(world)
    file(world)
    identity, recipient = LARKSPURS_KEY
    Holder(person(LARKSPUR)(app, world), [identity], recipient).change()
    case = case_about(world, BRACKENRIDGE)
    reader = visit(app, world, "Rowanbark")
    reader.send(f"{case_address(case)}/interactions", QUESTION)
    (asked,) = reader.ask(f"{case_address(case)}/interactions").get_json()["asked"]
    (wrap,) = reader.ask("/key/wraps").get_json()["wraps"]
    label = world.domain.roster.label(DESK, world.readers["Marlowick"].central_id)
    return Scene(
        world,
        {
            "desk": DESK,
            "case": to_text(case),
            "report": to_text(REPORT),
            "person": to_text(label),
            "asked": asked["request"],
            "wrap": wrap["id"],
            "name": "app-AAAA.js",
        },
    )


def add_elsewhere(world: World, desk: str, who: tuple[int, str]) -> None:
    """Somebody reads at another desk."""
    World(world.services, key=desk).add_reader(who[1], who[0])


def add_coordinator(world: World) -> None:
    """With a key, to vouch for first keys with."""
    recipient, services = age.new_identity()[1], world.services
    with services.database.write() as session:
        wraps = [(WrapKind.PASSPHRASE, a_wrap())]
        world.domain.keys.register(session, COORDINATOR[0], recipient, wraps, services.today())


def file(world: World) -> None:
    identity, recipient = LARKSPURS_KEY
    own = ReaderKey(*LARKSPUR, identity, recipient)
    accounts = {"Thornbury": THORNBURY, "Brackenridge": BRACKENRIDGE}
    services, domain = world.services, world.domain
    with services.database.write() as session:
        wraps = [(WrapKind.RECOVERY, a_wrap())]
        domain.keys.register(session, LARKSPUR[0], recipient, wraps, services.today())
    form = world.form(
        LARKSPUR, tuple(accounts), (EDIT,), form_id=REPORT, hold="2", own=own, review=True
    )
    with services.database.write() as session:
        readers = domain.roster.readers(session, DESK)
        with with_file(world, session, LARKSPUR[0], REPORT):
            domain.filing.file(session, world.desk, readers, form, services.clock())
    world.fold(REPORT, dict(accounts))
    with services.database.write() as session:
        domain.own.end_hold(session, REPORT, services.today())
    assert world.night() == 1
    services.clock.advance(days=350)  # type: ignore[attr-defined]


def stranger(app: Flask, world: World) -> Visitor:
    """Nobody is signed in."""
    client = app.test_client()
    page = client.get("/").get_data(as_text=True)
    assert world
    return Visitor(client, page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0])


def reader(name: str) -> Callable[[Flask, World], Visitor]:
    """A functionary of the desk who has just shown the own key."""
    return lambda app, world: visit(app, world, name, stepped_up=True)


def person(who: tuple[int, str], *desks: str) -> Callable[[Flask, World], Visitor]:
    """Somebody else, who has shown the own key if there is one."""

    def come(app: Flask, world: World) -> Visitor:
        services = world.services
        somebody = Person(*who, edit_count=100, rights_checked=services.clock())
        with services.database.read() as session:
            key = services.domain.keys.of(session, who[0])
        shown = None if key is None else proved(key, services.clock())
        return sign_in(app, services, replace(somebody, desks=frozenset(desks)), shown)

    return come


ROLES: Final[dict[str, Callable[[Flask, World], Visitor]]] = {
    "nobody": stranger,
    "reporter": person(LARKSPUR),
    "another": person(QUILLFEATHER),
    "foreign": person(STEWARD, "stewards"),
    "waiting": reader("Marlowick"),
    "recused": reader("Thornbury"),
    "reader": reader("Rowanbark"),
    "counsellor": person(COUNSELLOR, COUNSELLORS),
    "coordinator": person(COORDINATOR),
    "operator": person(OPERATING),
}
"""By the columns of permissions.txt, which says who they are."""

CENTRAL_IDS: Final = {
    "nobody": 0,
    "reporter": LARKSPUR[0],
    "another": QUILLFEATHER[0],
    "foreign": STEWARD[0],
    "waiting": MARLOWICK,
    "recused": THORNBURY,
    "reader": ROWANBARK,
    "counsellor": COUNSELLOR[0],
    "coordinator": COORDINATOR[0],
    "operator": OPERATING[0],
}
