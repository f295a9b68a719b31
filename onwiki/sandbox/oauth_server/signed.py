# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking signed requests: the three steps of the handshake, and calls of api.php."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oauthlib.oauth1 import AccessTokenEndpoint, OAuth1Error, RequestTokenEndpoint, ResourceEndpoint

from onwiki.sandbox.oauth_server import refusals
from onwiki.sandbox.oauth_server.validator import WikiValidator


@dataclass(frozen=True)
class Signed:
    """A request as it was signed: the address on the wiki's canonical server, method, form."""

    uri: str
    method: str
    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Checked:
    """What a request said, once its signature was found good. Absent values are empty."""

    consumer_key: str
    token: str
    callback: str
    verifier: str
    nonce: str


def for_initiate(db: sqlite3.Connection, now: datetime, signed: Signed) -> Checked:
    """Check step 1. Raises OAuthRefusal; whether the callback will do is not judged here."""
    endpoint = RequestTokenEndpoint(WikiValidator(db, now))
    request = _parse(endpoint, signed)
    if not request.redirect_uri:
        raise refusals.callback_refused(prefix=False)
    return _check(endpoint.validate_request_token_request, request)


def for_token(db: sqlite3.Connection, now: datetime, signed: Signed) -> Checked:
    """Check step 3. Raises OAuthRefusal; the verifier itself is not judged here."""
    endpoint = AccessTokenEndpoint(WikiValidator(db, now))
    return _check(endpoint.validate_access_token_request, _parse(endpoint, signed))


def for_access(db: sqlite3.Connection, now: datetime, signed: Signed) -> Checked:
    """Check a request signed with an access token. Raises OAuthRefusal."""
    endpoint = ResourceEndpoint(WikiValidator(db, now))
    request = _parse(endpoint, signed)
    valid, _ = endpoint.validate_protected_resource_request(
        signed.uri, signed.method, signed.body, dict(signed.headers)
    )
    if not valid:
        raise refusals.protocol("Invalid signature")
    return _checked(request)


def _parse(endpoint: Any, signed: Signed) -> Any:
    """oauthlib's request, whose attributes its stubs do not know."""
    headers = dict(signed.headers)
    try:
        return endpoint._create_request(signed.uri, signed.method, signed.body, headers)
    except OAuth1Error as error:
        raise refusals.protocol("Invalid consumer key") from error


def _check(validate: Callable[[Any], tuple[bool, Any]], request: Any) -> Checked:
    try:
        valid, _ = validate(request)
    except OAuth1Error as error:
        raise refusals.protocol(error.description or "Invalid request") from error
    if not valid:
        raise refusals.protocol("Invalid signature")
    return _checked(request)


def _checked(request: Any) -> Checked:
    return Checked(
        consumer_key=request.client_key or "",
        token=request.resource_owner_key or "",
        callback=request.redirect_uri or "",
        verifier=request.verifier or "",
        nonce=request.nonce or "",
    )
