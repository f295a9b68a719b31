# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in through the sandbox wiki, every way in which it can end, and signing out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.database import Database
from service.sessions.models import SessionRow
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from service.web.access import signed_in
from tests.fixtures_sandbox import Sandbox

if TYPE_CHECKING:
    from tests.service.conftest import ManualClock

Begin = Callable[..., TestResponse]
Accept = Callable[[TestResponse, str], str]
Arrive = Callable[..., TestResponse]


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def person_of(client: FlaskClient, store: SessionStore) -> Person | None:
    stored = store.load(cookie_of(client))
    return (
        None if stored is None or not stored.signed_in else Person.from_json(stored.values[PERSON])
    )


def problem_of(answer: TestResponse) -> str:
    """The word of the problem page that an answer leads to."""
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/signin/problem"
    return parse_qs(address.query)["what"][0]


def test_whoever_accepts_is_signed_in(
    client: FlaskClient, store: SessionStore, arrive: Arrive, sandbox: Sandbox
) -> None:
    answer = arrive(client, "Larkspur")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    person = person_of(client, store)
    assert person is not None
    assert person.name == "Larkspur"
    assert person.central_id == sandbox.person("Larkspur").id
    assert person.desks == frozenset()
    assert "Larkspur" in client.get("/").get_data(as_text=True)


def test_desks_follow_from_the_groups_on_the_wikis(
    client: FlaskClient, app: Flask, store: SessionStore, arrive: Arrive
) -> None:
    arrive(client, "Rowanbark")
    steward = app.test_client()
    arrive(steward, "Ashdown")

    oversighter, stewards = person_of(client, store), person_of(steward, store)
    assert oversighter is not None
    assert stewards is not None
    assert oversighter.desks == {"oversight"}
    assert stewards.desks == {"stewards"}


def test_session_is_renewed_at_sign_in(
    client: FlaskClient, store: SessionStore, begin: Begin, accept: Accept
) -> None:
    """An id that somebody planted before is worth nothing after."""
    begun = begin(client)
    before = cookie_of(client)

    client.get(accept(begun, "Larkspur"))

    assert cookie_of(client) != before
    assert store.load(before) is None


def test_planted_cookie_never_becomes_a_session(
    client: FlaskClient, store: SessionStore, arrive: Arrive
) -> None:
    client.set_cookie("session", "A" * 43)

    arrive(client, "Larkspur")

    assert store.load("A" * 43) is None


def test_callback_address_is_the_configured_one(begin: Begin, client: FlaskClient) -> None:
    """Not one made from the Host header of a request."""
    client.get("/", headers={"X-Forwarded-Host": "evil.example"})

    location = begin(client).headers["Location"]

    assert "evil" not in location


def test_callback_works_once(client: FlaskClient, begin: Begin, accept: Accept) -> None:
    callback = accept(begin(client), "Larkspur")
    client.get(callback)

    assert problem_of(client.get(callback)) == "unfinished"


def test_callback_of_another_browser_is_refused(
    client: FlaskClient, app: Flask, store: SessionStore, begin: Begin, accept: Accept
) -> None:
    """Login fixation: an attacker's accepted callback does not sign his account in here."""
    attacker = app.test_client()
    planted = accept(begin(attacker), "Quillfeather")
    begin(client)

    assert problem_of(client.get(planted)) == "forged"
    assert person_of(client, store) is None


def test_made_up_callback_does_not_use_up_the_real_one(
    client: FlaskClient, store: SessionStore, begin: Begin, accept: Accept
) -> None:
    callback = accept(begin(client), "Larkspur")

    assert problem_of(client.get("/oauth/callback?oauth_token=x&oauth_verifier=y")) == "forged"

    client.get(callback)
    assert person_of(client, store) is not None


def test_callback_without_a_beginning_offers_to_begin(client: FlaskClient) -> None:
    answer = client.get("/oauth/callback?oauth_token=x&oauth_verifier=y", follow_redirects=True)

    assert answer.status_code == 200
    assert 'action="/signin"' in answer.get_data(as_text=True)


def test_cancelling_leaves_a_note_and_a_way_to_begin_again(
    client: FlaskClient, begin: Begin, sandbox: Sandbox
) -> None:
    """The wiki never calls back then: the person just comes home."""
    sandbox.allow(begin(client).headers["Location"], "Larkspur", button="cancel")

    page = client.get("/").get_data(as_text=True)

    assert "without finishing" in page
    assert 'action="/signin"' in page


def test_callback_after_ten_minutes_is_too_late(
    client: FlaskClient, begin: Begin, accept: Accept, clock: ManualClock
) -> None:
    callback = accept(begin(client), "Larkspur")
    clock.advance(minutes=11)

    assert problem_of(client.get(callback)) == "expired"


def test_wiki_that_is_down_is_said_so(client: FlaskClient, begin: Begin, sandbox: Sandbox) -> None:
    sandbox.fail("503", action="oauth/initiate")

    assert problem_of(begin(client)) == "unreachable"


def test_clock_skew_is_said_so(client: FlaskClient, begin: Begin, sandbox: Sandbox) -> None:
    sandbox.advance(4000)

    assert problem_of(begin(client)) == "clock"


def test_hidden_account_is_refused(
    client: FlaskClient, store: SessionStore, begin: Begin, accept: Accept, sandbox: Sandbox
) -> None:
    callback = accept(begin(client), "Larkspur")
    with sandbox.store.writing() as db:
        db.execute("UPDATE central_account SET hidden = 1 WHERE name = 'Larkspur'")

    assert problem_of(client.get(callback)) == "hidden"
    assert person_of(client, store) is None


