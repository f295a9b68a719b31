# SPDX-License-Identifier: AGPL-3.0-or-later
"""People in every state sign in on the sandbox wiki; the wiki is in every kind of trouble."""

from datetime import UTC, date, datetime

import pytest

from oauth import errors
from oauth.account import fetch_account
from oauth.admission import Mark, admit, marks
from oauth.errors import Detail, Step
from oauth.membership import GlobalGroup, LocalGroup, holds
from onwiki.sandbox import accounts, demo
from tests.fixtures_sandbox import Sandbox
from tests.oauth.on_sandbox import (
    BLOCKED,
    FUNCTIONARY,
    HIDDEN,
    REPORTER,
    STEWARD,
    assert_refused,
    handshake_with,
    query_of,
    sign_in,
)
from tests.oauth.secrecy import Secrets

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _names_are_secret(secrets: Secrets) -> None:
    secrets.add(demo.SIGN_IN.secret, *(person.name for person in demo.PEOPLE))


# Accounts in every state


def test_a_hidden_person_does_not_get_in(sandbox: Sandbox, secrets: Secrets) -> None:
    assert_refused(lambda: sign_in(sandbox, HIDDEN), secrets, errors.HiddenAccount, Detail.NO_NAME)


def test_a_hidden_account_looks_like_none_when_asked_about(sandbox: Sandbox) -> None:
    hidden = sandbox.person(HIDDEN).id

    assert fetch_account(sandbox.wiki("sandboxwiki").api_url, central_id=hidden) is None


def test_a_person_locked_after_accepting_does_not_get_in(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = handshake_with(sandbox)
    begun = handshake.begin()
    query = query_of(sandbox.allow(begun.authorize_url, REPORTER))
    with sandbox.store.writing() as db:
        accounts.lock(db, sandbox.person(REPORTER))

    assert_refused(
        lambda: handshake.finish(begun.request_token, query),
        secrets,
        errors.LockedAccount,
        Detail.LOCKED,
    )
    account = fetch_account(
        sandbox.wiki("sandboxwiki").api_url, central_id=sandbox.person(REPORTER).id
    )
    assert account is not None
    assert account.locked


def test_a_blocked_person_gets_in_by_the_marked_lane(sandbox: Sandbox) -> None:
    identity = sign_in(sandbox, BLOCKED)
    account = admit(
        identity,
        fetch_account(sandbox.wiki("sandboxwiki").api_url, central_id=identity.central_id),
    )

    assert identity.blocked
    assert marks(identity, account, NOW) == {Mark.BLOCKED}


def test_rights_come_from_one_request_about_the_central_id(sandbox: Sandbox) -> None:
    identity = sign_in(sandbox, FUNCTIONARY)
    sandbox.forget_requests()

    account = admit(
        identity,
        fetch_account(sandbox.wiki("sandboxwiki").api_url, central_id=identity.central_id),
    )

    (asked,) = sandbox.requests()
    assert asked["query_string"] == ""
    assert account.name == FUNCTIONARY
    assert holds(LocalGroup("sandboxwiki", "suppress"), account, TODAY)
    assert not holds(LocalGroup("sandbox2wiki", "suppress"), account, TODAY)
    assert not holds(GlobalGroup("steward"), account, TODAY)


def test_a_steward_is_known_by_the_global_group(sandbox: Sandbox) -> None:
    account = fetch_account(sandbox.wiki("sandboxwiki").api_url, name=STEWARD)

    assert account is not None
    assert holds(GlobalGroup("steward"), account, TODAY)


def test_nobody_is_none(sandbox: Sandbox) -> None:
    api_url = sandbox.wiki("sandboxwiki").api_url

    assert fetch_account(api_url, name="Nobody at all") is None
    assert fetch_account(api_url, central_id=424242) is None


# A wiki in trouble


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("503", Detail.HTTP_STATUS),
        ("502", Detail.HTTP_STATUS),
        ("429", Detail.RATE_LIMITED),
        ("reset", Detail.NO_CONNECTION),
        ("html", Detail.UNREADABLE),
        ("empty", Detail.UNREADABLE),
        ("redirect", Detail.REDIRECTED),
    ],
)
@pytest.mark.parametrize(
    ("action", "step"),
    [("oauth/token", Step.COMPLETE), ("oauth/identify", Step.IDENTIFY)],
)
def test_a_wiki_in_trouble_is_unreachable_at_each_step(
    sandbox: Sandbox, secrets: Secrets, kind: str, detail: Detail, action: str, step: Step
) -> None:
    sandbox.fail(kind, action=action)

    with pytest.raises(errors.WikiUnreachable) as caught:
        sign_in(sandbox, REPORTER)

    assert (caught.value.step, caught.value.detail) == (step, detail)
    secrets.assert_kept(caught.value)
    sandbox.recover()
    assert sign_in(sandbox, REPORTER).username == REPORTER


@pytest.mark.parametrize("kind", ["maxlag", "readonly"])
def test_an_api_error_leaves_rights_unknown(sandbox: Sandbox, secrets: Secrets, kind: str) -> None:
    sandbox.fail(kind)
    api_url = sandbox.wiki("sandboxwiki").api_url

    assert_refused(
        lambda: fetch_account(api_url, central_id=1),
        secrets,
        errors.WikiUnreachable,
        Detail.API_ERROR,
    )
