# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way with the sandbox wiki: its server checks signatures, nonces and verifiers."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from oauth import errors
from oauth.account import fetch_account
from oauth.admission import Mark, admit, marks
from oauth.errors import Detail, SignInError, Step
from oauth.handshake import Begun, Consumer, Handshake, RequestToken
from oauth.identity import Identity
from oauth.membership import GlobalGroup, LocalGroup, holds
from onwiki.sandbox import accounts, demo
from tests.fixtures_sandbox import CALLBACK, Sandbox
from tests.oauth.secrecy import Secrets

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REPORTER = "Larkspur"
OTHER_REPORTER = "Quillfeather"
FUNCTIONARY = "Rowanbark"
STEWARD = "Ashdown"
BLOCKED = "Nettlecombe"
HIDDEN = "Saltmarsh"


def _handshake(
    sandbox: Sandbox,
    consumer: Consumer | None = None,
    *,
    dbname: str = "sandboxwiki",
    callback: str = CALLBACK,
) -> Handshake:
    registered = Consumer(demo.SIGN_IN.key, demo.SIGN_IN.secret)
    return Handshake(sandbox.wiki(dbname).index_url, consumer or registered, callback)


def _query(address: str) -> Mapping[str, str]:
    assert address.startswith(f"{CALLBACK}?")
    return dict(parse_qsl(urlsplit(address).query))


def _sign_in(sandbox: Sandbox, name: str, *, dbname: str = "sandboxwiki") -> Identity:
    handshake = _handshake(sandbox, dbname=dbname)
    begun = handshake.begin()
    return handshake.finish(begun.request_token, _query(sandbox.allow(begun.authorize_url, name)))


@pytest.fixture(autouse=True)
def _names_are_secret(secrets: Secrets) -> None:
    secrets.add(demo.SIGN_IN.secret, *(person.name for person in demo.PEOPLE))


def _assert_refused(
    call: Callable[[], object], secrets: Secrets, kind: type[SignInError], detail: Detail
) -> None:
    with pytest.raises(SignInError) as caught:
        call()
    assert (type(caught.value), caught.value.detail) == (kind, detail)
    secrets.assert_kept(caught.value)


# Accepting, cancelling, coming back


def test_who_accepts_is_named_with_the_central_id(sandbox: Sandbox) -> None:
    identity = _sign_in(sandbox, REPORTER)

    assert identity.username == REPORTER
    assert identity.central_id == sandbox.person(REPORTER).id
    assert not identity.blocked


def test_the_second_sign_in_is_the_same_person_without_a_question(sandbox: Sandbox) -> None:
    assert _sign_in(sandbox, REPORTER).central_id == _sign_in(sandbox, REPORTER).central_id


