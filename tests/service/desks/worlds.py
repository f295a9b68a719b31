# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two worlds: in one there are reports that are hidden from somebody, in the other there are not.

They share keys, clock and report ids, and begin with copies of one database.
"""

from __future__ import annotations

import copy
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask

from onwiki.links import recognise
from service.app import create_app
from service.audit.journal import Act
from service.cases.head import CaseState
from service.cases.identity import IdentityReason, Reason
from service.cases.visible import id_value, name_value
from service.config import Config
from service.declared.declaring import declare as declare_account
from service.declared.store import Declared, DeclaredKind
from service.ids import to_text
from service.matching.tokens import Kind, case_id, derive
from service.reports.record import Reviewed
from service.services import build_services
from service.thread.answering import Writing
from service.worker.building import build_context
from tests.service.attachments.sealed import with_file
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    LARKSPUR,
    QUILLFEATHER,
    THORNBURY,
)
from tests.service.desks.walking import Body, Questions, Walk
from tests.service.retention.test_night import make_round
from tests.service.thread.correspondence import add, write
from tests.service.visiting import visit
from tests.service.world import DESK, World

EDIT: Final = "https://en.wikipedia.org/wiki/Special:Diff/310000042"
VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3, HELD, OTHER = EVERY = tuple(
    hashlib.sha256(bytes([n])).digest()[:16] for n in range(6)
)
NOBODYS_CASE: Final = bytes(range(32))
NOBODYS_REPORT: Final = bytes(range(16))
THICKET, BRAMBLE = 9011, 9012
QUESTION: Final = {
    "first": "Brackenridge",
    "second": "Thornbury",
    "wiki": "en.wikipedia.org",
    "window": "180",
    "closeness": "86400",
}


@dataclass(frozen=True)
class Happened:
    """A history: what was filed and done, in order. ``hidden`` steps happen in one world only."""

    name: str
    steps: tuple[tuple[bool, str], ...]


WAITS = {"some months pass": 320, "a year passes, nearly": 350, "the year is over": 15}
"""Days that pass in both worlds; then the worker makes its nightly round."""


_FILED: Final[dict[str, tuple[bytes, tuple[int, str], dict[str, int | None]]]] = {
    "visible": (VISIBLE, QUILLFEATHER, {"Brackenridge": BRACKENRIDGE}),
    "about him": (HIDDEN_1, LARKSPUR, {"Thornbury": THORNBURY}),
    "about his private account": (HIDDEN_1, LARKSPUR, {"Thicket": THICKET}),
    "about his public account": (HIDDEN_2, LARKSPUR, {"Bramble": BRAMBLE}),
    "with another": (
        HIDDEN_2,
        LARKSPUR,
        {"Thornbury": THORNBURY, "Brackenridge": BRACKENRIDGE},
    ),
    "left out": (HIDDEN_3, LARKSPUR, {"Brackenridge": BRACKENRIDGE}),
}
_NEWCOMERS: Final = {"visible of a newcomer": "visible", "left out of a newcomer": "left out"}
"""The same from the marked lane."""
_REVIEWED: Final = {"visible is reviewed": VISIBLE, "left out is reviewed": HIDDEN_3}
_ACTED: Final = {
    "act": BRACKENRIDGE,
    "act on his": THORNBURY,
    "act on his private account": THICKET,
}
_ADDED: Final = {"added to visible": VISIBLE, "added to hidden": HIDDEN_2}


def play(world: World, step: str) -> None:
    """One step of a history."""
    if step in _FILED:
        left_out = frozenset({THORNBURY}) if step == "left out" else frozenset()
        file(world, *_FILED[step], left_out)
    elif step in _NEWCOMERS:
        of = _NEWCOMERS[step]
        left_out = frozenset({THORNBURY}) if of == "left out" else frozenset()
        file(world, *_FILED[of], left_out, review=True)
    elif step in _REVIEWED:
        review(world, _REVIEWED[step])
    elif step in _ACTED:
        act(world, _ACTED[step])
    elif step in WAITS:
        world.services.clock.advance(days=WAITS[step])  # type: ignore[attr-defined]
        make_round(build_context(world.services))
    elif step in _ADDED:
        add_to(world, _ADDED[step])
    elif step == "written about hidden":
        write_about(world, HIDDEN_2)
    elif step == "left out is withdrawn":
        erasing, today = world.domain.erasing, world.services.today()
        with world.services.database.write() as session:
            assert erasing.erase(session, HIDDEN_3, Act.WITHDRAWN, today)


def file(
    world: World,
    report_id: bytes,
    reporter: tuple[int, str],
    accounts: dict[str, int | None],
    left_out: frozenset[int] = frozenset(),
    hold: str = "",
    *,
    review: bool = False,
) -> None:
    next_day(world)
    form = world.form(
        reporter,
        tuple(accounts),
        (EDIT,),
        "It hurt.",
        left_out,
        report_id,
        hold=hold,
        review=review,
    )
    with world.services.database.write() as session:
        readers = world.domain.roster.readers(session, DESK)
        with with_file(world, session, reporter[0], report_id):
            world.domain.filing.file(session, world.desk, readers, form, world.services.clock())
    world.fold(report_id, accounts)
    world.filed.append(report_id)


def add_to(world: World, report_id: bytes) -> None:
    """Its reporter adds a link that others cite, and the worker enters it."""
    next_day(world)
    add(world, report_id, "And again.", (EDIT,))
    with world.services.database.write() as session:
        version = world.domain.cases.lock(session, DESK)
        report = world.domain.reports.get(session, report_id, lock=True)
        assert report is not None
        references = [recognise(EDIT, world.services.wikis)]
        world.domain.folding.extend(session, report, references, version, world.services.today())


def write_about(world: World, report_id: bytes) -> None:
    """A colleague opens who reported, and closes the report."""
    reader, case = world.as_reader("Rowanbark"), case_about(world, BRACKENRIDGE)
    reason, today = Reason(IdentityReason.ACT, "To help."), world.services.today()
    with world.services.database.write() as session:
        identity = world.domain.identity
        assert identity.open(session, world.desk, reader, case, report_id, reason, today)
    assert write(world, case, report_id, writing=Writing.CLOSING)


def review(world: World, report_id: bytes) -> None:
    """A colleague says that a newcomer's report counts."""
    reader, case = world.as_reader("Rowanbark"), case_about(world, BRACKENRIDGE)
    outcome, today = Reviewed.COUNTED, world.services.today()
    with world.services.database.write() as session:
        assert world.domain.reviewing.review(
            session, world.desk, reader, case, report_id, outcome, today
        )


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
        assert domain.opening.open(session, desk, reader, case, EVERY, today)
        assert domain.acts.assign(session, desk, reader, case, reader.central_id, today)
        assert domain.acts.set_state(session, desk, reader, case, CaseState.CLOSED, today)


