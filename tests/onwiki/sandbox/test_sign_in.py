# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's handshake, driven by mwoauth as the service drives it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from mwoauth.errors import OAuthException
from mwoauth.handshaker import Handshaker
from mwoauth.tokens import ConsumerToken

from onwiki.sandbox import demo
from tests.fixtures_sandbox import CALLBACK, Sandbox

CONSUMER = ConsumerToken(demo.SIGN_IN.key, demo.SIGN_IN.secret)


def shaker(sandbox: Sandbox, callback: str = CALLBACK) -> Any:
    """mwoauth's client, which has no types."""
    make: Any = Handshaker
    return make(sandbox.wiki("sandboxwiki").index_url, CONSUMER, callback=callback)


def signed_in(sandbox: Sandbox, name: str) -> dict[str, object]:
    handshaker = shaker(sandbox)
    address, token = handshaker.initiate()
    back = sandbox.allow(address, name)
    access = handshaker.complete(token, urlsplit(back).query)
    identity: dict[str, object] = handshaker.identify(access)
    return identity


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
    address, _ = shaker(sandbox).initiate()
    page = sandbox.allow(address, "Larkspur", button="cancel")
    assert "You have chosen not to allow" in page


def test_foreign_callback_is_refused_in_the_wikis_words(sandbox: Sandbox) -> None:
    with pytest.raises(OAuthException, match="must be a prefix of the supplied"):
        shaker(sandbox, "http://evil.example/oauth/callback").initiate()