def test_who_cancels_is_never_sent_back_and_can_start_again(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = _handshake(sandbox)
    begun = handshake.begin()

    page = sandbox.allow(begun.authorize_url, REPORTER, button="cancel")

    assert "not to allow" in page
    made_up = {"oauth_token": begun.request_token.key, "oauth_verifier": "0" * 32}
    _assert_refused(
        lambda: handshake.finish(begun.request_token, made_up),
        secrets,
        errors.ForgedCallback,
        Detail.NEVER_ACCEPTED,
    )
    assert _sign_in(sandbox, REPORTER).username == REPORTER


def test_the_handshake_survives_a_session_that_keeps_json(sandbox: Sandbox) -> None:
    handshake = _handshake(sandbox)
    begun = handshake.begin()
    kept = begun.request_token.to_json()

    query = _query(sandbox.allow(begun.authorize_url, REPORTER))

    assert handshake.finish(RequestToken.from_json(kept), query).username == REPORTER


# Replays, forgeries, expiry


def test_a_replayed_callback_signs_nobody_in(sandbox: Sandbox, secrets: Secrets) -> None:
    handshake = _handshake(sandbox)
    begun = handshake.begin()
    query = _query(sandbox.allow(begun.authorize_url, REPORTER))
    handshake.finish(begun.request_token, query)

    _assert_refused(
        lambda: handshake.finish(begun.request_token, query),
        secrets,
        errors.RequestExpired,
        Detail.USED_BEFORE,
    )


def test_a_guessed_verifier_signs_nobody_in_and_does_not_spoil_the_right_one(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = _handshake(sandbox)
    begun = handshake.begin()
    query = _query(sandbox.allow(begun.authorize_url, REPORTER))

    _assert_refused(
        lambda: handshake.finish(begun.request_token, {**query, "oauth_verifier": "0" * 32}),
        secrets,
        errors.ForgedCallback,
        Detail.BAD_VERIFIER,
    )
    assert handshake.finish(begun.request_token, query).username == REPORTER


def test_login_fixation_fails_in_both_directions(sandbox: Sandbox, secrets: Secrets) -> None:
    """An attacker begins, somebody else accepts: neither session takes the callback (15)."""
    handshake = _handshake(sandbox)
    attackers, victims = handshake.begin(), handshake.begin()
    lured = _query(sandbox.allow(attackers.authorize_url, OTHER_REPORTER))
    sandbox.forget_requests()

    def arrives_in(session: Begun) -> Callable[[], Identity]:
        return lambda: handshake.finish(session.request_token, lured)

    _assert_refused(arrives_in(victims), secrets, errors.ForgedCallback, Detail.FOREIGN)
    assert sandbox.requests() == []


def test_a_request_token_older_than_ten_minutes_is_expired(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = _handshake(sandbox)
    begun = handshake.begin()
    query = _query(sandbox.allow(begun.authorize_url, REPORTER))
    with sandbox.store.writing() as db:
        db.execute("UPDATE request_token SET made = made - 601")

    _assert_refused(
        lambda: handshake.finish(begun.request_token, query),
        secrets,
        errors.RequestExpired,
        Detail.EXPIRED,
    )


# Consumers and clocks


@pytest.mark.parametrize(
    ("consumer", "callback", "detail"),
    [
        (Consumer("f" * 32, "e" * 40), CALLBACK, Detail.UNKNOWN_CONSUMER),
        (Consumer(demo.SIGN_IN.key, "e" * 40), CALLBACK, Detail.BAD_SIGNATURE),
        (Consumer(demo.BOT.key, demo.BOT.secret), CALLBACK, Detail.CONSUMER_UNUSABLE),
        (
            Consumer(demo.SIGN_IN.key, demo.SIGN_IN.secret),
            "http://elsewhere.example/oauth/callback",
            Detail.CALLBACK_NOT_REGISTERED,
        ),
    ],
    ids=["unknown", "wrong secret", "owner-only", "foreign callback"],
)
def test_a_wrong_consumer_is_refused_at_the_beginning(
    sandbox: Sandbox, secrets: Secrets, consumer: Consumer, callback: str, detail: Detail
) -> None:
    _assert_refused(
        _handshake(sandbox, consumer, callback=callback).begin,
        secrets,
        errors.WikiRefused,
        detail,
    )


@pytest.mark.parametrize("ahead_s", [301, -301])
def test_a_clock_five_minutes_off_is_named_at_the_beginning(
    sandbox: Sandbox, secrets: Secrets, ahead_s: int
) -> None:
    # One second of the 301 may pass between the two clocks.
    sandbox.advance(ahead_s + (2 if ahead_s > 0 else -2))

    _assert_refused(_handshake(sandbox).begin, secrets, errors.ClockSkew, Detail.TIMESTAMP)


@pytest.mark.parametrize("ahead_s", [60, -150])
def test_a_clock_a_minute_off_is_named_at_the_end(
    sandbox: Sandbox, secrets: Secrets, ahead_s: int
) -> None:
    sandbox.advance(ahead_s)

    _assert_refused(
        lambda: _sign_in(sandbox, REPORTER), secrets, errors.ClockSkew, Detail.CLAIM_TIMES
    )


# Accounts in every state


def test_a_hidden_person_does_not_get_in(sandbox: Sandbox, secrets: Secrets) -> None:
    _assert_refused(
        lambda: _sign_in(sandbox, HIDDEN), secrets, errors.HiddenAccount, Detail.NO_NAME
    )


def test_a_hidden_account_looks_like_none_when_asked_about(sandbox: Sandbox) -> None:
    hidden = sandbox.person(HIDDEN).id

    assert fetch_account(sandbox.wiki("sandboxwiki").api_url, central_id=hidden) is None


def test_a_person_locked_after_accepting_does_not_get_in(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = _handshake(sandbox)
    begun = handshake.begin()
    query = _query(sandbox.allow(begun.authorize_url, REPORTER))
    with sandbox.store.writing() as db:
        accounts.lock(db, sandbox.person(REPORTER))

    _assert_refused(
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
    identity = _sign_in(sandbox, BLOCKED)
    account = admit(
        identity,
        fetch_account(sandbox.wiki("sandboxwiki").api_url, central_id=identity.central_id),
    )

    assert identity.blocked
    assert marks(identity, account, NOW) == {Mark.BLOCKED}


def test_rights_come_from_one_request_about_the_central_id(sandbox: Sandbox) -> None:
    identity = _sign_in(sandbox, FUNCTIONARY)
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
        _sign_in(sandbox, REPORTER)

    assert (caught.value.step, caught.value.detail) == (step, detail)
    secrets.assert_kept(caught.value)
    sandbox.recover()
    assert _sign_in(sandbox, REPORTER).username == REPORTER


@pytest.mark.parametrize("kind", ["maxlag", "readonly"])
def test_an_api_error_leaves_rights_unknown(sandbox: Sandbox, secrets: Secrets, kind: str) -> None:
    sandbox.fail(kind)
    api_url = sandbox.wiki("sandboxwiki").api_url

    _assert_refused(
        lambda: fetch_account(api_url, central_id=1),
        secrets,
        errors.WikiUnreachable,
        Detail.API_ERROR,
    )
