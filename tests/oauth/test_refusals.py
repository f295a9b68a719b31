# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each refusal of the wiki, as recorded, and each identity that cannot be believed, is named."""

from datetime import UTC, datetime

import pytest

from oauth import errors
from oauth.errors import Detail, SignInError, Step
from tests.oauth.loopback import (
    ACCESS_ANSWER,
    IDENTIFY,
    INITIATE,
    QUERY,
    REQUEST_TOKEN,
    TOKEN,
    LoopbackWiki,
    say,
)
from tests.oauth.recordings import recorded, recorded_claims
from tests.oauth.secrecy import Secrets


def finish(wiki: LoopbackWiki) -> SignInError:
    """The error that ``finish`` ends with."""
    with pytest.raises(SignInError) as caught:
        wiki.handshake().finish(REQUEST_TOKEN, QUERY)
    return caught.value


# What the wiki refuses


@pytest.mark.parametrize(
    ("transcript", "label", "kind", "detail"),
    [
        ("05", "wrong consumer secret", errors.WikiRefused, Detail.BAD_SIGNATURE),
        ("05", "unknown consumer key", errors.WikiRefused, Detail.UNKNOWN_CONSUMER),
        ("05", "no OAuth header at all", errors.WikiRefused, Detail.UNKNOWN_CONSUMER),
        ("05", "owner-only consumer", errors.WikiRefused, Detail.CONSUMER_UNUSABLE),
        ("05", "timestamp skew -301 s", errors.ClockSkew, Detail.TIMESTAMP),
        ("05", "timestamp skew +301 s", errors.ClockSkew, Detail.TIMESTAMP),
        (
            "04",
            "oob consumer, initiate(callback=URL)",
            errors.WikiRefused,
            Detail.CALLBACK_NOT_REGISTERED,
        ),
        (
            "04",
            "prefix consumer, callback=http://evil.example/oauth/callback",
            errors.WikiRefused,
            Detail.CALLBACK_NOT_REGISTERED,
        ),
        ("13", "initiate / rawerr", errors.WikiRefused, Detail.UNKNOWN_REFUSAL),
    ],
)
def test_a_refused_beginning_is_named(
    wiki: LoopbackWiki,
    secrets: Secrets,
    transcript: str,
    label: str,
    kind: type[SignInError],
    detail: Detail,
) -> None:
    wiki.replies[INITIATE] = say(recorded(transcript, label).body)

    with pytest.raises(kind) as caught:
        wiki.handshake().begin()

    assert (caught.value.step, caught.value.detail) == (Step.INITIATE, detail)
    secrets.assert_kept(caught.value)


@pytest.mark.parametrize(
    ("transcript", "label", "kind", "detail"),
    [
        ("07", "bad verifier", errors.ForgedCallback, Detail.BAD_VERIFIER),
        ("07", "same token a second time", errors.RequestExpired, Detail.USED_BEFORE),
        ("07", "request token expired before complete", errors.RequestExpired, Detail.EXPIRED),
        (
            "07",
            "wrong request token secret (bad signature)",
            errors.WikiRefused,
            Detail.BAD_SIGNATURE,
        ),
        (
            "03",
            "complete() with the never-authorised request token, made-up verifier",
            errors.ForgedCallback,
            Detail.NEVER_ACCEPTED,
        ),
        ("13", "complete / rawerr", errors.WikiRefused, Detail.UNKNOWN_REFUSAL),
    ],
)
def test_a_refused_completion_is_named(
    wiki: LoopbackWiki,
    secrets: Secrets,
    transcript: str,
    label: str,
    kind: type[SignInError],
    detail: Detail,
) -> None:
    wiki.replies[TOKEN] = say(recorded(transcript, label).body)

    error = finish(wiki)

    assert type(error) is kind
    assert (error.step, error.detail) == (Step.COMPLETE, detail)
    secrets.assert_kept(error)


