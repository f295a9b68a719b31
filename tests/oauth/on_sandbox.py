# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sign-in on the sandbox wiki, step by step."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

import pytest

from oauth.errors import Detail, SignInError
from oauth.handshake import Consumer, Handshake
from oauth.identity import Identity
from onwiki.sandbox import demo
from tests.fixtures_sandbox import CALLBACK, Sandbox
from tests.oauth.secrecy import Secrets

REPORTER = "Larkspur"
OTHER_REPORTER = "Quillfeather"
FUNCTIONARY = "Rowanbark"
STEWARD = "Ashdown"
BLOCKED = "Nettlecombe"
HIDDEN = "Saltmarsh"


def handshake_with(
    sandbox: Sandbox,
    consumer: Consumer | None = None,
    *,
    dbname: str = "sandboxwiki",
    callback: str = CALLBACK,
) -> Handshake:
    registered = Consumer(demo.SIGN_IN.key, demo.SIGN_IN.secret)
    return Handshake(sandbox.wiki(dbname).index_url, consumer or registered, callback)


def query_of(address: str) -> Mapping[str, str]:
    assert address.startswith(f"{CALLBACK}?")
    return dict(parse_qsl(urlsplit(address).query))


def sign_in(sandbox: Sandbox, name: str, *, dbname: str = "sandboxwiki") -> Identity:
    handshake = handshake_with(sandbox, dbname=dbname)
    begun = handshake.begin()
    return handshake.finish(begun.request_token, query_of(sandbox.allow(begun.authorize_url, name)))


def assert_refused(
    call: Callable[[], object], secrets: Secrets, kind: type[SignInError], detail: Detail
) -> None:
    with pytest.raises(SignInError) as caught:
        call()
    assert (type(caught.value), caught.value.detail) == (kind, detail)
    secrets.assert_kept(caught.value)
