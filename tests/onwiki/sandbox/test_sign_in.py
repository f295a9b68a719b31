# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's handshake over real sockets, signed by oauthlib's client.

What each step answers in detail is held to the transcripts in tests/onwiki/contract.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from oauthlib.oauth1 import Client

from onwiki.sandbox import demo
from tests.fixtures_sandbox import CALLBACK, TIMEOUT_S, Sandbox


def step(sandbox: Sandbox, name: str, dbname: str = "sandboxwiki", **signing: str) -> str:
    """One signed step of the handshake; gives the body."""
    address = f"{sandbox.wiki(dbname).index_url}?title=Special%3AOAuth%2F{name}"
    client = Client(demo.SIGN_IN.key, demo.SIGN_IN.secret, **signing)
    _, headers, _ = client.sign(address, http_method="POST")
    answer = requests.post(
        address, headers={"Authorization": headers["Authorization"]}, timeout=TIMEOUT_S
    )
    assert answer.status_code == 200
    return answer.text


def begin(sandbox: Sandbox, callback: str = CALLBACK) -> tuple[str, dict[str, str]]:
    """The address to send somebody to, and the request token for signing."""
    fields = parse_qs(step(sandbox, "initiate", callback_uri=callback))
    token = fields["oauth_token"][0]
    query = {"title": "Special:OAuth/authenticate", "oauth_token": token,
             "oauth_consumer_key": demo.SIGN_IN.key}  # fmt: skip
    address = f"{sandbox.wiki('sandboxwiki').index_url}?{urlencode(query)}"
    secret = fields["oauth_token_secret"][0]
    return address, {"resource_owner_key": token, "resource_owner_secret": secret}


def signed_in(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """The claims about somebody who walked through the whole handshake."""
    address, token = begin(sandbox)
    back = parse_qs(urlsplit(sandbox.allow(address, name)).query)
    assert back["oauth_token"] == [token["resource_owner_key"]]
    fields = parse_qs(step(sandbox, "token", verifier=back["oauth_verifier"][0], **token))
    statement = step(
        sandbox,
        "identify",
        resource_owner_key=fields["oauth_token"][0],
        resource_owner_secret=fields["oauth_token_secret"][0],
    )
    part = statement.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def test_reporter_signs_in_with_the_central_id(sandbox: Sandbox) -> None:
    identity = signed_in(sandbox, "Larkspur")
    assert identity["username"] == "Larkspur"
    assert identity["sub"] == str(sandbox.person("Larkspur").id)
    assert identity["blocked"] is False


def test_second_sign_in_is_sent_back_at_once(sandbox: Sandbox) -> None:
    first = signed_in(sandbox, "Larkspur")
    assert signed_in(sandbox, "Larkspur")["sub"] == first["sub"]


def test_hidden_person_has_no_name(sandbox: Sandbox) -> None:
    identity = signed_in(sandbox, "Saltmarsh")
    assert set(identity) == {"iss", "aud", "exp", "iat", "sub", "blocked", "nonce"}
    assert identity["blocked"] is True


def test_blocked_person_signs_in_all_the_same(sandbox: Sandbox) -> None:
    assert signed_in(sandbox, "Nettlecombe")["blocked"] is True


def test_cancel_never_calls_back(sandbox: Sandbox) -> None:
    address, _ = begin(sandbox)
    page = sandbox.allow(address, "Larkspur", button="cancel")
    assert "You have chosen not to allow" in page


def test_foreign_callback_is_refused_in_the_wikis_words(sandbox: Sandbox) -> None:
    said = step(sandbox, "initiate", callback_uri="http://evil.example/oauth/callback")
    assert said.startswith("Error: oauth_callback must be set")
