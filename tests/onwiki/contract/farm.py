# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small world in which the recordings of MediaWiki 1.45 were made, rebuilt in the sandbox.

Names, revision numbers and what was hidden are those of the recordings, so that their requests can
be sent again word for word.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from onwiki.sandbox import accounts, global_blocks, logs, revisions
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.oauth_server import consumers
from onwiki.sandbox.oauth_server.consumers import Consumer, Stage
from onwiki.sandbox.revisions import Hidden
from onwiki.sandbox.store import Store
from onwiki.sandbox.titles import parse_title
from onwiki.sandbox.wikis import SANDBOX, SANDBOX2

WIKI = SANDBOX.dbname
NOW = "2026-11-22T07:33:20Z"
ACCESS_KEY, ACCESS_SECRET = "a" * 32, "b" * 40
BOT_CONSUMER = Consumer(
    key="3efaf9496d78f6d901c1d817d36af976",
    secret="c" * 40,
    name="bot-owneronly",
    owner=0,
    callback="oob",
    callback_is_prefix=False,
    grants=("basic", "highvolume", "editpage", "createeditmovepage"),
    stage=Stage.APPROVED,
    owner_only=True,
)

ARTICLE, TALK, ATTACK = "Sandbox article", "User talk:Alice", "Attack page about Alice"


@dataclass(frozen=True)
class Someone:
    name: str
    groups: tuple[str, ...] = ()
    edits: int = 250
    emailable: bool = True


PEOPLE = (
    Someone("Admin", ("bureaucrat", "suppress", "sysop")),
    Someone("Alice", edits=1536),
    Someone("Bob"),
    Someone("Mallory", edits=248),
    Someone("Func", ("checkuser", "suppress", "sysop")),
    Someone("Botty", ("bot",)),
    Someone("Steward1", ("sysop",)),
    Someone("Newbie", edits=0),
    Someone("Blocky"),
    Someone("Lockedy"),
    Someone("Hiddeny"),
    Someone("Partial"),
    Someone("~2026-1", edits=1, emailable=False),
    Someone("NoEmail", emailable=False),
    Someone("GBlocked"),
)


def build(store: Store) -> None:
    """Fill an empty store."""
    with store.writing() as db:
        for someone in PEOPLE:
            _add(db, someone)
        _write_article(db)
        _write_talk(db)
        _write_others(db)
        _sanction(db)
        _write_logs(db)
        _filters(db)
        bot = account(db, "Botty").central
        consumers.register(db, BOT_CONSUMER)
        consumers.grant(db, BOT_CONSUMER.key, bot.id, ACCESS_KEY, ACCESS_SECRET)


def account(db: sqlite3.Connection, name: str) -> LocalAccount:
    found = accounts.local_by_name(db, WIKI, name)
    assert found is not None, name
    return found


def save(
    db: sqlite3.Connection,
    revid: int | None,
    title: str,
    author: str,
    text: str,
    comment: str = "",
    *,
    minor: bool = False,
    model: str = "wikitext",
) -> int:
    saved = revisions.save(
        db, WIKI, parse_title(title), account(db, author), text, comment, NOW,
        minor=minor, model=model, revid=revid,
    )  # fmt: skip
    return saved.id


def _add(db: sqlite3.Connection, someone: Someone) -> None:
    central = accounts.create_central(db, someone.name, WIKI, NOW, emailable=someone.emailable)
    groups, edits = someone.groups, someone.edits
    accounts.attach(db, central, WIKI, NOW, groups=groups, editcount=edits, registered=NOW)
    if someone.name == "Alice":
        accounts.attach(db, central, SANDBOX2.dbname, NOW, editcount=153, registered=NOW)


def _write_article(db: sqlite3.Connection) -> None:
    save(db, 1, "Main Page", "Admin", "welcome")
    for revid, author, text in (
        (2, "Alice", "First paragraph by Alice."),
        (3, "Bob", "First paragraph by Alice.\n\nSecond paragraph by Bob."),
        (4, "Mallory", "Alice is a liar."),
        (5, "Alice", "First paragraph by Alice.\n\nSecond paragraph by Bob."),
    ):
        save(db, revid, ARTICLE, author, text, "change")
    save(db, 6, ARTICLE, "Bob", "First paragraph by Alice.\n\nSecond paragraph.", minor=True)


