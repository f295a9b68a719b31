# SPDX-License-Identifier: AGPL-3.0-or-later
"""``meta=userinfo``: who the wiki thinks is asking."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts
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
    props = set(wanted)
    caller = request.caller
    account = caller.account
    fields: dict[str, Any] = {"id": account.id if account else 0, "name": caller.name}
    if account is None:
        fields["anon"] = True
    elif account.is_temporary:
        fields["temp"] = True
    block = accounts.block_of(request.db, account) if account else None
    if "blockinfo" in props and block:
        fields |= block_fields(request, block)
    if "hasmsg" in props:
        fields["messages"] = False
    if "groups" in props:
        fields["groups"] = list(account.groups) if account else ["*"]
    if "rights" in props:
        fields["rights"] = sorted(caller.rights)
    if "editcount" in props:
        fields["editcount"] = account.editcount if account else 0
    if "ratelimits" in props:
        fields["ratelimits"] = {} if caller.may("noratelimit") else _RATE_LIMITS
    if "registrationdate" in props and account:
        fields["registrationdate"] = account.registered
    if "centralids" in props:
        central = account.central.id if account else 0
        fields["centralids"] = {"CentralAuth": central, "local": fields["id"]}
        fields["attachedlocal"] = {"CentralAuth": account is not None, "local": True}
    return {"userinfo": fields}, {}
