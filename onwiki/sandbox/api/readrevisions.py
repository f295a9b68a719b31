# SPDX-License-Identifier: AGPL-3.0-or-later
"""``prop=revisions``: by number, or along the history of a page."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.api.answer import Element
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.pageset import PageSet
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Hidden, Page, Revision
from onwiki.sandbox.titles import user_name

KNOWN = (
    "ids", "flags", "timestamp", "user", "userid", "size", "slotsize", "sha1", "slotsha1",
    "contentmodel", "comment", "parsedcomment", "content", "tags", "roles",
)  # fmt: skip
_DEFAULT = "ids|timestamp|flags|comment|user"
_LEGACY = (
    'Because "rvslots" was not specified, a legacy format has been used for the output. This'
    " format is deprecated, and in the future the new format will always be used."
)
_LIST_OPTIONS = ("rvlimit", "rvstartid", "rvendid", "rvstart", "rvend", "rvuser", "rvexcludeuser")


def add(request: ApiRequest, pages: PageSet) -> dict[str, str]:
    """Add ``revisions`` to every page that exists."""
    params = request.params
    wanted, unknown = params.choices("rvprop", _DEFAULT, KNOWN)
    request.warn_unrecognized("revisions", "rvprop", unknown)
    props = set(wanted)
    slots = bool(params.multi("rvslots"))
    params.ignore("rvsection", "rvparse", "rvgeneratexml", "rvdiffto", "rvdifftotext", "rvdir")
    if "content" in props and not slots:
        request.warn("revisions", _LEGACY)
    options = [name for name in _LIST_OPTIONS if name in params]
    if pages.revids is not None:
        if options and pages.revids:
            raise ApiError(
                "invalidparammix",
                'The "revids" parameter may not be used with the list options'
                " (rvlimit, rvstartid, rvendid, rvdir=newer, rvuser, rvexcludeuser, rvstart,"
                " and rvend).",
            )
        for entry, page in pages.existing():
            chosen = [r for r in _numbered(request, pages.revids) if r.page_id == page.id]
            entry.fields["revisions"] = [describe(request, r, props, slots) for r in chosen]
        return {}
    if options and len(pages.entries) > 1:
        raise ApiError(
            "invalidparammix",
            'Titles, pageids or a generator was used to supply multiple pages, but the "rvlimit",'
            ' "rvstartid", "rvendid", "rvdir=newer", "rvuser", "rvexcludeuser", "rvstart" and'
            ' "rvend" parameters may only be used on a single page.',
        )
    later: dict[str, str] = {}
    for entry, page in pages.existing():
        chosen, rest = _along(request, page, enumerate_all=bool(options))
        entry.fields["revisions"] = [describe(request, r, props, slots) for r in chosen]
        if rest:
            later["rvcontinue"] = f"{_compact(rest.timestamp)}|{rest.id}"
    return later


def describe(
    request: ApiRequest, rev: Revision, props: set[str], slots: bool = False
) -> dict[str, Any]:
    """One revision, its fields in MediaWiki's order."""
    fields = Fields(props, request.caller, rev.hidden)
    fields.add("ids", revid=rev.id, parentid=rev.parent_id)
    fields.add("flags", minor=rev.minor)
    by_whom = {"user": _name(request, rev), "userid": {"userid": rev.user_id}}
    fields.guard(Hidden.USER, "userhidden", by_whom)
    fields.add("timestamp", timestamp=rev.timestamp)
    fields.add("size", size=rev.size)
    fields.guard(Hidden.TEXT, "sha1hidden", {"sha1": {"sha1": rev.sha1}})
    fields.add("contentmodel", contentmodel=_model(request, rev))
    comments = {kind: {kind: rev.comment} for kind in ("comment", "parsedcomment")}
    fields.guard(Hidden.COMMENT, "commenthidden", comments)
    fields.add("tags", tags=list(rev.tags))
    fields.add("roles", roles=["main"])
    content = _content(request, rev) if "content" in props else None
    if content and slots:
        fields.values["slots"] = {"main": Element("content", content.values)}
    elif content:
        fields.values |= content.values
    concealed = fields.concealed or (content is not None and content.concealed)
    if concealed and rev.hidden & Hidden.RESTRICTED:
        fields.values["suppressed"] = True
    return Element("content", fields.values) if content else fields.values


def _name(request: ApiRequest, rev: Revision) -> dict[str, Any]:
    account = accounts.local_by_id(request.db, rev.wiki, rev.user_id)
    if account is None:
        return {"user": rev.user_text or "", "anon": True}
    return {"user": account.name} | ({"temp": True} if account.is_temporary else {})


def _content(request: ApiRequest, rev: Revision) -> Fields:
    """The text; ``texthidden`` is said only when the content is asked for."""
    slot = Fields({"content"}, request.caller, rev.hidden)
    shown = {
        "contentmodel": _model(request, rev),
        "contentformat": "text/x-wiki",
        "content": rev.text,
    }
    slot.guard(Hidden.TEXT, "texthidden", {"content": shown})
    return slot


def _model(request: ApiRequest, rev: Revision) -> str:
    page = revisions.page_by_id(request.db, rev.wiki, rev.page_id)
    return page.model if page else "wikitext"


def _numbered(request: ApiRequest, revids: list[int]) -> list[Revision]:
    found = (revisions.revision(request.db, request.wiki.dbname, revid) for revid in revids)
    return [rev for rev in found if rev]


def _along(
    request: ApiRequest, page: Page, *, enumerate_all: bool
) -> tuple[list[Revision], Revision | None]:
    """The revisions asked for, and the first of those that did not fit."""
    params = request.params
    newer = params.text("rvdir") == "newer"
    rows = revisions.history(request.db, page)
    start, end = params.integer("rvstartid"), params.integer("rvendid")
    limit = params.limit("rvlimit", 10)
    resume = params.text("rvcontinue")
    if not enumerate_all:
        return rows[:1], None
    low, high = (start, end) if newer else (end, start)
    rows = [r for r in rows if (low is None or r.id >= low) and (high is None or r.id <= high)]
    rows = _between(rows, params.text("rvstart"), params.text("rvend"), newer=newer)
    rows = _by_whom(request, rows)
    if newer:
        rows.reverse()
    if resume:
        first = int(resume.rpartition("|")[2])
        rows = [r for r in rows if (r.id >= first if newer else r.id <= first)]
    return rows[:limit], rows[limit] if len(rows) > limit else None


def _between(
    rows: list[Revision], start: str | None, end: str | None, *, newer: bool
) -> list[Revision]:
    low, high = (start, end) if newer else (end, start)
    return [
        r
        for r in rows
        if (not low or _compact(r.timestamp) >= _compact(low))
        and (not high or _compact(r.timestamp) <= _compact(high))
    ]


def _by_whom(request: ApiRequest, rows: list[Revision]) -> list[Revision]:
    """``rvuser`` and ``rvexcludeuser``: revisions whose author is hidden match neither."""
    for name, keep in (("rvuser", True), ("rvexcludeuser", False)):
        raw = request.params.text(name)
        if raw is None:
            continue
        account = accounts.local_by_name(request.db, request.wiki.dbname, user_name(raw) or "")
        visible = [r for r in rows if request.caller.sees(r.hidden, Hidden.USER)]
        rows = [
            r
            for r in visible
            if keep == (r.user_id == account.id if account else r.user_text == raw)
        ]
    return rows


def _compact(timestamp: str) -> str:
    """A time as 14 digits, from any of the spellings that the API takes."""
    return "".join(c for c in timestamp if c.isdigit())[:14]