def _write_talk(db: sqlite3.Connection) -> None:
    save(db, 7, TALK, "Func", "== Welcome ==", "welcome")
    for revid in range(8, 16):
        save(db, revid, TALK, "Mallory", "x" * revid, "again")
    save(db, 16, TALK, "Alice", "== Welcome ==", "removed")
    save(db, 33, TALK, "Mallory", "== Welcome ==\n\nhi", "hi")
    save(db, 34, TALK, "~2026-1", "== Welcome ==\n\nhi\n\ntemp", "temp")
    for revid, hidden in (
        (12, Hidden.USER),
        (13, Hidden.COMMENT),
        (14, Hidden.TEXT),
        (15, Hidden.suppressed()),
    ):
        revisions.hide(db, WIKI, revid, hidden)
    save(db, 17, ATTACK, "Mallory", "bad", "create")
    page = revisions.page_by_title(db, WIKI, parse_title(ATTACK))
    assert page is not None
    revisions.delete(db, page)


def _write_others(db: sqlite3.Connection) -> None:
    save(db, None, "Protected page", "Admin", "closed")
    save(db, None, "User talk:Protecty", "Admin", "closed")
    for title, action in (
        ("Protected page", "edit"),
        ("User talk:Protecty", "edit"),
        ("User talk:Salted", "create"),
    ):
        revisions.protect(db, WIKI, parse_title(title), "sysop", action)
    save(db, None, "User talk:JsonTalk", "Admin", "{}", model="json")
    save(db, None, "User talk:Bob/Archive", "Bob", "old threads here")
    save(db, None, "User talk:Bob", "Bob", "#REDIRECT [[User talk:Bob/Archive]]")


def _sanction(db: sqlite3.Connection) -> None:
    func = account(db, "Func")
    accounts.block(db, account(db, "Blocky"), func, NOW, "Vandalism-only account", own_talk=False)
    accounts.block(
        db, account(db, "Partial"), func, NOW, "Topic ban", pages=(ARTICLE,),
        expiry="2030-01-01T00:00:00Z",
    )  # fmt: skip
    accounts.block(
        db, account(db, "Hiddeny"), account(db, "Admin"), NOW, "username", own_talk=False,
        hides_name=True,
    )  # fmt: skip
    accounts.lock(db, account(db, "Lockedy").central)
    steward = account(db, "Steward1")
    for target, reason in (
        (account(db, "GBlocked").central, "Cross-wiki abuse"),
        ("10.66.66.0/24", "Open proxy"),
    ):
        global_blocks.block(db, target, steward, NOW, reason)


def _write_logs(db: sqlite3.Connection) -> None:
    """Entries under the numbers of the recordings: 29 a deletion, 53 hidden, 57 suppressed."""
    func, mallory = account(db, "Func"), account(db, "Mallory")
    forever = {"duration": "infinity", "flags": ["nocreate"], "blockId": 2, "sitewide": True,
               "duration-l10n": "infinite"}  # fmt: skip
    partial = {
        "duration": "2030-01-01T00:00:00Z", "flags": ["noautoblock"],
        "restrictions": {"pages": [{"page_ns": 0, "page_title": ARTICLE}]}, "blockId": 3,
        "sitewide": False, "expiry": "2030-01-01T00:00:00Z", "duration-l10n": "3 years",
    }  # fmt: skip
    moved = {"target_ns": 0, "target_title": "Elsewhere", "suppressredirect": False}
    for number, who, kind, title, params in (
        (29, func, "delete", ATTACK, None),
        (35, func, "block", "User:Blocky", forever),
        (36, func, "block", "User:Partial", partial),
        (37, func, "suppress", "User:Hiddeny", forever),
        (53, mallory, "move", ARTICLE, moved),
        (57, mallory, "move", ARTICLE, moved),
        (64, func, "renameuser", "User:Renamey", {"olduser": "Renamey", "newuser": "Renamed",
                                                  "edits": 77, "derived": False}),
    ):  # fmt: skip
        made = logs.record(db, who, kind, kind, parse_title(title), NOW, params=params)
        db.execute("UPDATE log SET id = ? WHERE wiki = ? AND id = ?", (number, WIKI, made))
    logs.hide(db, WIKI, 53, Hidden.TEXT | Hidden.COMMENT | Hidden.USER)
    logs.hide(db, WIKI, 57, Hidden.suppressed())


def _filters(db: sqlite3.Connection) -> None:
    public = logs.add_filter(db, WIKI, "Personal attacks (public)", "forbiddenword")
    hit = next(each for each in logs.filters(db, WIKI) if each.id == public)
    for title in (TALK, "User talk:Bob"):
        logs.record_abuse(db, account(db, "Mallory"), hit, parse_title(title), NOW)
