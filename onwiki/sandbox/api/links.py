# SPDX-License-Identifier: AGPL-3.0-or-later
"""``prop=links``: the pages of the same wiki that a page links to, or which of those asked for."""

from __future__ import annotations

import re

from onwiki.sandbox import revisions
from onwiki.sandbox.api.pageset import PageSet
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.titles import InvalidTitle, Title, parse_title

_LINK = re.compile(r"\[\[:?([^\[\]|#\n]+)(?:#[^\[\]|\n]*)?(?:\|[^\[\]\n]*)?\]\]")


def add(request: ApiRequest, pages: PageSet) -> dict[str, str]:
    """Add ``links`` to the pages that have any: by namespace and title, as MediaWiki gives them."""
    params = request.params
    params.ignore("pllimit", "plcontinue", "pldir")
    namespaces, wanted = params.integers("plnamespace"), _titles(params.multi("pltitles"))
    for entry, page in pages.existing():
        linked = sorted(_linked(revisions.latest(request.db, page).text), key=_order)
        rows = [
            {"ns": title.ns, "title": str(title)}
            for title in linked
            if (not namespaces or title.ns in namespaces) and (not wanted or title in wanted)
        ]
        if rows:
            entry.fields["links"] = rows
    return {}


def _linked(text: str) -> set[Title]:
    return _titles([found[1] for found in _LINK.finditer(text)])


def _titles(texts: list[str]) -> set[Title]:
    titles = set()
    for text in texts:
        try:
            titles.add(parse_title(text))
        except InvalidTitle:
            continue
    return titles


def _order(title: Title) -> tuple[int, str]:
    return title.ns, str(title)