def test_locked_account_is_refused(
    client: FlaskClient, store: SessionStore, begin: Begin, accept: Accept, sandbox: Sandbox
) -> None:
    callback = accept(begin(client), "Larkspur")
    with sandbox.store.writing() as db:
        db.execute("UPDATE central_account SET locked = 1 WHERE name = 'Larkspur'")

    assert problem_of(client.get(callback)) in {"locked", "refused"}
    assert person_of(client, store) is None


def test_reading_stays_closed_when_the_wiki_cannot_tell_rights_and_filing_open(
    client: FlaskClient, store: SessionStore, arrive: Arrive, sandbox: Sandbox
) -> None:
    sandbox.fail("503", action="query+globaluserinfo")

    arrive(client, "Rowanbark")

    person = person_of(client, store)
    assert person is not None
    assert person.desks == frozenset()
    assert person.rights_checked is None
    assert "could not be confirmed" in client.get("/").get_data(as_text=True)


def test_nothing_about_the_person_or_the_tokens_is_logged(
    client: FlaskClient,
    begin: Begin,
    accept: Accept,
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    callback = accept(begin(client), "Larkspur")
    sandbox.fail("503", action="query+globaluserinfo")
    client.get("/oauth/callback?oauth_token=x&oauth_verifier=y")
    client.get(callback)
    client.get(callback)

    ours = [record for record in caplog.records if record.name.startswith(("service", "oauth"))]
    told = "\n".join(record.getMessage() for record in ours)
    query = parse_qs(urlsplit(callback).query)
    assert ours
    for secret in ("Larkspur", query["oauth_token"][0], query["oauth_verifier"][0], "callback?"):
        assert secret not in told


@pytest.fixture
def app(app: Flask) -> Flask:
    """With a page of a feature, to come back to."""

    @signed_in
    def page(thing: str) -> str:
        return thing

    app.add_url_rule("/things/<thing>", "things.page", page)
    return app


def test_sign_in_comes_back_to_the_page_that_asked_for_it(
    client: FlaskClient, arrive: Arrive
) -> None:
    page = client.get("/things/one")
    assert page.status_code == 401
    assert '<input type="hidden" name="next" value="/things/one">' in page.get_data(as_text=True)

    assert arrive(client, "Larkspur", next="/things/one").headers["Location"] == "/things/one"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/things/one",
        "//evil.example/things/one",
        "/\\evil.example/things/one",
        "javascript:alert(1)",
        "/signout",
        "/oauth/callback",
        "/static/app-AAAA.js",
        "/nowhere",
        "things/one",
        "",
    ],
)
def test_no_other_address_is_gone_to(client: FlaskClient, arrive: Arrive, address: str) -> None:
    assert arrive(client, "Larkspur", next=address).headers["Location"] == "/"


def test_signing_out_ends_the_session(
    client: FlaskClient, store: SessionStore, person: Person, sign_in: Callable[..., str]
) -> None:
    token = sign_in(client, person)
    before = cookie_of(client)

    answer = client.post("/signout", data={"csrf_token": token})

    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert client.get_cookie("session") is None
    assert store.load(before) is None


def test_functionary_s_browser_keeps_its_memory_of_the_desk(
    client: FlaskClient, functionary: Person, sign_in: Callable[..., str]
) -> None:
    """What it remembers is worth something only if a server cannot have it wiped in passing. An
    unlocked key is forgotten by the page that signing out leads to (tests/service/web/browser).
    """
    token = sign_in(client, functionary)

    answer = client.post("/signout", data={"csrf_token": token})

    assert "Clear-Site-Data" not in answer.headers
    assert client.get_cookie("session") is None


def test_signing_out_everywhere_ends_the_other_browsers_too(
    client: FlaskClient, app: Flask, person: Person, sign_in: Callable[..., str]
) -> None:
    other = app.test_client()
    sign_in(other, person)
    token = sign_in(client, person)

    client.post("/signout", data={"csrf_token": token, "everywhere": "1"})

    assert other.get("/things/one").status_code == 401


def test_signing_out_by_a_link_does_not_work(
    client: FlaskClient, person: Person, sign_in: Callable[..., str]
) -> None:
    sign_in(client, person)

    assert client.get("/signout").status_code == 405
    assert client.get("/things/one").status_code == 200


def test_signing_in_again_and_cancelling_does_not_sign_out(
    client: FlaskClient, begin: Begin, person: Person, sign_in: Callable[..., str]
) -> None:
    sign_in(client, person)

    begin(client)

    assert client.get("/things/one").status_code == 200


def test_reading_the_first_page_makes_no_row(client: FlaskClient, database: Database) -> None:
    client.get("/")
    client.get("/privacy")

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 0


@pytest.mark.parametrize("name", ["Larkspur", "Rowanbark", "Ashdown", "Dewberry"])
def test_sign_in_asks_the_wiki_one_thing_beyond_the_handshake(
    client: FlaskClient, arrive: Arrive, sandbox: Sandbox, name: str
) -> None:
    """However many rights the account has, and on how many wikis."""
    sandbox.forget_requests()

    arrive(client, name)

    own = [one for one in sandbox.requests() if one["user_agent"].startswith("community-support/")]
    assert [one["labels"][-1] for one in own] == [
        "oauth/initiate",
        "oauth/token",
        "oauth/identify",
        "query+globaluserinfo",
    ]
