# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which pages a query is about: titles, page numbers or revision numbers (ApiPageSet)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from onwiki.sandbox import revisions
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Page
from onwiki.sandbox.titles import InvalidTitle, Title, parse_title
from onwiki.sandbox.wikis import WIKIS


@dataclass
class Entry:
    """One page of the answer; ``page`` is None when there is none with that title."""

    title: Title | None
    page: Page | None
    fields: dict[str, Any]


@dataclass
class PageSet:
    """The pages asked about, and what was said about titles and numbers on the way."""

    entries: list[Entry] = field(default_factory=list)
    revids: list[int] | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    def existing(self) -> Iterator[tuple[Entry, Page]]:
        for entry in self.entries:
            if entry.page is not None:
                yield entry, entry.page

    @property
    def asked(self) -> bool:
        return bool(self.entries) or bool(self.notes)


def read_pageset(request: ApiRequest) -> PageSet:
    """Resolve ``titles``, ``pageids`` or ``revids``; only one of them may be given."""
    params = request.params
    given = [name for name in ("titles", "pageids", "revids") if name in params]
    if len(given) > 1:
        raise ApiError("multisource", f'Cannot use "{given[1]}" with "{given[0]}".')
    pages = PageSet()
    if given == ["revids"]:
        _by_revids(request, pages, params.integers("revids"))
    elif given == ["pageids"]:
        _by_ids(request, pages, params.integers("pageids"))
    elif given == ["titles"]:
        _by_titles(request, pages, params.multi("titles"))
    if params.flag("redirects"):
        _follow_redirects(request, pages)
    pages.entries.sort(key=lambda e: e.page.id if e.page else -1)
    return pages


def _by_revids(request: ApiRequest, pages: PageSet, revids: list[int]) -> None:
    pages.revids = []
    bad: list[int] = []
    seen: dict[int, Entry] = {}
    for revid in sorted(revids):
        found = revisions.with_page(request.db, request.wiki.dbname, revid)
        if found is None:
            bad.append(revid)
            continue
        page = found[1]
        if not page.deleted:
            pages.revids.append(revid)
            seen.setdefault(page.id, entry_of(page.title, page))
        elif request.caller.may("deletedhistory"):
            seen.setdefault(page.id, entry_of(page.title, None))
        else:
            bad.append(revid)
    pages.entries = list(seen.values())
    if bad:
        # A PHP array whose keys happen to run from 0 is written as a list [023].
        rows = [{"revid": revid, "missing": True} for revid in bad]
        keyed = {str(revid): row for revid, row in zip(bad, rows, strict=True)}
        pages.notes["badrevids"] = rows if bad == [0] else keyed


def _by_ids(request: ApiRequest, pages: PageSet, numbers: list[int]) -> None:
    for number in numbers:
        page = revisions.page_by_id(request.db, request.wiki.dbname, number)
        if page is None or page.deleted:
            pages.entries.append(Entry(None, None, {"pageid": number, "missing": True}))
        else:
            pages.entries.append(entry_of(page.title, page))


def _by_titles(request: ApiRequest, pages: PageSet, titles: list[str]) -> None:
    seen: set[Title] = set()
    for raw in titles:
        interwiki = _interwiki(request, raw)
        if interwiki:
            pages.notes.setdefault("interwiki", []).append(interwiki)
            continue
        try:
            title = parse_title(raw)
        except InvalidTitle as error:
            fields = {"title": raw, "invalidreason": str(error), "invalid": True}
            pages.entries.append(Entry(None, None, fields))
            continue
        if str(title) != raw:
            note = {"fromencoded": False, "from": raw, "to": str(title)}
            pages.notes.setdefault("normalized", []).append(note)
        if title not in seen:
            seen.add(title)
            found = revisions.page_by_title(request.db, request.wiki.dbname, title)
            pages.entries.append(entry_of(title, found))


def _interwiki(request: ApiRequest, raw: str) -> dict[str, Any] | None:
    prefix, colon, rest = raw.lstrip(":").partition(":")
    for wiki in WIKIS:
        if colon and prefix.strip().lower() == wiki.prefix:
            found = {"title": f"{wiki.prefix}:{rest}", "iw": wiki.prefix}
            if request.params.flag("iwurl"):
                found["url"] = request.base_url + wiki.article(rest)
            return found
    return None


def _follow_redirects(request: ApiRequest, pages: PageSet) -> None:
    for entry, page in pages.existing():
        target = revisions.redirect_target(revisions.latest(request.db, page).text)
        if target is None:
            continue
        note = {"from": str(entry.title), "to": str(target)}
        pages.notes.setdefault("redirects", []).append(note)
        found = revisions.page_by_title(request.db, request.wiki.dbname, target)
        followed = entry_of(target, found)
        entry.title, entry.page, entry.fields = followed.title, followed.page, followed.fields


def entry_of(title: Title, page: Page | None) -> Entry:
    """The basic fields of a page: special, missing or there."""
    if title.ns < 0:
        return Entry(title, None, {"ns": title.ns, "title": str(title), "special": True})
    if page is None:
        return Entry(title, None, {"ns": title.ns, "title": str(title), "missing": True})
    return Entry(title, page, {"pageid": page.id, "ns": title.ns, "title": str(title)})
