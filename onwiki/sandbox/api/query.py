# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=query``: properties of pages, lists and facts about the wiki."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from onwiki.sandbox.api import (
    abuselog,
    allusers,
    globalblocks,
    globaluserinfo,
    info,
    links,
    logevents,
    readrevisions,
    siteinfo,
    templates,
    tokens,
    usercontribs,
    userinfo,
    users,
)
from onwiki.sandbox.api.answer import Pages
from onwiki.sandbox.api.pageset import PageSet, read_pageset
from onwiki.sandbox.api.request import ApiRequest

Prop = Callable[[ApiRequest, PageSet], dict[str, str]]
"""Adds fields to the pages; gives what the next request must carry to continue."""
Listing = Callable[[ApiRequest], tuple[dict[str, Any], dict[str, str]]]
"""Gives what goes under ``query`` and what the next request must carry to continue."""


def _no_files(request: ApiRequest, _: PageSet) -> dict[str, str]:
    """``prop=imageinfo|categoryinfo``, which pywikibot adds everywhere: there is nothing to say."""
    request.params.ignore("iiprop", "iilimit")
    return {}


_Module = TypeVar("_Module")

PROPS: dict[str, Prop] = {
    "revisions": readrevisions.add,
    "info": info.add,
    "links": links.add,
    "templates": templates.add,
    "imageinfo": _no_files,
    "categoryinfo": _no_files,
}
LISTS: dict[str, Listing] = {
    "abuselog": abuselog.listing,
    "allusers": allusers.listing,
    "globalblocks": globalblocks.listing,
    "logevents": logevents.listing,
    "usercontribs": usercontribs.listing,
    "users": users.listing,
}
METAS: dict[str, Listing] = {
    "globaluserinfo": globaluserinfo.listing,
    "siteinfo": siteinfo.listing,
    "tokens": tokens.listing,
    "userinfo": userinfo.listing,
}


def execute(request: ApiRequest) -> dict[str, Any]:
    """Answer the query; ``continue`` is there only when something was left for later."""
    params = request.params
    params.ignore("continue", "rawcontinue", "indexpageids", "iwurl", "redirects",
                  "converttitles", "export", "exportnowrap")  # fmt: skip
    query: dict[str, Any] = {}
    later: dict[str, str] = {}
    pages = read_pageset(request)
    query.update(pages.notes)
    if request.params.text("generator") == "templates":
        pages = templates.generate(request, pages)
    for prop in _modules(request, "prop", PROPS):
        later.update(prop(request, pages))
    if pages.entries:
        query["pages"] = Pages(entry.fields for entry in pages.entries)
    for module in _modules(request, "list", LISTS) + _modules(request, "meta", METAS):
        found, more = module(request)
        query.update(found)
        later.update(more)
    body: dict[str, Any] = {"batchcomplete": True}
    if later:
        body["continue"] = later | {"continue": "-||"}
    if query:
        body["query"] = query
    return body


def _modules(request: ApiRequest, parameter: str, known: dict[str, _Module]) -> list[_Module]:
    wanted, unknown = request.params.choices(parameter, "", known)
    request.warn_unrecognized("query", parameter, unknown)
    return [known[name] for name in wanted]