def case_about(world: World, central_id: int) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, id_value(central_id)))


def case_by_name(world: World, name: str) -> bytes:
    keys = world.services.match_keys
    return case_id(derive(keys, DESK, Kind.ACCOUNT, name_value(name)))


def pass_time(world: World, step: str) -> None:
    """The clock goes on where nothing happens."""
    if not step.startswith(("act", "written")) and not step.endswith(("withdrawn", "reviewed")):
        next_day(world)


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
    app.config["SERVER_NAME"] = copied.host  # where the test client sends its requests
    try:
        yield World(services, dict(world.readers)), app
    finally:
        services.database.dispose()


def questions(world: World, filed: Sequence[bytes]) -> Questions:
    """What he may come to ask for: his own cases and the other's, colleagues, each report that was
    ``filed`` in any of the worlds, and one that was in none: another such is no other question.
    """
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
    reports = [to_text(one) for one in (*filed, NOBODYS_REPORT)]
    nonsense = {"position": 0, "cited": "rev:enwiki:1", "asked": "rev:enwiki:1", "mark": ""}
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
            "asked": {"no question": to_text(VISIBLE)},
            "wrap": {"nobody's": to_text(VISIBLE)},
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
            # They are in the order of their ids: each begins somewhere else.
            "desks.backlog": tuple(f"?after={to_text(one)}" for one in EVERY),
        },
        bodies={
            "desks.sealed": (
                Body(json={"reports": reports}),
                *(Body(json={"reports": [one]}) for one in reports),
            ),
            "attachments.of_case": tuple(
                Body(json={"report": one, "number": 0, "start": 0}) for one in reports
            ),
            "attachments.own": (Body(json={"number": 0, "start": 0}),),
            "attachments.upload": (Body(form={"form_id": "x", "number": "0", "index": "0"}),),
            "attachments.uploaded": (Body(form={"form_id": "x", "wanted": "0"}),),
            "desks.ask_again": (Body(json={"reports": {one: [nonsense] for one in reports}}),),
            "thread.answer": (Body(form={"writing": "closing", "number": "0"}),),
            "desks.identity": (Body(json={"why": "act", "words": "To help."}),),
            "interactions.ask": (Body(json={}), Body(json=QUESTION)),
            "interactions.remove": (Body(json={}),),
            "retention.prolong": (Body(form={"reason": "Needed."}),),
            "export.export": (Body(form={}),),
            "desks.assign": (Body(form={"assignee": "me"}), Body(form={"assignee": "nobody"})),
            "desks.set_state": (Body(form={"state": "working"}), Body(form={"state": "closed"})),
            "desks.boxes": tuple(Body(json={"boxes": {one: "AAAA"}}) for one in reports),
            "desks.vouch": (Body(form={"fingerprint": "x"}),),
            "desks.review": (Body(form={"outcome": "counted"}), Body(form={"outcome": "aside"})),
            "desks.removal": (Body(form={}), Body(form={"drop": "1"}), Body(form={})),
            "desks.set_intake": (
                Body(form={"intake": "closed", "reason": "Too few of us."}),
                Body(form={"intake": "open", "reason": "Enough again."}),
            ),
            "desks.confirm_first_key": (Body(form={"fingerprint": "x"}),),
            "declared.add": (Body(form={"name": "Hedgerow", "kind": "private"}),),
            "declared.stop": (Body(form={"name": "Bramble"}), Body(form={"name": "Thicket"})),
        },
    )


