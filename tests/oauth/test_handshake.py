# SPDX-License-Identifier: AGPL-3.0-or-later
"""mwoauth speaks to a loopback wiki that answers as the real extension was recorded to."""

import logging
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import mwoauth.functions
import pytest

from oauth import errors
from oauth.errors import NotARequestToken
from oauth.handshake import Begun, RequestToken
from oauth.transport import USER_AGENT
from tests.oauth.loopback import (
    CALLBACK,
    CONSUMER,
    IDENTIFY,
    INITIATE,
    QUERY,
    REQUEST_TOKEN,
    TOKEN,
    VERIFIER,
    LoopbackWiki,
    say,
)
from tests.oauth.recordings import recorded_claims, recordings
from tests.oauth.secrecy import Secrets

HANDSHAKE = "01"


# What works


def test_begin_asks_with_the_fixed_callback_and_sends_the_browser_to_authenticate(
    wiki: LoopbackWiki,
) -> None:
    wiki.replies[INITIATE] = say(recordings(HANDSHAKE)[0].body)

    begun = wiki.handshake().begin()

    (asked,) = wiki.seen
    assert unquote(asked.oauth["oauth_callback"]) == CALLBACK
    assert asked.oauth["oauth_consumer_key"] == CONSUMER.key
    assert asked.headers["User-Agent"] == USER_AGENT
    assert begun.authorize_url.startswith(f"{wiki.index_url}?")
    assert parse_qs(urlsplit(begun.authorize_url).query) == {
        "title": ["Special:OAuth/authenticate"],
        "oauth_token": [begun.request_token.key],
        "oauth_consumer_key": [CONSUMER.key],
    }
    assert begun.request_token == RequestToken(
        "6dcf5ed4ff526dd838284d8806273cc1", "d68e820b96b7394a2b92f66f7361fe54"
    )


def test_finish_names_the_person(wiki: LoopbackWiki) -> None:
    wiki.identify_as(wiki.claims())

    identity = wiki.handshake().finish(REQUEST_TOKEN, QUERY)

    assert identity.central_id == 2
    assert identity.username == "Alice"
    assert not identity.blocked
    assert identity.edit_count == 153
    assert identity.registered == datetime(2015, 6, 12, 8, 15, tzinfo=UTC)
    assert identity.groups == {"*", "user", "autoconfirmed"}


def test_finish_signs_with_the_request_token_then_with_the_access_token(
    wiki: LoopbackWiki,
) -> None:
    wiki.identify_as(wiki.claims())

    wiki.handshake().finish(REQUEST_TOKEN, QUERY)

    complete, identify = wiki.seen
    assert (complete.title, identify.title) == (TOKEN, IDENTIFY)
    assert complete.oauth["oauth_token"] == REQUEST_TOKEN.key
    assert complete.oauth["oauth_verifier"] == VERIFIER
    assert identify.oauth["oauth_token"] == "access-key-8816907042"


@pytest.mark.parametrize("issued_ago_s", [60, -5], ids=["60 s fast", "5 s slow"])
def test_a_clock_within_the_leeway_is_good_enough(wiki: LoopbackWiki, issued_ago_s: int) -> None:
    issued = int(datetime.now(UTC).timestamp()) - issued_ago_s
    wiki.identify_as(wiki.claims(iat=issued, exp=issued + 100))

    assert wiki.handshake().finish(REQUEST_TOKEN, QUERY).central_id == 2


@pytest.mark.parametrize(
    ("number", "name", "blocked"),
    [
        (0, "Blocky", False),
        (1, "Blocky", True),
        (2, "Partial", True),
        (3, "Partial", False),
        (4, "GBlocked", True),
        (5, "Func", False),
        (6, 'Üñí "Q" & O\'Tester', False),
        (7, "Newbie", False),
    ],
)
def test_blocked_new_and_oddly_named_people_can_sign_in(
    wiki: LoopbackWiki, secrets: Secrets, number: int, name: str, blocked: bool
) -> None:
    secrets.add(name)
    person = recorded_claims("11")[number]
    wiki.identify_as(wiki.issued(person))

    identity = wiki.handshake().finish(REQUEST_TOKEN, QUERY)

    assert (identity.username, identity.blocked) == (name, blocked)
    assert str(identity.central_id) == person["sub"]


def test_a_renamed_person_keeps_the_central_id(wiki: LoopbackWiki, secrets: Secrets) -> None:
    people = []
    for claims in recorded_claims("14"):
        secrets.add(str(claims["username"]))
        wiki.identify_as(wiki.issued(claims))
        people.append(wiki.handshake().finish(REQUEST_TOKEN, QUERY))

    assert [person.central_id for person in people] == [12, 12, 12]
    assert people[0].username != people[2].username


# Callbacks


def test_a_callback_with_another_sessions_token_never_reaches_the_wiki(
    wiki: LoopbackWiki, secrets: Secrets
) -> None:
    foreign = "f" * 32
    secrets.add(foreign)

    with pytest.raises(errors.ForgedCallback) as caught:
        wiki.handshake().finish(REQUEST_TOKEN, QUERY | {"oauth_token": foreign})

    assert wiki.seen == []
    secrets.assert_kept(caught.value)


# What is kept


def test_a_request_token_survives_a_session() -> None:
    assert RequestToken.from_json(REQUEST_TOKEN.to_json()) == REQUEST_TOKEN


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"key": "k"},
        {"key": "k", "secret": ""},
        {"key": 1, "secret": "s"},
        {"key": "k", "secret": "s", "more": "m"},
    ],
)
def test_something_else_is_no_request_token(value: object) -> None:
    with pytest.raises(NotARequestToken):
        RequestToken.from_json(value)


def test_nothing_secret_shows_in_what_is_printed(secrets: Secrets) -> None:
    begun = Begun(f"http://wiki.example/?oauth_token={REQUEST_TOKEN.key}", REQUEST_TOKEN)

    secrets.assert_absent(repr(begun))
    assert CONSUMER.secret not in repr(CONSUMER)


def test_the_libraries_below_stay_silent_when_everything_else_is_loud(
    wiki: LoopbackWiki, secrets: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    wiki.identify_as(wiki.claims())
    with caplog.at_level(logging.DEBUG):
        wiki.handshake().finish(REQUEST_TOKEN, QUERY)

    assert caplog.records != []
    for record in caplog.records:
        assert record.name.split(".")[0] not in ("oauthlib", "requests_oauthlib")
        secrets.assert_absent(record.getMessage())


def test_mwoauth_cannot_reach_a_network_outside_a_conversation() -> None:
    with pytest.raises(LookupError):
        vars(mwoauth.functions)["requests"].post("http://wiki.example", {}, None, {})
