# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sent a request: by OAuth signature, by session cookie, or nobody in particular."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from onwiki.sandbox import accounts, sessions
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import Caller
from onwiki.sandbox.oauth_server import consumers, endpoints, signed
from onwiki.sandbox.oauth_server.refusals import OAuthRefusal
from onwiki.sandbox.oauth_server.signed import Signed
from onwiki.sandbox.rights import granted_rights, rights_of
from onwiki.sandbox.sessions import Session

_PROTOCOL = "An error occurred in the OAuth protocol: "


def by_cookie(db: sqlite3.Connection, wiki: str, cookie: str | None, ip: str) -> Caller:
    """The caller behind a session cookie. Locked accounts are logged out everywhere."""
    session = sessions.find(db, cookie) or sessions.ANONYMOUS
    central = None
    if session.central_id is not None:
        central = accounts.central_by_id(db, session.central_id)
    account = None
    if central is not None and not central.locked:
        account = accounts.local_of(db, wiki, central)
    if account is None:
        nobody = session if session.central_id is None else sessions.ANONYMOUS
        return Caller(None, ip, nobody, frozenset(rights_of(("*",))))
    rights = frozenset(account.rights)
    if session.rights is not None:
        rights &= session.rights
    return Caller(account, ip, session, rights)


def by_signature(
    db: sqlite3.Connection, wiki: str, now: datetime, request: Signed, ip: str
) -> Caller:
    """The caller behind an OAuth signature, limited to the consumer's grants.

    Raises ApiError ``mwoauth-invalid-authorization…`` [140].
    """
    try:
        checked = signed.for_access(db, now, request)
        accepted = consumers.acceptance(db, checked.token)
        consumer = consumers.find(db, checked.consumer_key)
        if accepted is None or consumer is None:
            raise _invalid("No approved grant was found for that authorization token.")
        account = endpoints.signer(db, accepted, consumer, wiki)
    except OAuthRefusal as refusal:
        if refusal.key.startswith("mwoauth-invalid-authorization"):
            raise ApiError(refusal.key, refusal.text) from refusal
        raise _invalid(refusal.text.removeprefix(_PROTOCOL)) from refusal
    session = Session("oauth", account.central.id, accepted.access_secret, None, remember=False)
    rights = frozenset(account.rights) & granted_rights(consumer.grants)
    return Caller(account, ip, session, rights, by_oauth=True)


def _invalid(reason: str) -> ApiError:
    return ApiError(
        "mwoauth-invalid-authorization",
        f"The authorization headers in your request are not valid: {reason}",
    )
