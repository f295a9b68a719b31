# SPDX-License-Identifier: AGPL-3.0-or-later
"""``prop=revisions``: by number, or along the history of a page."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.api.answer import Element
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.pageset import PageSet
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Hidden, Page, Revision
from onwiki.sandbox.titles import user_name

KNOWN = (
    "ids", "flags", "timestamp", "user", "userid", "size", "slotsize", "sha1", "slotsha1",
    "contentmodel", "comment", "parsedcomment", "content", "tags", "roles",
)  # fmt: skip
_DEFAULT = "ids|timestamp|flags|comment|user"
_LIST_OPTIONS = ("rvlimit", "rvstartid", "rvendid", "rvstart", "rvend", "rvuser", "rvexcludeuser")


def add(request: ApiRequest, pages: PageSet) -> dict[str, str]:
    """Add ``revisions`` to every page that exists."""
    params = request.params
    wanted, unknown = params.choices("rvprop", _DEFAULT, KNOWN)
    request.warn_unrecognized("revisions", "rvprop", unknown)
    props = set(wanted)
    slots = bool(params.multi("rvslots"))
    params.ignore("rvsection", "rvparse", "rvgeneratexml", "rvdiffto", "rvdifftotext", "rvdir")
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
    """One revision. A hidden part is marked even for those who may see it."""
    fields: dict[str, Any] = {}
    if "ids" in props:
        fields |= {"revid": rev.id, "parentid": rev.parent_id}
    if "flags" in props:
        fields["minor"] = rev.minor
    hidden = _user(request, rev, props, fields)
    if "timestamp" in props:
        fields["timestamp"] = rev.timestamp
    if "size" in props:
        fields["size"] = rev.size
    if "sha1" in props:
        hidden |= _guarded(request, rev, Hidden.TEXT, "sha1hidden", fields, {"sha1": rev.sha1})
    if "contentmodel" in props:
        fields["contentmodel"] = _model(request, rev)
    if props & {"comment", "parsedcomment"}:
        values = {"comment": rev.comment, "parsedcomment": rev.comment}
        shown = {name: value for name, value in values.items() if name in props}
        hidden |= _guarded(request, rev, Hidden.COMMENT, "commenthidden", fields, shown)
    if "tags" in props:
        fields["tags"] = list(rev.tags)
    if "roles" in props:
        fields["roles"] = ["main"]
    if "content" in props:
        hidden |= _content(request, rev, fields, slots)
    if hidden and rev.hidden & Hidden.RESTRICTED:
        fields["suppressed"] = True
    if "content" in props and not slots:
        return Element("content", fields)
    return fields


def _user(request: ApiRequest, rev: Revision, props: set[str], fields: dict[str, Any]) -> bool:
    if not props & {"user", "userid"}:
        return False
    shown: dict[str, Any] = {}
    account = accounts.local_by_id(request.db, rev.wiki, rev.user_id)
    if "user" in props:
        shown["user"] = account.name if account else rev.user_text or ""
        if account is None:
            shown["anon"] = True
        elif account.is_temporary:
            shown["temp"] = True
    if "userid" in props:
        shown["userid"] = rev.user_id
    return _guarded(request, rev, Hidden.USER, "userhidden", fields, shown)


def _guarded(
    request: ApiRequest,
    rev: Revision,
    part: Hidden,
    flag: str,
    fields: dict[str, Any],
    shown: dict[str, Any],
) -> bool:
    concealed = bool(rev.hidden & part)
    if concealed:
        fields[flag] = True
    if request.caller.sees(rev.hidden, part):
        fields.update(shown)
    return concealed


def _content(request: ApiRequest, rev: Revision, fields: dict[str, Any], slots: bool) -> bool:
    slot: dict[str, Any] = {}
    concealed = bool(rev.hidden & Hidden.TEXT)
    if concealed:
        slot["texthidden"] = True
    if request.caller.sees(rev.hidden, Hidden.TEXT):
        slot |= {
            "contentmodel": _model(request, rev),
            "contentformat": "text/x-wiki",
            "content": rev.text,
        }
    if slots:
        fields["slots"] = {"main": Element("content", slot)}
        return concealed
    request.warn(
        "revisions",
        'Because "rvslots" was not specified, a legacy format has been used for the output.'
        " This format is deprecated, and in the future the new format will always be used.",
    )
    fields.update(slot)
    return concealed


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
