# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recused functionary walks through every page of the desk, in a world with reports that are
hidden from him and in the same world without them, and receives the same bytes.

Taken out of the answers is only what is random in both worlds: see walking.py, where the walk is,
too; a new route is in it by itself, or fails it.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.declared.store import DeclaredKind
from service.ids import to_text
from service.reports.form_ids import FormIds
from service.sealing import age
from service.thread.answering import MESSAGE_SIZE
from service.web.access import Access, access_of
from tests.service.desks.conftest import (
    BRACKENRIDGE,
    FENNELWOOD,
    MARLOWICK,
    ROWANBARK,
    THORNBURY,
)
from tests.service.desks.walking import comparable
from tests.service.desks.worlds import (
    BRAMBLE,
    EVERY,
    HIDDEN_1,
    HIDDEN_2,
    HIDDEN_3,
    QUESTION,
    THICKET,
    VISIBLE,
    Happened,
    case_about,
    declare,
    differing,
    play,
    two_worlds,
    walk,
)
from tests.service.keys.holder import Holder
from tests.service.visiting import JSON, Visitor, case_address, visit
from tests.service.world import DESK, World

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
        "a hidden report of a case that was worked on is withdrawn, the visible one prolonged",
        (
            (True, "left out"),
            (True, "act"),
            (False, "visible"),
            (False, "a year passes, nearly"),
            (True, "left out is withdrawn"),
        ),
    ),
    Happened(
        "a hidden report of a case will be erased soon",
        ((True, "left out"), (False, "some months pass"), (False, "visible")),
    ),
    Happened(
        "a hidden report of a case was read and is purged",
        (
            (True, "left out"),
            (False, "visible"),
            (False, "act"),
            (False, "a year passes, nearly"),
            (True, "with another"),
            (False, "the year is over"),
        ),
    ),
    Happened(
        "the visible report was added to after the case was closed for both",
        ((True, "left out"), (False, "visible"), (False, "act"), (False, "added to visible")),
    ),
    Happened(
        "a hidden report of a closed case was added to, answered and its name opened",
        (
            (True, "with another"),
            (False, "visible"),
            (False, "act"),
            (True, "added to hidden"),
            (True, "written about hidden"),
        ),
    ),
    Happened(
        "a newcomer's hidden report waits to be looked at, another newcomer's is visible",
        ((True, "left out of a newcomer"), (False, "visible of a newcomer")),
    ),
    Happened(
        "newcomers' reports were looked at, one of them hidden",
        (
            (False, "visible of a newcomer"),
            (True, "left out of a newcomer"),
            (True, "left out is reviewed"),
            (False, "visible is reviewed"),
        ),
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

WITH_RANDOM_ADDRESSES = {"interactions.sealed", "interactions.remove"}
"""Their addresses cannot be built beforehand: they are walked by themselves, below."""


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With Thornbury as a coordinator of the desk, so that nothing is closed to him."""
    path = Path(environ["CS_DESKS"])
    named = 'key = "oversight"\n'
    path.write_text(path.read_text().replace(named, f"{named}coordinators = [{THORNBURY}]\n"))
    return environ


@pytest.fixture
def database_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """SQLite: its file can be copied. What is compared here are the pages."""
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'tables.sqlite')}"


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


@pytest.fixture(params=HISTORIES, ids=lambda one: one.name)
def history(request: pytest.FixtureRequest) -> Happened:
    happened: Happened = request.param
    return happened


def test_recused_functionary_receives_the_same_bytes_in_both_worlds(
    founded: World, history: Happened, tmp_path: Path, bundle: Path
) -> None:
    assert differing("Thornbury", founded, history, tmp_path, bundle) == []


def test_recused_functionary_with_another_key_finds_the_same_old_boxes_in_both_worlds(
    founded: World, history: Happened, tmp_path: Path, bundle: Path
) -> None:
    """Reports to seal again: their number and order, before and after one of them was."""
    found = []
    with two_worlds(founded, history, tmp_path, bundle) as both:
        for world, its_app in both:
            key = world.readers["Thornbury"]
            holder = Holder(visit(its_app, world, "Thornbury"), [key.identity], key.recipient)
            holder.change()
            asked = holder.visitor.ask("/key/boxes").get_json()
            reports = [to_text(one) for one in (VISIBLE, HIDDEN_1, HIDDEN_2, HIDDEN_3)]
            posted = {
                "recipient": holder.recipient,
                "boxes": {one: "AAAA" for one in reports if one != to_text(VISIBLE)},
            }
            found.append(
                (
                    asked["left"],
                    [one["report"] for one in asked["boxes"]],
                    holder.visitor.send("/key/boxes", posted).get_json(),
                    holder.visitor.send("/key/boxes/done", {"failed": []}).status_code,
                    holder.visitor.send("/key/boxes/done", {"failed": reports}).status_code,
                )
            )

    assert found[0] == found[1]


def test_question_about_two_accounts_is_answered_the_same_in_both_worlds(
    founded: World, history: Happened, tmp_path: Path, bundle: Path
) -> None:
    """Its address is random, so that the walk does not come there."""
    found = []
    with two_worlds(founded, history, tmp_path, bundle) as both:
        for world, its_app in both:
            visitor = visit(its_app, world, "Thornbury")
            found.append([*answers_about_two(visitor, case_about(world, BRACKENRIDGE))])

    assert found[0] == found[1]


def answers_about_two(visitor: Visitor, case: bytes) -> list[bytes]:
    """Asking, looking and removing, in a case that may not be there for who asks."""
    address = f"{case_address(case)}/interactions"
    answers = [visitor.send(address, QUESTION), visitor.ask(address)]
    for one in (answers[-1].get_json() or {}).get("asked", []):
        path = f"{address}/{one['request']}"
        answers += [visitor.ask(path), visitor.send(f"{path}/remove", {})]
    return [comparable(one) for one in answers]


def test_closing_a_report_is_answered_the_same_in_both_worlds(
    founded: World, history: Happened, tmp_path: Path, bundle: Path
) -> None:
    """With a form that is right, whether or not he could have got it; then the case once more."""
    found = []
    with two_worlds(founded, history, tmp_path, bundle) as both:
        for world, its_app in both:
            visitor = visit(its_app, world, "Thornbury")
            case = case_address(case_about(world, BRACKENRIDGE))
            answers = [close(world, visitor, case, to_text(report)) for report in EVERY]
            wanted = {"reports": [to_text(report) for report in EVERY]}
            answers += [visitor.send(f"{case}/sealed", wanted), visitor.get(case)]
            found.append([comparable(one) for one in answers])

    assert found[0] == found[1]


def close(world: World, visitor: Visitor, case: str, report: str) -> TestResponse:
    ids = FormIds(world.services.config.secret_key)
    _identity, recipient = age.new_identity()
    data = {
        "csrf_token": visitor.csrf,
        "form_id": ids.issue(THORNBURY, f"message about {report}").signed,
        "number": "0",
        "writing": "closing",
        "message": (io.BytesIO(age.seal(bytes(MESSAGE_SIZE), [recipient])), "message.age"),
    }
    return visitor.client.post(f"{case}/reports/{report}/message", data=data, headers=JSON)


def test_walk_visits_every_route_of_a_functionary_and_is_let_in(app: Flask, founded: World) -> None:
    """A page that only ever said "there is nothing here" would show nothing."""
    play(founded, "visible of a newcomer")
    play(founded, "a year passes, nearly")
    walk_here = walk("Thornbury", founded, app, founded.filed)
    walk_here.answers()

    functionarys = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if access_of(view) in {Access.READER, Access.COORDINATOR}
    }
    assert functionarys <= walk_here.statuses.keys()
    shut_out = {one for one in functionarys if walk_here.statuses[one] <= {400, 404, 405}}
    assert shut_out == WITH_RANDOM_ADDRESSES


def test_colleagues_do_see_what_is_hidden_from_him(
    founded: World, come: Callable[[str], Visitor]
) -> None:
    """The walk would prove nothing in a world where nobody sees anything."""
    play(founded, "about him")

    assert "/cases/" in come("Rowanbark").text(f"/desk/{DESK}")
    assert "Nothing waits for you." in come("Thornbury").text(f"/desk/{DESK}")
