# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=usercontribs``: what an account wrote, newest first (141)."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Hidden, Page, Revision
from onwiki.sandbox.titles import user_name

KNOWN = ("ids", "title", "timestamp", "comment", "parsedcomment", "size", "sizediff", "flags",
          "patrolled", "tags")  # fmt: skip
SHOW = ("autopatrolled", "!autopatrolled", "patrolled", "!patrolled", "minor", "!minor", "new",
        "!new", "top", "!top")  # fmt: skip
_DEFAULT = "ids|title|timestamp|comment|size|flags"


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Revisions of living pages; those whose author is hidden are not listed."""
    params = request.params
    wanted, unknown = params.choices("ucprop", _DEFAULT, KNOWN)
    request.warn_unrecognized("usercontribs", "ucprop", unknown)
    rows: list[tuple[Revision, Page]] = []
    for raw in params.multi("ucuser"):
        account = accounts.local_by_name(request.db, request.wiki.dbname, user_name(raw) or "")
        if account:
            rows += revisions.by_user(request.db, account)
    rows = [pair for pair in rows if request.caller.sees(pair[0].hidden, Hidden.USER)]
    shown, strange = params.choices("ucshow", "", SHOW)
    request.warn_unrecognized("usercontribs", "ucshow", strange)
    for wish in shown:
        rows = [pair for pair in rows if _has(pair, wish.lstrip("!")) != wish.startswith("!")]
    resume = params.text("uccontinue")
    if resume:
        first = int(resume.rpartition("|")[2])
        rows = [pair for pair in rows if pair[0].id <= first]
    limit = params.limit("uclimit", 10)
    later = {}
    if len(rows) > limit:
        rest = rows[limit][0]
        later["uccontinue"] = f"{''.join(c for c in rest.timestamp if c.isdigit())}|{rest.id}"
    found = [_describe(request, rev, page, set(wanted)) for rev, page in rows[:limit]]
    return {"usercontribs": found}, later


def _has(pair: tuple[Revision, Page], flag: str) -> bool:
    rev, page = pair
    known = {"minor": rev.minor, "new": rev.parent_id == 0, "top": page.latest == rev.id}
    return known.get(flag, False)


def _describe(request: ApiRequest, rev: Revision, page: Page, props: set[str]) -> dict[str, Any]:
    account = accounts.local_by_id(request.db, rev.wiki, rev.user_id)
    parent = revisions.revision(request.db, rev.wiki, rev.parent_id)
    fields = Fields(props, request.caller, rev.hidden)
    if rev.hidden & Hidden.TEXT:
        fields.values["texthidden"] = True
    fields.values |= {"userid": rev.user_id, "user": account.name if account else ""}
    fields.add("ids", pageid=page.id, revid=rev.id, parentid=rev.parent_id)
    fields.add("title", ns=page.title.ns, title=str(page.title))
    fields.add("timestamp", timestamp=rev.timestamp)
    fields.add("flags", new=rev.parent_id == 0, minor=rev.minor, top=page.latest == rev.id)
    comments = {kind: {kind: rev.comment} for kind in ("comment", "parsedcomment")}
    fields.guard(Hidden.COMMENT, "commenthidden", comments)
    fields.add("size", size=rev.size)
    fields.add("sizediff", sizediff=rev.size - (parent.size if parent else 0))
    fields.add("tags", tags=list(rev.tags))
    return fields.values
