# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often the wiki is asked who somebody is: once at sign-in, and again before sensitive acts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from oauth.transport import USER_AGENT
from onwiki.sandbox import revisions
from onwiki.sandbox.titles import parse_title
from service.desks.member import Member, Standing
from service.desks.permitted import act_of
from service.rights.permissions import Whose
from tests.fixtures_sandbox import Sandbox
from tests.service.keys.holder import Holder
from tests.service.rights.everybody import NOTHING_THERE
from tests.service.signin.conftest import csrf_of
from tests.service.visiting import JSON, Visitor, person_address
from tests.service.world import DESK, World

if TYPE_CHECKING:
    from tests.service.conftest import ManualClock

Arrive = Callable[..., TestResponse]
Change = Callable[[str], None]

NOTICEBOARD = "Project:Signatories"


def asked_by_the_tool(sandbox: Sandbox) -> list[str]:
    """What the tool itself asked, the browser's requests apart."""
    return [one["labels"][-1] for one in sandbox.requests() if one["user_agent"] == USER_AGENT]


HANDSHAKE = ["oauth/initiate", "oauth/token", "oauth/identify"]


@pytest.mark.parametrize("name", ["Larkspur", "Rowanbark"])
def test_sign_in_asks_once_beyond_the_handshake(
    client: FlaskClient, arrive: Arrive, sandbox: Sandbox, name: str
) -> None:
    sandbox.forget_requests()

    arrive(client, name)

    assert asked_by_the_tool(sandbox) == [*HANDSHAKE, "query+globaluserinfo"]


@pytest.fixture
def rowanbark(client: FlaskClient, world: World, arrive: Arrive) -> FlaskClient:
    """Rowanbark, signed in through the wiki; Marlowick's key waits for a vouch."""
    arrive(client, "Rowanbark")
    world.add_reader("Marlowick", 9005, vouched=False)
    return client


@pytest.fixture
def stay(rowanbark: FlaskClient, clock: ManualClock) -> Callable[[], None]:
    """An hour passes, in which the session is used."""

    def stay() -> None:
        for _ in range(3):
            clock.advance(minutes=21)
            assert rowanbark.get("/reports").status_code == 200

    return stay


def vouch(client: FlaskClient, world: World, member: Callable[[str], Member]) -> TestResponse:
    key = member("Marlowick").key
    assert key is not None
    own = world.readers["Rowanbark"]
    Holder(Visitor(client, csrf_of(client)), [own.identity], own.recipient).step_up()
    fields = {"csrf_token": csrf_of(client), "fingerprint": key.fingerprint}
    return client.post(f"{person_address(world, 'Marlowick')}/vouch", data=fields)


def test_act_within_the_hour_asks_nobody(
    rowanbark: FlaskClient, world: World, member: Callable[[str], Member], sandbox: Sandbox
) -> None:
    sandbox.forget_requests()

    assert vouch(rowanbark, world, member).status_code == 303

    assert sandbox.requests() == []
    assert member("Marlowick").standing is Standing.READER


def test_act_after_an_hour_asks_first_and_then_not_for_another_hour(
    rowanbark: FlaskClient,
    world: World,
    member: Callable[[str], Member],
    stay: Callable[[], None],
    questions: Callable[[], int],
    sandbox: Sandbox,
) -> None:
    stay()
    sandbox.forget_requests()

    assert vouch(rowanbark, world, member).status_code == 303
    assert vouch(rowanbark, world, member).status_code == 303

    assert questions() == 1
    assert member("Marlowick").standing is Standing.READER