@pytest.mark.parametrize(
    ("transcript", "label", "kind", "detail"),
    [
        ("08", "wrong access secret", errors.WikiRefused, Detail.BAD_SIGNATURE),
        ("08", "unknown access token", errors.WikiRefused, Detail.NO_GRANT),
        ("08", "identify after the user revoked the grant", errors.WikiRefused, Detail.NO_GRANT),
        (
            "08",
            "the very same signed request again (nonce reuse)",
            errors.RequestExpired,
            Detail.NONCE_USED,
        ),
        (
            "11",
            "identify with an old token of a user locked since",
            errors.LockedAccount,
            Detail.LOCKED,
        ),
        (
            "16",
            "identify on EN for a user who never visited EN",
            errors.NoLocalAccount,
            Detail.NOT_ON_THIS_WIKI,
        ),
        ("13", "identify / err", errors.WikiRefused, Detail.UNKNOWN_REFUSAL),
        ("13", "identify / errnomsg", errors.WikiRefused, Detail.UNKNOWN_REFUSAL),
    ],
)
def test_a_refused_identification_is_named(
    wiki: LoopbackWiki,
    secrets: Secrets,
    transcript: str,
    label: str,
    kind: type[SignInError],
    detail: Detail,
) -> None:
    wiki.replies[TOKEN] = say(ACCESS_ANSWER)
    wiki.replies[IDENTIFY] = say(recorded(transcript, label).body, content_type="application/json")

    error = finish(wiki)

    assert type(error) is kind
    assert (error.step, error.detail) == (Step.IDENTIFY, detail)
    secrets.assert_kept(error)


def test_a_consumer_disabled_between_two_steps_is_refused(
    wiki: LoopbackWiki, secrets: Secrets
) -> None:
    wiki.replies[TOKEN] = say('Error: "x" is not approved as a Connected App.')
    completing = finish(wiki)
    wiki.replies[TOKEN] = say(ACCESS_ANSWER)
    wiki.replies[IDENTIFY] = say('{"error":"mwoauth-invalid-authorization-not-approved"}')
    identifying = finish(wiki)

    for error in (completing, identifying):
        assert type(error) is errors.WikiRefused
        assert error.detail is Detail.CONSUMER_UNUSABLE
        secrets.assert_kept(error)


def test_a_code_tells_a_refusal_in_every_language(wiki: LoopbackWiki) -> None:
    english = recorded("07", "same token a second time").body
    code = english[english.index("&lt;span") :]
    wiki.replies[TOKEN] = say(f"Error: Diese Anfrage wurde bereits abgeschlossen.\n\n{code}")

    assert type(finish(wiki)) is errors.RequestExpired


# What cannot be believed


@pytest.mark.parametrize("ahead_s", [60, -120], ids=["60 s slow", "120 s fast"])
def test_an_identity_from_another_time_is_a_wrong_clock(
    wiki: LoopbackWiki, secrets: Secrets, ahead_s: int
) -> None:
    issued = int(datetime.now(UTC).timestamp()) + ahead_s
    wiki.identify_as(wiki.claims(iat=issued, exp=issued + 100))

    error = finish(wiki)

    assert type(error) is errors.ClockSkew
    assert error.detail is Detail.CLAIM_TIMES
    secrets.assert_kept(error)


def test_an_identity_signed_by_somebody_else_is_refused_even_if_its_times_are_wrong_too(
    wiki: LoopbackWiki, secrets: Secrets
) -> None:
    for claims in (wiki.claims(), wiki.claims(iat=1, exp=101)):
        wiki.identify_as(claims, secret="another-secret-0123456789abcdef0123456789")

        error = finish(wiki)

        assert type(error) is errors.IdentityInvalid
        secrets.assert_kept(error)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "ad6ff6a9d354529e26f6dcc1a01a9717"},
        {"nonce": "16679485014966210601795332925"},
        {"iss": "http://elsewhere.example"},
        {"iat": "now"},
        {"exp": "then"},
        {"sub": 2},
    ],
    ids=lambda change: f"{change}",
)
def test_an_identity_for_another_consumer_request_or_wiki_is_refused(
    wiki: LoopbackWiki, secrets: Secrets, change: dict[str, object]
) -> None:
    wiki.identify_as(wiki.claims(**change))

    error = finish(wiki)

    assert type(error) is errors.IdentityInvalid
    secrets.assert_kept(error)


@pytest.mark.parametrize("claim", ["iss", "aud", "iat", "nonce", "sub", "blocked"])
def test_an_identity_that_lacks_a_claim_is_refused(
    wiki: LoopbackWiki, secrets: Secrets, claim: str
) -> None:
    claims = {name: value for name, value in wiki.claims().items() if name != claim}
    wiki.identify_as(claims, with_nonce=claim != "nonce")

    error = finish(wiki)

    assert type(error) is errors.IdentityInvalid
    secrets.assert_kept(error)


def test_a_hidden_person_has_no_name_and_does_not_get_in(
    wiki: LoopbackWiki, secrets: Secrets
) -> None:
    (hidden,) = [claims for claims in recorded_claims("11") if "username" not in claims]
    wiki.identify_as(wiki.issued(hidden))

    error = finish(wiki)

    assert type(error) is errors.HiddenAccount
    secrets.assert_kept(error)
