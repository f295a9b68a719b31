# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each state of an account has one way here (docs/decisions.md, "States of accounts").

Refused at sign-in: tests/service/signin/test_sign_in.py. Sessions that run: test_duty.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from oauth.errors import SignInError, TemporaryAccount
from onwiki.sandbox import accounts, global_blocks
from service.ids import to_text
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from service.signin.views import PROBLEMS
from tests.fixtures_sandbox import Sandbox
from tests.service import visiting
from tests.service.reports.forms import Form
from tests.service.signin.conftest import csrf_of
from tests.service.world import DESK, World

Arrive = Callable[..., TestResponse]
NOW = "2026-05-03T10:00:00Z"


@pytest.fixture
def sign_in(client: FlaskClient, arrive: Arrive, store: SessionStore) -> Callable[[str], Person]:
    """Somebody signs in through the wiki; what the session knows."""

    def sign_in(name: str) -> Person:
        arrive(client, name)
        cookie = client.get_cookie("session")
        assert cookie is not None
        stored = store.load(cookie.value)
        assert stored is not None
        return Person.from_json(stored.values[PERSON])

    return sign_in


def block(sandbox: Sandbox, wiki: str, name: str, pages: tuple[str, ...] | None = None) -> None:
    with sandbox.store.writing() as db:
        target, admin = sandbox.account(wiki, name), sandbox.account(wiki, "Pebbleworth")
        accounts.block(db, target, admin, NOW, "retaliation", pages=pages)


def test_ordinary_account_goes_the_ordinary_lane(sign_in: Callable[[str], Person]) -> None:
    person = sign_in("Larkspur")

    assert (person.blocked, person.new, person.review) == (False, False, False)


@pytest.mark.parametrize("wiki", ["sandboxwiki", "sandbox2wiki"])
@pytest.mark.parametrize("pages", [None, ("Main Page",)], ids=["sitewide", "partial"])
def test_block_on_any_wiki_marks_the_lane(
    sign_in: Callable[[str], Person], sandbox: Sandbox, wiki: str, pages: tuple[str, ...] | None
) -> None:
    block(sandbox, wiki, "Larkspur", pages)

    person = sign_in("Larkspur")

    assert (person.blocked, person.review) == (True, True)


def block_everywhere(sandbox: Sandbox, name: str) -> None:
    with sandbox.store.writing() as db:
        steward = sandbox.account("sandboxwiki", "Ashdown")
        global_blocks.block(db, sandbox.person(name), steward, NOW, "retaliation")


def test_global_block_marks_the_lane(sign_in: Callable[[str], Person], sandbox: Sandbox) -> None:
    """The wiki says it in the identity, and nowhere in globaluserinfo."""
    block_everywhere(sandbox, "Larkspur")

    person = sign_in("Larkspur")

    assert (person.blocked, person.review) == (True, True)


def test_globally_blocked_person_reports_and_is_looked_at_first(
    client: FlaskClient, sign_in: Callable[[str], Person], world: World, sandbox: Sandbox
) -> None:
    """From the sign-in at the wiki to the report at the desk; nothing says why it is marked."""
    block_everywhere(sandbox, "Larkspur")
    sign_in("Larkspur")
    form = Form(client, csrf_of(client), DESK)

    assert form.post_plain(accounts="Brackenridge").status_code == 303

    with world.services.database.read() as session:
        found = world.domain.reports.get(session, form.report_id)
    assert found is not None
    assert (found.meta.review, found.meta.counts) == (True, False)
    own = client.get(f"/reports/{to_text(form.report_id)}").text
    assert "blocked" not in own


def test_globally_blocked_functionary_keeps_the_right(
    sign_in: Callable[[str], Person], sandbox: Sandbox
) -> None:
    block_everywhere(sandbox, "Rowanbark")

    assert sign_in("Rowanbark").desks == {DESK}


def test_new_account_marks_the_lane_by_its_edits_on_all_wikis(
    sign_in: Callable[[str], Person],
) -> None:
    person = sign_in("Dewberry")

    assert (person.edit_count, person.new, person.review) == (2, True, True)


def test_young_account_marks_the_lane(sign_in: Callable[[str], Person], sandbox: Sandbox) -> None:
    with sandbox.store.writing() as db:
        db.execute("UPDATE central_account SET registered = ? WHERE name = 'Larkspur'", (NOW,))

    assert sign_in("Larkspur").new


def test_without_an_answer_the_identity_s_figures_count(
    sign_in: Callable[[str], Person], sandbox: Sandbox
) -> None:
    block(sandbox, "sandboxwiki", "Larkspur")
    sandbox.fail("503", action="query+globaluserinfo")

    person = sign_in("Larkspur")

    assert (person.blocked, person.new, person.rights_checked) == (True, False, None)


def test_blocked_functionary_keeps_the_right(
    client: FlaskClient, sign_in: Callable[[str], Person], sandbox: Sandbox
) -> None:
    """A block takes no group; whoever takes the group ends the reading."""
    block(sandbox, "sandboxwiki", "Rowanbark")

    assert sign_in("Rowanbark").desks == {DESK}


def test_renamed_account_keeps_its_reports_and_its_place(
    client: FlaskClient, sign_in: Callable[[str], Person], world: World, sandbox: Sandbox
) -> None:
    before = sign_in("Rowanbark")
    report = world.file((before.central_id, "Rowanbark"), ("Brackenridge",))
    with sandbox.store.writing() as db:
        accounts.rename(db, sandbox.person("Rowanbark"), "Rowan Renamed")

    after = sign_in("Rowan Renamed")

    assert after.central_id == before.central_id
    assert (after.name, after.desks) == ("Rowan Renamed", before.desks)
    token = world.domain.filing.reporter_token(after.central_id)
    with world.services.database.read() as session:
        found = world.domain.reports.get(session, report)
        names = [one.name for one in world.domain.roster.readers(session, DESK)]
    assert found is not None
    assert found.meta.reporter == token
    assert names == ["Fennelwood", "Rowan Renamed"]


@pytest.mark.parametrize(("blocked", "new"), [(True, False), (False, True), (False, False)])
def test_report_carries_the_mark(
    app: Flask, world: World, person: Person, blocked: bool, new: bool
) -> None:
    visitor = visiting.sign_in(app, world.services, replace(person, blocked=blocked, new=new))
    form = Form(visitor.client, visitor.csrf, DESK)

    assert form.post_plain(accounts="Brackenridge").status_code == 303

    with world.services.database.read() as session:
        found = world.domain.reports.get(session, form.report_id)
    assert found is not None
    assert found.meta.review is (blocked or new)
    assert found.meta.counts is not (blocked or new)


def test_every_way_in_which_a_sign_in_ends_has_its_page() -> None:
    """Temporary accounts among them: they are told where else to turn."""
    ways = {problem.happened: problem.advice for problem in PROBLEMS.values()}

    assert {kind.message_key for kind in SignInError.__subclasses__()} <= ways.keys()
    assert ways[TemporaryAccount.message_key] == "signin-advice-temporary"
