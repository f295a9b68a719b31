# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many wikis: several sandboxes beside each other, two wikis each, with a long history."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from onwiki.bot import BotAccess, OAuth
from onwiki.extra_wikis import ExtraWiki
from onwiki.sandbox import demo
from onwiki.sandbox.server import SandboxServer
from onwiki.sandbox.store import Store
from onwiki.sandbox.wikis import WIKIS
from onwiki.wikis import WikiList
from tests.fixtures_sandbox import Sandbox

FIRST_REVID = 700_000_001
"""Number of the first revision that the bench adds on each wiki."""

_COPIED = 8
_ADD_HISTORY = f"""
    INSERT INTO revision
           (wiki, id, page_id, parent_id, user_id, user_text, timestamp, comment, text)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count),
    old AS (
        SELECT *, row_number() OVER (ORDER BY id) - 1 AS place
        FROM revision WHERE wiki = :wiki AND hidden = 0 ORDER BY id LIMIT {_COPIED}
    )
    SELECT old.wiki, :first + n.i, old.page_id,
           CASE WHEN n.i < {_COPIED} THEN old.id ELSE :first + n.i - {_COPIED} END,
           old.user_id, old.user_text, old.timestamp, '', old.text
    FROM n JOIN old ON old.place = n.i % {_COPIED}
"""  # noqa: S608 - a number of our own

BOT = BotAccess(
    demo.BOT_NAME,
    OAuth(demo.BOT.key, demo.BOT.secret, demo.BOT_ACCESS_KEY, demo.BOT_ACCESS_SECRET),
)
"""May ask for 500 at a time; nobody (None) for 50."""


@dataclass(frozen=True)
class Place:
    """One wiki of the farm: what it is called on our list, and on its own server."""

    dbname: str
    own_dbname: str
    origin: str
    folder: str
    sandbox: Sandbox

    def link(self, revid: int) -> str:
        return f"{self.origin}/wiki{self.folder}/Special:Diff/{revid}"

    def seen(self) -> list[dict[str, object]]:
        """The requests that reached it."""
        return [one for one in self.sandbox.requests() if one["wiki"] == self.own_dbname]


@dataclass(frozen=True)
class Farm:
    """Wikis that run, and the list on which they are."""

    places: tuple[Place, ...]
    wikis: WikiList

    def forget(self) -> None:
        for place in self.places:
            place.sandbox.forget_requests()


def make_seed(folder: Path, revisions: int) -> Store:
    """The demo's wikis with ``revisions`` more on each."""
    store = Store(folder / "sandbox.sqlite3")
    demo.prepare(store)
    with store.writing() as db:
        for wiki in WIKIS:
            values = {"count": revisions, "wiki": wiki.dbname, "first": FIRST_REVID}
            db.execute(_ADD_HISTORY, values)
    return store


@contextmanager
def farm(folder: Path, size: int, revisions: int) -> Iterator[Farm]:
    """``size`` wikis (an even number)."""
    seed = folder / "seed"
    seed.mkdir()
    make_seed(seed, revisions)
    with ExitStack() as stack:
        places: list[Place] = []
        for number in range(size // len(WIKIS)):
            copy = folder / f"copy{number}"
            shutil.copytree(seed, copy)
            store, token = Store(copy / "sandbox.sqlite3"), secrets.token_hex(16)
            server = stack.enter_context(SandboxServer(store, control_token=token))
            sandbox = Sandbox(server.base_url, store, token)
            for wiki in WIKIS:
                folder_name = wiki.script_path.removeprefix("/w")
                name = f"bench{number}x{folder_name or 1}wiki"
                places.append(Place(name, wiki.dbname, server.base_url, folder_name, sandbox))
        yield Farm(tuple(places), WikiList.snapshot().with_extra([_extra(one) for one in places]))


def _extra(place: Place) -> ExtraWiki:
    address = urlsplit(place.origin)
    assert address.hostname is not None
    return ExtraWiki(
        dbname=place.dbname,
        scheme="http",
        host=address.hostname,
        port=address.port,
        script_path=f"/w{place.folder}",
        article_path=f"/wiki{place.folder}/$1",
    )
