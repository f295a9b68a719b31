# SPDX-License-Identifier: AGPL-3.0-or-later
"""``list=globalblocks``: who is blocked on all wikis (090)."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from typing import Any

from onwiki.sandbox.api.fields import Fields
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.global_blocks import GlobalBlock, global_blocks
from onwiki.sandbox.titles import user_name

KNOWN = ("id", "target", "by", "timestamp", "expiry", "reason", "range")
_DEFAULT = "id|target|by|timestamp|expiry|reason"


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Blocks that hold, newest first; those of ``bgtargets`` or ``bgids`` where these are given."""
    params = request.params
    wanted, unknown = params.choices("bgprop", _DEFAULT, KNOWN)
    request.warn_unrecognized("globalblocks", "bgprop", unknown)
    found = global_blocks(request.db, request.now)
    if "bgtargets" in params:
        targets = {user_name(raw) or raw for raw in params.multi("bgtargets")}
        found = [one for one in found if one.target in targets]
    if "bgids" in params:
        ids = set(params.integers("bgids"))
        found = [one for one in found if one.id in ids]
    resume = params.integer("bgcontinue")
    found = [one for one in found if resume is None or one.id <= resume]
    limit = params.limit("bglimit", 10)
    later = {"bgcontinue": str(found[limit].id)} if len(found) > limit else {}
    rows = [_describe(request, one, set(wanted)) for one in found[:limit]]
    return {"globalblocks": rows}, later


def _describe(request: ApiRequest, one: GlobalBlock, props: set[str]) -> dict[str, Any]:
    """Numbers are texts here, as on the wiki."""
    fields = Fields(props, request.caller)
    fields.add("id", id=str(one.id))
    flags = {
        "anononly": False,
        "account-creation-disabled": True,
        "autoblocking-enabled": False,
        "automatic": False,
    }
    fields.add("target", target=one.target, **flags)
    fields.add("by", by=one.performer, bywiki=one.performer_wiki)
    fields.add("timestamp", timestamp=one.timestamp)
    fields.add("expiry", expiry=one.expiry)
    fields.add("reason", reason=one.reason)
    with suppress(ValueError):
        network = ipaddress.ip_network(one.target)
        fields.add("range", rangestart=str(network[0]), rangeend=str(network[-1]))
    return fields.values
