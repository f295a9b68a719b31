# SPDX-License-Identifier: AGPL-3.0-or-later
"""The three signed steps: initiate, token, identify."""

from __future__ import annotations

import hmac
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from onwiki.sandbox import accounts
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.oauth_server import consumers, identity, refusals, signed
from onwiki.sandbox.oauth_server.consumers import Acceptance, Consumer, Stage
from onwiki.sandbox.oauth_server.refusals import OAuthRefusal
from onwiki.sandbox.oauth_server.signed import Signed


@dataclass(frozen=True)
class Step:
    """An answer. Errors too are HTTP 200: the client has to read the body."""

    body: str
    mimetype: str


_PLAIN, _JSON = "text/plain", "application/json"


def initiate(db: sqlite3.Connection, now: datetime, request: Signed) -> Step:
    """Step 1: a request token for a callback that the consumer may use."""
    try:
        checked = signed.for_initiate(db, now, request)
        consumer = _consumer(db, checked.consumer_key)
        if consumer.owner_only:
            raise refusals.owner_only(consumer.name, consumer.key)
        if not consumer.takes_callback(checked.callback):
            raise refusals.callback_refused(prefix=consumer.callback_is_prefix)
        token = consumers.begin(db, consumer, checked.callback, now)
    except OAuthRefusal as refusal:
        return Step(refusal.line, _PLAIN)
    return _credentials(token.key, token.secret)


def token(db: sqlite3.Connection, now: datetime, request: Signed) -> Step:
    """Step 3: the access token for a request token that somebody accepted. A wrong verifier does
    not burn the request token, a right one does."""
    try:
        checked = signed.for_token(db, now, request)
        found = consumers.request_token(db, checked.token, now)
        if found is None:
            raise refusals.token_not_found()
        if found.used:
            raise refusals.token_used()
        if found.verifier is None or found.central_id is None:
            raise refusals.not_accepted()
        if not hmac.compare_digest(found.verifier, checked.verifier):
            raise refusals.bad_verifier()
        account = accounts.central_by_id(db, found.central_id)
        accepted = account and consumers.acceptance_of(db, found.consumer, account)
        if not accepted:
            raise refusals.no_grant()
        consumers.use(db, found)
    except OAuthRefusal as refusal:
        return Step(refusal.line, _PLAIN)
    return _credentials(accepted.access_key, accepted.access_secret)


def identify(
    db: sqlite3.Connection, now: datetime, request: Signed, wiki: str, issuer: str
) -> Step:
    """Step 4: the JWT, or ``{"error", "message"}``. ``issuer`` is the asked wiki's server."""
    try:
        checked = signed.for_access(db, now, request)
        accepted = consumers.acceptance(db, checked.token)
        if accepted is None:
            raise refusals.no_grant()
        consumer = _consumer(db, checked.consumer_key)
        account = signer(db, accepted, consumer, wiki)
        statement = identity.claims(db, account, consumer, issuer, checked.nonce, now)
    except OAuthRefusal as refusal:
        body = json.dumps({"error": refusal.key, "message": refusal.text}, separators=(",", ":"))
        return Step(body, _JSON)
    return Step(identity.sign(statement, consumer.secret), _JSON)


def signer(
    db: sqlite3.Connection, accepted: Acceptance, consumer: Consumer, wiki: str
) -> LocalAccount:
    """The local account behind an access token. Raises OAuthRefusal: not approved, locked, or no
    account on this wiki."""
    central = accounts.central_by_id(db, accepted.central_id)
    if central is None:
        raise refusals.no_local_account()
    if consumer.stage is Stage.DISABLED or not consumer.usable_by(central):
        raise refusals.not_approved()
    if central.locked:
        raise refusals.locked_account()
    account = accounts.local_of(db, wiki, central)
    if account is None:
        raise refusals.no_local_account()
    return account


def _consumer(db: sqlite3.Connection, key: str) -> Consumer:
    found = consumers.find(db, key)
    if found is None:
        raise refusals.protocol("Invalid consumer")
    return found


def _credentials(key: str, secret: str) -> Step:
    fields = {"oauth_token": key, "oauth_token_secret": secret, "oauth_callback_confirmed": "true"}
    return Step(urlencode(fields), _PLAIN)
