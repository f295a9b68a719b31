# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's handshake against the transcripts of the real extension, byte for byte but for
random tokens, numbers and times."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from oauthlib.oauth1 import Client
from werkzeug.test import TestResponse

from onwiki.sandbox import accounts, global_blocks, sessions
from onwiki.sandbox.app import create_app
from onwiki.sandbox.oauth_server import consumers
from onwiki.sandbox.oauth_server.consumers import Consumer, Stage
from onwiki.sandbox.store import Store
from onwiki.sandbox.wikis import SANDBOX, SANDBOX2
from tests.oauth.recordings import recorded, recorded_claims

BASE_URL = "http://127.0.0.1:28180"
CALLBACK = "http://127.0.0.1:5000/oauth/callback"
NOW = "2026-11-22T07:35:00Z"

APP = Consumer(
    key="5f5cdfe222448e376504bad0c91fefd2",
    secret="d" * 40,
    name="app-authonly",
    owner=1,
    callback=CALLBACK,
    callback_is_prefix=True,
    grants=("mwoauth-authonly",),
    stage=Stage.APPROVED,
    owner_only=False,
)
OOB = replace(APP, key="f266bc1d2947b098786236c61eb9e768", callback="oob", callback_is_prefix=False)
BASIC = replace(APP, key="3b6ae467870bbf778d43d1d5381073eb", name="app-basic")
DISABLED = replace(APP, key="ad6ff6a9d354529e26f6dcc1a01a9717", stage=Stage.DISABLED)
PROPOSED = replace(APP, key="d8b754972bc671e4558525cc40d127c5", stage=Stage.PROPOSED)
OWNER_ONLY = replace(
    APP, key="3efaf9496d78f6d901c1d817d36af976", name="bot-owneronly", owner_only=True
)


@dataclass
class Wiki:
    """The sandbox in this process, and a hand to sign requests with."""

    store: Store
    client: FlaskClient

    def step(
        self,
        name: str,
        signer: Client | None,
        *,
        script: str = "/w",
    ) -> TestResponse:
        """POST one step of the handshake, signed."""
        path = f"{script}/index.php?title=Special%3AOAuth%2F{name}"
        headers = {}
        if signer:
            _, signed, _ = signer.sign(BASE_URL + path, http_method="POST")
            headers = {"Authorization": signed["Authorization"]}
        return self.client.post(path, headers=headers, base_url=BASE_URL)

    def initiate(self, consumer: Consumer, callback: str = CALLBACK, **more: Any) -> TestResponse:
        secret = more.pop("secret", consumer.secret)
        signer = Client(consumer.key, secret, callback_uri=callback, **more)
        return self.step("initiate", signer)

    def begun(self, consumer: Consumer = APP) -> tuple[str, str]:
        return _pair(self.initiate(consumer))

    def logged_in(self, name: str) -> sessions.Session:
        with self.store.writing() as db:
            person = accounts.central_by_name(db, name)
            assert person is not None
            session = sessions.start(db, person.id, remember=True)
        self.client.set_cookie(sessions.COOKIE, session.id, domain="127.0.0.1")
        return session

    def authenticate(self, token: str, consumer: Consumer | None = APP) -> TestResponse:
        query = {"title": "Special:OAuth/authenticate", "oauth_token": token}
        if consumer:
            query["oauth_consumer_key"] = consumer.key
        return self.client.get("/w/index.php", query_string=query, base_url=BASE_URL)

    def accepted(self, token: str, name: str = "Alice", consumer: Consumer = APP) -> str:
        """Press Allow as somebody; gives the verifier."""
        session = self.logged_in(name)
        form = {
            "title": "Special:OAuth/authenticate",
            "wpEditToken": session.token("csrf"),
            "consumerKey": consumer.key,
            "requestToken": token,
            "accept": "Allow",
        }
        path = "/wiki/Special:OAuth/authenticate"
        answer = self.client.post(path, data=form, base_url=BASE_URL)
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return query["oauth_verifier"][0]

    def complete(self, token: tuple[str, str], verifier: str) -> TestResponse:
        return self.step("token", Client(APP.key, APP.secret, *token, verifier=verifier))

    def access(self, name: str = "Alice", consumer: Consumer = APP) -> tuple[str, str]:
        token = self.begun(consumer)
        verifier = self.accepted(token[0], name, consumer)
        signer = Client(consumer.key, consumer.secret, *token, verifier=verifier)
        return _pair(self.step("token", signer))

    def identify(
        self, access: tuple[str, str], consumer: Consumer = APP, script: str = "/w"
    ) -> TestResponse:
        return self.step("identify", Client(consumer.key, consumer.secret, *access), script=script)


