# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever loses the right on the wiki reads nothing any more, and gets no new box; it comes back
with the right.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.desks.member import Member, Standing, VouchRefused
from service.desks.offer import Closed, offer_of
from service.desks.removing import speak_for_removal
from service.desks.roster import OPERATOR
from service.desks.two_people import Step
from service.desks.word import Voice
from service.rights.settling import Told, settle
from tests.service.visiting import visit
from tests.service.world import DESK, World

LARKSPUR = (101, "Larkspur")

Find = Callable[[str], Member]
Change = Callable[[str], None]
Arrive = Callable[..., TestResponse]


@pytest.fixture
def lose(world: World) -> Change:
    """The wiki said that somebody's right is gone."""

    def lose(name: str) -> None:
        services, told = world.services, Told(world.readers[name].central_id, name, frozenset())
        assert settle(services.database, world.domain, services.desks, told, services.clock())

    return lose


def boxes(world: World, report: bytes) -> frozenset[int]:
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    return found.meta.boxes


def test_report_that_is_filed_afterwards_is_not_sealed_to_him(world: World, lose: Change) -> None:
    world.add_reader("Marlowick", 9005)
    lose("Rowanbark")

    report = world.file(LARKSPUR, ("Brackenridge",))

    with pytest.raises(KeyError):
        world.open_part("Rowanbark", report, "narrative")
    assert world.open_part("Fennelwood", report, "narrative")


def test_report_that_was_on_its_way_loses_his_box(world: World, lose: Change) -> None:
    """Filed before, entered into its case after."""
    report = world.file(LARKSPUR, ("Brackenridge",))
    assert world.readers["Rowanbark"].central_id in boxes(world, report)

    lose("Rowanbark")
    world.fold(report, {"Brackenridge": None})

    assert boxes(world, report) == {world.readers["Fennelwood"].central_id}


def test_report_keeps_the_boxes_of_those_who_lapsed_when_nobody_else_has_one(
    world: World, lose: Change
) -> None:
    """Their right may come back with the next sign-in; a box that is gone does not."""
    report = world.file(LARKSPUR, ("Brackenridge",))
    both = {one.central_id for one in world.readers.values()}
    for name in ("Rowanbark", "Fennelwood"):
        lose(name)

    world.fold(report, {"Brackenridge": None})

    assert boxes(world, report) == both


def test_form_does_not_name_him_among_the_readers(world: World, lose: Change) -> None:
    lose("Rowanbark")

    with world.services.database.read() as session:
        offer = offer_of(session, world.domain.roster, world.domain.intake, world.desk)
    assert [one.name for one in offer.readers] == ["Fennelwood"]
    assert offer.closed is Closed.READERS


def test_session_that_went_on_opens_nothing(app: Flask, world: World, lose: Change) -> None:
    """A second lock: sessions are ended, and one that was not finds the desk gone."""
    visitor = visit(app, world, "Rowanbark")
    lose("Rowanbark")

    for path in ("", "/roster", "/previews", "/declared"):
        assert visitor.get(f"/desk/{DESK}{path}").status_code == 404


def test_key_and_vouch_are_kept_and_count_again_with_the_right(
    app: Flask,
    world: World,
    lose: Change,
    member: Find,
    arrive: Arrive,
    acts: Callable[[], list[str]],
) -> None:
    lose("Rowanbark")
    assert member("Rowanbark").standing is Standing.LAPSED

    arrive(app.test_client(), "Rowanbark")

    assert member("Rowanbark").standing is Standing.READER
    assert acts() == ["right-back", "right-lost"]


def test_nobody_can_vouch_for_him(world: World, lose: Change, member: Find) -> None:
    lose("Rowanbark")

    with (
        world.services.database.write() as session,
        pytest.raises(VouchRefused, match="lapsed"),
    ):
        world.domain.roster.vouch(
            session, DESK, OPERATOR, member("Rowanbark").central_id, world.services.today()
        )


def test_two_people_can_take_him_off_for_good(world: World, lose: Change, member: Find) -> None:
    """The key of somebody who will not come back should open nothing old either."""
    world.add_reader("Marlowick", 9005)
    lose("Rowanbark")
    rowanbark, today = member("Rowanbark").central_id, world.services.today()

    for name, step in (("Fennelwood", Step.PROPOSED), ("Marlowick", Step.DONE)):
        voice = Voice(world.readers[name].central_id, name)
        with world.services.database.write() as session:
            done = speak_for_removal(world.domain, session, DESK, voice, rowanbark, today)
        assert done is step

    assert member("Rowanbark").removed_on == today


def test_colleagues_see_it_on_the_roster(app: Flask, world: World, lose: Change) -> None:
    lose("Rowanbark")

    page = visit(app, world, "Fennelwood").text(f"/desk/{DESK}/roster")

    assert "no right to read here any more" in page


def test_signing_in_without_the_right_ends_the_older_sessions(
    app: Flask, world: World, arrive: Arrive, take_right: Change, member: Find
) -> None:
    older = app.test_client()
    arrive(older, "Rowanbark")
    assert older.get(f"/desk/{DESK}").status_code == 200

    take_right("Rowanbark")
    newer = app.test_client()
    arrive(newer, "Rowanbark")

    assert older.get(f"/desk/{DESK}").status_code == 401
    assert newer.get(f"/desk/{DESK}").status_code == 404
    assert member("Rowanbark").lost_on == world.services.today()


def test_one_right_of_two_leaves_the_other_one(
    client: FlaskClient, arrive: Arrive, world: World
) -> None:
    """Ashdown is a steward, and never was on the roster of the oversighters."""
    arrive(client, "Ashdown")

    assert client.get("/desk/stewards").status_code == 200
    assert client.get(f"/desk/{DESK}").status_code == 404
    with world.services.database.read() as session:
        assert all(one.name != "Ashdown" for one in world.domain.roster.members(session, DESK))
