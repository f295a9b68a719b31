# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=compare``: two revisions, or one and its neighbour (035 to 043)."""

from __future__ import annotations

import difflib
import html
from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.api.answer import Element
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Hidden, Page, Revision

KNOWN = ("diff", "diffsize", "rel", "ids", "title", "user", "comment", "parsedcomment", "size",
          "timestamp")  # fmt: skip
Side = tuple[Revision, Page]


def execute(request: ApiRequest) -> dict[str, Any]:
    """``fromrev`` with ``torev`` or ``torelative``; hidden text on either side is an error."""
    params = request.params
    wanted, unknown = params.choices("prop", "diff|ids|title", KNOWN)
    request.warn_unrecognized("compare", "prop", unknown)
    params.ignore("slots", "difftype")
    start = _visible(request, _integer(request, "fromrev"))
    relative = params.text("torelative")
    if relative:
        left, right = _neighbour(request, start, relative)
    else:
        left, right = start, _visible(request, _integer(request, "torev"))
    props = set(wanted)
    # The real wiki compares texts even when none is asked for, so hidden text always stops it.
    for side in (left, right):
        if side and props & {"diff", "diffsize"}:
            _refuse_hidden_text(request, side[0])
    fields: dict[str, Any] = {}
    for name, side in (("from", left), ("to", right)):
        if side:
            shown = _side(request, side, props)
            fields |= {name + key: value for key, value in shown.items()}
    body = _table(left, right)
    if "diffsize" in props:
        fields["diffsize"] = len(body)
    if "diff" in props:
        fields["body"] = body
    return {"compare": Element("body", fields)}


def _integer(request: ApiRequest, name: str) -> int:
    number = request.params.integer(name)
    if number is None:
        raise ApiError("missingparam", f'The "{name}" parameter must be set.')
    return number


def _visible(request: ApiRequest, revid: int) -> Side:
    found = revisions.with_page(request.db, request.wiki.dbname, revid)
    if found is None or (found[1].deleted and not request.caller.may("deletedhistory")):
        raise ApiError("nosuchrevid", f"There is no revision with ID {revid}.")
    return found


def _neighbour(request: ApiRequest, start: Side, relative: str) -> tuple[Side | None, Side | None]:
    rev, page = start
    if relative == "prev":
        before = revisions.revision(request.db, rev.wiki, rev.parent_id)
        if before is None:
            request.warn(
                "compare",
                f"Revision {rev.id} is the earliest revision of {page.title}, there is no"
                ' revision for "torelative=prev" to compare to.',
            )
            return None, start
        return (before, page), start
    if relative == "cur":
        latest = revisions.revision(request.db, rev.wiki, page.latest)
        return start, (latest or rev, page)
    after = revisions.next_revision(request.db, rev)
    if after is None:
        request.warn(
            "compare",
            f"Revision {rev.id} is the latest revision of {page.title}, there is no revision for"
            ' "torelative=next" to compare to.',
        )
        return start, start
    return start, (after, page)


def _refuse_hidden_text(request: ApiRequest, rev: Revision) -> None:
    if not request.caller.sees(rev.hidden, Hidden.TEXT):
        raise ApiError("missingcontent", f"Missing content for revision ID {rev.id}.")


def _side(request: ApiRequest, side: Side, props: set[str]) -> dict[str, Any]:
    """The fields of one side, without ``from`` or ``to`` before their names."""
    rev, page = side
    account = accounts.local_by_id(request.db, rev.wiki, rev.user_id)
    fields = Fields(props, request.caller, rev.hidden)
    fields.add("ids", id=page.id, revid=rev.id)
    fields.add("title", ns=page.title.ns, title=str(page.title))
    fields.add("size", size=rev.size)
    fields.add("timestamp", timestamp=rev.timestamp)
    if rev.hidden & Hidden.TEXT:
        fields.values["texthidden"] = True
    name = account.name if account else rev.user_text or ""
    by_whom: dict[str, dict[str, Any]] = {"user": {"user": name, "userid": rev.user_id}}
    fields.guard(Hidden.USER, "userhidden", by_whom)
    parsed = {"parsedcomment": html.escape(rev.comment)}
    comments = {"comment": {"comment": rev.comment, **parsed}, "parsedcomment": parsed}
    fields.guard(Hidden.COMMENT, "commenthidden", comments)
    return fields.values


def _table(left: Side | None, right: Side | None) -> str:
    """Table rows with the lines that differ, in MediaWiki's class names."""
    old = left[0].text.splitlines() if left else []
    new = right[0].text.splitlines() if right else []
    rows = []
    for line in difflib.ndiff(old, new):
        kind, text = line[0], html.escape(line[2:])
        if kind == "-":
            rows.append(f'<tr><td class="diff-deletedline"><div>{text}</div></td><td></td></tr>')
        elif kind == "+":
            rows.append(f'<tr><td></td><td class="diff-addedline"><div>{text}</div></td></tr>')
    return "\n".join(rows)
