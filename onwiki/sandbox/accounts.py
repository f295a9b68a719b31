# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts: one central account with a number of its own, and a local one on every wiki visited."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onwiki.sandbox.rights import rights_of
from onwiki.sandbox.store import next_id

_AUTOCONFIRMED_EDITS = 10


@dataclass(frozen=True)
class CentralAccount:
    """What CentralAuth knows. ``hidden`` accounts are missing to everybody without its rights."""

    id: int
    name: str
    home: str
    registered: str | None
    groups: tuple[str, ...]
    locked: bool
    hidden: bool
    emailable: bool
    about: str


@dataclass(frozen=True)
class LocalAccount:
    """The account on one wiki; ``id`` is local, ``explicit_groups`` are the granted ones."""

    wiki: str
    id: int
    central: CentralAccount
    registered: str | None
    editcount: int
    explicit_groups: tuple[str, ...]
    attached: str
    method: str

    @property
    def name(self) -> str:
        return self.central.name

    @property
    def is_temporary(self) -> bool:
        return self.name.startswith("~2")

    @property
    def groups(self) -> tuple[str, ...]:
        """Explicit and implicit groups, in the order in which ``list=users`` gives them."""
        if self.is_temporary:
            return ("*", "temp")
        implicit: tuple[str, ...] = ("*", "user")
        if self.editcount >= _AUTOCONFIRMED_EDITS:
            implicit += ("autoconfirmed",)
        return self.explicit_groups + implicit

    @property
    def rights(self) -> tuple[str, ...]:
        return rights_of(self.groups, self.central.groups)


@dataclass(frozen=True)
class Block:
    """A block on one wiki; ``pages`` is None for a sitewide one, else titles it is limited to."""

    id: int
    target: int
    performer: int
    timestamp: str
    expiry: str
    reason: str
    pages: tuple[str, ...] | None
    own_talk: bool
    email: bool
    hides_name: bool


def central_by_name(db: sqlite3.Connection, name: str) -> CentralAccount | None:
    row = db.execute("SELECT * FROM central_account WHERE name = ?", (name,)).fetchone()
    return _central(row) if row else None


def central_by_id(db: sqlite3.Connection, number: int) -> CentralAccount | None:
    row = db.execute("SELECT * FROM central_account WHERE id = ?", (number,)).fetchone()
    return _central(row) if row else None


def everyone(db: sqlite3.Connection) -> list[CentralAccount]:
    """All central accounts, oldest first."""
    return [_central(row) for row in db.execute("SELECT * FROM central_account ORDER BY id")]


def local_by_name(db: sqlite3.Connection, wiki: str, name: str) -> LocalAccount | None:
    central = central_by_name(db, name)
    return local_of(db, wiki, central) if central else None


def local_by_id(db: sqlite3.Connection, wiki: str, number: int) -> LocalAccount | None:
    row = db.execute(
        "SELECT * FROM local_account WHERE wiki = ? AND id = ?", (wiki, number)
    ).fetchone()
    if row is None:
        return None
    central = central_by_id(db, row["central_id"])
    return _local(row, central) if central else None


def local_of(db: sqlite3.Connection, wiki: str, central: CentralAccount) -> LocalAccount | None:
    row = db.execute(
        "SELECT * FROM local_account WHERE wiki = ? AND central_id = ?", (wiki, central.id)
    ).fetchone()
    return _local(row, central) if row else None


def attached(db: sqlite3.Connection, central: CentralAccount) -> list[LocalAccount]:
    """The local accounts of a central one, by dbname (``merged`` of globaluserinfo)."""
    rows = db.execute(
        "SELECT * FROM local_account WHERE central_id = ? ORDER BY wiki", (central.id,)
    )
    return [_local(row, central) for row in rows]


def locals_in_groups(
    db: sqlite3.Connection, wiki: str, groups: Sequence[str]
) -> list[LocalAccount]:
    """Who holds one of the groups explicitly on this wiki, by name."""
    wanted = set(groups)
    rows = db.execute("SELECT id FROM local_account WHERE wiki = ? ORDER BY id", (wiki,)).fetchall()
    everybody = [local_by_id(db, wiki, row["id"]) for row in rows]
    found = [a for a in everybody if a and (not wanted or wanted & set(a.explicit_groups))]
    return sorted(found, key=lambda account: account.name)


def create_central(
    db: sqlite3.Connection,
    name: str,
    home: str,
    registered: str | None,
    *,
    groups: Iterable[str] = (),
    about: str = "",
    emailable: bool = True,
) -> CentralAccount:
    """Register a name. The central id is the next free number."""
    cursor = db.execute(
        "INSERT INTO central_account (name, home, registered, groups, about, emailable)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (name, home, registered, json.dumps(list(groups)), about, emailable),
    )
    found = central_by_id(db, int(cursor.lastrowid or 0))
    if found is None:
        raise LookupError(name)
    return found


