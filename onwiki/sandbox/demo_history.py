# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened on the two sandbox wikis before the demo begins.

Revision numbers are fixed and nine digits long, so that a search through a database dump for them
means something.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from onwiki.sandbox import accounts, logs, revisions
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.revisions import NOTHING, Hidden
from onwiki.sandbox.titles import parse_title
from onwiki.sandbox.wikis import SANDBOX, SANDBOX2

FIRST_REVID, FIRST_REVID_2 = 310000001, 480000001
DELETED_PAGE = "Larkspur is a fraud"
FILTER_PHRASE = "nobody wants you here at all"


@dataclass(frozen=True)
class Edit:
    """One edit of the past.

    ``text`` is appended to what was visible; hours count from the beginning.
    """

    revid: int
    title: str
    author: str
    text: str
    comment: str
    hour: int
    hidden: Hidden = NOTHING
    minor: bool = False


def _talk(
    revid: int, owner: str, author: str, text: str, hour: int, hidden: Hidden = NOTHING
) -> Edit:
    return Edit(revid, f"User talk:{owner}", author, text, "reply", hour, hidden)


ON_SANDBOX: tuple[Edit, ...] = (
    Edit(310000001, "Main Page", "Rowanbark", "Welcome to a wiki for trying things out. Nothing"
         " here is real. [[Special:AllPages|All pages]]", "welcome", 1),
    Edit(310000002, "River stones", "Larkspur", "River stones are round because water is patient.",
         "new article", 2),
    Edit(310000003, "River stones", "Quillfeather", "They are gathered in spring.", "season", 3),
    Edit(310000004, "User talk:Larkspur", "Rowanbark", "== Welcome ==\n\nWelcome, and thank you for"
         " the river stones!", "welcome", 4),
    _talk(310000005, "Larkspur", "Thornbury", "== Your article ==\n\nThis is worthless. People like"
          " you ruin this wiki.", 30),
    _talk(310000006, "Larkspur", "Larkspur", ":Please tell me what is wrong with it.", 31),
    _talk(310000007, "Larkspur", "Thornbury", "::You are. Stop editing, or I will see to it that"
          " you stop.", 33),
    _talk(310000008, "Larkspur", "Thornbury", "== Last warning ==\n\nI know which pages you watch."
          " I will be there each time.", 58),
    Edit(310000009, "River stones", "Thornbury", "(Everything that Larkspur wrote here is wrong.)",
         "cleaning up after Larkspur", 59),
    _talk(310000010, "Larkspur", "Brackenridge", "== Hello ==\n\nThornbury is right, go away.", 60),
    _talk(310000011, "Larkspur", "Brackenridge", "I found out where you live, and so will others.",
          61, hidden=Hidden.suppressed()),
    _talk(310000012, "Larkspur", "Brackenridge", "(a name that was removed)", 62,
          hidden=Hidden.USER),
    Edit(310000013, "User talk:Larkspur", "Brackenridge", "Still here?", "a summary that was"
         " removed", 63, hidden=Hidden.COMMENT),
    _talk(310000014, "Larkspur", "Brackenridge", "(a text that was removed)", 64,
          hidden=Hidden.TEXT),
    Edit(310000015, "User talk:Larkspur", "Rowanbark", "(Some messages were removed.)",
         "removing attacks", 65),
    Edit(310000016, DELETED_PAGE, "Thornbury", "Everybody should know what Larkspur is.", "truth",
         70),
    Edit(310000017, "User talk:Quillfeather", "Thornbury", "== Larkspur ==\n\nWhoever helps"
         " Larkspur is next.", "note", 72),
    Edit(310000018, "User talk:Quillfeather", "Willowmere", "== Are you well? ==\n\nWrite to me if"
         " you would like to talk.", "support", 74),
    Edit(310000019, "User talk:Brackenridge", "Pebbleworth", "== Please stop ==\n\nThis is a"
         " collaborative project.", "warning", 80),
    Edit(310000020, "User talk:Nettlecombe", "Pebbleworth", "== Blocked ==\n\nYou have been blocked"
         " for vandalism.", "block", 82),
    Edit(310000021, "Harbour lights", "Fennelwood", "Harbour lights are seen from far away.",
         "new article", 90),
    Edit(310000022, "Harbour lights", "Larkspur", "They are lit at dusk.", "dusk", 91, minor=True),
    Edit(310000023, "Harbour lights", "Thornbury", "No, they are not.", "nonsense again", 92),
    Edit(310000024, "Project:Support bot", "Rowanbark", "run", "the bot may run", 95),
)  # fmt: skip

