# SPDX-License-Identifier: AGPL-3.0-or-later
"""The invented people of the demo, the fixed consumers, and how to fill a fresh store with them.

Everything here is the same at every start: names, numbers, times. The keys are public on purpose;
they open nothing but a sandbox.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from onwiki.sandbox import accounts, demo_history
from onwiki.sandbox.oauth_server import consumers
from onwiki.sandbox.oauth_server.consumers import Consumer, Stage
from onwiki.sandbox.store import Store
from onwiki.sandbox.wikis import SANDBOX, SANDBOX2

ATTACHED = "2026-10-01T08:00:00Z"

BOT_NAME = "SupportBot"
BOT_PASSWORD_LOGIN = f"{BOT_NAME}@notices"
BOT_PASSWORD = "7b1e0c55a9d84f2e8c36f1d20b94e7a3"  # noqa: S105 - a sandbox's, public

DEFAULT_CALLBACK = "http://localhost:8000/oauth/callback"


@dataclass(frozen=True)
class Person:
    """One invented account: where it is at home, where else it went, what it may do."""

    name: str
    home: str
    about: str
    also_on: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    global_groups: tuple[str, ...] = ()
    editcount: int = 240
    registered: str | None = "2019-03-02T10:20:30Z"
    emailable: bool = True


def _functionary(name: str, about: str) -> Person:
    return Person(name, SANDBOX.dbname, about, (SANDBOX2.dbname,), ("suppress",), editcount=5100)


PEOPLE: tuple[Person, ...] = (
    Person("Larkspur", SANDBOX.dbname, "writes about rivers; a reporter", (SANDBOX2.dbname,)),
    Person("Quillfeather", SANDBOX2.dbname, "at home on the second wiki; a reporter",
           (SANDBOX.dbname,)),
    _functionary("Rowanbark", "functionary of the demo desk"),
    _functionary("Fennelwood", "functionary of the demo desk"),
    _functionary("Marlowick", "functionary, new at the demo desk"),
    _functionary("Thornbury", "functionary of the demo desk, and a reported account"),
    Person("Brackenridge", SANDBOX.dbname, "another reported account", (SANDBOX2.dbname,)),
    Person("Ashdown", SANDBOX.dbname, "steward (a global group)", (SANDBOX2.dbname,),
           global_groups=("steward",), editcount=18300),
    Person("Willowmere", SANDBOX.dbname, "counsellor", (SANDBOX2.dbname,)),
    Person("Nettlecombe", SANDBOX.dbname, "blocked on the first wiki", (SANDBOX2.dbname,)),
    Person("Saltmarsh", SANDBOX.dbname, "hidden on the first wiki: it will not tell this name"),
    Person("Gorsefield", SANDBOX.dbname, "locked everywhere: cannot log in"),
    Person(BOT_NAME, SANDBOX.dbname, "the bot that posts notices", (SANDBOX2.dbname,),
           groups=("bot",), editcount=900),
    Person("Pebbleworth", SANDBOX.dbname, "an administrator", (SANDBOX2.dbname,),
           groups=("sysop",), editcount=7400),
    Person("Dewberry", SANDBOX.dbname, "came this week; no e-mail address, no date on record",
           editcount=2, registered=None, emailable=False),
)  # fmt: skip
"""Central ids follow the order: Larkspur is 1."""

SIGN_IN = Consumer(
    key="5a0d6e1c2b7f4938a1c0e9d8b7a69584",
    secret="c1f0a5e2d79b48360f2e4c6a8b1d3f5e7092a4b6",  # noqa: S106 - a sandbox's, public
    name="Community Support (demo)",
    owner=0,
    callback=DEFAULT_CALLBACK,
    callback_is_prefix=True,
    grants=("mwoauth-authonly",),
    stage=Stage.APPROVED,
    owner_only=False,
)
"""The identification-only consumer; its callback is set when the sandbox starts."""

BOT = Consumer(
    key="91c3b5d7e9f10a2b4c6d8e0f1a3b5c7d",
    secret="4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091",  # noqa: S106 - a sandbox's, public
    name="Community Support bot (demo)",
    owner=0,
    callback="oob",
    callback_is_prefix=False,
    grants=("basic", "highvolume", "editpage", "createeditmovepage", "sendemail"),
    stage=Stage.APPROVED,
    owner_only=True,
)
BOT_ACCESS_KEY = "d2a4c6e8f0b1d3f5a7c9e1b3d5f7a9c1"
BOT_ACCESS_SECRET = "b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9"  # noqa: S105 - a sandbox's, public

OOB_ONLY = replace(
    SIGN_IN,
    key="0b1c2d3e4f5061728394a5b6c7d8e9f0",
    name="Without a callback (demo)",
    callback="oob",
    callback_is_prefix=False,
)
DISABLED = replace(
    SIGN_IN, key="f0e1d2c3b4a5968778695a4b3c2d1e0f", name="Disabled (demo)", stage=Stage.DISABLED
)
PROPOSED = replace(
    SIGN_IN, key="1029384756aabbccddeeff0011223344", name="Proposed (demo)", stage=Stage.PROPOSED
)


def prepare(store: Store, callback: str = DEFAULT_CALLBACK) -> None:
    """Fill an empty store; in one that has people already only the consumers are renewed."""
    with store.writing() as db:
        if not accounts.everyone(db):
            _add_people(db)
            demo_history.write(db)
        _register_consumers(db, callback)


def _add_people(db: sqlite3.Connection) -> None:
    for person in PEOPLE:
        central = accounts.create_central(
            db,
            person.name,
            person.home,
            person.registered,
            groups=person.global_groups,
            about=person.about,
            emailable=person.emailable,
        )
        for wiki in (person.home, *person.also_on):
            groups = person.groups if wiki == SANDBOX.dbname or person.groups == ("bot",) else ()
            at_home = wiki == person.home
            accounts.attach(
                db,
                central,
                wiki,
                ATTACHED,
                groups=groups,
                editcount=person.editcount if at_home else person.editcount // 4,
                registered=person.registered,
            )
    bot = accounts.central_by_name(db, BOT_NAME)
    if bot:
        app_id = BOT_PASSWORD_LOGIN.partition("@")[2]
        db.execute("INSERT INTO bot_password VALUES (?, ?, ?)", (bot.id, app_id, BOT_PASSWORD))


def _register_consumers(db: sqlite3.Connection, callback: str) -> None:
    owner = accounts.central_by_name(db, "Pebbleworth")
    bot = accounts.central_by_name(db, BOT_NAME)
    if owner is None or bot is None:
        raise LookupError("this store holds other people than the demo's")
    for consumer in (SIGN_IN, OOB_ONLY, DISABLED, PROPOSED):
        address = callback if consumer.callback_is_prefix else consumer.callback
        consumers.register(db, replace(consumer, owner=owner.id, callback=address))
    consumers.register(db, replace(BOT, owner=bot.id))
    consumers.grant(db, BOT.key, bot.id, BOT_ACCESS_KEY, BOT_ACCESS_SECRET)
