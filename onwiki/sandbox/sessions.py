# SPDX-License-Identifier: AGPL-3.0-or-later
"""Browser and bot-password sessions, and the tokens that belong to them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass

COOKIE = "sandbox_session"
_SUFFIX = "+\\"
ANONYMOUS_TOKEN = _SUFFIX
"""The csrf token of a visitor who is not logged in, on every MediaWiki."""


@dataclass(frozen=True)
class Session:
    """One cookie's session. ``rights`` limits a bot password to its grants; None limits nothing."""

    id: str
    central_id: int | None
    secret: str
    rights: frozenset[str] | None
    remember: bool

    def token(self, kind: str) -> str:
        """The token of this session for ``csrf`` or ``login``: 40 hex digits and the suffix."""
        if kind == "csrf" and self.central_id is None:
            return ANONYMOUS_TOKEN
        digest = hmac.new(self.secret.encode(), kind.encode(), hashlib.sha1).hexdigest()
        return digest + _SUFFIX

    def accepts(self, kind: str, token: str) -> bool:
        if kind == "login" and not self.id:
            return False
        return hmac.compare_digest(self.token(kind).encode(), token.encode())


ANONYMOUS = Session("", None, "", None, remember=False)
"""A visitor without a cookie: nothing is kept until a login token is asked for."""


def start(
    db: sqlite3.Connection,
    central_id: int | None = None,
    rights: frozenset[str] | None = None,
    *,
    remember: bool = False,
) -> Session:
    """A new session with a fresh id, as MediaWiki makes one at every log-in."""
    session = Session(secrets.token_hex(16), central_id, secrets.token_hex(20), rights, remember)
    db.execute(
        "INSERT INTO session (id, central_id, secret, rights, remember) VALUES (?, ?, ?, ?, ?)",
        (
            session.id,
            central_id,
            session.secret,
            None if rights is None else json.dumps(sorted(rights)),
            remember,
        ),
    )
    return session


def find(db: sqlite3.Connection, cookie: str | None) -> Session | None:
    if not cookie:
        return None
    row = db.execute("SELECT * FROM session WHERE id = ?", (cookie,)).fetchone()
    if row is None:
        return None
    rights = None if row["rights"] is None else frozenset(json.loads(row["rights"]))
    return Session(row["id"], row["central_id"], row["secret"], rights, bool(row["remember"]))


def end(db: sqlite3.Connection, session: Session) -> None:
    db.execute("DELETE FROM session WHERE id = ?", (session.id,))
