# SPDX-License-Identifier: AGPL-3.0-or-later
"""``meta=globaluserinfo``: the account across wikis, as CentralAuth answers (082 to 088).

Local groups come with each merged account; hidden accounts are missing to almost everybody.
"""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts
from onwiki.sandbox.accounts import CentralAccount, LocalAccount
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.rights import rights_of
from onwiki.sandbox.titles import user_name

KNOWN = ("groups", "rights", "merged", "unattached", "editcount")


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """One account by ``guiuser`` or ``guiid``, else the caller's own."""
    wanted, unknown = request.params.choices("guiprop", "", KNOWN)
    request.warn_unrecognized("globaluserinfo", "guiprop", unknown)
    account = _account(request)
    hidden = account is not None and account.hidden
    if account is None or (hidden and not request.caller.may("centralauth-suppress")):
        missing: dict[str, Any] = {"missing": True}
        if "unattached" in wanted:
            missing["unattached"] = []
        return {"globaluserinfo": missing}, {}
    return {"globaluserinfo": _describe(request, account, set(wanted))}, {}


def _account(request: ApiRequest) -> CentralAccount | None:
    raw, number = request.params.text("guiuser"), request.params.integer("guiid")
    if raw is None and number is None:
        raw = request.caller.name
    if raw is None and number is not None:
        found = accounts.central_by_id(request.db, number)
        if found is None:
            raise ApiError("invaliduserid", f'User ID "{number}" is not valid.')
        return found
    name = user_name(raw or "")
    if name is None:
        raise ApiError("baduser", f'Invalid value "{raw}" for user parameter "guiuser".')
    return accounts.central_by_name(request.db, name)


def _describe(request: ApiRequest, account: CentralAccount, props: set[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "home": account.home,
        "id": account.id,
        "registration": account.registered,
        "name": account.name,
    }
    if account.locked:
        fields["locked"] = True
    if account.hidden:
        fields["hidden"] = True
    merged = accounts.attached(request.db, account)
    if "groups" in props:
        fields["groups"] = list(account.groups)
    if "rights" in props:
        fields["rights"] = list(rights_of((), account.groups))
    if "merged" in props:
        fields["merged"] = [_merged(request, local) for local in merged]
    if "editcount" in props:
        fields["editcount"] = sum(local.editcount for local in merged)
    if "unattached" in props:
        fields["unattached"] = []
    return fields


def _merged(request: ApiRequest, local: LocalAccount) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "wiki": local.wiki,
        "url": request.base_url,
        "id": local.id,
        "timestamp": local.attached,
        "method": local.method,
        "editcount": local.editcount,
        "registration": local.registered,
    }
    if local.explicit_groups:
        fields["groups"] = list(local.explicit_groups)
    block = accounts.block_of(request.db, local)
    if block and not block.hides_name:
        fields["blocked"] = {"expiry": block.expiry, "reason": block.reason}
    return fields
