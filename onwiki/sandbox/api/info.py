# SPDX-License-Identifier: AGPL-3.0-or-later
"""``prop=info``: what a page is, where it is, and whether the caller may edit it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from onwiki.sandbox import revisions
from onwiki.sandbox.api import permission
from onwiki.sandbox.api.pageset import Entry, PageSet
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.titles import Title

KNOWN = ("protection", "url", "talkid", "subjectid", "associatedpage", "displaytitle", "watched",
          "visitingwatchers", "watchers", "notificationtimestamp", "preload", "readable",
          "varianttitles", "linkclasses")  # fmt: skip


def add(request: ApiRequest, pages: PageSet) -> dict[str, str]:
    """Add the fields to every page with a title, missing ones included."""
    wanted, unknown = request.params.choices("inprop", "", KNOWN)
    request.warn_unrecognized("info", "inprop", unknown)
    tests = request.params.multi("intestactions")
    detail = request.params.text("intestactionsdetail") or "boolean"
    request.params.ignore("intestactionsautocreate", "inlinkcontext", "ineditintrostyle")
    for entry in pages.entries:
        if entry.title is None or entry.title.ns < 0:
            continue
        entry.fields |= _basics(request, entry)
        entry.fields |= _extras(request, entry.title, set(wanted))
        if tests:
            entry.fields["actions"] = _actions(request, entry.title, tests, detail)
    return {}


def _basics(request: ApiRequest, entry: Entry) -> dict[str, Any]:
    page = entry.page
    fields: dict[str, Any] = {
        "contentmodel": page.model if page else "wikitext",
        "pagelanguage": "en",
        "pagelanguagehtmlcode": "en",
        "pagelanguagedir": "ltr",
    }
    if page is None:
        return fields
    rev = revisions.latest(request.db, page)
    fields |= {"touched": page.touched, "lastrevid": page.latest, "length": rev.size}
    if revisions.redirect_target(rev.text):
        fields["redirect"] = True
    if rev.parent_id == 0:
        fields["new"] = True
    return fields


def _extras(request: ApiRequest, title: Title, wanted: set[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    page = revisions.page_by_title(request.db, request.wiki.dbname, title)
    other = title.associated
    if "protection" in wanted:
        levels = revisions.protections(request.db, request.wiki.dbname, title)
        fields["protection"] = [
            {"type": action, "level": level, "expiry": "infinity"}
            for action, level in levels.items()
        ]
        fields["restrictiontypes"] = ["edit", "move"] if page else ["create"]
    linked = other and revisions.page_by_title(request.db, request.wiki.dbname, other)
    if linked and not title.is_talk and "talkid" in wanted:
        fields["talkid"] = linked.id
    if linked and title.is_talk and "subjectid" in wanted:
        fields["subjectid"] = linked.id
    if other and "associatedpage" in wanted:
        fields["associatedpage"] = str(other)
    if "url" in wanted:
        address = request.base_url + request.wiki.article(str(title))
        key = quote(str(title).replace(" ", "_"), safe="/:~!$()*,;@")
        fields |= {
            "fullurl": address,
            "editurl": f"{request.base_url}{request.wiki.index}?title={key}&action=edit",
            "canonicalurl": address,
        }
    if "displaytitle" in wanted:
        fields["displaytitle"] = str(title)
    return fields


def _actions(request: ApiRequest, title: Title, tests: list[str], detail: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for action in tests:
        refusal = permission.refusal(request, title) if action == "edit" else None
        if detail == "boolean":
            answers[action] = refusal is None
        else:
            errors = [] if refusal is None else [{"code": refusal.code, "text": refusal.info}]
            answers[action] = errors
    return answers
