# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker asks about everybody on a roster within a day, and about who is signed in for long."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from oauth.errors import Detail, Step, WikiUnreachable
from onwiki.sandbox import accounts
from service.desks.member import Member, Standing
from service.rights.duty import LOOK_EVERY, MOST_AT_ONCE, Counted, RightsRound
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from service.worker.building import build_context
from tests.fixtures_sandbox import Sandbox
from tests.service.world import DESK, World

if TYPE_CHECKING:
    from tests.service.conftest import ManualClock

LARKSPUR = (101, "Larkspur")
Find = Callable[[str], Member]
Change = Callable[[str], None]
Arrive = Callable[..., TestResponse]


@pytest.fixture
def look(world: World) -> Callable[[], Counted | None]:
    """What a worker that has just been started finds to do."""
    return lambda: RightsRound(build_context(world.services)).step()


def test_everybody_is_asked_about_within_a_day_each_at_another_time(
    look: Callable[[], Counted | None], clock: ManualClock, member: Find, questions: object
) -> None:
    assert look() == Counted(asked=2)

    times = [member(name).ask_after for name in ("Rowanbark", "Fennelwood")]
    waits = [(time - clock()).total_seconds() / 3600 for time in times if time is not None]
    assert len(set(times)) == 2
    assert all(18 <= hours < 22 for hours in waits)
    clock.advance(hours=17)
    assert look() == Counted()
    clock.advance(hours=6)
    assert look() == Counted(asked=2)


def test_two_workers_do_not_ask_the_same(
    look: Callable[[], Counted | None], sandbox: Sandbox, questions: Callable[[], int]
) -> None:
    sandbox.forget_requests()

    assert (look(), look()) == (Counted(asked=2), None)
    assert questions() == 2


def test_a_worker_looks_every_ten_minutes(world: World, clock: ManualClock) -> None:
    round_ = RightsRound(build_context(world.services))

    assert round_.step() is not None
    assert round_.step() is None
    clock.advance(seconds=LOOK_EVERY.total_seconds())
    assert round_.step() == Counted()


def test_one_look_asks_about_a_few(
    look: Callable[[], Counted | None], world: World, clock: ManualClock
) -> None:
    for number in range(MOST_AT_ONCE):
        world.add_reader(f"Nobody {number}", 90_000 + number)

    first = look()
    clock.advance(minutes=11)
    second = look()

    assert first is not None
    assert second is not None
    assert (first.asked, first.asked + second.asked) == (MOST_AT_ONCE, MOST_AT_ONCE + 2)


@pytest.fixture
def rowanbark(
    client: FlaskClient, arrive: Arrive, world: World, member: Find, clock: ManualClock
) -> FlaskClient:
    """Rowanbark, signed in, whose time to be asked about has come."""
    arrive(client, "Rowanbark")
    with world.services.database.write() as session:
        world.domain.roster.ask_again(session, member("Rowanbark"), clock())
    return client


def test_who_lost_the_right_is_signed_out_and_gets_no_box(
    rowanbark: FlaskClient,
    look: Callable[[], Counted | None],
    member: Find,
    take_right: Change,
    acts: Callable[[], list[str]],
) -> None:
    take_right("Rowanbark")
    assert rowanbark.get(f"/desk/{DESK}").status_code == 200

    assert look() == Counted(asked=2, lost=1)

    assert rowanbark.get(f"/desk/{DESK}").status_code == 401
    assert member("Rowanbark").standing is Standing.LAPSED
    assert member("Fennelwood").standing is Standing.READER
    assert acts() == ["right-lost"]


class Killed(Exception):
    """Stands for the end of the process."""


class Stopping(SessionStore):
    """Ends the worker where sessions are to be ended."""

    def end_all(self, central_id: int) -> None:
        raise Killed(central_id)


