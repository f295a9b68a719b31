# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=abuselog``: what the abuse filter stopped (061 to 066)."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts, logs
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.logs import AbuseEntry
from onwiki.sandbox.titles import user_name

KNOWN = ("ids", "filter", "user", "title", "action", "result", "timestamp", "hidden", "revid",
          "wiki")  # fmt: skip
_DEFAULT = "ids|user|title|action|result|timestamp|hidden|revid"


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Hits, oldest first; a private filter shows its description but no number."""
    params = request.params
    wanted, unknown = params.choices("aflprop", _DEFAULT, KNOWN)
    request.warn_unrecognized("abuselog", "aflprop", unknown)
    if not request.caller.may("abusefilter-log") and request.caller.account:
        raise ApiError("permissiondenied", "You don't have permission to view the abuse log.")
    rows = logs.abuse_entries(request.db, request.wiki.dbname)
    number = params.integer("afllogid")
    if number is not None:
        rows = [e for e in rows if e.id == number]
    raw = params.text("afluser")
    if raw is not None:
        account = accounts.local_by_name(request.db, request.wiki.dbname, user_name(raw) or "")
        rows = [e for e in rows if account and e.user_id == account.id]
    limit = params.limit("afllimit", 10)
    return {"abuselog": [_describe(request, e, set(wanted)) for e in rows[:limit]]}, {}


def _describe(request: ApiRequest, entry: AbuseEntry, props: set[str]) -> dict[str, Any]:
    account = accounts.local_by_id(request.db, request.wiki.dbname, entry.user_id)
    numbered = not entry.filter.private or request.caller.may("abusefilter-log-private")
    fields = Fields(props, request.caller)
    fields.add("ids", id=entry.id, filter_id=str(entry.filter.id) if numbered else "")
    fields.add("filter", filter=entry.filter.description)
    fields.add("user", user=account.name if account else "")
    fields.add("title", ns=entry.title.ns, title=str(entry.title))
    fields.add("action", action="edit")
    fields.add("result", result=entry.result)
    fields.add("timestamp", timestamp=entry.timestamp)
    fields.add("hidden", hidden=False)
    return fields.values