def _pair(answer: TestResponse) -> tuple[str, str]:
    fields = parse_qs(answer.text)
    return fields["oauth_token"][0], fields["oauth_token_secret"][0]


@pytest.fixture
def wiki(tmp_path: Path) -> Iterator[Wiki]:
    store = Store(tmp_path / "sandbox.sqlite3")
    with store.writing() as db:
        for name in (
            "Alice",
            "Bob",
            "Steward1",
            "Hiddeny",
            "Sleeper",
            "Func",
            "Blocky",
            "GBlocked",
        ):
            central = accounts.create_central(db, name, SANDBOX.dbname, NOW)
            groups = ("checkuser", "suppress", "sysop") if name == "Func" else ()
            local = accounts.attach(
                db, central, SANDBOX.dbname, NOW, groups=groups, editcount=25, registered=NOW
            )
            if name in {"Hiddeny", "Blocky"}:
                accounts.block(db, local, local, NOW, "x", hides_name=name == "Hiddeny")
            if name == "GBlocked":
                global_blocks.block(db, central, local, NOW, "x")
        for consumer in (APP, OOB, BASIC, DISABLED, PROPOSED, OWNER_ONLY):
            consumers.register(db, consumer)
    with create_app(store, base_url=BASE_URL).test_client() as client:
        yield Wiki(store, client)


def vague(body: str) -> str:
    """A body without what is random: keys, secrets, numbers."""
    return re.sub(r"[0-9]+", "N", re.sub(r"[0-9a-f]{32,40}", "HEX", body))


def same(answer: TestResponse, transcript: str, label: str) -> None:
    """Status, content type and text are those of the recording."""
    wanted = recorded(transcript, label)
    assert answer.status_code == wanted.status
    assert vague(answer.text) == vague(wanted.body)
    json_expected = wanted.body.startswith("{")
    assert answer.mimetype == ("application/json" if json_expected else "text/plain")


@pytest.mark.parametrize(
    ("consumer", "callback", "label"),
    [
        (OOB, CALLBACK, "oob consumer, initiate(callback=URL)"),
        (OOB, "oob", "oob consumer, initiate(callback=oob)"),
        (APP, "oob", "prefix consumer, initiate(callback=oob)"),
        *(
            (APP, address, f"prefix consumer, callback={address}")
            for address in (
                "http://evil.example/oauth/callback",
                "http://127.0.0.1:5001/oauth/callback",
                "https://127.0.0.1:5000/oauth/callback",
                "http://127.0.0.1:5000/oauth/callback/more?next=%2Fx",
                "http://127.0.0.1:5000/oauth/callbackevil",
                "http://u:p@127.0.0.1:5000/oauth/callback",
                "http://127.0.0.1:5000/",
            )
        ),
    ],
)
def test_callback_is_judged_as_there(
    wiki: Wiki, consumer: Consumer, callback: str, label: str
) -> None:
    same(wiki.initiate(consumer, callback), "04", label)


@pytest.mark.parametrize(
    ("consumer", "label"),
    [
        (DISABLED, "disabled consumer"),
        (PROPOSED, "proposed consumer"),
        (OWNER_ONLY, "owner-only consumer"),
        (replace(APP, key="f" * 32), "unknown consumer key"),
        (replace(APP, secret="wrong"), "wrong consumer secret"),
    ],
)
def test_consumer_is_judged_as_there(wiki: Wiki, consumer: Consumer, label: str) -> None:
    callback = "oob" if consumer.owner_only else CALLBACK
    same(wiki.initiate(consumer, callback), "05", label)


@pytest.mark.parametrize("skew", [-301, -290, 290, 301])
def test_clock_may_be_five_minutes_off(wiki: Wiki, skew: int) -> None:
    moment = str(int(time.time()) + skew)
    same(wiki.initiate(APP, timestamp=moment), "05", f"timestamp skew {skew:+d} s")


def test_request_without_signature_is_refused(wiki: Wiki) -> None:
    same(wiki.step("initiate", None), "05", "no OAuth header at all")


def test_wrong_verifier_does_not_burn_the_token_but_use_does(wiki: Wiki) -> None:
    token = wiki.begun()
    verifier = wiki.accepted(token[0])
    same(wiki.complete(token, "0" * 32), "07", "bad verifier")
    same(wiki.complete(token, verifier), "07", "then right verifier (same token)")
    same(wiki.complete(token, verifier), "07", "same token a second time")


