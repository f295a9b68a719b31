# SPDX-License-Identifier: AGPL-3.0-or-later
"""The handshake with the sandbox wiki: its server checks signatures, nonces and verifiers."""

from collections.abc import Callable

import pytest

from oauth import errors
from oauth.errors import Detail
from oauth.handshake import Begun, Consumer, RequestToken
from oauth.identity import Identity
from onwiki.sandbox import demo
from tests.fixtures_sandbox import CALLBACK, Sandbox
from tests.oauth.on_sandbox import (
    OTHER_REPORTER,
    REPORTER,
    assert_refused,
    handshake_with,
    query_of,
    sign_in,
)
from tests.oauth.secrecy import Secrets


@pytest.fixture(autouse=True)
def _names_are_secret(secrets: Secrets) -> None:
    secrets.add(demo.SIGN_IN.secret, *(person.name for person in demo.PEOPLE))


# Accepting, cancelling, coming back


def test_who_accepts_is_named_with_the_central_id(sandbox: Sandbox) -> None:
    identity = sign_in(sandbox, REPORTER)

    assert identity.username == REPORTER
    assert identity.central_id == sandbox.person(REPORTER).id
    assert not identity.blocked


def test_the_second_sign_in_is_the_same_person_without_a_question(sandbox: Sandbox) -> None:
    assert sign_in(sandbox, REPORTER).central_id == sign_in(sandbox, REPORTER).central_id


def test_who_cancels_is_never_sent_back_and_can_start_again(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = handshake_with(sandbox)
    begun = handshake.begin()

    page = sandbox.allow(begun.authorize_url, REPORTER, button="cancel")

    assert "not to allow" in page
    made_up = {"oauth_token": begun.request_token.key, "oauth_verifier": "0" * 32}
    assert_refused(
        lambda: handshake.finish(begun.request_token, made_up),
        secrets,
        errors.ForgedCallback,
        Detail.NEVER_ACCEPTED,
    )
    assert sign_in(sandbox, REPORTER).username == REPORTER


def test_the_handshake_survives_a_session_that_keeps_json(sandbox: Sandbox) -> None:
    handshake = handshake_with(sandbox)
    begun = handshake.begin()
    kept = begun.request_token.to_json()

    query = query_of(sandbox.allow(begun.authorize_url, REPORTER))

    assert handshake.finish(RequestToken.from_json(kept), query).username == REPORTER


# Replays, forgeries, expiry


def test_a_replayed_callback_signs_nobody_in(sandbox: Sandbox, secrets: Secrets) -> None:
    handshake = handshake_with(sandbox)
    begun = handshake.begin()
    query = query_of(sandbox.allow(begun.authorize_url, REPORTER))
    handshake.finish(begun.request_token, query)

    assert_refused(
        lambda: handshake.finish(begun.request_token, query),
        secrets,
        errors.RequestExpired,
        Detail.USED_BEFORE,
    )


def test_a_guessed_verifier_signs_nobody_in_and_does_not_spoil_the_right_one(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = handshake_with(sandbox)
    begun = handshake.begin()
    query = query_of(sandbox.allow(begun.authorize_url, REPORTER))

    assert_refused(
        lambda: handshake.finish(begun.request_token, {**query, "oauth_verifier": "0" * 32}),
        secrets,
        errors.ForgedCallback,
        Detail.BAD_VERIFIER,
    )
    assert handshake.finish(begun.request_token, query).username == REPORTER


def test_login_fixation_fails_in_both_directions(sandbox: Sandbox, secrets: Secrets) -> None:
    """An attacker begins, somebody else accepts: neither session takes the callback (15)."""
    handshake = handshake_with(sandbox)
    attackers, victims = handshake.begin(), handshake.begin()
    lured = query_of(sandbox.allow(attackers.authorize_url, OTHER_REPORTER))
    sandbox.forget_requests()

    def arrives_in(session: Begun) -> Callable[[], Identity]:
        return lambda: handshake.finish(session.request_token, lured)

    assert_refused(arrives_in(victims), secrets, errors.ForgedCallback, Detail.FOREIGN)
    assert sandbox.requests() == []


def test_a_request_token_older_than_ten_minutes_is_expired(
    sandbox: Sandbox, secrets: Secrets
) -> None:
    handshake = handshake_with(sandbox)
    begun = handshake.begin()
    query = query_of(sandbox.allow(begun.authorize_url, REPORTER))
    with sandbox.store.writing() as db:
        db.execute("UPDATE request_token SET made = made - 601")

    assert_refused(
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
    assert_refused(
        handshake_with(sandbox, consumer, callback=callback).begin,
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

    assert_refused(handshake_with(sandbox).begin, secrets, errors.ClockSkew, Detail.TIMESTAMP)


@pytest.mark.parametrize("ahead_s", [60, -150])
def test_a_clock_a_minute_off_is_named_at_the_end(
    sandbox: Sandbox, secrets: Secrets, ahead_s: int
) -> None:
    sandbox.advance(ahead_s)

    assert_refused(
        lambda: sign_in(sandbox, REPORTER), secrets, errors.ClockSkew, Detail.CLAIM_TIMES
    )
