# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=allusers``: who belongs to a group of this wiki (081)."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts
from onwiki.sandbox.api import users
from onwiki.sandbox.api.request import ApiRequest


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Accounts by name, of the groups in ``augroup`` (any of them) or all."""
    params = request.params
    wanted, unknown = params.choices("auprop", "", users.KNOWN)
    request.warn_unrecognized("allusers", "auprop", unknown)
    found = accounts.locals_in_groups(request.db, request.wiki.dbname, params.multi("augroup"))
    prefix = params.text("auprefix") or ""
    first = params.text("aufrom") or params.text("aucontinue") or ""
    shown = [
        a
        for a in found
        if a.name.startswith(prefix)
        and a.name >= first
        and (request.caller.may("hideuser") or not accounts.is_name_hidden(request.db, a))
    ]
    limit = params.limit("aulimit", 10)
    later = {"aucontinue": shown[limit].name} if len(shown) > limit else {}
    rows = [users.describe(request, a, set(wanted)) for a in shown[:limit]]
    return {"allusers": rows}, later