def attach(
    db: sqlite3.Connection,
    central: CentralAccount,
    wiki: str,
    now: str,
    *,
    groups: Iterable[str] = (),
    editcount: int = 0,
    registered: str | None = None,
) -> LocalAccount:
    """Create the local account on a wiki (at the home wiki: ``new``, elsewhere: ``login``)."""
    method = "new" if central.home == wiki else "login"
    number = next_id(db, "local_account", wiki)
    db.execute(
        "INSERT INTO local_account"
        " (wiki, id, central_id, registered, editcount, groups, attached, method)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (wiki, number, central.id, registered, editcount, json.dumps(list(groups)), now, method),
    )
    found = local_by_id(db, wiki, number)
    if found is None:
        raise LookupError(wiki)
    return found


def set_groups(db: sqlite3.Connection, account: LocalAccount, groups: Iterable[str]) -> None:
    db.execute(
        "UPDATE local_account SET groups = ? WHERE wiki = ? AND id = ?",
        (json.dumps(list(groups)), account.wiki, account.id),
    )


def rename(db: sqlite3.Connection, central: CentralAccount, new_name: str) -> None:
    """A global rename: the number stays, the old name is free again."""
    db.execute("UPDATE central_account SET name = ? WHERE id = ?", (new_name, central.id))


def lock(db: sqlite3.Connection, central: CentralAccount, *, locked: bool = True) -> None:
    """Lock or unlock an account everywhere. Locking also takes back all its OAuth grants [11]."""
    db.execute("UPDATE central_account SET locked = ? WHERE id = ?", (locked, central.id))


def hide(db: sqlite3.Connection, central: CentralAccount, *, hidden: bool = True) -> None:
    """Hide the account from the lists of global accounts (CentralAuth's ``hidden``)."""
    db.execute("UPDATE central_account SET hidden = ? WHERE id = ?", (hidden, central.id))


def block(  # noqa: PLR0913 - a block has these columns
    db: sqlite3.Connection,
    target: LocalAccount,
    performer: LocalAccount,
    now: str,
    reason: str,
    *,
    pages: Sequence[str] | None = None,
    expiry: str = "infinity",
    own_talk: bool = True,
    hides_name: bool = False,
) -> int:
    """Block an account on its wiki and return the block's number."""
    number = next_id(db, "block", target.wiki)
    db.execute(
        "INSERT INTO block"
        " (wiki, id, target, performer, timestamp, expiry, reason, pages, own_talk, hides_name)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            target.wiki,
            number,
            target.id,
            performer.id,
            now,
            expiry,
            reason,
            None if pages is None else json.dumps(list(pages)),
            own_talk,
            hides_name,
        ),
    )
    return number


def block_of(db: sqlite3.Connection, account: LocalAccount) -> Block | None:
    row = db.execute(
        "SELECT * FROM block WHERE wiki = ? AND target = ? ORDER BY id DESC LIMIT 1",
        (account.wiki, account.id),
    ).fetchone()
    if row is None:
        return None
    return Block(
        id=row["id"],
        target=row["target"],
        performer=row["performer"],
        timestamp=row["timestamp"],
        expiry=row["expiry"],
        reason=row["reason"],
        pages=None if row["pages"] is None else tuple(json.loads(row["pages"])),
        own_talk=bool(row["own_talk"]),
        email=bool(row["email"]),
        hides_name=bool(row["hides_name"]),
    )


def is_name_hidden(db: sqlite3.Connection, account: LocalAccount) -> bool:
    """Whether a block hides the name on this wiki (``hideuser``)."""
    found = block_of(db, account)
    return found is not None and found.hides_name


def _central(row: sqlite3.Row) -> CentralAccount:
    return CentralAccount(
        id=row["id"],
        name=row["name"],
        home=row["home"],
        registered=row["registered"],
        groups=tuple(json.loads(row["groups"])),
        locked=bool(row["locked"]),
        hidden=bool(row["hidden"]),
        emailable=bool(row["emailable"]),
        about=row["about"],
    )


def _local(row: sqlite3.Row, central: CentralAccount) -> LocalAccount:
    return LocalAccount(
        wiki=row["wiki"],
        id=row["id"],
        central=central,
        registered=row["registered"],
        editcount=row["editcount"],
        explicit_groups=tuple(json.loads(row["groups"])),
        attached=row["attached"],
        method=row["method"],
    )