@contextmanager
def two_worlds(
    founded: World,
    history: Happened,
    folder: Path,
    bundle: Path,
    play: Callable[[World, str], None] = play,
) -> Iterator[tuple[tuple[World, Flask], tuple[World, Flask]]]:
    """The world of a history, and the one in which its hidden steps did not happen."""
    with (
        copy_of(founded, folder / "with", bundle) as (with_hidden, app),
        copy_of(founded, folder / "without", bundle) as (without, other_app),
    ):
        for hidden, step in history.steps:
            play(with_hidden, step)
            if hidden:
                pass_time(without, step)
            else:
                play(without, step)
        yield (with_hidden, app), (without, other_app)


def walk(name: str, world: World, app: Flask, filed: Sequence[bytes]) -> Walk:
    return Walk(app, visit(app, world, name, stepped_up=True), questions(world, filed))


def differing(
    name: str,
    founded: World,
    history: Happened,
    folder: Path,
    bundle: Path,
    play: Callable[[World, str], None] = play,
) -> list[str]:
    """What a functionary asks that is answered differently in the two worlds of a history."""
    with two_worlds(founded, history, folder, bundle, play) as (one, other):
        filed = sorted({*one[0].filed, *other[0].filed}, key=EVERY.index)
        looking, comparing = walk(name, *one, filed), walk(name, *other, filed)
        found, expected = looking.answers(), comparing.answers()

    assert looking.statuses["desks.roster"] == {200}, "who is let in nowhere sees no difference"
    assert found.keys() == expected.keys()
    return [asked for asked, answer in found.items() if answer != expected[asked]]
