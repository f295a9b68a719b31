# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pinned roster page on the demo's wiki. Keys are made anew for each demo, so it is, too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onwiki.roster_page import line_for
from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.store import Store
from onwiki.sandbox.titles import parse_title
from onwiki.sandbox.wikis import SANDBOX
from service.demo.environment import ROSTER_PAGE
from service.services import Services
from service.watching.fingerprint import roster_fingerprint

_ADMINISTRATOR: Final = "Pebbleworth"


def write_roster_page(services: Services, sandbox: Path) -> None:
    """Write what an administrator would copy from ``roster check``, once; ``sandbox`` is the
    folder of the wiki's store.
    """
    lines = []
    with services.database.read() as session:
        for desk in services.desks:
            readers = services.domain.roster.readers(session, desk.key)
            if readers:
                lines.append(line_for(desk.key, roster_fingerprint(readers)))
    store, title = Store(sandbox / "sandbox.sqlite3"), parse_title(ROSTER_PAGE)
    with store.writing() as db:
        author = accounts.local_by_name(db, SANDBOX.dbname, _ADMINISTRATOR)
        known = revisions.page_by_title(db, SANDBOX.dbname, title)
        if author is None or known is not None:
            return
        text = "Fingerprints of the desks' rosters.\n\n" + "\n".join(lines)
        revisions.save(db, SANDBOX.dbname, title, author, text, "rosters", store.now())
        revisions.protect(db, SANDBOX.dbname, title, "sysop", "edit")