def test_worker_that_is_stopped_on_the_way_leaves_nothing_half_done(
    world: World,
    look: Callable[[], Counted | None],
    clock: ManualClock,
    member: Find,
    take_right: Change,
) -> None:
    """Sessions are ended before the loss is noted: what was not ended is asked about again."""
    take_right("Rowanbark")
    services = world.services
    stopping = Stopping(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    context = replace(build_context(services), sessions=stopping)
    with pytest.raises(Killed):
        RightsRound(context).step()
    assert member("Rowanbark").lost_on is None

    clock.advance(minutes=11)
    look()

    assert member("Rowanbark").standing is Standing.LAPSED


def test_who_lost_the_right_is_asked_about_when_he_signs_in_again(
    look: Callable[[], Counted | None], clock: ManualClock, take_right: Change
) -> None:
    take_right("Rowanbark")
    look()

    clock.advance(days=2)

    assert look() == Counted(asked=1)


def test_wiki_that_does_not_answer_takes_nothing_and_is_asked_again(
    look: Callable[[], Counted | None],
    sandbox: Sandbox,
    clock: ManualClock,
    member: Find,
    questions: Callable[[], int],
) -> None:
    sandbox.fail("503", action="query+globaluserinfo")
    sandbox.forget_requests()

    assert look() == Counted(unanswered=2)
    assert questions() == 2  # and not once more for everybody
    assert member("Rowanbark").standing is Standing.READER
    assert look() is None

    sandbox.recover()
    clock.advance(minutes=11)
    assert look() == Counted(asked=2)


def test_account_that_the_wiki_cannot_tell_of_keeps_nobody_else_from_being_asked_about(
    world: World, clock: ManualClock, member: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = build_context(world.services)
    first = world.readers["Rowanbark"].central_id
    asked: list[int] = []

    def ask(central_id: int, _name: str) -> None:
        asked.append(central_id)
        if central_id == first:
            raise WikiUnreachable(Step.ACCOUNT, Detail.UNREADABLE)

    monkeypatch.setattr(type(context.accounts), "ask", lambda _self, *args: ask(*args))
    round_ = RightsRound(context)
    for _ in range(2):
        round_.step()
        clock.advance(minutes=11)

    assert asked.count(first) == 2
    assert member("Rowanbark").standing is Standing.READER
    assert member("Fennelwood").standing is Standing.LAPSED


def test_new_name_is_noted_and_recuses(
    rowanbark: FlaskClient,
    look: Callable[[], Counted | None],
    world: World,
    sandbox: Sandbox,
    member: Find,
) -> None:
    report = world.file(LARKSPUR, ("Rowan Renamed",))
    world.fold(report, {"Rowan Renamed": None})
    with sandbox.store.writing() as db:
        accounts.rename(db, sandbox.person("Rowanbark"), "Rowan Renamed")

    look()

    number = sandbox.person("Rowan Renamed").id
    assert member("Rowan Renamed").central_id == number
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
    assert found is not None
    assert found.meta.hidden_from == {number}
    assert "Rowan Renamed" in rowanbark.get("/").text


@pytest.mark.parametrize("state", ["locked", "hidden"])
def test_locked_and_hidden_accounts_are_signed_out(
    look: Callable[[], Counted | None],
    client: FlaskClient,
    arrive: Arrive,
    world: World,
    sandbox: Sandbox,
    clock: ManualClock,
    state: str,
) -> None:
    """Reporters, too, when they are signed in for long."""
    arrive(client, "Larkspur")
    sanction(sandbox, "Larkspur", state)
    stay_in(client, clock, hours=5)
    look()
    assert client.get("/reports").status_code == 200

    stay_in(client, clock, hours=2)
    found = look()

    assert found is not None
    assert found.refused == 1
    assert client.get("/reports").status_code == 401


def sanction(sandbox: Sandbox, name: str, state: str) -> None:
    do = accounts.lock if state == "locked" else accounts.hide
    with sandbox.store.writing() as db:
        do(db, sandbox.person(name))


def stay_in(client: FlaskClient, clock: ManualClock, hours: int) -> None:
    for _ in range(hours):
        clock.advance(hours=1)
        assert client.get("/reports").status_code == 200


@pytest.mark.parametrize("state", ["locked", "hidden"])
def test_locked_or_hidden_functionary_loses_the_right(
    look: Callable[[], Counted | None], sandbox: Sandbox, member: Find, state: str
) -> None:
    sanction(sandbox, "Rowanbark", state)

    assert look() == Counted(asked=2, lost=1, refused=1)
    assert member("Rowanbark").standing is Standing.LAPSED


def test_whose_rights_were_unknown_at_sign_in_may_read_once_the_wiki_answers(
    look: Callable[[], Counted | None],
    client: FlaskClient,
    arrive: Arrive,
    world: World,
    sandbox: Sandbox,
    store: SessionStore,
) -> None:
    sandbox.fail("503", action="query+globaluserinfo")
    arrive(client, "Rowanbark")
    closed = client.get(f"/desk/{DESK}")
    assert (closed.status_code, "did not say which rights" in closed.text) == (503, True)
    assert client.get(f"/report/{DESK}").status_code == 200  # filing is open
    sandbox.recover()

    look()

    assert client.get(f"/desk/{DESK}").status_code == 200


def test_round_refreshes_what_the_session_knows(
    look: Callable[[], Counted | None],
    client: FlaskClient,
    arrive: Arrive,
    world: World,
    sandbox: Sandbox,
    store: SessionStore,
    clock: ManualClock,
) -> None:
    arrive(client, "Larkspur")
    with sandbox.store.writing() as db:
        db.execute("UPDATE local_account SET editcount = 900 WHERE wiki = 'sandboxwiki'")
    stay_in(client, clock, hours=7)

    look()

    cookie = client.get_cookie("session")
    assert cookie is not None
    stored = store.load(cookie.value)
    assert stored is not None
    person = Person.from_json(stored.values[PERSON])
    assert person.edit_count is not None
    assert person.edit_count >= 900
    assert person.rights_checked == clock()


def test_nothing_about_people_is_logged(
    look: Callable[[], Counted | None],
    sandbox: Sandbox,
    take_right: Change,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    take_right("Rowanbark")

    look()

    ours = [one for one in caplog.records if one.name.startswith(("service", "oauth"))]
    told = "\n".join(f"{one.getMessage()} {vars(one)}" for one in ours)
    assert "rights were asked for" in told
    assert "Rowanbark" not in told
    assert f"'{sandbox.person('Rowanbark').id}'" not in told