def test_token_nobody_accepted_is_not_found(wiki: Wiki) -> None:
    label = "complete() with the never-authorised request token, made-up verifier"
    same(wiki.complete(wiki.begun(), "0" * 32), "03", label)


def test_wrong_secret_is_an_invalid_signature(wiki: Wiki) -> None:
    token = wiki.begun()
    verifier = wiki.accepted(token[0])
    label = "wrong request token secret (bad signature)"
    same(wiki.complete((token[0], "wrong"), verifier), "07", label)


def test_token_lives_ten_minutes(wiki: Wiki) -> None:
    token = wiki.begun()
    verifier = wiki.accepted(token[0])
    wiki.store.clock.ahead = timedelta(seconds=601)
    later = str(int(time.time()) + 601)
    signer = Client(APP.key, APP.secret, *token, verifier=verifier, timestamp=later)
    same(wiki.step("token", signer), "07", "request token expired before complete")


def test_expired_token_is_told_to_the_person(wiki: Wiki) -> None:
    token = wiki.begun()
    wiki.logged_in("Alice")
    wiki.store.clock.ahead = timedelta(seconds=601)
    page = wiki.authenticate(token[0])
    assert page.status_code == 200
    assert "Sorry, something went wrong connecting this application." in page.text
    assert "E004" in page.text


def claims(answer: TestResponse) -> dict[str, Any]:
    part = answer.text.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def kinds(statement: dict[str, Any]) -> dict[str, str]:
    return {key: type(value).__name__ for key, value in statement.items()}


def test_identity_makes_the_claims_of_the_recording(wiki: Wiki) -> None:
    answer = wiki.identify(wiki.access())
    found, wanted = claims(answer), recorded_claims("01")[0]
    assert answer.mimetype == "application/json"
    assert kinds(found) == kinds(wanted)
    assert list(found) == list(wanted)
    for same_value in ("iss", "aud", "username", "blocked", "groups", "grants"):
        assert found[same_value] == wanted[same_value]
    assert found["exp"] - found["iat"] == 100


def test_hidden_person_makes_the_few_claims_of_the_recording(wiki: Wiki) -> None:
    hidden = next(c for c in recorded_claims("11") if "username" not in c)
    found = claims(wiki.identify(wiki.access("Hiddeny")))
    assert kinds(found) == kinds(hidden)
    assert found["blocked"] is True


def test_functionary_has_the_groups_of_the_recording(wiki: Wiki) -> None:
    wanted = next(c for c in recorded_claims("11") if c.get("username") == "Func")
    assert claims(wiki.identify(wiki.access("Func")))["groups"] == wanted["groups"]


def test_blocked_person_signs_in_and_it_is_said(wiki: Wiki) -> None:
    assert claims(wiki.identify(wiki.access("Blocky")))["blocked"] is True


def test_block_on_all_wikis_is_said_as_there(wiki: Wiki) -> None:
    wanted = next(c for c in recorded_claims("11") if c.get("username") == "GBlocked")
    found = claims(wiki.identify(wiki.access("GBlocked")))
    assert kinds(found) == kinds(wanted)
    assert found["blocked"] is wanted["blocked"] is True


def test_block_on_all_wikis_that_is_over_is_not_said(wiki: Wiki) -> None:
    with wiki.store.writing() as db:
        db.execute("UPDATE global_block SET expiry = '2020-01-01T00:00:00Z'")

    assert claims(wiki.identify(wiki.access("GBlocked")))["blocked"] is False


def test_access_token_is_checked_as_there(wiki: Wiki) -> None:
    access = wiki.access()
    same(wiki.identify((access[0], "wrong")), "08", "wrong access secret")
    same(wiki.identify(("f" * 32, "x")), "08", "unknown access token")
    same(wiki.identify(access, BASIC), "08", "token of another consumer")


def test_nonce_serves_once(wiki: Wiki) -> None:
    access = wiki.access()
    signer = Client(APP.key, APP.secret, *access, nonce="96756287949740167721795332929",
                    timestamp=str(int(time.time())))  # fmt: skip
    assert wiki.step("identify", signer).text.startswith("eyJ")
    same(wiki.step("identify", signer), "08", "the very same signed request again (nonce reuse)")


