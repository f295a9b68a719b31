# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking signed requests: the three steps of the handshake, and calls of api.php."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from oauthlib.common import Request
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


class _Endpoint(Protocol):
    def _create_request(
        self, uri: str, http_method: str, body: str, headers: dict[str, str]
    ) -> Request: ...


def for_initiate(db: sqlite3.Connection, now: datetime, signed: Signed) -> Request:
    """Check step 1. Raises OAuthRefusal; the request returned holds the callback."""
    endpoint = RequestTokenEndpoint(WikiValidator(db, now))
    request = _parse(endpoint, signed)
    if not request.redirect_uri:
        raise refusals.callback_refused(prefix=False)
    _check(endpoint.validate_request_token_request, request)
    return request


def for_token(db: sqlite3.Connection, now: datetime, signed: Signed) -> Request:
    """Check step 3. Raises OAuthRefusal; the verifier itself is not judged here."""
    endpoint = AccessTokenEndpoint(WikiValidator(db, now))
    request = _parse(endpoint, signed)
    _check(endpoint.validate_access_token_request, request)
    return request


def for_access(db: sqlite3.Connection, now: datetime, signed: Signed) -> Request:
    """Check a request signed with an access token. Raises OAuthRefusal."""
    endpoint = ResourceEndpoint(WikiValidator(db, now))
    _parse(endpoint, signed)
    valid, request = endpoint.validate_protected_resource_request(
        signed.uri, signed.method, signed.body, dict(signed.headers)
    )
    if not valid or request is None:
        raise refusals.protocol("Invalid signature")
    return request


def _parse(endpoint: _Endpoint, signed: Signed) -> Request:
    try:
        return endpoint._create_request(
            signed.uri, signed.method, signed.body, dict(signed.headers)
        )
    except OAuth1Error as error:
        raise refusals.protocol("Invalid consumer key") from error


class _Validate(Protocol):
    def __call__(self, request: Request) -> tuple[bool, Request]: ...


def _check(validate: _Validate, request: Request) -> None:
    try:
        valid, _ = validate(request)
    except OAuth1Error as error:
        raise refusals.protocol(error.description or "Invalid request") from error
    if not valid:
        raise refusals.protocol("Invalid signature")
