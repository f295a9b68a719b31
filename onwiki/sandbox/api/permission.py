# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether somebody may edit a page, and how the wiki says no."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.accounts import Block
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.global_blocks import GlobalBlock, global_block_of
from onwiki.sandbox.titles import Title


def refusal(request: ApiRequest, title: Title) -> ApiError | None:
    """Why the caller may not edit the title, or None. Blocks come after protection, as there."""
    if not request.caller.may("edit"):
        return ApiError("permissiondenied", "You don't have permission to edit this page.")
    levels = revisions.protections(request.db, request.wiki.dbname, title)
    exists = revisions.page_by_title(request.db, request.wiki.dbname, title) is not None
    level = levels.get("edit") if exists else levels.get("create")
    if level and not _may_pass(request, level):
        return ApiError(
            "protectedpage", "This page has been protected to prevent editing or other actions."
        )
    return _blocked(request, title)


def block_fields(request: ApiRequest, block: Block) -> dict[str, Any]:
    """A block as ``blockinfo`` describes it in errors, ``list=users`` and ``meta=userinfo``."""
    performer = accounts.local_by_id(request.db, request.wiki.dbname, block.performer)
    fields: dict[str, Any] = {
        "blockid": block.id,
        "blockedby": performer.name if performer else "",
        "blockedbyid": block.performer,
        "blockreason": block.reason,
        "blockedtimestamp": block.timestamp,
        "blockexpiry": "infinite" if block.expiry == "infinity" else block.expiry,
        "blockpartial": block.pages is not None,
        "blocknocreate": block.pages is None,
        "blockanononly": False,
        "blockemail": not block.email,
        "blockowntalk": block.pages is None and not block.own_talk,
        "blockedtimestampformatted": _in_words(block.timestamp),
    }
    if block.expiry != "infinity":
        in_words = _in_words(block.expiry)
        fields |= {"blockexpiryformatted": in_words, "blockexpiryrelative": in_words}
    return fields


def global_block_fields(block: GlobalBlock) -> dict[str, Any]:
    """The same of a block on all wikis [109]."""
    return {
        "blockid": block.id,
        "blockedby": block.performer,
        "blockedbyid": block.performer_id,
        "blockreason": block.reason,
        "blockedtimestamp": block.timestamp,
        "blockexpiry": "infinite" if block.expiry == "infinity" else block.expiry,
        "blockpartial": False,
        "blocknocreate": True,
        "blockanononly": False,
        "blockemail": False,
        "blockowntalk": True,
        "blockedtimestampformatted": _in_words(block.timestamp),
    }


def _in_words(timestamp: str) -> str:
    """A time as the wiki's readers see it: ``07:33, 22 November 2026``."""
    moment = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return f"{moment:%H:%M}, {moment.day} {moment:%B %Y}"


def _may_pass(request: ApiRequest, level: str) -> bool:
    needed = {"sysop": "editprotected", "autoconfirmed": "editsemiprotected"}.get(level, level)
    return request.caller.may(needed)


def _blocked(request: ApiRequest, title: Title) -> ApiError | None:
    account = request.caller.account
    if account is None:
        return None
    everywhere = global_block_of(request.db, account.central, request.now)
    if everywhere is not None:
        return ApiError(
            "blocked",
            "'''Your account has been blocked on all wikis.''' The reason given is: "
            f"{everywhere.reason}",
            extra={"blockinfo": global_block_fields(everywhere)},
        )
    block = accounts.block_of(request.db, account)
    if block is None:
        return None
    if block.pages is not None and str(title) not in block.pages:
        return None
    own_talk = title.ns == 3 and title.text == account.name
    if block.pages is None and own_talk and block.own_talk:
        return None
    scope = (
        "Your username or IP address has been blocked."
        if block.pages is None
        else "Your username or IP address is blocked from doing this."
    )
    return ApiError(
        "blocked",
        f"{scope} The reason given is: {block.reason}",
        extra={"blockinfo": block_fields(request, block)},
    )