def test_revoked_grant_is_not_found(wiki: Wiki) -> None:
    access = wiki.access()
    with wiki.store.writing() as db:
        alice = accounts.central_by_name(db, "Alice")
        assert alice is not None
        consumers.revoke(db, alice)
    same(wiki.identify(access), "08", "identify after the user revoked the grant")


def test_person_locked_since_is_blocked(wiki: Wiki) -> None:
    access = wiki.access("Sleeper")
    with wiki.store.writing() as db:
        sleeper = accounts.central_by_name(db, "Sleeper")
        assert sleeper is not None
        accounts.lock(db, sleeper)
    same(wiki.identify(access), "11", "identify with an old token of a user locked since")


def test_person_unknown_to_the_other_wiki_is_refused_there(wiki: Wiki) -> None:
    label = "identify on EN for a user who never visited EN"
    access = wiki.access()
    assert SANDBOX2.script_path == "/w2"
    same(wiki.identify(access, script="/w2"), "16", label)


def test_renamed_person_keeps_the_number_and_the_token(wiki: Wiki) -> None:
    access = wiki.access("Bob")
    before = claims(wiki.identify(access))
    with wiki.store.writing() as db:
        bob = accounts.central_by_name(db, "Bob")
        assert bob is not None
        accounts.rename(db, bob, "Bobby")
    after = claims(wiki.identify(access))
    assert (after["sub"], after["username"]) == (before["sub"], "Bobby")


def test_access_token_stays_the_same(wiki: Wiki) -> None:
    assert wiki.access() == wiki.access()


def test_second_sign_in_is_not_asked_again(wiki: Wiki) -> None:
    wiki.access()
    token = wiki.begun()[0]
    wiki.logged_in("Alice")
    answer = wiki.authenticate(token)
    assert answer.status_code == 302
    pattern = re.escape(CALLBACK) + rf"\?oauth_verifier=[0-9a-f]{{32}}&oauth_token={token}"
    assert re.fullmatch(pattern, answer.headers["Location"])


def test_consumer_key_may_be_left_out_of_the_link(wiki: Wiki) -> None:
    wiki.access()
    token = wiki.begun()[0]
    wiki.logged_in("Alice")
    assert wiki.authenticate(token, None).status_code == 302


def test_token_of_another_consumer_cannot_be_accepted(wiki: Wiki) -> None:
    token = wiki.begun()[0]
    session = wiki.logged_in("Alice")
    form = {
        "wpEditToken": session.token("csrf"), "consumerKey": BASIC.key, "requestToken": token,
        "accept": "Allow",
    }  # fmt: skip
    path = "/wiki/Special:OAuth/authenticate"
    answer = wiki.client.post(path, data=form, base_url=BASE_URL)
    assert answer.status_code == 200
    assert "Sorry, something went wrong" in answer.text


def test_stranger_cannot_press_allow_for_somebody(wiki: Wiki) -> None:
    token = wiki.begun()[0]
    wiki.logged_in("Alice")
    form = {"wpEditToken": "x", "consumerKey": APP.key, "requestToken": token, "accept": "Allow"}
    path = "/wiki/Special:OAuth/authenticate"
    answer = wiki.client.post(path, data=form, base_url=BASE_URL)
    assert answer.status_code == 200
    assert "mw-mwoauth-authorize-form" in answer.text


def test_visitor_is_sent_to_the_log_in_form_and_back(wiki: Wiki) -> None:
    token = wiki.begun()[0]
    answer = wiki.authenticate(token)
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    query = parse_qs(parts.query)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{BASE_URL}/w/index.php"
    assert query["title"] == ["Special:UserLogin"]
    assert query["returnto"] == ["Special:OAuth/authenticate"]
    assert f"oauth_token={token}" in query["returntoquery"][0]
    assert query["warning"] == ["mwoauth-named-account-required-reason"]


@pytest.mark.parametrize("consumer", [DISABLED, PROPOSED], ids=["disabled", "proposed"])
def test_unapproved_consumer_is_refused_in_the_dialogue(wiki: Wiki, consumer: Consumer) -> None:
    token = wiki.begun(consumer)[0]
    wiki.logged_in("Bob")
    page = wiki.authenticate(token, consumer)
    assert page.status_code == 200
    assert "is not approved as a Connected App." in page.text


def test_owner_may_try_a_proposed_consumer(wiki: Wiki) -> None:
    assert wiki.identify(wiki.access("Alice", PROPOSED), PROPOSED).text.startswith("eyJ")
