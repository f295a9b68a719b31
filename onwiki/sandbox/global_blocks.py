# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blocks on all wikis at once (GlobalBlocking): of an account, an address or a range.

They are of no wiki, and stand beside the blocks of each: ``list=users`` and ``globaluserinfo`` do
not tell them [076], the identity does [11], and editing is refused [109].
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from onwiki.sandbox.accounts import CentralAccount, LocalAccount


@dataclass(frozen=True)
class GlobalBlock:
    """``target`` is the account's name of today, an address, or a range as ``10.0.0.0/24``."""

    id: int
    target: str
    performer: str
    performer_id: int
    performer_wiki: str
    timestamp: str
    expiry: str
    reason: str


_QUERY = """
SELECT one.id, COALESCE(target.name, one.address) AS target, by.name AS performer,
    local.id AS performer_id, one.performer_wiki, one.timestamp, one.expiry, one.reason
FROM global_block AS one
LEFT JOIN central_account AS target ON target.id = one.central_id
JOIN central_account AS by ON by.id = one.performer
JOIN local_account AS local ON local.central_id = one.performer AND local.wiki = one.performer_wiki
"""


def block(
    db: sqlite3.Connection,
    target: CentralAccount | str,
    performer: LocalAccount,
    now: str,
    reason: str,
    expiry: str = "infinity",
) -> None:
    """Block an account, or an address or range, on all wikis."""
    central_id, address = (None, target) if isinstance(target, str) else (target.id, None)
    db.execute(
        "INSERT INTO global_block"
        " (central_id, address, performer, performer_wiki, timestamp, expiry, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (central_id, address, performer.central.id, performer.wiki, now, expiry, reason),
    )


def unblock(db: sqlite3.Connection, target: CentralAccount) -> None:
    db.execute("DELETE FROM global_block WHERE central_id = ?", (target.id,))


def global_block_of(
    db: sqlite3.Connection, account: CentralAccount, now: str
) -> GlobalBlock | None:
    """The block that holds for an account at that time."""
    row = db.execute(
        f"{_QUERY} WHERE one.central_id = ? AND one.expiry > ? ORDER BY one.id DESC LIMIT 1",
        (account.id, now),  # "infinity" is greater than every year
    ).fetchone()
    return GlobalBlock(**row) if row else None


def global_blocks(db: sqlite3.Connection, now: str) -> list[GlobalBlock]:
    """All that hold at that time, newest first."""
    rows = db.execute(f"{_QUERY} WHERE one.expiry > ? ORDER BY one.id DESC", (now,))
    return [GlobalBlock(**row) for row in rows]
