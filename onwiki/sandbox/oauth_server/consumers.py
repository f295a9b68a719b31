# SPDX-License-Identifier: AGPL-3.0-or-later
"""Consumers (registered applications), the tokens on their way, and who accepted them."""

from __future__ import annotations

import enum
import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from onwiki.sandbox.accounts import CentralAccount

REQUEST_TOKEN_LIFE_S = 600


class Stage(enum.Enum):
    """Where a consumer stands in its review; only approved ones serve everybody."""

    APPROVED = "approved"
    PROPOSED = "proposed"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Consumer:
    """An application. ``owner`` is a central id; ``callback`` an address or a prefix of it."""

    key: str
    secret: str
    name: str
    owner: int
    callback: str
    callback_is_prefix: bool
    grants: tuple[str, ...]
    stage: Stage
    owner_only: bool

    def takes_callback(self, callback: str) -> bool:
        """``oob`` always; another one only by prefix: the same host, http or https, and a path that
        begins with the registered one as text (``/callbackevil`` matches ``/callback``) [04]."""
        if callback == "oob":
            return True
        if not self.callback_is_prefix:
            return False
        given, registered = urlsplit(callback), urlsplit(self.callback)
        address = given._replace(scheme="", netloc="").geturl()
        return given.netloc == registered.netloc and address.startswith(registered.path)

    def usable_by(self, account: CentralAccount) -> bool:
        """Before its approval only the owner may try a consumer [06]."""
        if self.stage is Stage.APPROVED:
            return True
        return self.stage is Stage.PROPOSED and account.id == self.owner


@dataclass(frozen=True)
class RequestToken:
    """A handshake on its way. ``central_id`` and ``verifier`` are set when somebody accepted."""

    key: str
    secret: str
    consumer: str
    callback: str
    made: float
    central_id: int | None
    verifier: str | None
    used: bool

    def expired(self, now: datetime) -> bool:
        return now.timestamp() - self.made > REQUEST_TOKEN_LIFE_S


@dataclass(frozen=True)
class Acceptance:
    """Somebody's consent to a consumer: the access token, the same at every later sign-in [15]."""

    consumer: str
    central_id: int
    access_key: str
    access_secret: str


def register(db: sqlite3.Connection, consumer: Consumer) -> None:
    """Add a consumer, or change the one with its key."""
    db.execute(
        "INSERT OR REPLACE INTO consumer (key, secret, name, owner, callback, callback_is_prefix,"
        " grants, stage, owner_only) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            consumer.key,
            consumer.secret,
            consumer.name,
            consumer.owner,
            consumer.callback,
            consumer.callback_is_prefix,
            json.dumps(consumer.grants),
            consumer.stage.value,
            consumer.owner_only,
        ),
    )


def find(db: sqlite3.Connection, key: str | None) -> Consumer | None:
    row = db.execute("SELECT * FROM consumer WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    return Consumer(
        key=row["key"],
        secret=row["secret"],
        name=row["name"],
        owner=row["owner"],
        callback=row["callback"],
        callback_is_prefix=bool(row["callback_is_prefix"]),
        grants=tuple(json.loads(row["grants"])),
        stage=Stage(row["stage"]),
        owner_only=bool(row["owner_only"]),
    )


def callback_origins(db: sqlite3.Connection) -> list[str]:
    """Scheme and host of every address that a consumer may send people to."""
    rows = db.execute("SELECT DISTINCT callback FROM consumer").fetchall()
    parts = [urlsplit(row["callback"]) for row in rows]
    return sorted({f"{one.scheme}://{one.netloc}" for one in parts if one.netloc})


def begin(db: sqlite3.Connection, consumer: Consumer, callback: str, now: datetime) -> RequestToken:
    """A new request token; expired ones are swept out at the same time."""
    limit = now.timestamp() - REQUEST_TOKEN_LIFE_S
    db.execute("DELETE FROM request_token WHERE made < ?", (limit,))
    key, secret = secrets.token_hex(16), secrets.token_hex(16)
    db.execute(
        "INSERT INTO request_token (key, secret, consumer, callback, made) VALUES (?, ?, ?, ?, ?)",
        (key, secret, consumer.key, callback, now.timestamp()),
    )
    return RequestToken(key, secret, consumer.key, callback, now.timestamp(), None, None, False)


def request_token(db: sqlite3.Connection, key: str | None, now: datetime) -> RequestToken | None:
    """The request token with this key, as long as it lives."""
    row = db.execute("SELECT * FROM request_token WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    token = RequestToken(
        key=row["key"],
        secret=row["secret"],
        consumer=row["consumer"],
        callback=row["callback"],
        made=row["made"],
        central_id=row["central_id"],
        verifier=row["verifier"],
        used=bool(row["used"]),
    )
    return None if token.expired(now) else token


def accept(db: sqlite3.Connection, token: RequestToken, account: CentralAccount) -> str:
    """Note that ``account`` allowed the consumer behind the token; gives the verifier."""
    verifier = secrets.token_hex(16)
    db.execute(
        "UPDATE request_token SET central_id = ?, verifier = ? WHERE key = ?",
        (account.id, verifier, token.key),
    )
    grant(db, token.consumer, account.id, secrets.token_hex(16), secrets.token_hex(20))
    return verifier


def grant(
    db: sqlite3.Connection, consumer: str, central_id: int, access_key: str, access_secret: str
) -> None:
    """Give an access token, unless this person has one for the consumer already."""
    db.execute(
        "INSERT OR IGNORE INTO acceptance (consumer, central_id, access_key, access_secret)"
        " VALUES (?, ?, ?, ?)",
        (consumer, central_id, access_key, access_secret),
    )


def use(db: sqlite3.Connection, token: RequestToken) -> None:
    """Burn a request token that was exchanged."""
    db.execute("UPDATE request_token SET used = 1 WHERE key = ?", (token.key,))


def acceptance(db: sqlite3.Connection, access_key: str | None) -> Acceptance | None:
    row = db.execute("SELECT * FROM acceptance WHERE access_key = ?", (access_key,)).fetchone()
    return _acceptance(row) if row else None


def acceptance_of(
    db: sqlite3.Connection, consumer: str, account: CentralAccount
) -> Acceptance | None:
    row = db.execute(
        "SELECT * FROM acceptance WHERE consumer = ? AND central_id = ?", (consumer, account.id)
    ).fetchone()
    return _acceptance(row) if row else None


def revoke(db: sqlite3.Connection, account: CentralAccount, keys: Iterable[str] = ()) -> None:
    """Take back what a person allowed: the named consumers, or all of them."""
    wanted = tuple(keys)
    if not wanted:
        db.execute("DELETE FROM acceptance WHERE central_id = ?", (account.id,))
    for key in wanted:
        db.execute(
            "DELETE FROM acceptance WHERE central_id = ? AND consumer = ?", (account.id, key)
        )


def remember_nonce(
    db: sqlite3.Connection, consumer: str, token: str, nonce: str, timestamp: int
) -> bool:
    """Whether the nonce is new for this consumer, token and second; it is kept from now on."""
    cursor = db.execute(
        "INSERT OR IGNORE INTO nonce (consumer, token, nonce, timestamp) VALUES (?, ?, ?, ?)",
        (consumer, token, nonce, timestamp),
    )
    return cursor.rowcount == 1


def _acceptance(row: sqlite3.Row) -> Acceptance:
    return Acceptance(row["consumer"], row["central_id"], row["access_key"], row["access_secret"])