def test_act_of_somebody_whose_right_is_gone_is_not_done_and_ends_the_sessions(
    rowanbark: FlaskClient,
    app: Flask,
    arrive: Arrive,
    world: World,
    member: Callable[[str], Member],
    stay: Callable[[], None],
    take_right: Change,
) -> None:
    elsewhere = app.test_client()
    stay()
    arrive(elsewhere, "Rowanbark")
    take_right("Rowanbark")

    answer = vouch(rowanbark, world, member)

    assert answer.status_code == 403
    assert "no right to read here any more" in answer.text
    assert member("Marlowick").standing is Standing.WAITING
    assert member("Rowanbark").standing is Standing.LAPSED
    assert rowanbark.get(f"/desk/{DESK}").status_code == 401
    assert elsewhere.get(f"/desk/{DESK}").status_code == 401


def test_sessions_are_over_before_anything_is_noted_of_a_right_that_is_gone(
    rowanbark: FlaskClient,
    world: World,
    member: Callable[[str], Member],
    stay: Callable[[], None],
    take_right: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever is stopped in between leaves no session that nobody asks about again."""
    stay()
    take_right("Rowanbark")

    def stopped(*_: object) -> bool:
        raise InterruptedError

    monkeypatch.setattr("service.rights.again.settle", stopped)
    assert vouch(rowanbark, world, member).status_code == 500
    assert rowanbark.get(f"/desk/{DESK}").status_code == 401


def test_act_while_the_wiki_does_not_answer_is_not_done_and_said_so(
    rowanbark: FlaskClient,
    world: World,
    member: Callable[[str], Member],
    stay: Callable[[], None],
    sandbox: Sandbox,
) -> None:
    stay()
    sandbox.fail("503", action="query+globaluserinfo")

    answer = vouch(rowanbark, world, member)

    assert answer.status_code == 503
    assert "did not say which rights you have" in answer.text
    assert "Reporting is open all the while." in answer.text
    assert member("Marlowick").standing is Standing.WAITING
    assert rowanbark.get(f"/desk/{DESK}").status_code == 200
    sandbox.recover()
    assert vouch(rowanbark, world, member).status_code == 303


def test_script_is_told_where_it_shows_errors(
    rowanbark: FlaskClient, world: World, stay: Callable[[], None], sandbox: Sandbox
) -> None:
    stay()
    sandbox.fail("503", action="query+globaluserinfo")

    answer = rowanbark.get(f"{person_address(world, 'Fennelwood')}/backlog", headers=JSON)

    assert answer.status_code == 503
    body = answer.get_json()
    assert body["error"] == "rights-unknown"
    assert body["errors"][0]["message"].startswith("Reports can be read only")


def sensitive(app: Flask, *whose: Whose) -> set[str]:
    """Endpoints whose act wants the wiki's word of the last hour, by what their views declare."""
    acts = {endpoint: act_of(view) for endpoint, view in app.view_functions.items()}
    return {
        endpoint
        for endpoint, act in acts.items()
        if act is not None and act.is_sensitive and act.whose in whose
    }


def closed(app: Flask, client: FlaskClient) -> set[str]:
    """Of all routes about a desk, those that answer 503 before anything is looked at."""
    adapter = app.url_map.bind("localhost:8000")
    headers = {**JSON, "X-CSRFToken": csrf_of(client)}
    found = set()
    for rule in app.url_map.iter_rules():
        if "desk" not in rule.arguments:
            continue
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        values = {name: NOTHING_THERE[name] for name in rule.arguments}
        address = adapter.build(rule.endpoint, values)
        if client.open(address, method=method, headers=headers).status_code == 503:
            found.add(rule.endpoint)
    return found


def test_every_sensitive_act_wants_fresh_rights(
    rowanbark: FlaskClient, app: Flask, stay: Callable[[], None], sandbox: Sandbox
) -> None:
    """Whatever is posted: the wiki is asked before anything is looked at."""
    wanted = sensitive(app, Whose.FUNCTIONARIES, Whose.READERS)
    stay()
    sandbox.fail("503", action="query+globaluserinfo")

    assert closed(app, rowanbark) == wanted
    assert {"desks.set_state", "desks.assign", "desks.ask_again", "interactions.ask"} <= wanted


@pytest.fixture
def environ_of_coordinator(environ: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    path = Path(environ["CS_DESKS"])
    named = 'key = "oversight"\n'
    number = sandbox.person("Willowmere").id
    path.write_text(path.read_text().replace(named, f"{named}coordinators = [{number}]\n"))
    return environ


class TestCoordinator:
    """Willowmere coordinates the desk, and has no right on the wiki that could be lost."""

    @pytest.fixture
    def environ(self, environ_of_coordinator: dict[str, str]) -> dict[str, str]:
        return environ_of_coordinator

    @pytest.fixture
    def willowmere(self, client: FlaskClient, arrive: Arrive, clock: ManualClock) -> FlaskClient:
        arrive(client, "Willowmere")
        clock.advance(hours=2)
        return client

    def confirm(self, client: FlaskClient, world: World) -> TestResponse:
        address = person_address(world, "Rowanbark").replace("roster", "first-keys")
        return client.post(address, data={"csrf_token": csrf_of(client), "fingerprint": "x"})

    def test_is_asked_about_before_a_first_key(
        self, willowmere: FlaskClient, world: World, questions: Callable[[], int], sandbox: Sandbox
    ) -> None:
        sandbox.forget_requests()

        answer = self.confirm(willowmere, world)

        assert "Show your key once more" in answer.get_data(as_text=True)
        assert questions() == 1

    def test_every_sensitive_act_wants_fresh_rights(
        self, willowmere: FlaskClient, app: Flask, sandbox: Sandbox
    ) -> None:
        wanted = sensitive(app, Whose.COORDINATORS)
        sandbox.fail("503", action="query+globaluserinfo")

        assert closed(app, willowmere) == wanted != set()

    def test_who_is_locked_by_now_is_signed_out(
        self, willowmere: FlaskClient, world: World, sandbox: Sandbox
    ) -> None:
        with sandbox.store.writing() as db:
            db.execute("UPDATE central_account SET locked = 1 WHERE name = 'Willowmere'")

        assert self.confirm(willowmere, world).status_code == 403
        assert willowmere.get(f"/desk/{DESK}/first-keys").status_code == 401


class TestSignatories:
    """A desk that wants signatories asks the noticeboard, in the same request."""

    @pytest.fixture
    def environ(self, environ: dict[str, str]) -> dict[str, str]:
        path = Path(environ["CS_DESKS"])
        named = 'key = "oversight"\n'
        text = path.read_text().replace(named, f"{named}signatories_only = true\n")
        path.write_text(f'noticeboard = "{NOTICEBOARD}"\n{text}')
        return environ

    def write(self, sandbox: Sandbox, text: str) -> None:
        author = sandbox.account("sandboxwiki", "Pebbleworth")
        with sandbox.store.writing() as db:
            title = parse_title(NOTICEBOARD)
            revisions.save(db, "sandboxwiki", title, author, text, "s", sandbox.store.now())

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("* [[User:Rowanbark]]", 200),
            ("* Rowan, [[User talk:Rowanbark|signed]]", 200),
            ("* [[User:Fennelwood]], Rowanbark", 404),
            (None, 404),
        ],
        ids=["user page", "talk page", "a colleague", "no page"],
    )
    def test_reads_who_is_linked(
        self,
        client: FlaskClient,
        arrive: Arrive,
        sandbox: Sandbox,
        text: str | None,
        status: int,
    ) -> None:
        if text is not None:
            self.write(sandbox, text)
        sandbox.forget_requests()

        arrive(client, "Rowanbark")

        assert client.get(f"/desk/{DESK}").status_code == status
        assert len(asked_by_the_tool(sandbox)) == len(HANDSHAKE) + 1

    def test_other_desks_do_not_ask_for_it(self, client: FlaskClient, arrive: Arrive) -> None:
        arrive(client, "Ashdown")

        assert client.get("/desk/stewards").status_code == 200
