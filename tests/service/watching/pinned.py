# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pinned roster page on the sandbox's central wiki."""

from __future__ import annotations

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.titles import parse_title
from tests.fixtures_sandbox import Sandbox

WIKI = "sandboxwiki"


def put_page(sandbox: Sandbox, title: str, text: str, *, protected: bool = True) -> None:
    """Write the page as an administrator does."""
    target = parse_title(title)
    with sandbox.store.writing() as db:
        author = accounts.local_by_name(db, WIKI, "Pebbleworth")
        assert author is not None
        revisions.save(db, WIKI, target, author, text, "rosters", sandbox.store.now())
        if protected:
            revisions.protect(db, WIKI, target, "sysop", "edit")
