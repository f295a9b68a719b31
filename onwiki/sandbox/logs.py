# SPDX-License-Identifier: AGPL-3.0-or-later
"""The logs of a wiki: moves, deletions, blocks … and what the abuse filter stopped."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.revisions import Hidden
from onwiki.sandbox.store import next_id
from onwiki.sandbox.titles import Title


@dataclass(frozen=True)
class LogEntry:
    """One act. ``hidden`` uses a revision's bits; its TEXT bit hides target and parameters."""

    wiki: str
    id: int
    type: str
    action: str
    user_id: int
    timestamp: str
    comment: str
    title: Title
    page_id: int
    params: dict[str, Any]
    hidden: Hidden


@dataclass(frozen=True)
class AbuseFilter:
    """A filter that refuses edits holding a phrase; a private one keeps its number to itself."""

    id: int
    description: str
    phrase: str
    private: bool


@dataclass(frozen=True)
class AbuseEntry:
    """A hit of the abuse filter."""

    id: int
    filter: AbuseFilter
    user_id: int
    title: Title
    result: str
    timestamp: str


def record(  # noqa: PLR0913 - a log entry has these columns
    db: sqlite3.Connection,
    performer: LocalAccount,
    kind: str,
    action: str,
    title: Title,
    now: str,
    *,
    comment: str = "",
    page_id: int = 0,
    params: dict[str, Any] | None = None,
) -> int:
    """Write an entry into a log and return its number."""
    number = next_id(db, "log", performer.wiki)
    db.execute(
        "INSERT INTO log (wiki, id, type, action, user_id, timestamp, comment, ns, title, page_id,"
        " params) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            performer.wiki,
            number,
            kind,
            action,
            performer.id,
            now,
            comment,
            title.ns,
            title.text,
            page_id,
            json.dumps(params or {}),
        ),
    )
    return number


def entries(db: sqlite3.Connection, wiki: str) -> list[LogEntry]:
    """Every entry, newest first."""
    rows = db.execute("SELECT * FROM log WHERE wiki = ? ORDER BY id DESC", (wiki,))
    return [_entry(row) for row in rows]


def hide(db: sqlite3.Connection, wiki: str, number: int, hidden: Hidden) -> None:
    db.execute("UPDATE log SET hidden = ? WHERE wiki = ? AND id = ?", (int(hidden), wiki, number))


def add_filter(
    db: sqlite3.Connection, wiki: str, description: str, phrase: str, *, private: bool = False
) -> int:
    """A filter that disallows edits which add the phrase."""
    number = next_id(db, "abuse_filter", wiki)
    db.execute(
        "INSERT INTO abuse_filter (wiki, id, description, phrase, private) VALUES (?, ?, ?, ?, ?)",
        (wiki, number, description, phrase, private),
    )
    return number


def filters(db: sqlite3.Connection, wiki: str) -> list[AbuseFilter]:
    rows = db.execute("SELECT * FROM abuse_filter WHERE wiki = ? ORDER BY id", (wiki,))
    return [
        AbuseFilter(row["id"], row["description"], row["phrase"], bool(row["private"]))
        for row in rows
    ]


def record_abuse(
    db: sqlite3.Connection, account: LocalAccount, hit: AbuseFilter, title: Title, now: str
) -> int:
    """Note that a filter refused somebody's edit; returns the number in Special:AbuseLog."""
    number = next_id(db, "abuse_log", account.wiki)
    db.execute(
        "INSERT INTO abuse_log (wiki, id, filter_id, user_id, ns, title, result, timestamp)"
        " VALUES (?, ?, ?, ?, ?, ?, 'disallow', ?)",
        (account.wiki, number, hit.id, account.id, title.ns, title.text, now),
    )
    return number


def abuse_entries(db: sqlite3.Connection, wiki: str) -> list[AbuseEntry]:
    """Every hit, oldest first, as ``list=abuselog`` of the recordings gives them."""
    known = {each.id: each for each in filters(db, wiki)}
    rows = db.execute("SELECT * FROM abuse_log WHERE wiki = ? ORDER BY id", (wiki,))
    return [
        AbuseEntry(
            id=row["id"],
            filter=known[row["filter_id"]],
            user_id=row["user_id"],
            title=Title(row["ns"], row["title"]),
            result=row["result"],
            timestamp=row["timestamp"],
        )
        for row in rows
    ]


def _entry(row: sqlite3.Row) -> LogEntry:
    return LogEntry(
        wiki=row["wiki"],
        id=row["id"],
        type=row["type"],
        action=row["action"],
        user_id=row["user_id"],
        timestamp=row["timestamp"],
        comment=row["comment"],
        title=Title(row["ns"], row["title"]),
        page_id=row["page_id"],
        params=json.loads(row["params"]),
        hidden=Hidden(row["hidden"]),
    )
