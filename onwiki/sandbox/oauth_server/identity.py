# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signed statement of who somebody is (``Special:OAuth/identify``)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
from datetime import datetime
from typing import Any

from onwiki.sandbox import accounts
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.global_blocks import global_block_of
from onwiki.sandbox.oauth_server.consumers import Consumer
from onwiki.sandbox.store import stamp

LIFE_S = 100


def claims(
    db: sqlite3.Connection,
    account: LocalAccount,
    consumer: Consumer,
    issuer: str,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """What the wiki says of an account. A hidden one has no name, groups or dates; ``blocked`` is
    said of a block on this wiki, in part too, and of one on all wikis [11].
    """
    issued = int(now.timestamp())
    statement: dict[str, Any] = {
        "iss": issuer,
        "aud": consumer.key,
        "exp": issued + LIFE_S,
        "iat": issued,
        "sub": str(account.central.id),
    }
    everywhere = global_block_of(db, account.central, stamp(now))
    blocked = everywhere is not None or accounts.block_of(db, account) is not None
    if accounts.is_name_hidden(db, account):
        return statement | {"blocked": True, "nonce": nonce}
    registered = account.registered
    digits = None if registered is None else "".join(c for c in registered if c.isdigit())
    return statement | {
        "username": account.name,
        "editcount": account.editcount,
        "email_verified": account.central.emailable,
        "confirmed_email": account.central.emailable,
        "blocked": blocked,
        "registered": digits,
        "groups": list(account.groups),
        "rights": list(account.rights),
        "grants": list(consumer.grants),
        "nonce": nonce,
    }


def sign(statement: dict[str, Any], secret: str) -> str:
    """A JWT (RFC 7519), HS256 with the consumer's secret."""
    head = _encode({"typ": "JWT", "alg": "HS256"})
    body = _encode(statement)
    signature = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_base64(signature)}"


def _encode(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
