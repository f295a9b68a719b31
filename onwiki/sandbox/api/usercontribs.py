# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=usercontribs``: what an account or address wrote, newest first (141)."""

from __future__ import annotations

import ipaddress
from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Hidden, Page, Revision
from onwiki.sandbox.titles import is_ip, user_name

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
    rows = [pair for pair in _written(request) if request.caller.sees(pair[0].hidden, Hidden.USER)]
    newer = params.text("ucdir") == "newer"
    rows.sort(key=lambda pair: (pair[0].timestamp, pair[0].id), reverse=not newer)
    start, end = params.moment("ucstart"), params.moment("ucend")
    oldest, youngest = (start, end) if newer else (end, start)
    rows = [pair for pair in rows if (oldest or "") <= pair[0].timestamp <= (youngest or "~")]
    shown, strange = params.choices("ucshow", "", SHOW)
    request.warn_unrecognized("usercontribs", "ucshow", strange)
    for wish in shown:
        rows = [pair for pair in rows if _has(pair, wish.lstrip("!")) != wish.startswith("!")]
    resume = params.text("uccontinue")
    if resume:
        first = int(resume.rpartition("|")[2])
        place = next((at for at, pair in enumerate(rows) if pair[0].id == first), len(rows))
        rows = rows[place:]
    limit = params.limit("uclimit", 10)
    later = {}
    if len(rows) > limit:
        rest = rows[limit][0]
        later["uccontinue"] = f"{''.join(c for c in rest.timestamp if c.isdigit())}|{rest.id}"
    found = [_describe(request, rev, page, set(wanted)) for rev, page in rows[:limit]]
    return {"usercontribs": found}, later


def _written(request: ApiRequest) -> list[tuple[Revision, Page]]:
    """By the accounts and addresses that are asked for. An unknown account wrote nothing; what no
    account can be called is an error.
    """
    params, wiki = request.params, request.wiki.dbname
    rows: list[tuple[Revision, Page]] = []
    for raw in params.multi("ucuser"):
        name = raw if is_ip(raw) else user_name(raw)
        if name is None:
            sentence = f'Invalid value "{raw}" for user parameter "ucuser".'
            raise ApiError("baduser", sentence)
        account = accounts.local_by_name(request.db, wiki, name)
        if account:
            rows += revisions.by_user(request.db, account)
        elif is_ip(name):
            rows += revisions.by_address(request.db, wiki, ipaddress.ip_network(name))
    span = params.text("uciprange")
    if span is not None:
        network = ipaddress.ip_network(span, strict=False)
        rows += revisions.by_address(request.db, wiki, network)
    return rows


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
    fields.values |= {
        "userid": rev.user_id,
        "user": account.name if account else rev.user_text or "",
    }
    if rev.hidden & Hidden.USER:
        fields.values["userhidden"] = True
    if rev.hidden & Hidden.RESTRICTED:
        fields.values["suppressed"] = True
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