ON_SANDBOX2: tuple[Edit, ...] = (
    Edit(480000001, "Main Page", "Quillfeather", "The second wiki. [[Special:AllPages|All pages]]",
         "welcome", 1),
    Edit(480000002, "Paper boats", "Quillfeather", "Paper boats sail on every puddle.",
         "new article", 5),
    Edit(480000003, "User talk:Quillfeather", "Fennelwood", "== Welcome ==\n\nWelcome!", "welcome",
         6),
    _talk(480000004, "Quillfeather", "Thornbury", "== Found you ==\n\nDid you think that I would"
          " not find you on this wiki?", 76),
    _talk(480000005, "Quillfeather", "Quillfeather", ":Leave me alone, please.", 77),
    _talk(480000006, "Quillfeather", "Thornbury", "::I decide when this is over.", 78),
    Edit(480000007, "Paper boats", "Thornbury", "(sunk)", "reverting Quillfeather as always", 79),
    _talk(480000008, "Quillfeather", "Thornbury", "(your phone number was here)", 85,
          hidden=Hidden.suppressed()),
    Edit(480000009, "User talk:Quillfeather", "Fennelwood", "(A message was removed.)",
         "removing private data", 86),
    Edit(480000010, "Project:Support bot", "Rowanbark", "run", "the bot may run", 95),
)  # fmt: skip


def write(db: sqlite3.Connection) -> None:
    """Put the history into a store that has the demo's people but no pages."""
    for wiki, edits in ((SANDBOX.dbname, ON_SANDBOX), (SANDBOX2.dbname, ON_SANDBOX2)):
        for each in edits:
            _apply(db, wiki, each)
    _sanctions(db)
    _restore_edit_counts(db)


def _apply(db: sqlite3.Connection, wiki: str, edit: Edit) -> None:
    title = parse_title(edit.title)
    author = _account(db, wiki, edit.author)
    now = _time(edit.hour)
    page = revisions.page_by_title(db, wiki, title)
    shown = [r for r in revisions.history(db, page) if not r.hidden & Hidden.TEXT] if page else []
    text = f"{edit.text} {_signature(edit.author, now)}" if title.is_talk else edit.text
    revisions.save(
        db,
        wiki,
        title,
        author,
        f"{shown[0].text}\n\n{text}" if shown else text,
        edit.comment,
        now,
        minor=edit.minor,
        revid=edit.revid,
    )
    if edit.hidden:
        revisions.hide(db, wiki, edit.revid, edit.hidden)


def _sanctions(db: sqlite3.Connection) -> None:
    wiki = SANDBOX.dbname
    admin, watcher = _account(db, wiki, "Pebbleworth"), _account(db, wiki, "Rowanbark")
    bad_page = parse_title(DELETED_PAGE)
    page = revisions.page_by_title(db, wiki, bad_page)
    if page:
        revisions.delete(db, page)
    logs.record(db, admin, "delete", "delete", bad_page, _time(71), comment="attack page")
    for name, reason, hides in (("Nettlecombe", "vandalism", False), ("Saltmarsh", "name", True)):
        target = _account(db, wiki, name)
        by = watcher if hides else admin
        accounts.block(db, target, by, _time(82), reason, own_talk=False, hides_name=hides)
        params = {"duration": "infinity", "flags": ["nocreate", "noautoblock"], "sitewide": True}
        kind = "suppress" if hides else "block"
        user_page = parse_title(f"User:{name}")
        logs.record(db, by, kind, "block", user_page, _time(82), comment=reason, params=params)
    moved = {"target_ns": 0, "target_title": "River stones (wrong)", "suppressredirect": False}
    mover = _account(db, wiki, "Thornbury")
    stones = parse_title("River stones")
    hidden_move = logs.record(
        db, mover, "move", "move", stones, _time(66), comment="spite", params=moved
    )
    logs.hide(db, wiki, hidden_move, Hidden.TEXT | Hidden.COMMENT | Hidden.USER)
    phrase_filter = logs.add_filter(db, wiki, "Personal attacks", FILTER_PHRASE)
    hit = next(each for each in logs.filters(db, wiki) if each.id == phrase_filter)
    attacker = _account(db, wiki, "Brackenridge")
    logs.record_abuse(db, attacker, hit, parse_title("User talk:Larkspur"), _time(65))
    for name, change in (("Gorsefield", accounts.lock), ("Saltmarsh", accounts.hide)):
        central = accounts.central_by_name(db, name)
        if central:
            change(db, central)


def _restore_edit_counts(db: sqlite3.Connection) -> None:
    """People's edit counts are part of who they are; the few edits above are within them."""
    db.execute(
        "UPDATE local_account SET editcount = editcount - (SELECT COUNT(*) FROM revision r"
        " WHERE r.wiki = local_account.wiki AND r.user_id = local_account.id)"
    )


def _account(db: sqlite3.Connection, wiki: str, name: str) -> LocalAccount:
    found = accounts.local_by_name(db, wiki, name)
    if found is None:
        raise LookupError(f"{name} on {wiki}")
    return found


def _time(hour: int) -> str:
    """The hour-th hour after the beginning, 1 October 2026, as the API writes times."""
    return f"2026-10-{1 + hour // 24:02d}T{hour % 24:02d}:{hour * 7 % 60:02d}:00Z"


def _signature(name: str, now: str) -> str:
    day, hour, minute = int(now[8:10]), now[11:13], now[14:16]
    link = f"[[User:{name}|{name}]] ([[User talk:{name}|talk]])"
    return f"{link} {hour}:{minute}, {day} October 2026 (UTC)"
