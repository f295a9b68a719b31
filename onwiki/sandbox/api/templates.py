# SPDX-License-Identifier: AGPL-3.0-or-later
"""``prop=templates``: what a page transcludes. pywikibot asks it before it writes (``nobots``)."""

from __future__ import annotations

import re
from typing import Any

from onwiki.sandbox import revisions
from onwiki.sandbox.api.pageset import Entry, PageSet, entry_of
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Page
from onwiki.sandbox.titles import NAMESPACES, InvalidTitle, Title, parse_title

_CALL = re.compile(r"\{\{\s*([^{}|#\n]+?)\s*(?:\||\}\})")


def add(request: ApiRequest, pages: PageSet) -> dict[str, str]:
    """Add ``templates`` to the pages that use any."""
    wanted = _namespaces(request, "tl")
    for entry, page in pages.existing():
        used = [title for title in _used(request, page) if not wanted or title.ns in wanted]
        if used:
            rows: list[dict[str, Any]] = [{"ns": t.ns, "title": str(t)} for t in used]
            entry.fields["templates"] = rows
    return {}


def generate(request: ApiRequest, pages: PageSet) -> PageSet:
    """The templates of the pages as pages of their own (``generator=templates``)."""
    wanted = _namespaces(request, "gtl")
    found: dict[Title, Entry] = {}
    for _, page in pages.existing():
        for title in _used(request, page):
            if not wanted or title.ns in wanted:
                target = revisions.page_by_title(request.db, request.wiki.dbname, title)
                found.setdefault(title, entry_of(title, target))
    return PageSet(entries=list(found.values()))


def _namespaces(request: ApiRequest, prefix: str) -> list[int]:
    request.params.ignore(f"{prefix}limit", f"{prefix}continue", f"{prefix}dir")
    return request.params.integers(f"{prefix}namespace")


def _used(request: ApiRequest, page: Page) -> list[Title]:
    """Titles between double braces, each once; a name without namespace is a template's."""
    titles: dict[Title, None] = {}
    for call in _CALL.finditer(revisions.latest(request.db, page).text):
        name = call[1]
        head, colon, _ = name.partition(":")
        spaced = colon and (not head or head.lower() in _NAMESPACE_NAMES)
        try:
            titles[parse_title(name if spaced else f"Template:{name}")] = None
        except InvalidTitle:
            continue
    return list(titles)


_NAMESPACE_NAMES = {name.lower() for name in NAMESPACES.values() if name}
