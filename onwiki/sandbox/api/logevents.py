# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=logevents``, with ``leids`` as MediaWiki 1.45 has it (045 to 059)."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts, logs, revisions
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.logs import LogEntry
from onwiki.sandbox.revisions import Hidden
from onwiki.sandbox.titles import InvalidTitle, parse_title, user_name

KNOWN = ("ids", "title", "type", "user", "userid", "timestamp", "comment", "parsedcomment",
          "details", "tags")  # fmt: skip
_DEFAULT = "ids|title|type|user|timestamp|comment|details"


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Entries, newest first. Missing numbers of ``leids`` are silently absent."""
    params = request.params
    wanted, unknown = params.choices("leprop", _DEFAULT, KNOWN)
    request.warn_unrecognized("logevents", "leprop", unknown)
    rows = [e for e in logs.entries(request.db, request.wiki.dbname) if _may_list(request, e)]
    if "leids" in params:
        chosen = set(params.integers("leids"))
        rows = [e for e in rows if e.id in chosen]
    rows = _filtered(request, rows)
    resume = params.text("lecontinue")
    if resume:
        first = int(resume.rpartition("|")[2])
        rows = [e for e in rows if e.id <= first]
    limit = params.limit("lelimit", 10)
    later = {}
    if len(rows) > limit:
        rest = rows[limit]
        digits = "".join(c for c in rest.timestamp if c.isdigit())
        later["lecontinue"] = f"{digits}|{rest.id}"
    return {"logevents": [_describe(request, e, set(wanted)) for e in rows[:limit]]}, later


def _may_list(request: ApiRequest, entry: LogEntry) -> bool:
    return entry.type != "suppress" or request.caller.may("suppressionlog")


def _filtered(request: ApiRequest, rows: list[LogEntry]) -> list[LogEntry]:
    """Filters find only what the caller may see: a hidden performer matches no name."""
    params, caller = request.params, request.caller
    kind, action = params.text("letype"), params.text("leaction")
    if kind:
        rows = [e for e in rows if e.type == kind]
    if action:
        rows = [e for e in rows if f"{e.type}/{e.action}" == action]
    raw = params.text("leuser")
    if raw is not None:
        account = accounts.local_by_name(request.db, request.wiki.dbname, user_name(raw) or "")
        number = account.id if account else -1
        rows = [e for e in rows if e.user_id == number and caller.sees(e.hidden, Hidden.USER)]
    target = params.text("letitle")
    if target is not None:
        try:
            title = parse_title(target)
        except InvalidTitle:
            return []
        rows = [e for e in rows if e.title == title and caller.sees(e.hidden, Hidden.TEXT)]
    return rows


def _describe(request: ApiRequest, entry: LogEntry, props: set[str]) -> dict[str, Any]:
    """One entry. Of a hidden one the kind, the time and the flags remain [045]."""
    account = accounts.local_by_id(request.db, entry.wiki, entry.user_id)
    page = revisions.page_by_title(request.db, entry.wiki, entry.title)
    fields = Fields(props, request.caller, entry.hidden)
    fields.add("ids", logid=entry.id)
    target: dict[str, dict[str, Any]] = {
        "title": {"ns": entry.title.ns, "title": str(entry.title)},
        "ids": {"pageid": page.id if page else 0, "logpage": entry.page_id},
        "details": {"params": entry.params},
    }
    fields.guard(Hidden.TEXT, "actionhidden", target)
    fields.add("type", type=entry.type, action=entry.action)
    by_whom: dict[str, dict[str, Any]] = {
        "user": {"user": account.name if account else ""},
        "userid": {"userid": entry.user_id},
    }
    fields.guard(Hidden.USER, "userhidden", by_whom)
    fields.add("timestamp", timestamp=entry.timestamp)
    comments = {kind: {kind: entry.comment} for kind in ("comment", "parsedcomment")}
    fields.guard(Hidden.COMMENT, "commenthidden", comments)
    fields.add("tags", tags=[])
    if entry.hidden & Hidden.RESTRICTED:
        fields.values["suppressed"] = True
    return fields.values
