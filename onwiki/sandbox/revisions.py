# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages and their revisions, hidden parts included."""

from __future__ import annotations

import enum
import hashlib
import ipaddress
import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.store import next_id
from onwiki.sandbox.titles import InvalidTitle, Title, parse_title

_REDIRECT = re.compile(r"^\s*#REDIRECT\s*:?\s*\[\[([^\]|]+)", re.IGNORECASE)


class Hidden(enum.IntFlag):
    """What is hidden of a revision or log entry: the bits of MediaWiki's ``RevisionRecord``."""

    TEXT = 1
    COMMENT = 2
    USER = 4
    RESTRICTED = 8

    @classmethod
    def suppressed(cls) -> Hidden:
        """Everything, and even from administrators."""
        return cls.TEXT | cls.COMMENT | cls.USER | cls.RESTRICTED


NOTHING = Hidden(0)
"""Everything is public."""


@dataclass(frozen=True)
class Page:
    """A page; ``deleted`` ones keep their revisions in the archive."""

    wiki: str
    id: int
    title: Title
    model: str
    latest: int
    touched: str
    deleted: bool


@dataclass(frozen=True)
class Revision:
    """One version of a page. ``user_id`` is local; 0 with ``user_text`` for an IP address."""

    wiki: str
    id: int
    page_id: int
    parent_id: int
    user_id: int
    user_text: str | None
    timestamp: str
    comment: str
    text: str
    minor: bool
    tags: tuple[str, ...]
    hidden: Hidden

    @property
    def size(self) -> int:
        """Bytes, as ``rvprop=size`` counts."""
        return len(self.text.encode())

    @property
    def sha1(self) -> str:
        """40 hexadecimal digits over the text, as ``rvprop=sha1`` gives it."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


def page_by_title(db: sqlite3.Connection, wiki: str, title: Title) -> Page | None:
    """The living page with this title."""
    row = db.execute(
        "SELECT * FROM page WHERE wiki = ? AND ns = ? AND title = ? AND NOT deleted",
        (wiki, title.ns, title.text),
    ).fetchone()
    return _page(row) if row else None


def page_by_id(db: sqlite3.Connection, wiki: str, number: int) -> Page | None:
    """A page by its number, deleted ones too."""
    row = db.execute("SELECT * FROM page WHERE wiki = ? AND id = ?", (wiki, number)).fetchone()
    return _page(row) if row else None


def all_pages(db: sqlite3.Connection, wiki: str) -> list[Page]:
    rows = db.execute(
        "SELECT * FROM page WHERE wiki = ? AND NOT deleted ORDER BY ns, title", (wiki,)
    )
    return [_page(row) for row in rows]


def revision(db: sqlite3.Connection, wiki: str, revid: int) -> Revision | None:
    """A revision by its number, also of a deleted page."""
    row = db.execute("SELECT * FROM revision WHERE wiki = ? AND id = ?", (wiki, revid)).fetchone()
    return _revision(row) if row else None


def with_page(db: sqlite3.Connection, wiki: str, revid: int) -> tuple[Revision, Page] | None:
    """A revision and its page, also of a deleted page."""
    found = revision(db, wiki, revid)
    if found is None:
        return None
    page = page_by_id(db, wiki, found.page_id)
    return None if page is None else (found, page)


def latest(db: sqlite3.Connection, page: Page) -> Revision:
    """The current version of a page."""
    found = revision(db, page.wiki, page.latest)
    if found is None:
        raise LookupError(f"page {page.id} without a version")
    return found


def history(db: sqlite3.Connection, page: Page) -> list[Revision]:
    """All revisions of a page, newest first."""
    rows = db.execute(
        "SELECT * FROM revision WHERE wiki = ? AND page_id = ? ORDER BY id DESC",
        (page.wiki, page.id),
    )
    return [_revision(row) for row in rows]


def next_revision(db: sqlite3.Connection, rev: Revision) -> Revision | None:
    row = db.execute(
        "SELECT * FROM revision WHERE wiki = ? AND page_id = ? AND id > ? ORDER BY id LIMIT 1",
        (rev.wiki, rev.page_id, rev.id),
    ).fetchone()
    return _revision(row) if row else None


def by_user(db: sqlite3.Connection, account: LocalAccount) -> list[tuple[Revision, Page]]:
    """Revisions of living pages by an account, newest first."""
    rows = db.execute(
        "SELECT r.* FROM revision r JOIN page p ON p.wiki = r.wiki AND p.id = r.page_id"
        " WHERE r.wiki = ? AND r.user_id = ? AND NOT p.deleted ORDER BY r.id DESC",
        (account.wiki, account.id),
    )
    return _with_pages(db, account.wiki, rows.fetchall())


def by_address(
    db: sqlite3.Connection, wiki: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> list[tuple[Revision, Page]]:
    """Revisions of living pages by the IP addresses of a network, newest first."""
    rows = db.execute(
        "SELECT r.* FROM revision r JOIN page p ON p.wiki = r.wiki AND p.id = r.page_id"
        " WHERE r.wiki = ? AND r.user_id = 0 AND NOT p.deleted ORDER BY r.id DESC",
        (wiki,),
    )
    own = [row for row in rows.fetchall() if ipaddress.ip_address(row["user_text"]) in network]
    return _with_pages(db, wiki, own)


def _with_pages(
    db: sqlite3.Connection, wiki: str, rows: Iterable[sqlite3.Row]
) -> list[tuple[Revision, Page]]:
    pages = ((row, page_by_id(db, wiki, row["page_id"])) for row in rows)
    return [(_revision(row), page) for row, page in pages if page]


def save(  # noqa: PLR0913 - a revision has these columns
    db: sqlite3.Connection,
    wiki: str,
    title: Title,
    author: LocalAccount | str,
    text: str,
    comment: str,
    now: str,
    *,
    minor: bool = False,
    bot: bool = False,
    tags: Iterable[str] = (),
    model: str = "wikitext",
    revid: int | None = None,
) -> Revision:
    """Write a new version of a page, which is created when it is not there.

    ``author`` is an account or an IP address; ``revid`` overrides the wiki's own counting.
    """
    page = page_by_title(db, wiki, title)
    page_id = page.id if page else next_id(db, "page", wiki)
    number = _claim_revid(db, wiki, revid)
    if page is None:
        db.execute(
            "INSERT INTO page (wiki, id, ns, title, model, latest, touched)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (wiki, page_id, title.ns, title.text, model, number, now),
        )
    user_id, user_text = (0, author) if isinstance(author, str) else (author.id, None)
    db.execute(
        "INSERT INTO revision (wiki, id, page_id, parent_id, user_id, user_text, timestamp,"
        " comment, text, minor, bot, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            wiki,
            number,
            page_id,
            page.latest if page else 0,
            user_id,
            user_text,
            now,
            comment,
            text,
            minor,
            bot,
            json.dumps(list(tags)),
        ),
    )
    db.execute(
        "UPDATE page SET latest = ?, touched = ? WHERE wiki = ? AND id = ?",
        (number, now, wiki, page_id),
    )
    if isinstance(author, LocalAccount):
        db.execute(
            "UPDATE local_account SET editcount = editcount + 1 WHERE wiki = ? AND id = ?",
            (wiki, author.id),
        )
    saved = revision(db, wiki, number)
    if saved is None:
        raise LookupError(number)
    return saved


def hide(db: sqlite3.Connection, wiki: str, revid: int, hidden: Hidden) -> None:
    """Set what is hidden of a revision (``Hidden(0)`` shows everything again)."""
    db.execute(
        "UPDATE revision SET hidden = ? WHERE wiki = ? AND id = ?", (int(hidden), wiki, revid)
    )


def delete(db: sqlite3.Connection, page: Page) -> None:
    """Delete a page; its revisions become ``badrevids`` for everybody without the right."""
    db.execute("UPDATE page SET deleted = 1 WHERE wiki = ? AND id = ?", (page.wiki, page.id))


def protect(
    db: sqlite3.Connection, wiki: str, title: Title, level: str, action: str = "edit"
) -> None:
    """Protect a page (``action="create"`` salts a title that has none)."""
    db.execute(
        "INSERT OR REPLACE INTO protection (wiki, ns, title, action, level) VALUES (?, ?, ?, ?, ?)",
        (wiki, title.ns, title.text, action, level),
    )


def protections(db: sqlite3.Connection, wiki: str, title: Title) -> dict[str, str]:
    """Action → level of the protections of a title."""
    rows = db.execute(
        "SELECT action, level FROM protection WHERE wiki = ? AND ns = ? AND title = ?",
        (wiki, title.ns, title.text),
    )
    return {row["action"]: row["level"] for row in rows}


def redirect_target(text: str) -> Title | None:
    """Where a page's text redirects to, if it does."""
    found = _REDIRECT.match(text)
    if not found:
        return None
    try:
        return parse_title(found.group(1))
    except InvalidTitle:
        return None


def _claim_revid(db: sqlite3.Connection, wiki: str, wanted: int | None) -> int:
    row = db.execute("SELECT next_revid FROM wiki_state WHERE wiki = ?", (wiki,)).fetchone()
    number = int(row["next_revid"]) if wanted is None else wanted
    db.execute(
        "UPDATE wiki_state SET next_revid = MAX(next_revid, ?) WHERE wiki = ?", (number + 1, wiki)
    )
    return number


def _page(row: sqlite3.Row) -> Page:
    return Page(
        wiki=row["wiki"],
        id=row["id"],
        title=Title(row["ns"], row["title"]),
        model=row["model"],
        latest=row["latest"],
        touched=row["touched"],
        deleted=bool(row["deleted"]),
    )


def _revision(row: sqlite3.Row) -> Revision:
    return Revision(
        wiki=row["wiki"],
        id=row["id"],
        page_id=row["page_id"],
        parent_id=row["parent_id"],
        user_id=row["user_id"],
        user_text=row["user_text"],
        timestamp=row["timestamp"],
        comment=row["comment"],
        text=row["text"],
        minor=bool(row["minor"]),
        tags=tuple(json.loads(row["tags"])),
        hidden=Hidden(row["hidden"]),
    )
