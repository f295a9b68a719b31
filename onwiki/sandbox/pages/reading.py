# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding what an address shows: an article, an old version, a difference, a history."""

from __future__ import annotations

import difflib
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.pages import wikitext
from onwiki.sandbox.revisions import Hidden, Page, Revision
from onwiki.sandbox.titles import InvalidTitle, Title, parse_title
from onwiki.sandbox.wikis import SandboxWiki

_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Found:
    """A template with its values, or the raw text of a page."""

    template: str = "missing.html"
    status: int = 200
    raw: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A revision as the public may see it; hidden parts are None."""

    revid: int
    timestamp: str
    author: str | None
    comment: str | None
    text: str | None
    parent_id: int
    size: int


def find(db: sqlite3.Connection, wiki: SandboxWiki, name: str, query: Mapping[str, str]) -> Found:
    """What to show for a title and a query, by MediaWiki's precedence: numbers win over titles."""
    return (
        _by_special_page(db, wiki, name)
        or _by_numbers(db, wiki, query)
        or _by_title(db, wiki, name, query)
    )


def _by_special_page(db: sqlite3.Connection, wiki: SandboxWiki, name: str) -> Found | None:
    if name == "Special:AllPages":
        titles = [page.title for page in revisions.all_pages(db, wiki.dbname)]
        return Found("contents.html", values={"title": "All pages", "titles": titles})
    special = re.fullmatch(r"Special:(Diff|PermanentLink|PermaLink)/([0-9]+)(?:/([0-9]+))?", name)
    if special is None:
        return None
    first, second = int(special[2]), special[3]
    if special[1] != "Diff":
        return _old_version(db, wiki, first)
    return _difference(db, wiki, int(second) if second else first, first if second else None)


def _by_numbers(
    db: sqlite3.Connection, wiki: SandboxWiki, query: Mapping[str, str]
) -> Found | None:
    diff, oldid = query.get("diff"), query.get("oldid", "")
    if diff is not None:
        return _difference_of_query(db, wiki, diff, oldid)
    return _old_version(db, wiki, int(oldid)) if _NUMBER.fullmatch(oldid) else None


def _by_title(
    db: sqlite3.Connection, wiki: SandboxWiki, name: str, query: Mapping[str, str]
) -> Found:
    try:
        title = parse_title(name)
    except InvalidTitle:
        return _missing(name)
    page = revisions.page_by_title(db, wiki.dbname, title)
    return _missing(str(title)) if page is None else _article(db, wiki, page, query)


def _article(
    db: sqlite3.Connection, wiki: SandboxWiki, page: Page, query: Mapping[str, str]
) -> Found:
    rows = [_line(db, rev) for rev in revisions.history(db, page)]
    if query.get("action") == "history":
        return Found("history.html", values={"title": page.title, "rows": rows})
    latest = rows[0]
    if query.get("action") == "raw":
        return Found(raw=latest.text or "")
    return _shown(wiki, page.title, latest, old=False)


def _shown(wiki: SandboxWiki, title: Title, line: Line, *, old: bool) -> Found:
    html = None if line.text is None else _html(wiki, line.text)
    return Found("page.html", values={"title": title, "line": line, "html": html, "old": old})


def _old_version(db: sqlite3.Connection, wiki: SandboxWiki, revid: int) -> Found:
    found = _public(db, wiki, revid)
    if found is None:
        return _missing(f"Special:PermanentLink/{revid}")
    rev, page = found
    return _shown(wiki, page.title, _line(db, rev), old=rev.id != page.latest)


def _difference_of_query(db: sqlite3.Connection, wiki: SandboxWiki, diff: str, oldid: str) -> Found:
    old = int(oldid) if _NUMBER.fullmatch(oldid) else None
    if _NUMBER.fullmatch(diff) and int(diff):
        return _difference(db, wiki, int(diff), old)
    found = _public(db, wiki, old) if old else None
    if found is None:
        return _missing(f"Special:Diff/{diff}")
    rev, page = found
    if diff == "prev":
        return _difference(db, wiki, rev.id, None)
    after = revisions.next_revision(db, rev) if diff == "next" else None
    return _difference(db, wiki, after.id if after else page.latest, rev.id)


def _difference(db: sqlite3.Connection, wiki: SandboxWiki, new: int, old: int | None) -> Found:
    right = _public(db, wiki, new)
    if right is None:
        return _missing(f"Special:Diff/{new}")
    left = _public(db, wiki, right[0].parent_id if old is None else old)
    before = _line(db, left[0]) if left else None
    after = _line(db, right[0])
    concealed = after.text is None or (before is not None and before.text is None)
    changes = [] if concealed else _changes(before.text if before else "", after.text)
    return Found(
        "diff.html",
        values={
            "title": right[1].title,
            "before": before,
            "after": after,
            "concealed": concealed,
            "changes": changes,
        },
    )


def _changes(before: str | None, after: str | None) -> list[tuple[str, str]]:
    """Lines that went (``-``) and came (``+``)."""
    lines = difflib.ndiff((before or "").splitlines(), (after or "").splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "+-" and line[2:].strip()]


def _public(db: sqlite3.Connection, wiki: SandboxWiki, revid: int) -> tuple[Revision, Page] | None:
    found = revisions.with_page(db, wiki.dbname, revid)
    return None if found is None or found[1].deleted else found


def _line(db: sqlite3.Connection, rev: Revision) -> Line:
    account = accounts.local_by_id(db, rev.wiki, rev.user_id)
    author = account.name if account else rev.user_text
    return Line(
        revid=rev.id,
        timestamp=rev.timestamp,
        author=None if rev.hidden & Hidden.USER else author,
        comment=None if rev.hidden & Hidden.COMMENT else rev.comment,
        text=None if rev.hidden & Hidden.TEXT else rev.text,
        parent_id=rev.parent_id,
        size=rev.size,
    )


def _html(wiki: SandboxWiki, text: str) -> Markup:
    return wikitext.render(text, wiki.article)


def _missing(name: str) -> Found:
    return Found("missing.html", 404, values={"title": name})
