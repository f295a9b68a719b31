# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=users``: accounts by name or local number (067 to 079)."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.permission import block_fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.titles import user_name

KNOWN = ("blockinfo", "groups", "groupmemberships", "implicitgroups", "rights", "editcount",
         "registration", "emailable", "gender", "centralids", "cancreate")  # fmt: skip


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Invalid names first, then the rest as asked. Hidden accounts are missing, like unknown ones.

    Locks are not shown here: they are CentralAuth's.
    """
    params = request.params
    wanted, unknown = params.choices("usprop", "", KNOWN)
    request.warn_unrecognized("users", "usprop", unknown)
    params.ignore("usattachedwiki")
    if "ususers" in params and "ususerids" in params:
        raise ApiError(
            "invalidparammix", 'The parameters "ususers" and "ususerids" can not be used together.'
        )
    props = set(wanted)
    found = [_by_number(request, n, props) for n in params.integers("ususerids")]
    invalid = []
    for raw in params.multi("ususers"):
        name = user_name(raw)
        if name is None:
            invalid.append({"name": raw, "invalid": True})
        else:
            found.append(_by_name(request, name, props))
    return {"users": invalid + found}, {}


def describe(request: ApiRequest, account: LocalAccount, props: set[str]) -> dict[str, Any]:
    """The fields of an account that were asked for, in MediaWiki's order."""
    block = accounts.block_of(request.db, account)
    central = account.central
    memberships = [{"group": group, "expiry": "infinity"} for group in account.explicit_groups]
    fields = Fields(props, request.caller)
    fields.values |= {"userid": account.id, "name": account.name}
    fields.add("editcount", editcount=account.editcount)
    fields.add("registration", registration=account.registered)
    fields.add("groups", groups=list(account.groups))
    fields.add("groupmemberships", groupmemberships=memberships)
    fields.add("rights", rights=list(account.rights))
    if block and block.hides_name:
        fields.values["hidden"] = True
    if block:
        fields.add("blockinfo", **block_fields(request, block))
    fields.add("emailable", emailable=central.emailable and not central.locked)
    fields.add("gender", gender="unknown")
    fields.add(
        "centralids",
        centralids={"CentralAuth": central.id, "local": account.id},
        attachedlocal={"CentralAuth": True, "local": True},
    )
    return fields.values


def _by_name(request: ApiRequest, name: str, props: set[str]) -> dict[str, Any]:
    account = accounts.local_by_name(request.db, request.wiki.dbname, name)
    if account is None or _concealed(request, account):
        missing: dict[str, Any] = {"name": name, "missing": True}
        if "cancreate" in props:
            missing["cancreate"] = account is None
        return missing
    return describe(request, account, props)


def _by_number(request: ApiRequest, number: int, props: set[str]) -> dict[str, Any]:
    account = accounts.local_by_id(request.db, request.wiki.dbname, number)
    if account is None or _concealed(request, account):
        return {"userid": number, "missing": True}
    return describe(request, account, props)


def _concealed(request: ApiRequest, account: LocalAccount) -> bool:
    return accounts.is_name_hidden(request.db, account) and not request.caller.may("hideuser")
