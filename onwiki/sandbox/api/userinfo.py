# SPDX-License-Identifier: AGPL-3.0-or-later
"""``meta=userinfo``: who the wiki thinks is asking."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.permission import block_fields
from onwiki.sandbox.api.request import ApiRequest

KNOWN = ("blockinfo", "hasmsg", "groups", "groupmemberships", "implicitgroups", "rights",
          "changeablegroups", "options", "editcount", "ratelimits", "theoreticalratelimits",
          "email", "realname", "acceptlang", "registrationdate", "unreadcount", "centralids",
          "latestcontrib", "cancreateaccount")  # fmt: skip
_RATE_LIMITS = {"edit": {"user": {"hits": 90, "seconds": 60}}}


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """The caller; a visitor has id 0, the flag ``anon`` and the IP address as name."""
    wanted, unknown = request.params.choices("uiprop", "", KNOWN)
    request.warn_unrecognized("userinfo", "uiprop", unknown)
    request.params.ignore("uiattachedwiki")
    caller, account = request.caller, request.caller.account
    number = account.id if account else 0
    fields = Fields(wanted, caller)
    fields.values |= {"id": number, "name": caller.name}
    if account is None:
        fields.values["anon"] = True
    elif account.is_temporary:
        fields.values["temp"] = True
    block = accounts.block_of(request.db, account) if account else None
    if block:
        fields.add("blockinfo", **block_fields(request, block))
    fields.add("hasmsg", messages=False)
    fields.add("groups", groups=list(account.groups) if account else ["*"])
    fields.add("rights", rights=sorted(caller.rights))
    fields.add("editcount", editcount=account.editcount if account else 0)
    fields.add("ratelimits", ratelimits={} if caller.may("noratelimit") else _RATE_LIMITS)
    fields.add("registrationdate", registrationdate=account.registered if account else None)
    fields.add(
        "centralids",
        centralids={"CentralAuth": account.central.id if account else 0, "local": number},
        attachedlocal={"CentralAuth": account is not None, "local": True},
    )
    return {"userinfo": fields.values}, {}
